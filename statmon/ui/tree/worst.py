"""The threshold states of the tree's heads: the worst of what is under each, folded or not."""

import numpy as np

from statmon.live.catalogue import NO_ROW
from statmon.ui.data.lens import Lens
from statmon.ui.data.levels import Levels, risen
from statmon.ui.tree.outline import Outline


class Worst:
    """Remembers what it found while outline and states are the same."""

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        self._of: tuple[Outline, Levels] | None = None
        self._found: Levels = np.zeros(0, np.int8)

    def of(self, outline: Outline, node: int) -> int:
        """Return the worst state under a node of an outline, its own included."""
        levels = self._lens.levels
        if self._of is None or self._of[0] is not outline or self._of[1] is not levels:
            self._of = outline, levels
            known = outline.row != NO_ROW
            own = np.zeros(len(outline), np.int8)
            own[known] = levels[outline.row[known]]
            self._found = risen(own, outline.level, outline.parent)
        return int(self._found[node])
