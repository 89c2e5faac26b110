"""Unpacking a bundle: in another thread, with a bar of progress that can be cancelled."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QObject, Signal
from PySide6.QtWidgets import QProgressDialog

from statmon.storage.machine.appearance import Appearance
from statmon.storage.user.bundle import Bundle
from statmon.storage.user.unzip import Told
from statmon.ui.look.text import tr
from statmon.ui.start.application import application

_SHOWN_AFTER_MS = 500
_PARTS = 1000


class _Cancelled(Exception):
    """The user did not want to wait."""


class _Worker(QObject):
    """Does it in a thread that no end of the program waits for."""

    progressed = Signal(int)
    ended = Signal()

    def __init__(self, work: Callable[[Told], Bundle]) -> None:
        super().__init__()
        self._work = work
        self._cancelled = threading.Event()
        self.bundle: Bundle | None = None
        self.error: BaseException | None = None
        self._part = 0

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="unpacking", daemon=True).start()

    def cancel(self) -> None:
        """Have it end before its next portion."""
        self._cancelled.set()

    def _run(self) -> None:
        try:
            self.bundle = self._work(self._told)
        except _Cancelled:
            self.bundle = None
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            self.error = error
        self.ended.emit()

    def _told(self, done: float) -> None:
        if self._cancelled.is_set():
            raise _Cancelled
        if (part := int(done * _PARTS)) != self._part:
            self._part = part
            self.progressed.emit(part)


def unpack(
    work: Callable[[Told], Bundle], name: str, choice: Appearance = "system"
) -> Bundle | None:
    """Unpack and return the bundle; None if the user did not want to wait.

    Raises:
        Exception: whatever the work raises.
    """
    application(choice)
    loop, worker = QEventLoop(), _Worker(work)
    bar = QProgressDialog(tr("Opening {name} …").format(name=name), tr("Cancel"), 0, _PARTS)
    bar.setWindowTitle(tr("Bundle"))
    bar.setAccessibleName(tr("Opening a bundle"))
    bar.setMinimumDuration(_SHOWN_AFTER_MS)
    bar.canceled.connect(worker.cancel)
    worker.progressed.connect(bar.setValue)
    worker.ended.connect(loop.quit)
    worker.start()
    loop.exec()
    bar.close()
    bar.deleteLater()
    if worker.error is not None:
        raise worker.error
    return worker.bundle
