"""An ordinary day looks as a supervisor would expect it to."""

from collections import Counter

import pytest

from statmon.simulator.agenda import DAY, HOUR, MINUTE, Agenda
from statmon.simulator.arrivals import DailyCurve
from statmon.simulator.roster import SLOT, SLOTS, on_duty, roster
from statmon.simulator.staffing import Size, ordinary

T0 = 1_700_000_000_000
CURVE = [DailyCurve(1).per_hour(slot * SLOT) for slot in range(SLOTS)]


class Ear:
    """Notes every instantaneous action, and every span at its end."""

    def __init__(self, feed):
        self.instants = Counter()
        self.in_time = 0
        self.ended = []
        feed.listen(self)

    def begin(self, now, span):
        pass

    def end(self, now, span):
        self.ended.append((span, now - span.began))

    def instant(self, now, span):
        self.instants[span.name] += 1
        self.in_time += span.name == "CallAnswered" and now - span.began < 20_000


def centre(size, hour=0, seed=1):
    agenda = Agenda(T0)
    return agenda, ordinary(agenda, size, seed=seed, midnight=T0 - hour * HOUR)


@pytest.mark.parametrize(("agents", "queues"), [(40, 6), (25, 6), (200, 6), (1000, 40)])
def test_the_roster_follows_the_customers_and_leaves_no_queue_alone(agents, queues):
    duties = roster(agents, [1 / queues] * queues, [0.05, 0.05], CURVE)
    staffed = on_duty(duties)
    assert min(staffed) >= 1
    wanted = [sum(staffed) * share / sum(CURVE) for share in CURVE]
    for have, want in zip(staffed, wanted, strict=True):
        assert abs(have - want) <= 2 + 0.2 * want
    for slot in range(SLOTS):
        there = {
            queue
            for duty in duties
            if (slot * SLOT - duty.start) % DAY < duty.length
            for queue in duty.queues
        }
        assert there == set(range(queues + 2))


def test_the_first_agents_are_there_in_the_middle_of_the_day():
    for duty in roster(40, [0.5, 0.3, 0.2], [], CURVE)[:6]:
        assert (10 * HOUR - duty.start) % DAY < duty.length


@pytest.mark.parametrize("size", [Size(), Size(agents=150)])
def test_an_ordinary_day_is_well_staffed_and_busy(size):
    agenda, site = centre(size, hour=8)
    agenda.run_until(T0 + HOUR)
    ears = [Ear(queue.actions) for queue in site.queues if queue.spec.media == "voice"]
    states, looks = Counter(), 0
    while agenda.now < T0 + 9 * HOUR:
        agenda.run_until(agenda.now + MINUTE)
        states.update(agent.status for agent in site.agents if agent.status != "LoggedOut")
        looks += 1
    answered = sum(ear.instants["CallAnswered"] for ear in ears)
    abandoned = sum(ear.instants["CallAbandoned"] for ear in ears)
    on_duty_now = sum(states.values())
    assert 0.65 < sum(ear.in_time for ear in ears) / (answered + abandoned) < 0.99
    assert 0.01 < abandoned / (answered + abandoned) < 0.12
    assert 0.05 < states["WaitForNextCall"] / on_duty_now < 0.3
    assert 0.08 < states["NotReadyForNextCall"] / on_duty_now < 0.2
    assert 0.4 * size.agents < on_duty_now / looks < 0.8 * size.agents


def test_a_full_shift_has_one_meal_in_its_middle_and_two_breaks():
    agenda, site = centre(Size(agents=12, queues=2))
    full = [agent for agent in site.agents if agent.spec.shift_length > 6 * HOUR]
    ears = [Ear(agent.agent_status) for agent in full]
    shifts = [
        T0 + agent.spec.shift_start + DAY * (agent.spec.shift_start < agent.spec.shift_length)
        for agent in full
    ]
    agenda.run_until(T0 + 3 * DAY)
    for agent, ear, began in zip(full, ears, shifts, strict=True):
        length = agent.spec.shift_length
        taken = [(span.reason, span.began - began) for span, _ in ear.ended]
        in_shift = [(why, at) for why, at in taken if 0 <= at < length]
        assert [why for why, _ in in_shift].count("Break") == 2
        (meal,) = [at for why, at in in_shift if why == "Meal"]
        assert 0.4 * length < meal < 0.65 * length


def test_a_centre_without_agents_has_customers_who_all_give_up():
    agenda, site = centre(Size(agents=0, queues=1, chats=1, emails=1), hour=10)
    ear = Ear(site.queues[0].actions)
    agenda.run_until(T0 + 4 * HOUR)
    assert ear.instants["CallEntered"] > 0
    assert ear.instants["CallAnswered"] == 0
