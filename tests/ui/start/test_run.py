import asyncio

import pytest

from statmon.service.wire.events import ClockStepped, SignInNeeded, SubscriptionChanged
from statmon.ui.start import loop as qt_loop
from statmon.ui.start import run as running
from statmon.ui.start.opened_with import Opening
from statmon.ui.start.run import Life, open_window
from tests.waiting import until


@pytest.fixture
def alive(qapp, engine, open_window):
    """Run a test's steps beside a living window; return when it has closed."""

    def run(steps):
        async def main():
            window = open_window(engine)
            living = asyncio.create_task(Life(window.parts).live())
            await asyncio.sleep(0)
            try:
                await steps(window)
            finally:
                window.close()
                await living

        qt_loop.run(qapp, main())

    return run


def test_the_engine_runs_behind_the_window_and_leaves_politely(alive, engine):
    """Closing the window stops it and waits for its end."""

    async def steps(window):
        await until(lambda: window.parts.status.connection.text == "connection: connected")
        assert window.parts.actions.disconnecting.isEnabled()

    alive(steps)

    assert engine.log == ["run", "stop", "ended"]
    assert engine.listeners == []


@pytest.mark.parametrize("patience", [0.0, 3600.0], ids=["connects", "is closed"])
def test_last_readings_that_do_not_come_hold_up_nothing(
    qapp, engine, open_window, monkeypatch, patience
):
    """A disk that does not answer: it connects all the same after a while, and ends when closed."""
    monkeypatch.setattr(running, "FIRST_WITHIN", patience)

    async def main():
        window = open_window(engine)
        life = Life(window.parts)
        never = life.start(asyncio.Event().wait(), "last readings")
        living = asyncio.create_task(life.live(never))
        await asyncio.sleep(0)
        if not patience:
            await until(lambda: window.parts.status.connection.text == "connection: connected")
        window.close()
        await until(living.done)

    qt_loop.run(qapp, main())

    assert engine.log == ([] if patience else ["run", "stop", "ended"])


def test_disconnect_and_connect_go_round(alive, engine):
    """The window stays and shows what it knew as stale; then all is live again."""

    async def steps(window):
        await until(window.parts.actions.disconnecting.isEnabled)
        engine.feed("agent1", "InboundCalls", 7)
        window.parts.actions.disconnecting.trigger()
        await until(window.parts.actions.connecting.isEnabled)
        assert window.parts.status.connection.text == "connection: not connected"
        window.parts.actions.connecting.trigger()
        await until(lambda: window.parts.status.connection.text == "connection: connected")

    alive(steps)

    assert engine.log == ["run", "stop", "ended", "run", "stop", "ended"]


def test_an_engine_that_fails_says_so_in_the_window(alive, engine, caplog):
    """One sentence in the banner; the window stays, and one can connect again."""

    async def broken():
        engine.connect("connected")
        raise ExceptionGroup("of a task group", [OSError("the CA file cannot be read")])

    engine.run = broken

    async def steps(window):
        await until(lambda: window.parts.banner.text)
        assert window.parts.banner.text == "⚠ the CA file cannot be read"
        await until(window.parts.actions.connecting.isEnabled)
        assert window.parts.status.connection.text == "connection: not connected"

    alive(steps)

    assert "the CA file cannot be read" in caplog.text


def test_a_refused_sign_in_is_told(alive, engine):
    """In the service's words."""

    async def steps(window):
        engine.tell(SignInNeeded("the password was refused", 0))
        assert window.parts.banner.text == "the password was refused"

    alive(steps)


def test_a_picture_of_the_window_is_taken_and_it_closes(qapp, engine, tmp_path, caplog):
    """What ``--screenshot`` does."""
    target = tmp_path / "window.png"

    opening = Opening(choice="light", screenshot=target, after=0.3)
    assert open_window(lambda: engine, opening) == 0
    assert target.read_bytes().startswith(b"\x89PNG")
    assert engine.log in ([], ["run", "stop", "ended"])  # a slow machine has not connected yet
    assert caplog.text == ""


def test_a_step_of_the_services_clock_is_told_in_the_window(alive, engine):
    """In a sentence that can be dismissed."""

    async def steps(window):
        engine.tell(ClockStepped(-3_600_000, 1))
        assert window.parts.banner.text == "The service's clock went back by 1:00:00."

    alive(steps)


def test_what_happens_to_thousands_is_shown_together(qapp, engine, open_window):
    """Each of 5,000 subscriptions that open made the whole list anew, and the lights."""
    told = []

    async def main():
        window = open_window(engine)
        living = asyncio.create_task(Life(window.parts).live())
        await until(lambda: window.parts.status.connection.text == "connection: connected")
        window.parts.news.connect(lambda: told.append(1))
        name, status = next(iter(engine.subscriptions.items()))
        engine.subscriptions.update({f"s{number}": status for number in range(1_000)})
        told.clear()
        for number in range(1_000):
            change = SubscriptionChanged(f"s{number}", "id", "open", (), (), 5)
            for listener in list(engine.listeners):
                listener(change)
        at_once = len(told)
        await until(lambda: told)
        for number in range(1_000):
            del engine.subscriptions[f"s{number}"]
        assert name in engine.subscriptions
        window.close()
        await living
        assert at_once == 0

    qt_loop.run(qapp, main())


def test_what_was_noted_in_a_silence_is_taken_back_from_the_last_hour(alive, engine, monkeypatch):
    """As charts and history do; an outage that was seen at once took nothing with it."""

    async def steps(window):
        await until(lambda: window.parts.status.connection.text == "connection: connected")
        taken = []
        trends = window.parts.pulse.lens.trends
        monkeypatch.setattr(trends, "forget", lambda *span: taken.append(span))
        engine.connect("reconnecting", "cut")
        engine.connect("connected")
        began = engine.connection.at - 40_000
        engine.connect("reconnecting", "no answer", silent_since=began)
        assert taken == [(began, engine.connection.at)]

    alive(steps)
