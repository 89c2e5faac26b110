"""The window as ``ui.start.run`` composes it, on a real engine, in one process with its service.

To be imported after ``virtual.install``.
"""

import asyncio
import gc
import json
import logging
import os
import random
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import PySide6
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QProcess
from PySide6.QtGui import QDesktopServices, QDrag, QFont
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from statmon.delivery import sound
from statmon.domain.workspace import Workspace
from statmon.engine import Engine
from statmon.history import History
from statmon.history import history as history_module
from statmon.history import worker as history_worker
from statmon.service import clock as clocks
from statmon.service.access import Access
from statmon.storage.user import workspace_file
from statmon.ui.start import qt_messages, run
from statmon.ui.start.application import application
from statmon.ui.start.opened_with import Opening
from statmon.ui.window.main_window import MainWindow
from tests.ui.machine.support import virtual
from tests.ui.machine.support.service import Service, play
from tests.ui.machine.support.workspaces import SITE, write_all

_PLACES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME")
_OF_THE_PLATFORM = "This plugin does not support "
"""What only the offscreen platform says."""
_ENOUGH = 400
"""Turns of the loop in which a window that is closed has to end."""


OURS = "machine"
"""How the names of the machine's own tasks begin."""


class Finding(Exception):
    """Something that must not be; the message says what."""


class Log(logging.Handler):
    """Keeps what nobody may ever read in a log: errors, and all that Qt complains of."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        least = (
            logging.WARNING if record.name in {"qt", "asyncio", "py.warnings"} else logging.ERROR
        )
        if record.levelno >= least and not record.getMessage().startswith(_OF_THE_PLATFORM):
            words = f"{record.name}: {record.getMessage()}"
            if record.exc_info and record.exc_info[1] is not None:
                words += "\n" + logging.Formatter().formatException(record.exc_info)
            self.found.append(words)


def memory() -> str | None:
    """Return a folder in memory, where there is one: writing there does not wait for a disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def prepare() -> tuple[QApplication, virtual.VirtualLoop]:
    """Make the process ready: application, loop, and stand-ins for what leaves the process."""
    history_module.Worker = virtual.Worker  # type: ignore[misc,assignment]
    history_worker.Worker = virtual.Worker  # type: ignore[misc,assignment]
    QProcess.startDetached = lambda *_: (True, 1)  # type: ignore[assignment,method-assign]
    sound.play = lambda _: True
    os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
    QDesktopServices.openUrl = lambda *_: True  # type: ignore[assignment,method-assign]
    app = application("light")
    qt_messages.to_log()
    logging.captureWarnings(capture=True)

    def qt_works() -> None:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    before, virtual.clock.now = clocks.elapsed_ms(), virtual.clock.now + 10**12
    if clocks.elapsed_ms() - before != 10**6:
        raise RuntimeError("statmon goes by a clock that is not the machine's")
    loop = virtual.VirtualLoop(qt_works)
    asyncio.set_event_loop(loop)
    return app, loop


def _forget_what_is_cached() -> None:
    """Let each sequence read and reckon itself what a process does once."""
    modules = [module for name, module in sys.modules.items() if name.startswith("statmon.")]
    for module in modules:
        for item in list(vars(module).values()):
            if callable(clear := getattr(item, "cache_clear", None)):
                clear()


def _font(app: QApplication) -> str:
    """Return the font that the process began with, whatever the sequence before made of it."""
    app.setProperty("font at first", app.property("font at first") or app.font().toString())
    return str(app.property("font at first"))


