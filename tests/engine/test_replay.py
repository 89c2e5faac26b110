"""A recorded session, replayed, tells what it told when it happened."""

import asyncio
import json
import math

import pytest

from statmon.engine import Engine
from statmon.engine.replay import Replay
from statmon.service.wire.events import ReadingsArrived, ServiceChanged, SubscriptionChanged
from statmon.storage.user.tape import Tape
from statmon.storage.user.tape_lines import TapeError
from tests.engine.support.stage import Ear, running, simulated, workspace

FLOOR = {
    "A": [(f"agent{number}", "TimeInCurrentState") for number in range(1, 5)],
    "B": [("7001@SIP_Switch", "CurrentNumberWaitingCalls"), ("agent1", "TimeInCurrentState")],
    "C": [("nobody", "InboundCalls"), ("agent2", "InboundCalls")],
}


def readings(ear):
    """What was told of values, without local times."""
    return [
        (who.subscription, one.subscription_id, who.statistic, one.reading._replace(arrived=0))
        for event in ear.events
        if isinstance(event, ReadingsArrived)
        for one in event.arrivals
        for who in one.wanted
    ]


def of_updates(ear):
    """The values that came by themselves."""
    return [told for told in readings(ear) if told[3].origin == "update"]


def changes(ear):
    """What was told of subscriptions and the service, by kind: chunks open side by side."""
    told = [
        (event.subscription_id, event.name, event.state, event.series, event.errors)
        for event in ear.events
        if isinstance(event, SubscriptionChanged) and event.state != "closed"
    ]
    return sorted(told, key=repr), [
        event.state for event in ear.events if isinstance(event, ServiceChanged)
    ]


async def record(path, transport="long-polling"):
    """Record a session with all that matters in it; return what it told."""

    def failed(error):
        raise error

    arguments = ("--speed", "60", *(["--websocket"] if transport == "websocket" else []))
    async with simulated(*arguments) as stage:
        whole = workspace(**FLOOR).at(stage.url)
        tape = Tape(path, whole, failed)
        engine = Engine(whole, stage.access(transport=transport), tap=tape)
        async with running(engine) as ear:
            await ear.open()
            await ear.until(lambda: len(readings(ear)) > 20)
            stage.fault("outage")
            await ear.until(lambda: ear.changes("lost"))
            stage.well("outage")
            await ear.open()
            before = len(ear.changes("lost"))
            stage.fault("lose-sessions")
            await ear.until(lambda: len(ear.changes("lost")) > before)
            await ear.open()
        await asyncio.to_thread(tape.close)
    return engine, ear


@pytest.mark.parametrize("transport", ["long-polling", "websocket"])
async def test_it_tells_the_same(tmp_path, transport):
    """The same readings in the same order, the same states, the same table at the end."""
    engine, lived = await record(tmp_path / "tape", transport)
    replay = Replay(tmp_path / "tape", speed=math.inf)
    played = Ear(replay)
    await replay.run()

    assert readings(played) == readings(lived)
    assert changes(played) == changes(lived)
    assert replay.table.raw == engine.table.raw
    assert replay.table.errors == engine.table.errors
    assert replay.connection.state == "closed"


async def test_answers_that_strict_json_refuses_are_told_as_well(tmp_path):
    """They stand in the recording as texts; watch has read them all the same."""
    tape = tmp_path / "tape"
    _, lived = await record(tape)
    lines = list(map(json.loads, tape.read_text().splitlines()))
    for line in lines:
        for kind, body in (("rest", "received"), ("cometd", "body")):
            if body in line.get(kind, {}):
                line[kind][body] = json.dumps(line[kind][body])
    tape.write_text("\n".join(map(json.dumps, lines)))
    replay = Replay(tape, speed=math.inf)
    played = Ear(replay)
    await replay.run()

    assert readings(played) == readings(lived)
    assert changes(played) == changes(lived)


@pytest.mark.parametrize("transport", ["long-polling", "websocket"])
async def test_what_came_while_leaving_is_told_by_both(tmp_path, transport):
    """A subscription still speaks until the service has deleted it."""
    arguments = ("--speed", "60", *(["--websocket"] if transport == "websocket" else []))
    async with simulated(*arguments) as stage:
        whole = workspace(**FLOOR).at(stage.url)
        tape = Tape(tmp_path / "tape", whole, print)
        engine = Engine(whole, stage.access(transport=transport), tap=tape)
        async with running(engine) as lived:
            await lived.open()
            stage.fault("slow", "1/subscriptions/")
            before = len(readings(lived))
        await asyncio.to_thread(tape.close)
    replay = Replay(tmp_path / "tape", speed=math.inf)
    played = Ear(replay)
    await replay.run()

    assert len(readings(lived)) > before
    assert readings(played) == readings(lived)


