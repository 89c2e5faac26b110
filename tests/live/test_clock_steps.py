"""The service's clock may be set, or another host may answer (decision 23)."""

from hypothesis import example, given
from hypothesis import strategies as st

from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.live.clock import NEAR, REORDERED, STEADY, ServiceClock
from statmon.live.table import LiveTable

START = 1_790_000_000_000
SETTLED = 10_000
"""Milliseconds of ordinary updates after which the clock is known."""
ROWS = 3
WITHIN = 5_000
STEPS = st.integers(-86_400_000, 86_400_000).filter(lambda by: abs(by) > 1_500)
SKEWS = st.integers(-90_000_000, 90_000_000)
STRAY = 4_000_000_000_000
"""The year 2096."""


def series(row):
    return Statistic(f"s{row}", ObjectRef("Queue", f"q{row}"), "Waiting").series("http://site")


def made_table():
    table = LiveTable()
    table.healthy = True
    for row in range(ROWS):
        table.add(Statistic(f"s{row}", ObjectRef("Queue", f"q{row}"), "Waiting"), series(row))
    table.set_open(table.series, is_open=True)
    return table


class Service:
    """Sends one update a second to each row, as an engine takes it in; its clock can be set."""

    def __init__(self, skew=0):
        self.skew, self.now, self.count = skew, 0, 0
        self.table, self.steps, self.shown, self.news = made_table(), [], [], []

    def send(self, row, skew=None, made=None, origin="update", asked=None):
        """One reading; ``made`` is when it was made, if not now. Returns its number."""
        self.count += 1
        made = self.now if made is None else made
        stamp = START + made + (self.skew if skew is None else skew)
        self._take([Reading(series(row), self.count, stamp, START + self.now, origin)], asked)
        return self.count

    def _take(self, readings, asked=None):
        self._shown(self.table.apply(readings, asked=asked))
        self.look()

    def look(self):
        """What the engine does after each batch and once a second."""
        step = self.table.follow(START + self.now)
        if step is not None:
            if step.told:
                self.steps.append(step)
            self._shown([shown for _, shown in self.table.release(START + self.now)])

    def _shown(self, news):
        self.shown += [one.value for one in news]
        self.news += news

    def run(self, milliseconds, rows=range(ROWS), skews=None):
        """Send an update a second to each row; two servers by turns where two skews are given."""
        end = self.now + milliseconds
        sent = []
        while self.now < end:
            self.now += 1000
            skew = skews[self.now // 1000 % len(skews)] if skews else None
            sent += [(self.now, self.send(row, skew)) for row in rows]
            self.look()
        return sent

    @property
    def now_there(self):
        return self.table.clock.at(START + self.now) - START


@given(STEPS, SKEWS)
@example(-3_600_000, 0)
@example(-5_000, 0)
@example(-4_000, 0)
@example(-2_000, 0)
def test_new_readings_are_shown_within_five_seconds_of_a_step(by, skew):
    """Whatever the step, whatever the clocks differed by before; in order of arrival."""
    service = Service(skew)
    service.run(SETTLED)
    at = service.now
    service.skew += by
    sent = service.run(20_000)

    late = [number for when, number in sent if when > at + WITHIN]
    assert [number for number in service.shown if number >= late[0]] == late
    assert in_order(service)
    assert abs(service.now_there - (service.now + service.skew)) <= NEAR


@given(STEPS.filter(lambda by: abs(by) > REORDERED + NEAR))
def test_a_step_is_told_once_with_its_size_and_within_five_seconds(by):
    """Neither twice nor as several smaller ones."""
    service = Service()
    service.run(SETTLED)
    service.skew += by
    service.run(WITHIN)
    told = [round(step.by, -3) for step in service.steps]
    service.run(60_000)

    assert len(told) == len(service.steps) == 1
    assert abs(told[0] - by) <= NEAR


@given(st.integers(1_600, 86_400_000))
def test_what_comes_once_after_a_step_back_is_shown(by):
    """It may be the last one for hours: others prove the step, and what was held is shown."""
    service = Service()
    service.run(SETTLED)
    service.now += 200
    service.skew -= by
    once = service.send(0)
    service.run(6_000, rows=[1, 2])

    if by > NEAR:
        assert once in service.shown
        assert service.table.number(0) == once


def test_the_only_reading_after_a_step_is_shown_at_once_and_the_step_told():
    """An hour is no reordering, though nothing else comes."""
    service = Service()
    service.run(SETTLED, rows=[0])
    service.now += 60_000
    service.skew -= 3_600_000
    once = service.send(0)
    assert service.table.number(0) == once
    for _ in range(5):
        service.now += 1000
        service.look()

    assert [step.by for step in service.steps] == [-3_600_000]


@given(
    st.lists(
        st.tuples(st.integers(0, ROWS - 1), st.integers(1, REORDERED - 1_000)),
        min_size=1,
        max_size=20,
    ),
    SKEWS,
)
def test_late_ones_are_still_told_apart_and_are_no_step(late, skew):
    """A reading that overtook another one of its series is not overwritten by it."""
    service = Service(skew)
    service.run(SETTLED)
    for row, delay in late:
        service.now += 500
        newest = service.send(row)
        service.now += 100
        overtaken = service.send(row, made=service.now - delay - 100)
        service.run(2_000, rows=[(row + 1) % ROWS])
        assert service.table.number(row) == newest
        assert overtaken not in service.shown
    service.run(5_000)

    assert service.steps == []
    assert service.table.late == len(late)


def test_the_same_again_is_a_duplicate_on_either_clock():
    """It proves the row and is no news."""
    service = Service()
    service.run(SETTLED)
    for by in (0, -3_600_000):
        service.skew += by
        service.run(SETTLED)
        before = service.table.duplicate
        stamp = START + service.now + service.skew
        again = Reading(series(0), service.table.raw[0], stamp, START + service.now, "update")
        assert service.table.apply([again]) == []
        assert service.table.duplicate == before + 1


@given(st.integers(-86_400_000, 86_400_000), st.integers(1, 40))
def test_two_servers_by_turns_are_both_shown_in_order_of_arrival(apart, every):
    """A failover to a backup and back, each some seconds; no series is blind for five."""
    service = Service()
    service.run(SETTLED)
    sent = service.run(90_000, skews=[0] * every + [apart] * every)

    shown = set(service.shown)
    for row in range(ROWS):
        blind = 0
        for _when, number in sent[row::ROWS]:
            blind = 0 if number in shown else blind + 1
            assert blind <= WITHIN // 1000
    assert in_order(service)


@given(st.integers(0, ROWS - 1), st.booleans())
def test_a_stamp_from_the_far_future_costs_no_later_reading_and_moves_no_clock(row, early):
    """Neither of its own series nor of others."""
    service = Service()
    if not early:
        service.run(SETTLED)
    service.now += 300
    service.send(row, skew=STRAY)
    at = service.now
    sent = service.run(20_000)

    after = {number for when, number in sent if when > at + WITHIN}
    assert after <= set(service.shown)
    assert abs(service.now_there - service.now) <= NEAR
    assert service.steps == []


def test_a_peek_asked_after_the_newest_reading_is_believed_whatever_its_time():
    """It cannot be older than what had come before it was asked for."""
    service = Service()
    service.run(SETTLED)
    service.now += 1000
    asked = START + service.now
    service.skew -= 3_600_000
    number = service.send(0, origin="peek", asked=asked)

    assert service.table.number(0) == number


def test_a_peek_that_an_update_overtook_is_late():
    """The value had not changed for an hour when it was asked for, and then it did."""
    service = Service()
    service.run(SETTLED)
    asked = START + service.now
    service.now += 100
    newest = service.send(0)
    service.now += 50
    service.send(0, origin="peek", made=service.now - 3_600_000, asked=asked)

    assert service.table.number(0) == newest
    assert service.table.late == 1


def test_values_that_are_only_fetched_follow_a_step():
    """Where notifications are blocked all that comes are peeks."""
    service = Service()
    for _ in range(10):
        service.now += 5_000
        service.send(0, origin="peek", asked=START + service.now)
    service.skew -= 3_600_000
    for _ in range(2):
        service.now += 5_000
        number = service.send(0, origin="peek", asked=START + service.now)
        assert service.table.number(0) == number

    assert [step.by for step in service.steps] == [-3_600_000]


def test_what_was_held_up_by_an_outage_is_no_step():
    """Buffered updates come when the connection is back, some behind a peek."""
    service = Service()
    service.run(SETTLED)
    service.table.clock.doubt()
    away = service.now
    service.now += 60_000
    newest = service.send(0, origin="peek", asked=START + service.now - 100)
    for second in range(1, 60):
        service.send(0, made=away + second * 1000)
        service.send(1, made=away + second * 1000)
    assert service.table.number(0) == newest
    service.run(SETTLED)

    assert service.steps == []


@given(STEPS.filter(lambda by: abs(by) > REORDERED + NEAR))
def test_a_step_during_an_outage_is_told_when_the_service_is_back(by):
    """A backup with another clock has taken over."""
    service = Service()
    service.run(SETTLED)
    service.table.clock.doubt()
    service.now += 20_000
    service.skew += by
    service.run(SETTLED)

    assert [abs(step.by - by) <= NEAR for step in service.steps] == [True]


@given(STEPS)
def test_the_time_in_a_state_goes_on_over_a_step(by):
    """To some seconds: it began on the clock before; whether or not the service says it again."""
    service = Service()
    service.run(SETTLED)
    since = (START + service.now) // 1000
    state = {"stateValue": {"status": 4, "time": since}}
    service._take([Reading(series(0), state, START + service.now, START + service.now, "update")])
    began = service.now
    service.run(5_000, rows=[1, 2])
    service.skew += by
    service.run(10_000, rows=[1, 2])
    stamp = START + service.now + service.skew
    assert abs(in_state(service) * 1000 - (service.now - began)) <= REORDERED + NEAR

    service._take([Reading(series(0), state, stamp, START + service.now, "update")])
    assert abs(in_state(service) * 1000 - (service.now - began)) <= REORDERED + NEAR


def in_order(service):
    """Whether each series was shown in the order in which its readings came, and time went on."""
    arrived = [one.arrived for one in service.news]
    of_each = [[one.value for one in service.news if one.series == series(r)] for r in range(ROWS)]
    return arrived == sorted(arrived) and all(values == sorted(values) for values in of_each)


def in_state(service):
    return service.table.time_in_state(0, START + service.now)


def test_a_slower_service_is_no_step():
    """Readings that are all delayed by some seconds more contradict nothing."""
    service = Service()
    service.run(SETTLED)
    for delay in range(0, 20_000, 500):
        service.now += 1000
        service.send(0, made=service.now - delay)
        service.look()

    assert service.steps == []
    assert service.table.late == 0


def test_a_clock_that_runs_slower_is_followed_without_a_word():
    """A hundred parts in a million make nine seconds a day."""
    clock, now, leads = ServiceClock(), 0, []
    for _ in range(86_400 // 5):
        now += 5_000
        lead = -now // 10_000
        clock.observe(START + now + lead, START + now)
        assert clock.follow(START + now) is None or not clock.suspected
        leads.append(abs(clock.offset - lead))

    assert max(leads) <= NEAR


def test_this_computers_clock_that_is_set_is_no_step_of_the_services():
    """Both leads and arrivals move."""
    service = Service()
    service.run(SETTLED)
    service.table.shift(3_600_000)
    service.now += 3_600_000
    service.skew -= 3_600_000
    service.run(30_000)

    assert service.steps == []
    assert abs(service.now_there - (service.now + service.skew)) <= NEAR


def test_the_constants_leave_room_for_one_another():
    """The sum of what is waited for stays within what is promised."""
    assert NEAR < STEADY < REORDERED <= WITHIN


@given(st.integers(2, 100), st.booleans())
def test_a_simulators_clock_that_runs_fast_is_followed_and_never_told(speed, late):
    """It was not set; durations count on it."""
    service = Service()
    service.run(SETTLED if late else 0)
    begun = service.now
    for _ in range(100):
        service.now += 500
        service.skew = (service.now - begun) * (speed - 1)
        for row in range(ROWS):
            service.send(row)
        service.look()

    assert service.steps == []
    assert abs(service.now_there - (service.now + service.skew)) <= STEADY * speed
    assert service.table.late == 0
