"""The first frame: the window in its place, painted before what is in it is even imported."""

import signal
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QEventLoop, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from statmon.storage.machine import signals
from statmon.storage.machine.appearance import Appearance
from statmon.ui.start.application import application
from statmon.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from concurrent.futures import Future

_PAINTED_WITHIN_MS = 1000
"""A window that starts minimised, or on another desktop, is not painted at all."""


def frame(name: str, choice: Appearance, *, remembered: bool) -> MainWindow:
    """Show the frame of a workspace's window and return it once it is painted.

    Args:
        name: the workspace's.
        choice: light, dark, or as the system has it.
        remembered: at its place of the last time, and kept for the next.
    """
    application(choice, bare=True)
    window = MainWindow(choice=choice, settings=QSettings() if remembered else None)
    window.show_name(name)
    if remembered:
        window.fit_to_screen()
    _close_on_signals(window)
    window.show()
    _until_painted(window)
    return window


def load(window: QMainWindow, plain: Sequence[str], qt: Sequence[str]) -> bool:
    """Import what the window will need; return whether it is still open then.

    ``plain`` modules know nothing of Qt and are imported by a thread, so that the loop runs.
    ``qt`` modules are imported one by one, and the window answers in between.

    Raises:
        ImportError: one of them cannot be imported.
    """
    from concurrent.futures import ThreadPoolExecutor  # not before the frame is painted

    with ThreadPoolExecutor(1, "imports") as thread:
        _wait_for(thread.submit(_import_all, plain))
        for module in qt:
            QApplication.processEvents()
            if not window.isVisible():
                return False
            import_module(module)
        QApplication.processEvents()
    return window.isVisible()


def _import_all(modules: Sequence[str]) -> None:
    for module in modules:
        import_module(module)


def _wait_for(work: "Future[None]") -> None:
    dispatcher = QAbstractEventDispatcher.instance()
    work.add_done_callback(lambda _: dispatcher.wakeUp())
    while not work.done():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    work.result()


class _Painted(QObject):
    """Ends a loop when the window was painted."""

    def __init__(self, window: QMainWindow, loop: QEventLoop) -> None:
        super().__init__(window)
        self._loop = loop
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Look at an event of the window."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._loop.quit)  # after the frame has gone to the screen
        return False


def _until_painted(window: QMainWindow) -> None:
    loop = QEventLoop()
    painted = _Painted(window, loop)
    QTimer.singleShot(_PAINTED_WITHIN_MS, loop, loop.quit)
    loop.exec()
    painted.deleteLater()


def _close_on_signals(window: QMainWindow) -> None:
    """Close the window on a signal that is heard until the loop listens for them itself."""

    def heard(_number: int, _where: FrameType | None) -> None:
        QTimer.singleShot(0, window.close)

    for number in signals.heard():
        signal.signal(number, heard)
