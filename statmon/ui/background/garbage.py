"""The rules of Python's garbage collector in the window; the one place that knows it.

What is no cycle is freed at once as ever. A full collection walks through everything that lives,
which holds the loop: for 10,000 statistics in an editor some 60 ms, in the middle of a word; for
100,000 statistics 0.4 s. So once a window is open it looks at little, and seldom (``settle``), what
a large workspace brings is passed over (``LargeWorkspaces``), nothing is looked through while a
large file is read (``put_off``), and while an editor is open only in pauses of typing
(``InPauses``).
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from PySide6.QtCore import QObject, QTimer, SignalInstance

from statmon.domain.workspace import Workspace
from statmon.ui.background.debounce import Debounce

_FRESH: Final = 10_000
"""New objects after which it looks for cycles among them; Python's own number is 700.

20,000 readings a second each live for a moment. At 700 so many of them seem to stay that everything
is looked through every two seconds, which holds the window for 10 ms or more (measured:
tests/benchmarks/history_beat.py).
"""
_MANY: Final = 2_000
"""Statistics; fewer are looked through in a few milliseconds."""
_PAUSE_MS: Final = 3000
_AT_LEAST_MS: Final = 600_000
"""An editor that is open all night collects this often."""
_NEVER: Final = 1_000_000


def settle() -> None:
    """Pass over what lives now for good, and look for cycles less often; what is none is freed."""
    gc.freeze()
    gc.set_threshold(_FRESH, *gc.get_threshold()[1:])


class LargeWorkspaces(QObject):
    """Takes out of the collector's sight what a large workspace brings into a running window.

    What is no longer used is freed all the same, but for cycles that were garbage at that moment;
    that is why small workspaces are left alone.
    """

    def __init__(
        self, rows: Callable[[], int], structured: SignalInstance, parent: QObject
    ) -> None:
        """Look after a table.

        Args:
            rows: how many rows it has.
            structured: emitted when that has changed.
            parent: ends with it.
        """
        super().__init__(parent)
        self._count, self._rows = rows, rows()
        structured.connect(self._look)

    def was_read(self, workspace: Workspace) -> None:
        """Take note of a workspace that was just read from a file."""
        if sum(len(item.statistics) for item in workspace.subscriptions) >= _MANY:
            gc.freeze()

    def _look(self) -> None:
        rows = self._count()
        if rows - self._rows >= _MANY:
            self._rows = rows
            gc.freeze()


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
            # The other two may be others by now (``settle``).
            gc.set_threshold(*gc.get_threshold()[:2], cls.before)


@contextmanager
def put_off() -> Iterator[None]:
    """Have no full collection meanwhile: what is made now stays, and looking through it is vain."""
    _PutOff.begin()
    try:
        yield
    finally:
        _PutOff.end()


class InPauses(QObject):
    """Collects in pauses of typing only; one for each open editor."""

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
