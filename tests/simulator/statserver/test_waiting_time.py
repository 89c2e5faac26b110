"""Expected waits, against the guide's formula worked out from what the agents did."""

import pytest

from statmon.simulator.agenda import HOUR, MINUTE, Agenda
from statmon.simulator.staffing import Size, ordinary
from statmon.simulator.statserver.definition import DefinitionError
from statmon.simulator.statserver.directory import Directory
from statmon.simulator.statserver.server import StatServer

T0 = 1_700_000_000_000
# T0 is 22:13: no reset comes between.
GROWING = {"intervalType": "GrowingWindow", "dynamicTimeProfile": "22:00"}


class Work:
    """What an agent spent on calls: (queue's label, ms), and how many of them it had."""

    def __init__(self, agent):
        self.spent, self.calls = [], []
        agent.actions.listen(self)

    def begin(self, now, span):
        pass

    end = begin

    def instant(self, now, span):
        label = span.data.get("ServiceType")
        if span.name in ("CallReleased", "CallMissed", "ACWCompleted"):
            self.spent.append((label, span.media, now - span.began))
        if span.name in ("CallReleased", "CallMissed"):
            self.calls.append((label, span.media))


class Floor:
    def __init__(self, load=1.6):
        self.agenda = Agenda(T0)
        size = Size(agents=14, queues=2, load=load)
        self.site = ordinary(self.agenda, size, seed=2, midnight=T0 - 9 * HOUR)
        self.server = StatServer(self.agenda, Directory(self.site))
        self.work = {agent: Work(agent) for agent in self.site.agents}

    def open(self, queue, category):
        definition = {"category": category, "subject": "DNAction", "mainMask": "CallWait"}
        opened = self.server.open("Queue", queue.spec.number, definition=definition | GROWING)
        return lambda: float(opened.statistic.payload()["stringValue"])

    def parts(self, queue):
        """Handling time (s), waiting, ready, logged in and effective portion of a queue."""
        staff = [agent for agent in self.site.agents if queue.index in agent.spec.skills]
        key = (queue.spec.label, queue.spec.media)
        calls = sum(call == key for one in staff for call in self.work[one].calls)
        spent = sum(ms for one in staff for *of, ms in self.work[one].spent if tuple(of) == key)
        everything = sum(ms for one in staff for *_, ms in self.work[one].spent)
        ready = sum(agent.status == "WaitForNextCall" for agent in staff)
        there = sum(agent.logged_in_at is not None for agent in staff)
        # Times are whole seconds before they are divided, as every category's are.
        each = spent // 1000 / calls if calls else 90
        portion = (spent // 1000) / (everything // 1000) if spent and everything else 1
        return each, len(queue.callers), ready, there, portion


def test_the_expected_wait_is_the_guides_formula():
    floor = Floor()
    asked = {queue: floor.open(queue, "EstimWaitingTime") for queue in floor.site.queues}
    seen = set()
    for _ in range(120):
        floor.agenda.run_until(floor.agenda.now + 2 * MINUTE)
        for queue, value in asked.items():
            each, waiting, ready, there, portion = floor.parts(queue)
            active = there - ready or 0.0001
            wait = each * max(0, waiting - ready) / (active * portion)
            assert value() == pytest.approx(wait, abs=1e-3)
            seen.add(wait > 0)
    assert seen == {True, False}


def test_before_the_first_call_a_call_is_thought_to_take_ninety_seconds():
    floor = Floor()
    queue = floor.site.queues[0]
    value = floor.open(queue, "LoadBalance")
    assert value() == pytest.approx(90 * 1 / 0.0001)  # nobody has come to work yet


def test_the_load_balance_prefers_the_queue_with_more_agents_ready():
    floor = Floor(load=0.3)
    queue = floor.site.queues[0]
    value = floor.open(queue, "LoadBalance")
    below = 0
    for _ in range(30):
        floor.agenda.run_until(floor.agenda.now + 2 * MINUTE)
        each, waiting, ready, there, portion = floor.parts(queue)
        assert value() == pytest.approx(each * (waiting + 1 - ready) / (there * portion), abs=1e-3)
        below += value() < 0
    assert below


@pytest.mark.parametrize("kind", ["GroupAgents", "GroupQueues", "Agent"])
def test_only_queues_have_an_expected_wait(kind):
    floor = Floor()
    (found, *_) = floor.server.directory.ids(kind)
    definition = {"category": "EstimWaitTime", "subject": "DNAction", "mainMask": "CallWait"}
    with pytest.raises(DefinitionError, match="suits only Queue and RoutePoint"):
        floor.server.open(kind, found, definition=definition)
    assert len(floor.server) == 0


def test_closing_one_leaves_no_listener_behind():
    floor = Floor()
    queue = floor.site.queues[0]
    opened = floor.server.open(
        "Queue", queue.spec.number, definition=GROWING | {"category": "LoadBalance",
                                                          "subject": "DNAction",
                                                          "mainMask": "CallWait"}
    )  # fmt: skip
    assert queue.actions.listeners
    floor.server.close(opened)
    assert not queue.actions.listeners
    assert all(len(agent.actions.listeners) == 1 for agent in floor.site.agents)