async def test_an_update_that_overtakes_the_answer_is_told(tmp_path):
    """It comes on another connection than the answer that says that its subscription is open."""
    await record(tmp_path / "tape")
    lines = (tmp_path / "tape").read_bytes().splitlines(keepends=True)
    ordinary = Ear(Replay(tmp_path / "tape", speed=math.inf))
    await ordinary.engine.run()
    id_ = of_updates(ordinary)[0][1].encode()
    answer = next(n for n, line in enumerate(lines) if b'"POST"' in line and id_ in line)
    update = next(
        n for n, line in enumerate(lines) if n > answer and b'"cometd"' in line and id_ in line
    )
    lines.insert(update, lines.pop(answer))
    (tmp_path / "overtaken").write_bytes(b"".join(lines))
    overtaken = Ear(Replay(tmp_path / "overtaken", speed=math.inf))
    await overtaken.engine.run()

    assert sorted(map(repr, of_updates(overtaken))) == sorted(map(repr, of_updates(ordinary)))
    assert overtaken.engine.table.raw == ordinary.engine.table.raw
    assert overtaken.engine.received.foreign == ordinary.engine.received.foreign


async def test_in_the_window_it_happens_now_as_fast_as_wished(tmp_path):
    """Ages are those of then, divided by the speed; the service's times are left alone."""
    await record(tmp_path / "tape")
    recorded, shown = Replay(tmp_path / "tape", speed=math.inf), Ear
    first = shown(recorded)
    await recorded.run()
    replay = Replay(tmp_path / "tape", speed=1000, present=True)
    second = shown(replay)
    await replay.run()

    assert "recording of" in replay.workspace.name  # nobody takes it for what happens now
    assert [r for *_, r in readings(second)] == [r for *_, r in readings(first)]
    then = [event.at for event in first.events]
    now = [event.at for event in second.events]
    expected = [now[0] + round((at - then[0]) / 1000) for at in then]
    assert all(abs(at - by) <= 1 for at, by in zip(now, expected, strict=True))


async def test_it_can_be_stopped_and_played_again(tmp_path):
    """What was told last stays to be seen, as stale; the second time it is news again."""
    await record(tmp_path / "tape")
    replay = Replay(tmp_path / "tape", speed=math.inf)
    ear = Ear(replay)

    # Stopped in the middle, while subscriptions are open.
    def stop(_):
        if replay.running and ear.changes("open"):
            replay._stopping.set()

    replay.listen(stop)
    await replay.run()
    replay.unlisten(stop)
    assert not replay.running
    assert ear.changes("closed")
    assert replay.connection.state == "closed"
    first = readings(ear)

    ear.events.clear()
    await replay.run()
    assert readings(ear)[: len(first)] == first


async def test_a_recording_that_a_crash_cut_off_is_played_to_there(tmp_path):
    """Half a line at the end is passed over; a damaged one in the middle is said."""
    await record(tmp_path / "tape")
    whole = (tmp_path / "tape").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2 * 2 - 7])
    await Replay(tmp_path / "cut", speed=math.inf).run()

    lines = whole.splitlines(keepends=True)
    until = len(lines) - 3
    (tmp_path / "bad").write_bytes(b"".join([*lines[:until], b"{damaged\n", *lines[until:]]))
    replay = Replay(tmp_path / "bad", speed=math.inf)
    ear = Ear(replay)
    with pytest.raises(TapeError, match=f"^line {until + 1} of it cannot be read"):
        await replay.run()
    assert readings(ear)


@pytest.mark.parametrize(
    "line",
    [
        b'{"at": 9, "cometd": {"direction": "received", "body": "[\xff]"}}',
        b'{"at": 9, "rest": {"method": "GET", "path": "/x", "received": "\xff"}}',
        b'{"at": 9, "cometd": {"direction": "received", "body": {"data": "\xff"}}}',
        b'{"at": 9, "cometd": {"direction": "\xff"}}',
    ],
)
async def test_a_line_that_is_no_text_is_said_or_passed_over(line, tmp_path):
    """Whatever part of it: a stranger made it."""
    await record(tmp_path / "tape")
    with (tmp_path / "tape").open("ab") as file:
        file.write(line + b"\n" + b'{"at": 10}\n')
    try:
        await Replay(tmp_path / "tape", speed=math.inf).run()
    except TapeError as error:
        assert "cannot be read" in str(error)  # noqa: PT017 - it may also be passed over


def test_a_file_that_is_not_there_is_said(tmp_path):
    """As the reason why nothing is played."""
    with pytest.raises(TapeError, match="No such file"):
        Replay(tmp_path / "none")
