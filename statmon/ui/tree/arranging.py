"""From the table to the tree's outline, in steps that are short enough for the Qt loop.

With 100,000 statistics to filter and sort by value the whole takes some 20 ms: what the user asks
for is done at once, what is looked at again every second a step at a time.
"""

from collections.abc import Generator

import numpy as np

from statmon.domain.workspace import Workspace
from statmon.live.catalogue import Catalogue
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.look.text import tr
from statmon.ui.tree import query
from statmon.ui.tree.grouping import Grouping, Groups
from statmon.ui.tree.outline import Outline, build
from statmon.ui.tree.sorting import Sorting


class Arranger:
    """Which statistics are shown, under which heads and in which order."""

    def __init__(self, catalogue: Catalogue, names: Names, only: tuple[int, ...] | None) -> None:
        self.grouping = Grouping.TYPE
        self.sorting = Sorting(catalogue, names)
        self.query = query.parse("")
        self.only = only
        """The only rows that are shown, in this order; None: all."""
        self._catalogue = catalogue
        self._matcher = query.Matcher(catalogue, names)
        self._groups = Groups(catalogue, names, tr("no group"))

    @property
    def changing(self) -> bool:
        """Whether the values decide which lines there are and in which order."""
        return self.query.changing or self.sorting.changing

    def forget(self) -> None:
        """Look again at how the objects are called."""
        self._matcher.forget()
        self.sorting.forget()

    def outline(self, workspace: Workspace, lens: Lens) -> Outline:
        """Return the outline of a workspace's statistics."""
        return next(one for one in self.steps(workspace, lens) if one is not None)

    def steps(self, workspace: Workspace, lens: Lens) -> Generator[Outline | None, None, None]:
        """Work the outline out: None after each step, at last the outline.

        Values that come in between may be seen by some of the steps only.
        """
        table = lens.table
        wanted = lens.rows.astype(np.int32)
        if self.only is not None:
            chosen = np.array(self.only, np.int32)
            wanted = chosen[np.isin(chosen, wanted)]
        rows = self._matcher.rows(self.query, wanted, table, lens.fresh, lens.levels)
        members = self._groups.members(self.grouping, table, workspace, rows)
        yield None
        order = yield from self.sorting.steps(members, lens)
        yield None
        yield build(members, order, self._catalogue)
