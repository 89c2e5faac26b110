"""Python's garbage collector passes over what stays: it would look through all of it in vain.

One look through 100,000 statistics holds the loop for some 0.4 s.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject

from statmon.domain.workspace import Workspace
from statmon.ui.data.pulse import Pulse

_MANY: Final = 2_000
"""Statistics; fewer are looked through in a few milliseconds."""


class Lasting(QObject):
    """Takes out of the collector's sight what a large workspace brings into a running window.

    What is no longer used is freed all the same, but for cycles that were garbage at that moment;
    that is why small workspaces are left alone.
    """

    def __init__(self, pulse: Pulse, parent: QObject) -> None:
        super().__init__(parent)
        self._table = pulse.lens.live
        self._rows = len(self._table)
        pulse.structured.connect(self._look)

    def was_read(self, workspace: Workspace) -> None:
        """Take note of a workspace that was just read from a file."""
        if sum(len(item.statistics) for item in workspace.subscriptions) >= _MANY:
            gc.freeze()

    def _look(self) -> None:
        rows = len(self._table)
        if rows - self._rows >= _MANY:
            self._rows = rows
            gc.freeze()
