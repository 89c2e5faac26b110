"""The window's life: from the first frame to a polite end."""

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, QTimer

from statmon.service.wire.errors import ServiceError, SignInRefused
from statmon.service.wire.events import (
    ClockStepped,
    ConnectionChanged,
    Event,
    ReadingsArrived,
    SignedIn,
    SignInNeeded,
    SubscriptionChanged,
)
from statmon.storage.machine import program
from statmon.ui.background import garbage
from statmon.ui.background.debounce import Debounce
from statmon.ui.background.tasks import Tasks
from statmon.ui.connect.guarded import Guarded
from statmon.ui.data.pulse import TICK_MS
from statmon.ui.data.source import Engine
from statmon.ui.data.steps import step_in_words
from statmon.ui.history.keeper import Keeper
from statmon.ui.look.text import tr
from statmon.ui.start import loop as qt_loop
from statmon.ui.start import qt_messages
from statmon.ui.start.application import application
from statmon.ui.start.compose import Whole
from statmon.ui.start.opened_with import Opening
from statmon.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from statmon.service.sign_in.interactive_sign_in import Entry
    from statmon.ui.connect.sign_in_controller import SignInController

_log = logging.getLogger(__name__)
_TOLD_ONE_BY_ONE = 200
"""Subscriptions; of more, what happens to them is shown with the next tick."""
FIRST_WITHIN = 5.0
"""Seconds that what is shown first may hold up connecting."""
_FURNITURE = (
    "statmon.ui.editor.save_request",
    "statmon.ui.editor.editing_controller",
    "statmon.ui.desktop.desktop",
    "statmon.ui.start.furnishings",
)
"""What adds menus to the window, in slices that each hold the loop for a moment only."""
STOP_WITHIN = 10.0
"""Seconds that the engine gets to leave politely."""


