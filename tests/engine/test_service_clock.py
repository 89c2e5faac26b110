"""An engine follows a service whose clock is set, and says so (decision 23)."""

import pytest

from statmon.domain.reading import Reading
from statmon.domain.workspace import parse
from statmon.engine import Engine
from statmon.engine.engine_state import EngineState
from statmon.history import History
from statmon.recording import Recording
from statmon.service.subscriptions.desired import wanted_in
from statmon.service.wire.events import Arrival, ClockStepped, ConnectionChanged, ReadingsArrived
from tests.engine.support.stage import running, simulated, workspace

HOUR = 3_600_000
START = 1_790_000_000_000
EVERY_SECOND = {
    "category": "CurrentTime",
    "subject": "AgentStatus",
    "mainMask": "*",
    "notificationMode": "Periodical",
    "notificationFrequency": 1,
    "insensitivity": 0,
}
FLOOR = parse(
    {
        "schema": 1,
        "subscriptions": [
            {
                "name": "A",
                "statistics": [
                    {
                        "id": str(number),
                        "objectType": "Agent",
                        "objectId": f"agent{number}",
                        "definition": EVERY_SECOND,
                    }
                    for number in range(1, 7)
                ],
            }
        ],
    }
)
WHOLE_SPAN = (0, 1 << 60)


def readings_of(events):
    return [
        one.reading
        for event in events
        if isinstance(event, ReadingsArrived)
        for one in event.arrivals
    ]


@pytest.mark.parametrize("transport", ["websocket", "long-polling"])
async def test_an_hour_back_is_followed_told_and_recorded(transport, tmp_path):
    """Readings of both clocks are told and kept in the order in which they arrived."""
    async with simulated("--websocket") as stage:
        engine = Engine(FLOOR.at(stage.url), stage.access(transport=transport))
        history = History(tmp_path)
        Recording(engine, engine.workspace, history).start()
        async with running(engine) as ear:
            await ear.open()
            await ear.until(lambda: engine.table.clock.sure)
            before, late = len(ear.events), engine.received.late
            old = max(reading.timestamp for reading in readings_of(ear.events))
            stage.fault("clock", "-3600")
            await ear.until(lambda: any(isinstance(e, ClockStepped) for e in ear.events))
            told = [event for event in ear.events if isinstance(event, ClockStepped)]
            new = readings_of(ear.events[before:])
            first = next(one for one in new if one.timestamp < old - HOUR // 2)
            recorded = history.arrived(list(engine.wishes), *WHOLE_SPAN).result()
            steps = history.steps(*WHOLE_SPAN).result()

        assert [abs(step.by + HOUR) < 2_000 for step in told] == [True]
        assert told[0].at - first.arrived <= 5_000
        assert engine.received.late == late
        kept = [(r.series, r.timestamp) for r in recorded]
        assert [(r.series, r.timestamp) for r in new] == kept[-len(new) :]
        assert steps == [(told[0].at, told[0].by)]
        history.close()


class Feed:
    """A picture that is told of readings, one each time, at its own time."""

    def __init__(self):
        self.now, self.skew, self.events = START, 0, []
        whole = workspace(A=[("agent1", "InboundCalls"), ("agent2", "InboundCalls")]).at("http://s")
        self.picture = EngineState(whole, ConnectionChanged("connected", "websocket", None, START))
        self.picture.listen(self.events.append)
        self.wanted = wanted_in(whole)

    def send(self, which, value, made=None):
        wish = self.wanted[which]
        stamp = (self.now if made is None else made) + self.skew
        reading = Reading(wish.series, value, stamp, self.now, "update")
        self.picture._tell(ReadingsArrived((Arrival(reading, (wish,), "id"),), self.now))

    def settle(self, seconds=10):
        for _ in range(seconds):
            self.now += 1000
            self.send(1, self.now)

    @property
    def values(self):
        return [r.value for r in readings_of(self.events) if isinstance(r.value, str)]


def test_what_was_held_until_the_step_was_known_is_told_after_the_step():
    """Three seconds back and the last call of an agent for hours: listeners hear of both."""
    feed = Feed()
    feed.settle()
    feed.send(0, "before")
    feed.now += 100
    feed.skew = -4_000
    feed.send(0, "after")
    assert feed.values == ["before"]
    feed.settle(6)

    assert feed.values == ["before", "after"]
    place = next(i for i, event in enumerate(feed.events) if isinstance(event, ClockStepped))
    assert "after" in [r.value for r in readings_of(feed.events[place:])]
    assert feed.picture._held == []


def test_what_was_held_and_came_late_is_told_to_nobody():
    """It is counted."""
    feed = Feed()
    feed.settle()
    feed.send(0, "newer")
    feed.now += 100
    feed.send(0, "older", made=feed.now - 4_000)
    feed.settle(6)

    assert feed.values == ["newer"]
    assert feed.picture.received.late == 1
    assert not any(isinstance(event, ClockStepped) for event in feed.events)
    assert feed.picture._held == []
