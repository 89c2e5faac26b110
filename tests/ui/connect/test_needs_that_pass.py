"""Whatever asked for a sign-in goes by itself, in the window, when all is live again."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from statmon.service.clock import epoch_ms
from statmon.service.wire.events import SignedIn, SignInNeeded
from statmon.ui.connect.dialog import ConnectDialog
from statmon.ui.connect.token_life import token_words


def dialogs(window):
    """The dialogs for a sign-in that are to be seen."""
    return [dialog for dialog in window.findChildren(ConnectDialog) if dialog.isVisible()]


def is_live(window, engine):
    """Connected, everything open, and nothing in the window that asks for a sign-in."""
    up = window.parts.status.connection.text == "connection: connected"
    return up and all(it.state == "open" for it in engine.subscriptions.values())


def asks_nobody(window, engine):
    return (
        not dialogs(window)
        and not window.parts.banner.text
        and "sign in" not in token_words(engine)
    )


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("path", "lost"),
    [("", "lose-sessions"), ("/notifications", "restart"), ("/auth", "expire-tokens")],
)
def test_a_page_of_a_gateway_is_no_refusal(living, simulator, until, caplog, status, path, lost):
    """Nobody is asked for anything while it stands in between; after it all goes on."""
    caplog.set_level("INFO")

    async def steps(window, engine, _life):
        await until(lambda: is_live(window, engine))
        await simulator.fault("page", value=status, path=path)
        try:
            await simulator.fault(lost)
            told = engine.event_log.events
            words = lambda: [*caplog.messages, *(event.words for event in told())]  # noqa: E731
            await until(lambda: any("a web page came" in each.casefold() for each in words()))
            assert asks_nobody(window, engine)
            assert path == "/auth" or not any("credential" in each for each in words())
        finally:
            await simulator.mend("page")
        await until(lambda: is_live(window, engine))
        assert asks_nobody(window, engine)
        assert not any(outage.part == "sign-in" for outage in engine.event_log.outages())

    living(simulator.access, steps)


def test_refusals_of_the_service_ask_and_their_end_takes_that_back(living, simulator, until):
    """A service that refuses whatever it gave asks for a person; then it takes it after all."""

    async def steps(window, engine, _life):
        await until(lambda: is_live(window, engine))
        await simulator.fault("failing", value=401)
        try:
            await simulator.fault("restart")
            await until(lambda: dialogs(window))
            assert dialogs(window)[0].reason.text()
            assert window.parts.banner.text
        finally:
            await simulator.mend("failing")
        await until(lambda: is_live(window, engine) and asks_nobody(window, engine))

    living(simulator.access, steps)


def test_a_start_that_was_refused_leaves_nothing_behind(living, simulator, named, until):
    """The engine had ended with the refusal; a password that is right takes all of it away."""

    async def steps(window, engine, _life):
        await until(lambda: dialogs(window) and not engine.running)
        assert "is wrong" in window.parts.banner.text
        (dialog,) = dialogs(window)
        await until(dialog.where.text)
        password = named(dialog, QLineEdit, "Password")
        password.selectAll()
        QTest.keyClicks(password, simulator.access.password)
        QTest.keyClick(password, Qt.Key.Key_Return)
        await until(lambda: is_live(window, engine) and asks_nobody(window, engine))

    living(replace(simulator.access, password="wrong"), steps)


def test_a_reason_that_is_too_long_for_the_banner_goes_as_well(living, simulator, until):
    """It is shown shortened, and is the same all the same."""

    async def steps(window, engine, _life):
        await until(lambda: is_live(window, engine))
        engine._tell(SignInNeeded("the service says no, " * 60, epoch_ms()))
        assert dialogs(window)
        assert window.parts.banner.text.endswith("…")
        engine._tell(SignedIn("sue", epoch_ms()))
        assert asks_nobody(window, engine)

    living(simulator.access, steps)


def test_what_the_user_opened_stays_and_says_no_more_why(living, simulator, until):
    """A need that comes and passes closes no dialog that somebody is typing in of their own."""

    async def steps(window, engine, _life):
        await until(lambda: is_live(window, engine))
        window.parts.actions.signing_in.trigger()
        (dialog,) = dialogs(window)
        engine._tell(SignInNeeded("the token is over", epoch_ms()))
        assert dialog.reason.isVisible()
        engine._tell(SignedIn("sue", epoch_ms()))
        assert dialogs(window) == [dialog]
        assert not dialog.reason.text()

    living(simulator.access, steps)


def test_an_attempt_that_is_under_way_is_not_cut_off(
    living, simulator, browser, until, monkeypatch
):
    """It is the user's; what called for it is said no more."""
    monkeypatch.setattr(browser, "open", browser.pages.append)
    access = replace(simulator.access, grant="browser")

    async def steps(window, engine, _life):
        await until(lambda: dialogs(window))
        (dialog,) = dialogs(window)
        await until(dialog.where.text)
        engine._tell(SignInNeeded("the token is over", epoch_ms()))
        dialog.connecting.click()
        await until(lambda: browser.pages)
        engine._tell(SignedIn("sue", epoch_ms()))
        assert dialogs(window) == [dialog]
        assert not dialog.reason.text()
        dialog.reject()
        await until(lambda: "Given up." in dialog.message.text())
        dialog.reject()
        await until(lambda: not dialogs(window))

    living(access, steps)
