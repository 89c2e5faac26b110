"""Answers of other threads, brought into the Qt loop."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from concurrent.futures import Future

_T = TypeVar("_T")


class Courier(QObject):
    """Calls back in the Qt loop when a future is done, as long as it lives itself."""

    _came = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._came.connect(self._deliver)

    def bring(self, future: "Future[_T]", take: Callable[[_T], object]) -> None:
        """Call ``take`` with the result; a future that is cancelled is passed over."""

        def done(finished: "Future[_T]") -> None:
            if not finished.cancelled() and shiboken6.isValid(self):
                self._came.emit(take, finished.result())

        future.add_done_callback(done)

    @Slot(object, object)
    def _deliver(self, take: Callable[[Any], object], result: object) -> None:
        take(result)
