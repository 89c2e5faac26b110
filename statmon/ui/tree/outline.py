"""The tree's shape as arrays in the order of the screen, so that 100,000 rows regroup at once.

No Qt in here. Measured: QTreeView asks Python for each of its rows after every filter, sort or
expansion (0.5 s for 100,000); as one flat list, all of that is a few numpy operations.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from statmon.domain.outside import visible
from statmon.domain.statistic import ObjectRef
from statmon.live.catalogue import NO_ROW, Catalogue, Codes
from statmon.ui.tree.grouping import Members

_SHIFT = 32
Key = tuple[Hashable, ...]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Outline:
    """Nodes from top to bottom, each before those under it."""

    members: Members
    level: NDArray[np.int8]
    parent: Codes
    """The node above; -1 at the top."""
    row: Codes
    """The table's row: a statistic's own; an object's that of its state, if any."""
    code: Codes
    """The number of a head on its level; -1 for a statistic."""
    children: Codes
    """How many nodes stand directly under one."""
    mark: NDArray[np.int64]
    """What names a head from one outline to the next (and for a statistic is -1)."""

    def __len__(self) -> int:
        return len(self.level)

    @property
    def statistics(self) -> int:
        """How many different statistics it has, however many places they have."""
        # Counting in bins takes a hundredth of the time of numpy's unique.
        return int(np.count_nonzero(np.bincount(self.members.rows)))

    def is_statistic(self, node: int) -> bool:
        """Whether a node is a statistic, not a head."""
        return bool(self.code[node] < 0)

    def label_of_head(self, node: int) -> str:
        """Return what a head is called."""
        return visible(self.members.levels[int(self.level[node])].labels[int(self.code[node])])

    def key(self, node: int) -> Key:
        """Return what names a node from one outline to the next."""
        own: Hashable = int(self.row[node])
        if not self.is_statistic(node):
            own = self.members.levels[int(self.level[node])].keys[int(self.code[node])]
        above = int(self.parent[node])
        return (own,) if above < 0 else (*self.key(above), own)

    def rows_under(self, node: int) -> list[int]:
        """Return the table's rows of a statistic, or of all that stand under a head."""
        if self.is_statistic(node):
            return [int(self.row[node])]
        outside = np.flatnonzero(self.level[node + 1 :] <= self.level[node])
        end = node + 1 + int(outside[0]) if len(outside) else len(self)
        below = slice(node + 1, end)
        return [int(row) for row in self.row[below][self.code[below] < 0]]

    def object_of(self, node: int) -> ObjectRef | None:
        """Return the object that a head stands for, or None if it stands for no single one."""
        if self.is_statistic(node):
            return None
        level = self.members.levels[int(self.level[node])]
        key = level.keys[int(self.code[node])]
        return key if level.objects and isinstance(key, ObjectRef) else None


def build(members: Members, order: Places, catalogue: Catalogue) -> Outline:
    """Return the outline of some rows.

    Args:
        members: the rows and the heads they stand under.
        order: the members in the order of the screen; those of one head stand together.
        catalogue: says which row speaks for an object.
    """
    count, depth = len(order), len(members.levels)
    codes = [level.codes[order] for level in members.levels]
    starts = _starts(codes)
    # How many heads of a level began up to each leaf: the leaf stands below all of them.
    begun = [np.cumsum(begins) for begins in starts]
    place = sum(begun, np.arange(count))
    outline = _blank(members, count + sum(int(b[-1]) for b in begun if count))
    outline.level[place] = depth
    outline.row[place] = members.rows[order]
    mark = np.zeros(count, np.int64)
    above = np.zeros(0, np.intp)
    for level, own in enumerate(codes):
        first = np.flatnonzero(starts[level])
        mark = (mark << _SHIFT) | (own + 1)
        at = place[first] - (depth - level)
        outline.level[at] = level
        outline.code[at] = own[first]
        outline.mark[at] = mark[first]
        if members.levels[level].objects:
            outline.row[at] = catalogue.state_of[own[first]]
        if level:
            outline.parent[at] = above[begun[level - 1][first] - 1]
        above = at
    if depth:
        outline.parent[place] = above[begun[-1] - 1]
    under = outline.parent[outline.parent >= 0]
    outline.children[:] = np.bincount(under, minlength=len(outline))
    return outline


