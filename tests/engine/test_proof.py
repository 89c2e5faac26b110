"""What no living connection proves is not open, and an outage begins when it began."""

from statmon.commands.lines import Standing
from statmon.domain.workspace import parse
from statmon.engine import Engine
from statmon.engine.engine_state import EngineState
from statmon.service.access import Access
from statmon.service.wire.events import (
    ConnectionChanged,
    ReadingsArrived,
    ServiceChanged,
    Slept,
    SubscriptionChanged,
)
from tests.engine.support.stage import running, simulated, workspace

CALLS = [(f"agent{number}", "InboundCalls") for number in range(1, 4)]


def told(*events):
    """Return a picture to which this was told, and what its subscription stood at after each."""
    picture = EngineState(workspace(Calls=CALLS), ConnectionChanged("closed", "auto", None, 0))
    states = []
    for event in events:
        picture._tell(event)
        states.append(picture.subscriptions["Calls"].state)
    return picture, states


def line(state, at=1):
    return ConnectionChanged(state, "websocket", None, at)


def chunk(state, id_="c"):
    series = EngineState(workspace(Calls=CALLS), line("closed")).table.series
    return SubscriptionChanged("Calls", id_, state, tuple(series), (), 1)


def test_a_subscription_is_open_only_with_a_connection():
    """The session may survive a cut: then it is open again, without being opened."""
    picture, states = told(
        line("connecting"), line("connected"), chunk("opening"), chunk("open"),
        line("reconnecting"), line("connected"), line("closed"), line("connected"),
    )  # fmt: skip

    assert states == ["closed", "closed", "opening", "open", "lost", "open", "closed", "closed"]
    assert picture.subscriptions["Calls"].settled == 0
    assert not picture.table._open.any()


def test_what_is_cut_is_not_settled():
    """Nor is what is being opened while there is nobody to open it."""
    picture, states = told(line("connected"), chunk("open"), line("reconnecting"))
    assert (states[-1], picture.subscriptions["Calls"].settled) == ("lost", 0)
    _, states = told(line("connected"), chunk("opening"), line("reconnecting"))
    assert states[-1] == "lost"
    picture, _ = told(line("connected"), chunk("open"), line("reconnecting"))
    picture.apply(parse({"schema": 1, "subscriptions": [{"name": "Calls", "statistics": []}]}))
    assert picture.subscriptions["Calls"].state != "open"


def test_the_lines_say_that_nothing_is_open_while_the_line_is_cut():
    """Once, and again when there is a connection; what is lost with its session, once."""
    standing = Standing()
    said = [
        (line_["state"], line_.get("subscriptionId"))
        for event in (
            line("connected"), chunk("open", "a"), chunk("open", "b"), line("reconnecting"),
            chunk("lost", "b"), chunk("open", "c"), line("connected"), chunk("closed", "a"),
        )
        for line_ in standing.lines_of(event)
    ]  # fmt: skip

    assert said == [
        ("connected", None), ("open", "a"), ("open", "b"),
        ("reconnecting", None), ("lost", "a"), ("lost", "b"),
        ("connected", None), ("open", "a"), ("open", "c"), ("closed", "a"),
    ]  # fmt: skip


def test_a_service_that_opens_something_is_there():
    """Its word that it is back may be lost: the outage ends all the same, in the one list."""
    picture, _ = told(line("connected"), ServiceChanged("UNAVAILABLE", 5))
    assert [outage.start for outage in picture.event_log.feed_down] == [5]
    picture._tell(chunk("open"))
    assert picture.event_log.feed_down == []


async def test_nothing_is_ever_open_without_a_connection():
    """Looked at whenever anything is told, while sessions are lost, and cut, and left."""
    async with simulated() as stage:
        engine = Engine(workspace(Calls=CALLS), stage.access())
        seen, said, standing = [], [], Standing()

        def look(event):
            states = {status.state for status in engine.subscriptions.values()}
            seen.append((engine.connection.state, states))
            said.extend(standing.lines_of(event))
            if engine.connection.state != "connected":
                assert "open" not in states
                assert not engine.table._open[engine.table.rows()].any() or not engine.table.healthy

        engine.listen(look)
        async with running(engine) as ear:
            await ear.open()
            stage.fault("drop")
            await ear.until(lambda: engine.connection.state == "reconnecting")
            assert engine.subscriptions["Calls"].state == "lost"
            stage.well("drop")
            await ear.open()
            before = len(ear.changes("open"))
            stage.fault("lose-sessions")
            await ear.until(lambda: len(ear.changes("open")) > before)
            await ear.open()
        assert engine.subscriptions["Calls"].state == "closed"
    held, cut = set(), False
    for line_ in said:
        if line_["event"] == "connection":
            cut = line_["state"] != "connected"
        elif line_["event"] == "subscription":
            (held.add if line_["state"] == "open" else held.discard)(line_["subscriptionId"])
        if not cut and line_["event"] == "value":
            assert line_["subscriptionId"] in held
    assert {"connected", "reconnecting"} <= {state for state, _ in seen}


def test_a_silence_began_with_the_last_sign_of_life_and_no_earlier(monkeypatch):
    """Of readings, of the line itself, and of a sleep that explains it; only silence tells so."""
    now = 1_000_000
    monkeypatch.setattr("statmon.engine.engine.epoch_ms", lambda: now)
    engine = Engine(workspace(Calls=CALLS), Access("http://127.0.0.1:1"))

    def lost(silence, state="reconnecting"):
        engine._connection(state, "websocket", "no answer", silence)
        return engine.connection.silent_since

    engine._connection("connected", "websocket", None)
    now += 60_000
    assert lost(None) is None
    engine._connection("connected", "websocket", None)
    now += 60_000
    assert lost(25.0) == now - 25_000
    now += 5_000
    assert lost(30.0, "connecting") is None  # it was noticed before
    engine._connection("connected", "websocket", None)
    up = now
    now += 20_000
    assert lost(25.0) == up
    engine._connection("connected", "websocket", None)
    now += 60_000
    engine._take_in(ReadingsArrived((), now - 3_000))
    assert lost(25.0) == now - 3_000
    engine._connection("connected", "websocket", None)
    now += 60_000
    engine._tell(Slept(now - 50_000, now - 1_000))
    assert lost(25.0) == now - 1_000