class Life:
    """One window on one engine."""

    def __init__(self, parts: Whole) -> None:
        source, window = parts.source, parts.window
        self._source, self._parts, self._window = source, parts, window
        self._done = asyncio.Event()
        self._tasks = Tasks(self._failed)
        self.start = self._tasks.start
        self._asked = ""
        """What the banner said last of a sign-in that is needed."""
        self._running: asyncio.Task[Any] | None = None
        self.elsewhere: Entry | None = None
        """Where the user has signed in instead: this window makes room for one on that site."""
        self._sign_in: SignInController | None = None
        self._installed = program.Installed()
        self._telling = Debounce(parts.told, TICK_MS, window)
        if isinstance(source, Guarded):
            window.later.add(partial(self._furnish, source))
        window.later.add(self._watch_program)
        window.closing.connect(self._done.set)
        parts.actions.does(parts.actions.connecting, self._begin)
        parts.actions.does(parts.actions.disconnecting, self.disconnect)

    async def live(self, first: asyncio.Task[None] | None = None) -> None:
        """Keep the engine running behind the window until the window closes.

        Args:
            first: what is shown before anything connects, since connecting takes long to import;
                a disk that does not answer holds that up for ``FIRST_WITHIN`` at most.
        """
        self._source.listen(self._told)
        with qt_loop.on_signals(self._close), _errors_to(self._failed):
            try:
                if first is not None:
                    await self._closed_or(first)
                if not self._done.is_set():
                    self._parts.finish()
                    gc.enable()  # ``commands.window`` let it wait for the end of the start
                    self._begin()
                await self._done.wait()
            finally:
                self._source.unlisten(self._told)
                await self.leave()
                await self._tasks.stop()

    def _close(self) -> None:
        """Close the window, unless it is closed already."""
        if not self._done.is_set():
            self._window.close()

    async def _closed_or(self, first: asyncio.Task[None]) -> None:
        """Wait for something that comes first, unless the window is closed before."""
        closed = asyncio.create_task(self._done.wait(), name="closed")
        either = asyncio.FIRST_COMPLETED
        try:
            await asyncio.wait({first, closed}, timeout=FIRST_WITHIN, return_when=either)
        finally:
            closed.cancel()

    def _furnish(self, source: Guarded) -> None:
        from statmon.ui.connect.sign_in_controller import (
            SignInController,  # not before the last readings are shown
        )

        parts, window = self._parts, self._window
        workspace = parts.document.workspace
        sign_in = SignInController(
            source, workspace, self, self.start, lambda: window.theme, window
        )
        parts.document.follow(sign_in)
        sign_in.elsewhere.connect(self._go_elsewhere)
        sign_in.said.connect(parts.banner.say)
        parts.actions.does(parts.actions.signing_in, sign_in.ask)
        parts.actions.does(parts.actions.signing_out, sign_in.sign_out)
        self._sign_in = sign_in

    def _watch_program(self) -> None:
        from statmon.ui.desktop.replaced import Replaced  # not before the last readings are shown

        Replaced(self._installed, self._window).found.connect(self._parts.banner.say)

    def _begin(self) -> None:
        """Connect; where the service wants to know who that is, sign in first."""
        begin = self.connect if self._sign_in is None else self._sign_in.begin
        begin()

    def _go_elsewhere(self, entry: "Entry") -> None:
        self.elsewhere = entry
        if not self._window.quit():  # something there is not saved yet
            self.elsewhere = None

    @property
    def running(self) -> bool:
        """Whether the engine runs."""
        return self._running is not None

    def connect(self) -> None:
        """Start the engine, unless it runs."""
        if self._running is None:
            self._running = self._tasks.start(self._source.run(), "engine")
            self._running.add_done_callback(self._ended)
            self._parts.set_running(True)

    def disconnect(self) -> None:
        """Let the engine leave politely."""
        self._parts.actions.disconnecting.setEnabled(False)
        self._tasks.start(self._source.stop(), "disconnect")

    def _ended(self, _: object) -> None:
        self._running = None
        self._parts.set_running(False)
        self._parts.told()

    async def leave(self) -> None:
        """Let the engine leave politely, and wait for that."""
        if self._running is None:
            return
        await self._source.stop()
        _, pending = await asyncio.wait({self._running}, timeout=STOP_WITHIN)
        if pending:
            _log.warning("the engine did not end within %.0f s", STOP_WITHIN)

    def _told(self, event: Event) -> None:
        banner = self._parts.banner
        if isinstance(event, SignInNeeded):
            self._asked = event.reason
            banner.say(event.reason)
        elif isinstance(event, SignedIn):
            banner.take_back(self._asked)
        elif isinstance(event, ClockStepped):
            banner.say(step_in_words(event.by))
        elif isinstance(event, ConnectionChanged) and event.silent_since is not None:
            self._parts.pulse.lens.trends.forget(event.since, event.at)
        if self._sign_in is not None:
            self._sign_in.told(event)
        one_of_many = len(self._source.subscriptions) > _TOLD_ONE_BY_ONE
        if isinstance(event, SubscriptionChanged) and one_of_many:
            self._telling.ask_once()  # what happens to thousands is shown together
        elif not isinstance(event, ReadingsArrived):
            self._parts.told()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ServiceError):
            _log.warning("%s", error)  # it says it all
        else:
            _log.error("%s", error, exc_info=error)
        if self._installed.replaced:  # parts that are imported late are another version's
            from statmon.ui.desktop import replaced

            self._parts.banner.say(replaced.sentence())
        else:
            words = f"⚠ {sentence(error)}"
            if isinstance(error, SignInRefused):
                self._asked = words  # the same need; it passes with the next sign-in
            self._parts.banner.say(words)