class Session:
    """One sequence's window, service and files; the window may be closed and opened again."""

    def __init__(self, app: QApplication, seed: int) -> None:
        self.app = app
        font = QFont()
        font.fromString(_font(app))
        app.setFont(font)
        random.seed(seed)
        virtual.chance.seed(seed)
        asyncio.get_event_loop_policy().get_event_loop().forget()  # type: ignore[attr-defined]
        virtual.clock.begin()
        _forget_what_is_cached()
        ids = random.Random(seed)
        uuid.uuid4 = lambda: uuid.UUID(int=ids.getrandbits(128), version=4)
        clocks.steady.follow()
        self.folder = Path(tempfile.mkdtemp(prefix="statmon-machine-", dir=memory()))
        for name in _PLACES:
            os.environ[name] = str(self.folder / "home" / name.lower())
        self.files = write_all(self.folder, seed)
        self.service = Service(seed)
        self.log = Log()
        self.chance = random.Random(seed)
        """For what is chosen when it is asked for: file dialogs."""
        self.window: MainWindow | None = None
        self.source: Engine | None = None
        self.carried: Callable[[Any, Any], Any] | None = None
        self._main: asyncio.Task[Any] | None = None
        self._history: History | None = None
        self.outside: set[Path] = set()
        """Files that somebody else has written."""
        play(self.service)
        logging.getLogger().addHandler(self.log)
        QFileDialog.open = lambda dialog, *_: self._answer(dialog)  # type: ignore[method-assign]
        QDrag.exec = lambda drag, *_: self._carry(drag)  # type: ignore[method-assign]

    def _answer(self, dialog: QFileDialog) -> None:
        """Answer a file dialog, a while later: one of the files, a new one, or none."""
        saves = dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        there = sorted(self.folder.glob("*.*"))
        lot = self.chance.random()

        def answer() -> None:
            if not shiboken6.isValid(dialog):
                return
            if lot < 0.85:
                suffix = self.chance.choice(("statmon", "statmon", "csv", "json", "png"))
                new = self.folder / f"new{self.chance.randint(1, 3)}.{suffix}"
                path = new if saves and lot < 0.5 else self.chance.choice(there)
                dialog.fileSelected.emit(str(path))
            QDialog.reject(dialog)
            dialog.deleteLater()

        asyncio.get_running_loop().call_later(lot, answer)

    def _carry(self, drag: QDrag) -> Any:
        """Drop what is dragged where the step says."""
        if self.carried is not None:
            self.carried(drag.mimeData(), drag.source())
        from PySide6.QtCore import Qt

        return Qt.DropAction.CopyAction

    def heal(self) -> None:
        """Let all be well with the service."""
        self.service.heal()

    def clock_set(self) -> None:
        """The computer's clock was set: times before and after it cannot be compared."""
        truth = self.service.truth
        truth.arrived.clear()
        truth.certain_from = max(clocks.epoch_ms(), virtual.clock.epoch_ns // 1_000_000) + 10_000
        truth.silent_at = 0

    async def begin(self, file: Path | None) -> None:
        """Open the window."""
        workspace = Workspace("", self._site()) if file is None else self._read(file)
        access = Access(SITE, api_key="key", token="token")
        self._history = History(
            self.folder / "history", now=lambda: virtual.clock.epoch_ns // 1_000_000,
            clock=lambda: virtual.clock.seconds,
        )  # fmt: skip

        def engine() -> Engine:
            source = self.source = Engine(workspace, access)
            self.service.dropped = lambda: source.received.foreign
            return source

        main = run._main(engine, Opening("light", history=self._history, file=file))
        self._main = asyncio.get_running_loop().create_task(main)
        for _ in range(_ENOUGH):
            await asyncio.sleep(0.01)
            self.window = next(
                (w for w in self.app.topLevelWidgets() if isinstance(w, MainWindow) and w.parts),
                None,
            )
            if self.window is not None and self.desk is not None:
                break
            self._ended_well()
        else:
            raise Finding("the window did not open")

    def _site(self) -> Any:
        from statmon.domain.workspace import Site

        return Site(SITE)

    def _read(self, file: Path) -> Workspace:
        try:
            return workspace_file.read(file).at(SITE)
        except ValueError:
            return Workspace("", self._site())

    @property
    def desk(self) -> Any:
        """The part that hooks editing in."""
        from statmon.ui.editor.editing_controller import EditingController

        return None if self.window is None else self.window.findChild(EditingController)

    @property
    def document(self) -> Any:
        """The owner of the workspace."""
        return self.desk.document

    @property
    def closed(self) -> bool:
        """Whether the window is on its way out."""
        return self._main is None or self._main.done() or (
            self.window is None or not shiboken6.isValid(self.window) or self.window.isHidden()
        )  # fmt: skip

    def _ended_well(self) -> None:
        if self._main is not None and self._main.done() and not self._main.cancelled():
            error = self._main.exception()
            if error is not None:
                raise Finding(f"the window ended with {error!r}") from error

    async def end(self) -> None:
        """Close the window and wait until all of it has ended."""
        if self.window is not None and shiboken6.isValid(self.window):
            self.window.close()
        if self._main is None:
            return
        for _ in range(_ENOUGH):
            if self._main.done():
                break
            await asyncio.sleep(0.1)
        else:
            self._main.cancel()
            raise Finding("the window did not end when it was closed")
        self._ended_well()
        self._main = self.window = None
        if self._history is not None:
            self._history.close()
        await asyncio.sleep(0.1)
        left = [task for task in asyncio.all_tasks() if not task.get_name().startswith(OURS)]
        if left:
            raise Finding(f"tasks are left when the window has ended: {left}")

    def put_away(self) -> None:
        """Leave nothing of this sequence to the next one."""
        logging.getLogger().removeHandler(self.log)
        for widget in self.app.topLevelWidgets():
            if shiboken6.isValid(widget):
                widget.hide()
                widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.window = self.source = None
        gc.unfreeze()
        gc.collect()
        shutil.rmtree(self.folder, ignore_errors=True)


def shown(widget: QWidget) -> bool:
    """Whether a widget is there and to be seen."""
    return shiboken6.isValid(widget) and widget.isVisible()


def same(one: Workspace, other: Workspace, *, views: bool = True) -> bool:
    """Whether two workspaces say the same."""
    if not views:
        one, other = replace(one, views=()), replace(other, views=())
    return one == other


__all__ = ["Finding", "PySide6", "Session", "json", "prepare", "same", "shown"]