def _starts(codes: list[Codes]) -> list[Bools]:
    """Return for each level where a leaf begins a head."""
    starts: list[Bools] = []
    begins: Bools | None = None
    for own in codes:
        changes = np.ones(len(own), bool)
        changes[1:] = own[1:] != own[:-1]
        begins = changes if begins is None else begins | changes
        starts.append(begins)
    return starts


def _blank(members: Members, nodes: int) -> Outline:
    def column(fill: int) -> Codes:
        return np.full(nodes, fill, np.int32)

    return Outline(
        members,
        level=np.zeros(nodes, np.int8),
        parent=column(-1),
        row=column(NO_ROW),
        code=column(-1),
        children=column(0),
        mark=np.full(nodes, -1, np.int64),
    )


class Expansion:
    """Which heads are expanded: a rule for all of them, and the exceptions to it."""

    def __init__(self) -> None:
        self._rule = "first"
        self._exceptions: set[int] = set()

    def all(self, expanded: bool) -> None:
        """Expand every head, or none."""
        self._rule = "all" if expanded else "none"
        self._exceptions.clear()

    def toggle(self, mark: int) -> None:
        """Turn one head over."""
        self._exceptions ^= {mark}

    def of(self, outline: Outline, few: bool) -> Bools:
        """Return for each node whether what is under it is shown.

        At first the uppermost heads are expanded; of the objects those that no state speaks
        for, where there are few.
        """
        heads = outline.code >= 0
        if self._rule == "first":
            silent = (outline.row == NO_ROW) if few else np.zeros(len(outline), bool)
            result: Bools = heads & ((outline.level == 0) | silent)
        else:
            result = heads if self._rule == "all" else np.zeros(len(outline), bool)
        if self._exceptions:
            marks = np.fromiter(self._exceptions, np.int64, len(self._exceptions))
            result = result ^ (heads & np.isin(outline.mark, marks))
        return result


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines of the list: nodes, and the fields of values that are unfolded."""

    node: NDArray[np.integer[Any]]
    field: Codes
    """Which of its value's fields a line shows; -1 for the node itself."""

    def __len__(self) -> int:
        return len(self.node)


def shown(outline: Outline, expanded: Bools, fields: Mapping[int, int]) -> Shown:
    """Return the lines that an outline shows.

    Args:
        outline: the tree.
        expanded: for each node whether what is under it is shown.
        fields: table rows whose values are unfolded, with their numbers of fields.
    """
    visible = np.ones(len(outline), bool)
    for level in range(1, len(outline.members.levels) + 1):
        nodes = np.flatnonzero(outline.level == level)
        above = outline.parent[nodes]
        visible[nodes] = visible[above] & expanded[above]
    nodes = np.flatnonzero(visible).astype(np.int32)
    if not fields:
        return Shown(nodes, np.full(len(nodes), -1, np.int32))
    lines = np.ones(len(nodes), np.int32)
    leaves = outline.code[nodes] < 0
    for row, count in fields.items():
        lines[leaves & (outline.row[nodes] == row)] += count
    repeated = np.repeat(nodes, lines)
    nth = np.arange(len(repeated)) - np.repeat(np.cumsum(lines) - lines, lines)
    return Shown(repeated, (nth - 1).astype(np.int32))


def among(numbers: Codes, few: list[int]) -> Bools:
    """Return which numbers are among these; of one or none in a tenth of numpy's time."""
    if len(few) > 1:
        return np.isin(numbers, few)
    return numbers == few[0] if few else np.zeros(len(numbers), bool)