def sentence(error: BaseException) -> str:
    """Return what to tell the user; of a group, what its members say."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(dict.fromkeys(sentence(member) for member in error.exceptions))
    return str(error) or type(error).__name__


class _errors_to:  # noqa: N801 # reads as a verb where it is used
    """Send what nobody caught, wherever it happened, to one place."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed

    def __enter__(self) -> None:
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._uncaught
        threading.excepthook = lambda args: self._tell(args.exc_value)
        sys.unraisablehook = lambda args: self._tell(args.exc_value)
        asyncio.get_running_loop().set_exception_handler(self._in_loop)

    def __exit__(self, *_: object) -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def _uncaught(
        self, _: type[BaseException], error: BaseException, __: TracebackType | None
    ) -> None:
        self._tell(error)

    def _in_loop(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._tell(error if error is not None else RuntimeError(str(context.get("message"))))

    def _tell(self, error: BaseException | None) -> None:
        if error is not None:
            self._failed(error)


def open_window(engine: Callable[[], Engine], opening: Opening) -> int:
    """Open the window, or fill its frame, on a new engine and return when both have ended."""
    qt_messages.to_log()
    app = application(opening.choice)
    return qt_loop.run(app, _main(engine, opening))


async def _main(engine: Callable[[], Engine], opening: Opening) -> int:
    """Show one window after the other, as long as the user signs in at other sites."""
    if opening.frame is not None and not opening.frame.isVisible():
        return 0  # closed while it was opening
    source = engine()
    entry = await _live(source, opening)
    opening = replace(opening, simulator=None, frame=None, notice="")
    while entry is not None and opening.elsewhere is not None:
        source = opening.elsewhere(source.workspace, entry.access)
        if isinstance(source, Guarded):
            source.go_on_as(entry.access, entry.tokens)
        entry = await _live(source, opening)
    return 0


async def _live(source: Engine, opening: Opening) -> "Entry | None":
    """Show a window until it is closed; return where the user has signed in instead, if so."""
    settings = QSettings() if opening.screenshot is None else None
    window = opening.frame or MainWindow(opening.choice, settings)
    window.show()  # docks that are put together in a hidden window get their tabs twice
    history = opening.history
    keeper = None if history is None else Keeper(source, history)
    parts = Whole(window, source)
    if opening.notice:
        parts.banner.say(tr(opening.notice))
    life = Life(parts)
    if keeper is not None:
        parts.keep(keeper, life.start)
    if (picture := opening.screenshot) is not None:
        QTimer.singleShot(int(opening.after * 1000), window, lambda: _finish(parts, picture))
    for module in _FURNITURE:
        window.later.add(partial(import_module, module))
    window.later.add(lambda: _furnish(parts, life, opening))
    await life.live(life.start(_show_all(parts, keeper), "last readings"))
    qt_messages.to_log()
    if keeper is not None and life.elsewhere is None:
        await keeper.end()
    elif keeper is not None:
        keeper.stop()
    window.deleteLater()
    return life.elsewhere


def _furnish(parts: Whole, life: Life, opening: Opening) -> None:
    """Add what changes the workspace, and what a window has among others."""
    from statmon.ui.start.furnishings import Furnishings  # not before the last readings are shown

    window, control = parts.window, opening.simulator
    editing = parts.edit(life.start)
    if control is not None:
        from statmon.ui.simulator.menu import SimulatorMenu

        SimulatorMenu(window.menuBar(), control, life.start)
    furnishings = Furnishings(parts, life.start, editing.open)
    for keep in (editing.keep, window.keep_arrangement):
        furnishings.desktop.last_call.connect(keep)
    qt_messages.to_log(furnishings.desktop.session_may_end)
    if opening.screenshot is None:
        furnishings.begin(opening.seat)
    editing.leaving.demo = control is not None
    # A demo ends as it began: its centre is another one the next time.
    editing.begin(opening.file, recover=opening.screenshot is None and control is None)


async def _show_all(parts: Whole, keeper: Keeper | None) -> None:
    """Show the last readings, then all that is around them, charts and boards, one by one.

    When all of that is there, the collector rests.
    """
    if keeper is not None:
        await keeper.restore()
        parts.told()
        parts.pulse.tick()
        parts.views.view.viewport().repaint()  # before the rest is imported
    for _ in iter(parts.later.go_on, False):
        await asyncio.sleep(0)
    parts.later.finish()
    if parts.later.dropped:
        return
    await asyncio.sleep(0)
    parts.charts.open_waiting()
    await asyncio.sleep(0)
    for _ in iter(parts.views.boards.open_next, False):
        await asyncio.sleep(0)
    garbage.settle()


def _finish(parts: Whole, screenshot: Path) -> None:
    """Keep a picture of the whole window and close it."""
    parts.finish()
    if not parts.window.grab().save(str(screenshot)):
        _log.error("%s %s", tr("could not write"), screenshot)
    parts.window.close()
