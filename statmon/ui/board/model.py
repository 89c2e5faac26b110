"""A board's model: group lines and object lines; columns are statistics."""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from statmon.domain.library import Direction, LibraryEntry
from statmon.domain.parts import Missing, missing_parts
from statmon.domain.statistic import ObjectRef
from statmon.domain.targets import Target
from statmon.domain.unit import Unit
from statmon.live.catalogue import NO_ROW, Catalogue
from statmon.live.freshness import KNOWN, Freshness
from statmon.ui.board import arithmetic
from statmon.ui.board.layout import NO_OBJECT, TOTAL, Layout, lay_out
from statmon.ui.board.spec import BoardSpec, By, Look
from statmon.ui.board.totals import (
    Totals,
    empty_objects,
    numbers_of,
    states_in,
    states_stale,
    totals,
)
from statmon.ui.data import cells, goals
from statmon.ui.data.goals import Goal
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.levels import worst
from statmon.ui.data.names import Names
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import tooltip, tr
from statmon.ui.look.theme import Tone
from statmon.ui.tree import order, query

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
    | Qt.ItemFlag.ItemIsDragEnabled
)  # fmt: skip
NAME = 0
"""The column of the objects' names; the statistics stand from 1."""
_MOST_STATES = 4

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class BoardCell(NamedTuple):
    """What a cell of a board shows."""

    text: str
    tone: Tone
    right: bool
    level: int = 0
    """Its threshold state, as ``Lens.levels``."""
    number: float = float("nan")
    goal: Goal | None = None
    """Where the number and its target are."""


