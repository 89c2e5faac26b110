"""Python's full garbage collection, kept out of the way of typing and of reading large files.

It walks through everything that lives: with 10,000 statistics in an editor for some 60 ms, in the
middle of a word. While an editor is open it happens in pauses of typing instead; what is no cycle
is freed at once as ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from PySide6.QtCore import QObject, QTimer

from statmon.ui.background.debounce import Debounce

_PAUSE_MS: Final = 3000
_AT_LEAST_MS: Final = 600_000
"""An editor that is open all night collects this often."""
_NEVER: Final = 1_000_000


class _PutOff:
    """While anybody wants that, there is no full collection."""

    wanted: ClassVar[int] = 0
    before: ClassVar[int] = 0

    @classmethod
    def begin(cls) -> None:
        """Somebody wants it."""
        if cls.wanted == 0:
            first, second, cls.before = gc.get_threshold()
            gc.set_threshold(first, second, _NEVER)
        cls.wanted += 1

    @classmethod
    def end(cls) -> None:
        """Somebody wants it no more; the last one gives the collector back."""
        cls.wanted -= 1
        if cls.wanted == 0:
            # The other two may be others by now (``collector.settle``).
            gc.set_threshold(*gc.get_threshold()[:2], cls.before)


@contextmanager
def put_off() -> Iterator[None]:
    """Have no full collection meanwhile: what is made now stays, and looking through it is vain."""
    _PutOff.begin()
    try:
        yield
    finally:
        _PutOff.end()


class Collecting(QObject):
    """One for each open editor."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self.paused = Debounce(gc.collect, _PAUSE_MS, self)
        self._often = QTimer(self)
        self._often.setInterval(_AT_LEAST_MS)
        self._often.timeout.connect(self.paused.ask)
        self._begun = False

    def begin(self) -> None:
        """The editor opens."""
        if not self._begun:
            self._begun = True
            _PutOff.begin()
            self._often.start()

    def end(self) -> None:
        """The editor closes."""
        if self._begun:
            self._begun = False
            self.paused.stop()
            self._often.stop()
            _PutOff.end()
