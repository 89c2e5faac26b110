"""Python's full garbage collection, kept out of the way of typing.

It walks through everything that lives: with 10,000 statistics in an editor for some 60 ms, in the
middle of a word. While an editor is open it happens in pauses of typing instead; what is no cycle
is freed at once as ever.
"""

import gc
from typing import ClassVar, Final

from PySide6.QtCore import QObject, QTimer

from statmon.ui.editor.parts import Debounce

_PAUSE_MS: Final = 3000
_AT_LEAST_MS: Final = 600_000
"""An editor that is open all night collects this often."""
_NEVER: Final = 1_000_000


class Collecting(QObject):
    """One for each open editor."""

    _open: ClassVar[int] = 0
    _before: ClassVar[tuple[int, int, int]] = (0, 0, 0)

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
            if Collecting._open == 0:
                Collecting._before = gc.get_threshold()
                first, second, _ = Collecting._before
                gc.set_threshold(first, second, _NEVER)
            Collecting._open += 1
            self._often.start()

    def end(self) -> None:
        """The editor closes; the last one gives the collector back."""
        if self._begun:
            self._begun = False
            self.paused.stop()
            self._often.stop()
            Collecting._open -= 1
            if Collecting._open == 0:
                gc.set_threshold(*Collecting._before)