class BoardModel(QAbstractTableModel):
    """Lines are groups and objects; nothing of a cell is kept but its row of the table."""

    def __init__(
        self, spec: BoardSpec, lens: Lens, catalogue: Catalogue, names: Names, knowledge: Knowledge,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.spec, self.lens, self.names = spec, lens, names
        self.catalogue, self.knowledge = catalogue, knowledge
        self._matcher = query.Matcher(catalogue, names)
        self._folded: set[str] = set()
        self._totals: Totals | None = None
        self.layout_: Layout
        self.hidden = 0
        """Objects that are not shown because all of theirs is zero."""
        self.units: list[Unit] = []
        self._first: list[int] = []
        """A row of each column, or ``NO_ROW``."""
        self._members: list[list[int]] = []
        """Of each group its objects' places, in their order, folded or not."""
        self._object: NDArray[np.int32] = np.zeros(0, np.int32)
        self._group: NDArray[np.int32] = np.zeros(0, np.int32)
        self._lay_out()
        names.changed.connect(self.rebuild)

    # Arranging.

    def rebuild(self) -> None:
        """Take in that the statistics, the names or the spec are others."""
        self.beginResetModel()
        self._matcher.forget()
        self._lay_out()
        self.endResetModel()

    def set_spec(self, spec: BoardSpec) -> None:
        """Arrange the board otherwise."""
        self.spec = spec
        self.rebuild()

    def sort_by(self, column: int | None, descending: bool = False) -> None:
        """Sort the objects within their groups by a column, or not at all for None."""
        title = "" if not column else self.layout_.titles[column - 1]
        self.set_spec(replace(self.spec, sort=None if column is None else (title, descending)))

    @property
    def changing(self) -> bool:
        """Whether the values decide which lines there are and in which order."""
        sorted_by_value = self.spec.sort is not None and bool(self.spec.sort[0])
        return self.spec.hide_zero or sorted_by_value or query.parse(self.spec.filter).changing

    def look_again(self) -> bool:
        """Arrange anew if the values decide about it; return whether lines moved."""
        if not self.changing:
            return False
        before = self.layout_, self._object, self._group
        if query.parse(self.spec.filter).changing:
            self._lay_out()
        else:
            self._list_lines()
        after = self.layout_, self._object, self._group
        same = before[0].objects == after[0].objects and np.array_equal(before[1], after[1])
        if not same:
            self.layout_, self._object, self._group = before
            self.beginResetModel()
            self.layout_, self._object, self._group = after
            self.endResetModel()
        return not same

    def touch(self) -> None:
        """Compute the groups' numbers again when they are next asked for."""
        self._totals = None

    @property
    def sums(self) -> Totals:
        """The groups' numbers, computed when they were not since they were last touched."""
        return self.add_up() if self._totals is None else self._totals

    def add_up(self) -> Totals:
        """Compute the groups' numbers again, now: painting finds them done."""
        self._totals = totals(self.layout_, self.lens)
        return self._totals

    def _lay_out(self) -> None:
        lens = self.lens
        rows = lens.rows.astype(np.int32)
        asked = query.parse(self.spec.filter)
        matched = self._matcher.rows(asked, rows, lens.table, lens.fresh, lens.levels)
        words = tr("All"), tr("no group")
        self.layout_ = lay_out(
            self.spec, lens.table, self.catalogue, rows, matched, self.names, self.knowledge, words
        )
        first = self.layout_.cells.max(axis=0, initial=NO_ROW)
        self.units = [lens.table.units[row] if row != NO_ROW else Unit.COUNT for row in first]
        self._first = first.tolist()
        self._list_lines()
        self.touch()

    def _list_lines(self) -> None:
        layout = self.layout_
        hide = empty_objects(layout, self.lens) if self.spec.hide_zero else None
        self.hidden = int(hide.sum()) if hide is not None else 0
        rank = self._ranks()
        objects: list[int] = []
        groups: list[int] = []
        self._members = []
        for group in range(len(layout.groups)):
            own = layout.member[layout.group == group]
            own = own if hide is None else own[~hide[own]]
            own = own[np.argsort(rank[own], kind="stable")]
            self._members.append(own.tolist())
            objects.append(NO_OBJECT)
            groups.append(group)
            if layout.groups[group] not in self._folded:
                objects += self._members[group]
                groups += [group] * len(own)
        if not layout.objects:
            objects, groups = [], []
        self._object = np.array(objects, np.int32)
        self._group = np.array(groups, np.int32)

    def _ranks(self) -> NDArray[np.float64]:
        layout, sort = self.layout_, self.spec.sort
        if sort is None:
            return np.arange(len(layout.objects), dtype=np.float64)
        if sort[0] not in layout.titles:
            ranks = order.alphabetical([self.names.name(ref) for ref in layout.objects])
            return (-ranks if sort[1] else ranks).astype(np.float64)
        rows = layout.cells[:, layout.titles.index(sort[0])]
        known = rows != NO_ROW
        elapsed = np.where(known, self.lens.times_in_state()[np.where(known, rows, 0)], np.nan)
        values = np.where(np.isnan(elapsed), numbers_of(self.lens, rows), elapsed)
        return -values if sort[1] else values

    # What a line is.

    def group_of(self, line: int) -> int | None:
        """Return the group whose line it is, or None for an object's."""
        return int(self._group[line]) if self._object[line] == NO_OBJECT else None

    def object_of(self, line: int) -> ObjectRef | None:
        """Return the object whose line it is, or None for a group's."""
        place = int(self._object[line])
        return None if place == NO_OBJECT else self.layout_.objects[place]

    def ident(self, line: int) -> tuple[str, ObjectRef | None]:
        """Return what names a line however the board is sorted: its group and its object."""
        return self.layout_.groups[int(self._group[line])], self.object_of(line)

    def row_at(self, line: int, column: int) -> int:
        """Return the table's row of a cell, or ``NO_ROW``."""
        place = int(self._object[line])
        if place == NO_OBJECT or column == NAME:
            return NO_ROW
        return int(self.layout_.cells[place, column - 1])

    def rows_of(self, line: int, columns: int | None = None) -> list[int]:
        """Return the table's rows of a line's cells, of all columns or of the first ones."""
        place = int(self._object[line])
        if place == NO_OBJECT:
            return []
        first = None if columns is None else columns - 1
        return [row for row in self.layout_.cells[place, :first].tolist() if row != NO_ROW]

    def is_folded(self, line: int) -> bool:
        """Whether the objects of a group's line are folded away."""
        return self.layout_.groups[int(self._group[line])] in self._folded

    def folded_under(self, line: int) -> list[int]:
        """Return the places of the objects that are folded away under a line."""
        group = self.group_of(line)
        return self._members[group] if group is not None and self.is_folded(line) else []

    def can_fold(self, line: int) -> bool:
        """Whether a line is that of a group with objects under it."""
        group = self.group_of(line)
        return group is not None and (self.spec.by is By.NOTHING or group != TOTAL)

    def worst(self, group: int) -> int:
        """Return the worst threshold state of a group's objects, folded away or not."""
        if group == TOTAL:
            return self.worst_of_all()
        return self._worst_in(self.layout_.cells[self._members[group]])

    def worst_of_all(self) -> int:
        """Return the worst threshold state on the board, hidden objects included."""
        return self._worst_in(self.layout_.cells)

    def _worst_in(self, cells_: NDArray[np.int32]) -> int:
        levels, rows = self.lens.levels, cells_.ravel()
        return worst(levels[rows[rows != NO_ROW]])

    def toggle(self, line: int) -> None:
        """Fold a group, or unfold it."""
        if self.can_fold(line):
            self.beginResetModel()
            self._folded ^= {self.layout_.groups[int(self._group[line])]}
            self._list_lines()
            self.endResetModel()

    def group_cell(self, group: int, column: int) -> BoardCell:
        """Return what a group shows in a column: its aggregate, or how many are in which state."""
        place = column - 1
        total = self.sums.columns[place]
        freshness = Freshness(int(total.freshness[group]))
        old = "" if freshness in KNOWN else f"{signs.of_freshness(freshness).glyph} "
        if self.units[place] is Unit.STATE:
            counts = states_in(self.layout_, self.lens, group, place)
            parts = [f"{signs.of_state(name).glyph} {n}" for name, n in counts.items()]
            stale = f"{signs.of_freshness(Freshness.STALE).glyph} "
            old = stale if states_stale(self.layout_, self.lens, group, place) else ""
            tone = Tone.MUTED if old else Tone.PLAIN
            return BoardCell(old + "  ".join(parts[:_MOST_STATES]), tone, right=False)
        value = float(total.got.values[group])
        if np.isnan(value):
            return BoardCell("–" if total.asked[group] else "", Tone.MUTED, True)
        text = arithmetic.marked(numbers.written(value, self.units[place]), total, group)
        if old:
            return BoardCell(old + text, Tone.MUTED, True)
        return BoardCell(text, Tone.PLAIN, True, 0, value, self._goal(group, place, value))

    def cell(self, line: int, column: int) -> BoardCell:
        """Return what a cell shows."""
        group = self.group_of(line)
        if group is not None:
            return self.group_cell(group, column)
        return self.object_cell(int(self._object[line]), column)

    def object_cell(self, place: int, column: int) -> BoardCell:
        """Return what an object shows in a column, whether its line is folded away or not."""
        row = int(self.layout_.cells[place, column - 1])
        if row == NO_ROW:
            return BoardCell("", Tone.MUTED, right=True)
        freshness = self.lens.freshness(row)
        # The board has no room for an agent's channels; the hint names them.
        text, tone, right = cells.value_of(self.lens, row, freshness, channels=False)
        number = self.lens.table.number(row) if tone is Tone.PLAIN else float("nan")
        target = self.knowledge.target(self.lens.table.statistics[row], self.names.targets)
        goal = goals.goal(target, number, self.units[column - 1], self._direction(row))
        return BoardCell(text, tone, right, self.lens.level(row), number, goal)

    def _direction(self, row: int) -> Direction:
        return self.knowledge.direction(self.lens.table.statistics[row])

    def _target_of(self, group: int, place: int) -> Target | None:
        """Return what the number of a group of the user's is to be."""
        row = self._first[place]
        if row == NO_ROW or group == TOTAL:
            return None
        statistic, name = self.lens.table.statistics[row], self.layout_.groups[group]
        return self.knowledge.target(statistic, self.names.targets, name)

    def _goal(self, group: int, place: int, number: float) -> Goal | None:
        target = self._target_of(group, place)
        if target is None:
            return None
        return goals.goal(target, number, self.units[place], self._direction(self._first[place]))

    def windows(self) -> list[tuple[str, str]]:
        """Return each column that does not tell of now: its title, and over what it counts."""
        statistics = self.lens.table.statistics
        found = [
            (self.title(column), self.knowledge.counted(statistics[row]))
            for column, row in enumerate(self._first, 1)
            if row != NO_ROW
        ]
        return [(title, window) for title, window in found if window]

    def label(self, line: int) -> str:
        """Return what a line is called."""
        ref = self.object_of(line)
        if ref is not None:
            return self.names.short(ref)
        group = int(self._group[line])
        count = (
            len(self.layout_.objects)
            if group == TOTAL
            else int((self.layout_.group == group).sum())
        )
        return f"{self.layout_.groups[group]} ({numbers.count(count)})"

    def title(self, column: int) -> str:
        """Return what stands in a column's header."""
        if column == NAME:
            return self.spec.object_type
        entry = self._entry(column)
        return entry.title if entry else self.layout_.titles[column - 1]

    def _entry(self, column: int) -> LibraryEntry | None:
        title = self.layout_.titles[column - 1]
        return self.knowledge.of_title(title, self.lens.table, self.catalogue)

    def missing_parts(self, column: int) -> list[Missing]:
        """Return what is to be opened so that a column's groups have exact numbers."""
        cells = self.layout_.cells[:, column - 1]
        own = self.catalogue.object_of[self.lens.rows]
        objects = np.unique(self.catalogue.object_of[cells[cells != NO_ROW]])
        opened = self.lens.rows[np.isin(own, objects)]
        statistics = self.lens.table.statistics
        return missing_parts(
            (statistics[row] for row in cells[cells != NO_ROW].tolist()),
            (statistics[row] for row in opened.tolist()),
            self.knowledge.library,
        )

    def look(self, column: int) -> Look:
        """Return how a column's numbers are shown."""
        return self.spec.column(self.layout_.titles[column - 1]).look

    def largest(self, column: int) -> float:
        """Return the largest number among the objects of a column, NaN where there is none."""
        values = numbers_of(self.lens, self.layout_.cells[:, column - 1])
        return float(np.nanmax(values)) if np.isfinite(values).any() else float("nan")

    # Qt's interface from here on.

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._object)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of columns."""
        return 0 if parent.isValid() else 1 + len(self.layout_.titles)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        named = index.column() == NAME and self.object_of(index.row()) is not None
        return _FLAGS | Qt.ItemFlag.ItemIsEditable if named else _FLAGS

    def text(self, line: int, column: int) -> str:
        """Return the text of a cell."""
        return self.label(line) if column == NAME else self.cell(line, column).text

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Return a cell's text, its alignment, what a screen reader says, or a hint."""
        if not index.isValid():
            return None
        line, column = index.row(), index.column()
        if role == _DISPLAY:
            return self.text(line, column)
        if role == _ALIGN:
            return _RIGHT if column != NAME and self.cell(line, column).right else None
        if role == _ACCESSIBLE:
            return self._said(line, column)
        if role == _TIP:
            return tooltip(self._said(line, column))
        if role == int(Qt.ItemDataRole.EditRole) and (ref := self.object_of(line)):
            return self.names.label(ref)
        return None

    def setData(self, index: Index, value: Any, role: int = 2) -> bool:  # noqa: N802
        """Give an object another label."""
        ref = self.object_of(index.row()) if index.isValid() else None
        if role != int(Qt.ItemDataRole.EditRole) or ref is None or index.column() != NAME:
            return False
        self.names.set_label(ref, str(value))
        return True

    def _said(self, line: int, column: int) -> str:
        """Return a cell in words: value, unit, freshness; of a group how it came about."""
        text = self.text(line, column)
        if column == NAME:
            ref = self.object_of(line)
            if ref is not None:
                return str(ref)
            word = signs.of_level(self.worst(int(self._group[line]))).word
            return f"{text}, {word}" if word else text
        row = self.row_at(line, column)
        if row != NO_ROW:
            freshness = self.lens.freshness(row)
            text, sign = cells.value_of(self.lens, row, freshness)[0], signs.of_freshness(freshness)
            words = [cells.with_unit(text, self.units[column - 1]), sign.word]
            if level := self.lens.level(row):
                words.append(signs.of_level(level).word)
            target = goals.of_row(self.lens, row, self.names, self.knowledge)
            said = f"{self.title(column)}: {', '.join(words)}"
            return f"{said}\n{target}" if target else said
        group = self.group_of(line)
        return self._said_of_group(group, column) if group is not None else ""

    def _said_of_group(self, group: int, column: int) -> str:
        if self.units[column - 1] is Unit.STATE:
            counts = states_in(self.layout_, self.lens, group, column - 1)
            return ", ".join(f"{n} {name}" for name, n in counts.items())
        place = column - 1
        if not self.sums.columns[place].asked[group]:
            return ""
        words = arithmetic.in_words(
            self.sums, self.layout_, self.names, group, place, self.units[place]
        )
        if target := self._target_of(group, place):
            value = float(self.sums.columns[place].got.values[group])
            direction = self._direction(self._first[place])
            words.append(goals.in_words(target, value, self.units[place], direction))
        return "\n".join((f"{self.title(column)}: {words[0]}", *words[1:]))

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY
    ) -> Any:
        """Return a column's name, or in a hint its meaning and formula."""
        if orientation != Qt.Orientation.Horizontal or section >= self.columnCount():
            return None
        if role == _DISPLAY:
            return self.title(section)
        if role == _ALIGN:
            state = section == NAME or self.units[section - 1] is Unit.STATE
            return None if state else _RIGHT
        if role == _TIP and section != NAME:
            entry = self._entry(section)
            own = self.layout_.titles[section - 1]
            return tooltip(own if entry is None else f"{own}\n{entry.meaning}\n{entry.formula}")
        return None
