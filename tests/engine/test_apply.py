"""A changed workspace is applied live: only what differs is opened or closed."""

import asyncio
import dataclasses

from statmon.engine import Engine, engine_state
from statmon.engine.engine_state import PART
from statmon.history import History
from statmon.live.freshness import Freshness
from statmon.recording import Recording
from statmon.service.access import Access
from statmon.service.subscriptions.desired import wanted_in
from tests.engine.support.stage import running, simulated, workspace

CALLS = [(f"agent{number}", "InboundCalls") for number in range(1, 7)]
STATES = [(f"agent{number}", "CurrentAgentState") for number in range(1, 4)]


def disabled(whole, name):
    """The same workspace with one subscription switched off."""
    return dataclasses.replace(
        whole,
        subscriptions=tuple(
            dataclasses.replace(item, extra={"enabled": False}) if item.name == name else item
            for item in whole.subscriptions
        ),
    )


async def test_an_added_statistic_is_opened_beside_what_is_open():
    """The subscription that is open keeps its id, and its rows their place."""
    async with simulated() as stage:
        engine = Engine(workspace(A=CALLS).at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            (first,) = stage.open
            engine.apply(workspace(A=CALLS, B=STATES))
            await ear.until(lambda: engine.subscriptions["B"].state == "open")

            assert first in stage.open
            assert len(stage.open) == 2
            assert not ear.changes("lost")
            assert not ear.changes("closed")
            assert len(engine.table.rows()) == len(CALLS) + len(STATES)


async def test_a_subscription_switched_off_is_closed_and_on_again_opened():
    """Its rows go and come with it; its neighbour notices nothing."""
    async with simulated() as stage:
        whole = workspace(A=CALLS, B=STATES).at(stage.url)
        engine = Engine(whole, stage.access())
        async with running(engine) as ear:
            await ear.open()
            kept = ear.changes("open")[0].subscription_id
            engine.apply(disabled(whole, "B"))
            await ear.until(lambda: len(stage.open) == 1)

            assert list(stage.open) == [kept]
            assert engine.subscriptions["B"].state == "closed"
            assert len(engine.table.rows()) == len(CALLS)

            engine.apply(whole)
            await ear.until(lambda: engine.subscriptions["B"].state == "open")
            assert kept in stage.open
            assert len(engine.table.rows()) == len(CALLS) + len(STATES)


async def test_of_a_shared_statistic_the_other_subscription_keeps_its_part():
    """It was asked of the service once, by the first; the second goes on alone."""
    async with simulated() as stage:
        engine = Engine(workspace(A=CALLS, B=CALLS[:2]).at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            engine.apply(workspace(B=CALLS[:2]))
            # Two of six are left: they are opened elsewhere before the six are closed.
            await ear.until(lambda: [len(items) for items in stage.open.values()] == [2])

            fresh = engine.table.freshness(engine.connection.at + 1000)
            assert engine.subscriptions.keys() == {"B"}
            assert all(fresh[row] == Freshness.LIVE for row in engine.table.rows())
            assert engine.table.freshness_of(0, engine.connection.at) is not Freshness.STALE


async def test_what_only_changes_its_name_costs_no_request():
    """Labels, views and ids are ours; the service does not hear of them."""
    async with simulated() as stage:
        engine = Engine(workspace(A=CALLS).at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            told = len(ear.events)
            before = set(stage.open)
            engine.apply(dataclasses.replace(engine.workspace, name="Other"))
            assert len(ear.events) == told
            assert set(stage.open) == before


async def test_applied_before_the_start_it_is_what_is_opened():
    """An engine need not run to be told."""
    async with simulated() as stage:
        engine = Engine(workspace(A=CALLS).at(stage.url), stage.access())
        engine.apply(workspace(B=STATES))
        async with running(engine) as ear:
            await ear.open()
            assert [len(items) for items in stage.open.values()] == [len(STATES)]
            assert [item.series.site for item in ear.changes("open")[0].errors] == []


MANY = [(f"agent{number}", "InboundCalls") for number in range(3 * PART)]


async def turns_until_taken_over(engine):
    """Let the loop turn until nothing is left to take over; return how often it did."""
    turns = 0
    while engine.taking_over:
        turns += 1
        await asyncio.sleep(0)
    return turns


async def test_thousands_of_statistics_are_taken_over_in_parts(monkeypatch):
    """The loop turns in between; in the end everything is there."""
    monkeypatch.setattr(engine_state, "LONGEST", 0.0)
    engine = Engine(workspace().at("http://127.0.0.1:1"), Access("http://127.0.0.1:1"))
    engine.apply(workspace(A=MANY))
    assert len(engine.table.rows()) == PART

    assert await turns_until_taken_over(engine) >= 3
    assert len(engine.table.rows()) == len(engine.wishes) == len(MANY)


async def test_a_change_waits_for_the_one_that_is_being_taken_over(monkeypatch):
    """What was wanted last is what there is in the end, however far the first had come."""
    monkeypatch.setattr(engine_state, "LONGEST", 0.0)
    engine = Engine(workspace().at("http://127.0.0.1:1"), Access("http://127.0.0.1:1"))
    engine.apply(workspace(A=MANY))
    await asyncio.sleep(0)
    engine.apply(workspace(B=CALLS, C=MANY[:2]))
    await turns_until_taken_over(engine)

    wanted = {item.series for item in wanted_in(engine.workspace)}
    assert engine.wishes.keys() == wanted
    assert {engine.table.series[row] for row in engine.table.rows()} == wanted
    assert engine.subscriptions.keys() == {"B", "C"}


async def test_a_change_in_parts_reaches_the_service_whole(monkeypatch):
    """Openings and closings go on meanwhile."""
    monkeypatch.setattr(engine_state, "LONGEST", 0.0)
    monkeypatch.setattr(engine_state, "PART", 2)
    async with simulated() as stage:
        engine = Engine(workspace(A=CALLS, B=STATES).at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            engine.apply(workspace(A=CALLS[3:], C=[*STATES, *CALLS[:1]]))
            wanted = {item.series for item in wanted_in(engine.workspace)}
            await ear.until(
                lambda: (
                    not engine.taking_over
                    and sum(map(len, stage.open.values())) == len(wanted)
                    and {s.state for s in engine.subscriptions.values()} == {"open"}
                )
            )
            assert {engine.table.series[row] for row in engine.table.rows()} == wanted
            assert not ear.changes("lost")


async def test_a_series_that_both_workspaces_want_has_no_gap_and_another_its_true_reason(tmp_path):
    """It is closed in the one subscription only after it is open in the other."""
    async with simulated() as stage:
        engine = Engine(workspace(A=CALLS).at(stage.url), stage.access())
        history = History(tmp_path)
        recording = Recording(engine, engine.workspace, history)
        recording.start()
        async with running(engine) as ear:
            await ear.open()
            kept, gone = (wish.series for wish in [*engine.wishes.values()][:2])
            engine.apply(workspace(B=CALLS[:1]))
            await ear.until(lambda: [len(items) for items in stage.open.values()] == [1])
            lasting = [gap for gap in history.gaps(0, 1 << 60).result() if gap.series is not None]
            engine.apply(workspace(A=CALLS))
            await ear.until(lambda: engine.table.is_open(gone))
            after = [gap for gap in history.gaps(0, 1 << 60).result() if gap.series is not None]
        recording.stop()
        history.close()

    assert not [gap for gap in after if kept in gap.series and gap.end != gap.start]
    (gap,) = (gap for gap in lasting if gone in gap.series)
    assert (gap.kind, gap.end) == ("closed", None)
    assert [gap.end is None for gap in after if gone in gap.series] == [False]
