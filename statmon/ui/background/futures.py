"""Answers of other threads, brought into the Qt loop."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

_T = TypeVar("_T")


class Courier(QObject):
    """Calls back in the Qt loop when a future is done, as long as it lives itself.

    In the order in which they were done, and never before ``bring`` has returned.
    """

    _came = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Queued, also what is done already: answers come in the order in which they were given.
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def bring(self, future: "Future[_T]", take: Callable[[_T], object]) -> None:
        """Call ``take`` with the result; a future that is cancelled is passed over."""

        def done(finished: "Future[_T]") -> None:
            if not finished.cancelled() and shiboken6.isValid(self):
                self._came.emit(take, finished.result())

        future.add_done_callback(done)

    def work(self, what: Callable[[], _T], take: Callable[[_T], object]) -> None:
        """Do something in a thread of its own, and call ``take`` with what it returns.

        It must not raise: what can go wrong is a part of what it returns. Only where what it
        waited for is cancelled, because the window ends, nothing is called.
        """
        done: Future[_T] = Future()
        self.bring(done, take)

        def work() -> None:
            try:
                done.set_result(what())
            except CancelledError:
                done.cancel()

        threading.Thread(target=work, name="work").start()

    @Slot(object, object)
    def _deliver(self, take: Callable[[Any], object], result: object) -> None:
        take(result)
