"""Calls that wait for a pause."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Debounce:
    """Calls once, a while after the last time it was asked to."""

    def __init__(self, do: Callable[[], object], after: int, parent: QObject) -> None:
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setInterval(after)
        self._timer.timeout.connect(do)
        self._do = do

    def ask(self) -> None:
        """Call later; a call that is due already is put off."""
        self._timer.start()

    def ask_once(self) -> None:
        """Call later; a call that is due already stays so, however often it is asked for."""
        if not self._timer.isActive():
            self._timer.start()

    def now(self) -> None:
        """Call at once if a call is due."""
        if self._timer.isActive():
            self._timer.stop()
            self._do()

    def stop(self) -> None:
        """Call no more."""
        self._timer.stop()
