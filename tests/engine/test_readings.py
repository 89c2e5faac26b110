"""What an engine tells of never goes back in time; what came late or twice is counted."""

import asyncio

import pytest

from statmon.engine import Engine
from statmon.service.clock import Absence, elapsed_ms
from statmon.service.wire.events import ReadingsArrived, Slept
from tests.engine.support.stage import running, simulated, workspace

FLOOR = {
    "A": [(f"agent{number}", "TimeInCurrentState") for number in range(1, 7)],
    "B": [("7001@SIP_Switch", "CurrentNumberWaitingCalls"), ("agent1", "TimeInCurrentState")],
}


def told(ear):
    """Every (subscription, series, timestamp, value) that was told of, in order."""
    return [
        (who.subscription, one.reading.series, one.reading.timestamp, str(one.reading.value))
        for event in ear.events
        if isinstance(event, ReadingsArrived)
        for one in event.arrivals
        for who in one.wanted
    ]


@pytest.mark.parametrize("fault", ["duplicate", "late"])
async def test_no_update_is_told_twice_or_late(fault):
    """Each as often as it is wanted, in the order of its timestamps."""
    async with simulated("--speed", "60") as stage:
        engine = Engine(workspace(**FLOOR).at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            stage.fault(fault, "1" if fault == "late" else None)
            await ear.until(lambda: len(told(ear)) > 60)
            if fault == "late":
                stage.well("late")  # what was held back comes after what is not
                await ear.until(lambda: engine.received.late + engine.received.duplicate)
            else:
                await ear.until(lambda: engine.received.duplicate > 20)

    seen = told(ear)
    assert len(seen) == len(set(seen))
    latest = {}
    for subscription, series, timestamp, _ in seen:
        assert timestamp >= latest.get((subscription, series), 0)
        latest[subscription, series] = timestamp


async def test_updates_of_a_subscription_that_is_not_ours_are_counted():
    """Somebody else's, or one of ours that was closed a moment ago."""
    async with simulated() as stage:
        engine = Engine(workspace(A=FLOOR["A"]).at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            (client,) = stage.state.subscriptions.clients.values()
            open_there = stage.state.subscriptions
            open_there.add(
                client,
                open_there.begin(client, "another"),
                [
                    {
                        "statisticId": "s",
                        "objectType": "Agent",
                        "objectId": "agent1",
                        "definition": {
                            "category": "CurrentTime",
                            "subject": "AgentStatus",
                            "mainMask": "*",
                            "notificationMode": "Periodical",
                            "notificationFrequency": 1,
                            "insensitivity": 0,
                        },
                    }
                ],
            )
            await ear.until(lambda: engine.received.foreign)
        before = engine.received.foreign
        await asyncio.sleep(0)
        assert engine.received.foreign == before > 0


async def test_a_sleep_is_told_of_before_what_is_heard_after_it():
    """So that no line is drawn through it."""
    minutes_38 = 38 * 60_000
    async with simulated("--speed", "60") as stage:
        engine = Engine(workspace(**FLOOR).at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            away, began = 0, elapsed_ms()
            engine._absence = Absence(lambda: elapsed_ms() + away)
            before, away = len(ear.events), minutes_38
            await ear.until(lambda: len(ear.events) > before + 1)
            went = elapsed_ms() - began

    first, *others = ear.events[before:]
    assert isinstance(first, Slept)
    assert minutes_38 <= first.at - first.since <= minutes_38 + went
    assert not [event for event in others if isinstance(event, Slept)]
