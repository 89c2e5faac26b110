"""The tree's model: one flat list of lines over an outline, behind Qt's item interface.

Painting does not go through ``data`` (see ``grid``); accessibility, tests and whoever else
asks do. Filtering, sorting, grouping and expanding are done here, on arrays.
"""

from collections.abc import Hashable, Iterable, Iterator, Set
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from statmon.domain.outside import visible
from statmon.domain.statistic import ObjectRef
from statmon.domain.workspace import Workspace
from statmon.live.catalogue import NO_ROW, Catalogue
from statmon.ui.data import cells
from statmon.ui.data.fields import Field, fields_of, has_fields
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import tooltip, tr
from statmon.ui.tree import query, texts
from statmon.ui.tree.arranging import Arranger
from statmon.ui.tree.columns import Column, Spec, specs
from statmon.ui.tree.grouping import Grouping
from statmon.ui.tree.outline import Bools, Expansion, Outline, Shown, among, shown
from statmon.ui.tree.sorting import Sorting
from statmon.ui.tree.worst import Worst

FEW = 2_000
"""Statistics up to which objects without a state are expanded at first."""

# Module constants: looking an enumeration up costs more than the rest of ``data``.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_EDIT = int(Qt.ItemDataRole.EditRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = frozenset({Column.STATISTIC, Column.GROUPS})

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class TreeModel(QAbstractTableModel):
    """Heads, statistics and fields, one a line; a line's level says how far it is indented."""

    def __init__(
        self,
        workspace: Workspace,
        lens: Lens,
        names: Names,
        parent: QObject | None = None,
        catalogue: Catalogue | None = None,
        only: tuple[int, ...] | None = None,
    ) -> None:
        super().__init__(parent)
        self.lens, self.names = lens, names
        self.workspace = workspace
        self.columns: list[Spec] = specs()
        self.typed = ""
        self.catalogue = Catalogue(lens.table) if catalogue is None else catalogue
        self._arranger = Arranger(self.catalogue, names, only)
        self._expansions = {grouping: Expansion() for grouping in Grouping}
        self._found, self._worst = Expansion(), Worst(lens)
        self._fields: dict[int, list[Field]] = {}
        self.outline: Outline
        self.shown: Shown
        self._arrange()
        names.changed.connect(self._renamed)

    # Arranging.

    @property
    def grouping(self) -> Grouping:
        """What the heads are."""
        return self._arranger.grouping

    @property
    def only(self) -> tuple[int, ...] | None:
        """The only rows that are shown, in this order; None: all."""
        return self._arranger.only

    @property
    def sorting(self) -> Sorting:
        """What the lines are sorted by."""
        return self._arranger.sorting

    def rebuild(self) -> None:
        """Take in that rows were added to the table or removed, or the workspace is another."""
        self.beginResetModel()
        self.catalogue.follow(self.lens.table)
        self._arrange()
        self.endResetModel()

    def filter(self, typed: str) -> None:
        """Show only what a query finds (see ``query``); all of it expanded."""
        self.beginResetModel()
        self.typed = typed
        self._arranger.query = query.parse(typed)
        self._found = Expansion()
        self._found.all(expanded=True)
        self._arrange()
        self.endResetModel()

    def show_only(self, rows: Iterable[int]) -> None:
        """Show these rows of the table and no others."""
        self.beginResetModel()
        self._arranger.only = tuple(rows)
        self.catalogue.follow(self.lens.table)
        self._arrange()
        self.endResetModel()

    def group_by(self, grouping: Grouping, visible: Iterable[int] = ()) -> None:
        """Put the statistics under other heads; unfold those of some of the table's rows."""
        self.beginResetModel()
        self._arranger.grouping = grouping
        self._arrange()
        self._reveal(visible)
        self.endResetModel()

    def sort_by(self, column: int | None, descending: bool = False) -> None:
        """Sort within the heads by a column, or not at all for None."""
        self.beginResetModel()
        self.sorting.by(column, descending)
        self._arrange()
        self.endResetModel()

    @property
    def changing(self) -> bool:
        """Whether the values decide which lines there are and in which order."""
        return self._arranger.changing

    def look_again(self) -> bool:
        """Filter and sort anew if the values decide about it; return whether lines moved."""
        return any(self.steps_of_look())

    def steps_of_look(self) -> Iterator[bool]:
        """Do the same a few milliseconds at a time; true is what comes once lines have moved.

        It ends early if meanwhile the lines are arranged for another reason.
        """
        before = self.shown
        for outline in self._arranger.steps(self.workspace, self.lens) if self.changing else ():
            yield False
            if self.shown is not before:
                return
            if outline is not None and self._replace(outline):
                yield True

    def _replace(self, outline: Outline) -> bool:
        """Show another outline; return whether it is another."""
        expanded, lines = self._lines_of(outline)
        same_nodes = np.array_equal(self.shown.node, lines.node)
        if same_nodes and np.array_equal(self.outline.row, outline.row):
            return False
        self.beginResetModel()
        self.outline, self.expanded, self.shown = outline, expanded, lines
        self.endResetModel()
        return True

    def _renamed(self) -> None:
        self._arranger.forget()
        self.rebuild()

    def _arrange(self) -> None:
        self.outline = self._arranger.outline(self.workspace, self.lens)
        self._show()

    def _show(self) -> None:
        self.expanded, self.shown = self._lines_of(self.outline)

    def _lines_of(self, outline: Outline) -> tuple[Bools, Shown]:
        """Return what of an outline is expanded, and its lines because of it."""
        expanded = self.expansion.of(outline, outline.statistics <= FEW)
        unfolded = {row: len(lines) for row, lines in self._fields.items()}
        return expanded, shown(outline, expanded, unfolded)

    @property
    def statistics(self) -> int:
        """How many statistics are in the tree, folded away or not."""
        return self.outline.statistics

    @property
    def expansion(self) -> Expansion:
        """What is expanded: each grouping has its own, and while filtered all that is found."""
        return self._found if self.typed else self._expansions[self.grouping]

    # Expanding.

    def expand_all(self, expanded: bool) -> None:
        """Expand every head, or none."""
        self.beginResetModel()
        self.expansion.all(expanded)
        self._fields.clear()
        self._show()
        self.endResetModel()

    def can_expand(self, line: int) -> bool:
        """Whether something is, or could be, under a line."""
        if self.shown.field[line] >= 0:
            return False
        node = int(self.shown.node[line])
        if not self.outline.is_statistic(node):
            return True
        # A number's fields tell nothing that the number does not; details show them.
        row, table = int(self.outline.row[node]), self.lens.table
        return has_fields(table.raw[row]) and not np.isfinite(table.numbers[row])

    def is_expanded(self, line: int) -> bool:
        """Whether what is under a line is shown."""
        node = int(self.shown.node[line])
        if self.outline.is_statistic(node):
            return int(self.outline.row[node]) in self._fields and self.shown.field[line] < 0
        return bool(self.expanded[node])

    def toggle(self, line: int) -> None:
        """Expand or fold a line."""
        if not self.can_expand(line):
            return
        node = int(self.shown.node[line])
        if self.outline.is_statistic(node):
            self._toggle_fields(int(self.outline.row[node]))
            return
        before = self.shown
        self.expansion.toggle(int(self.outline.mark[node]))
        self._show()
        after, self.shown = self.shown, before
        more = len(after) - len(before)
        if more > 0:
            self.beginInsertRows(_NOWHERE, line + 1, line + more)
            self.shown = after
            self.endInsertRows()
        elif more < 0:
            self.beginRemoveRows(_NOWHERE, line + 1, line - more)
            self.shown = after
            self.endRemoveRows()

    def _toggle_fields(self, row: int) -> None:
        # The statistic may stand in several places: all of them unfold.
        self.beginResetModel()
        if self._fields.pop(row, None) is None:
            self._fields[row] = fields_of(self.lens.table.raw[row])
        self._show()
        self.endResetModel()

    def take_values(self, dirty: Set[int]) -> None:
        """Take in new values of unfolded statistics; their fields may be others now."""
        for row in [row for row in self._fields if row in dirty]:
            lines = fields_of(self.lens.table.raw[row])
            if len(lines) != len(self._fields[row]):
                self.beginResetModel()
                self._fields[row] = lines
                self._show()
                self.endResetModel()
            self._fields[row] = lines

    def _reveal(self, rows: Iterable[int]) -> None:
        """Expand the heads of some of the table's rows, in the first of their places."""
        outline = self.outline
        for row in rows:
            places = np.flatnonzero((outline.row == row) & (outline.code < 0))
            above = int(outline.parent[places[0]]) if len(places) else -1
            while above >= 0:
                if not self.expanded[above]:
                    self.expansion.toggle(int(outline.mark[above]))
                    self.expanded[above] = True
                above = int(outline.parent[above])
        self._show()

    # What a line is.

    def row_of(self, line: int) -> int:
        """Return the table's row that speaks for a line, or ``NO_ROW``."""
        return int(self.outline.row[self.shown.node[line]])

    def rows_under(self, line: int) -> list[int]:
        """Return the table's rows of the statistics that a line stands for, folded or not."""
        return self.outline.rows_under(int(self.shown.node[line]))

    def is_field(self, line: int) -> bool:
        """Whether a line is a field of an unfolded value."""
        return bool(self.shown.field[line] >= 0)

    def is_statistic(self, line: int) -> bool:
        """Whether a line is a statistic: no head and no field."""
        return not self.is_field(line) and self.outline.is_statistic(int(self.shown.node[line]))

    def ident(self, line: int) -> Hashable:
        """Return what names a line's node in every grouping."""
        node = int(self.shown.node[line])
        if self.outline.is_statistic(node):
            return int(self.outline.row[node])
        return self.outline.key(node)[-1]

    def lines_of(self, idents: Iterable[Hashable]) -> list[int]:
        """Return the first line of each of these nodes that has one."""
        wanted = set(idents)
        outline, nodes = self.outline, self.shown.node
        rows = [ident for ident in wanted if isinstance(ident, int)]
        candidates = (outline.code[nodes] < 0) & among(outline.row[nodes], rows)
        heads = wanted.difference(rows)
        for depth, level in enumerate(outline.members.levels if heads else ()):
            codes = [level.keys.index(ident) for ident in heads if ident in level.keys]
            candidates |= (outline.level[nodes] == depth) & among(outline.code[nodes], codes)
        found: dict[Hashable, int] = {}
        for line in np.flatnonzero(candidates & (self.shown.field < 0)).tolist():
            found.setdefault(self.ident(line), line)
        return sorted(found.values())

    def worst(self, line: int) -> int:
        """Return the worst threshold state under a head; 0 of anything else."""
        node = int(self.shown.node[line])
        head = self.shown.field[line] < 0 and not self.outline.is_statistic(node)
        return self._worst.of(self.outline, node) if head else 0

    def object_of(self, line: int) -> ObjectRef | None:
        """Return the object that a line is about, or None for a head of many."""
        node = int(self.shown.node[line])
        ref = self.outline.object_of(node)
        row = int(self.outline.row[node])
        return ref if ref is not None or row == NO_ROW else self.lens.table.statistics[row].ref

    def level(self, line: int) -> int:
        """Return how far a line is indented."""
        field = int(self.shown.field[line])
        node = int(self.shown.node[line])
        level = int(self.outline.level[node])
        return level if field < 0 else level + 1 + self._field(line).depth

    def cells(self, line: int) -> cells.Cells | None:
        """Return the cells of the row that speaks for a line, or None where none does."""
        row = self.row_of(line)
        return None if row == NO_ROW else cells.of_row(self.lens, row)

    def text(self, line: int, column: int) -> str:
        """Return the text of a cell."""
        if self.is_field(line):
            return self._field_text(line, column)
        if column == Column.STATISTIC:
            return self.label(line)
        if column in (Column.OBJECT, Column.GROUPS):
            return self._object_text(line, column)
        row = self.row_of(line)
        if row == NO_ROW:
            return self.count(line) if column == Column.VALUE else ""
        return texts.of_row(self.lens, row, column)

    def label(self, line: int) -> str:
        """Return what a line is called."""
        node = int(self.shown.node[line])
        outline = self.outline
        if not outline.is_statistic(node):
            return outline.label_of_head(node)
        statistic = self.lens.table.statistics[int(outline.row[node])]
        if self.grouping is Grouping.FLAT:
            return f"{self.names.short(statistic.ref)} · {statistic.title}"
        return self.names.name(statistic.ref) if outline.members.by_object else statistic.title

    def count(self, line: int) -> str:
        """Return how many are under a head of many; nothing for a single object."""
        node = int(self.shown.node[line])
        if self.outline.object_of(node) is not None:
            return ""
        kids = int(self.outline.children[node])
        return f"{numbers.count(kids)} " + (tr("object") if kids == 1 else tr("objects"))

    def _object_text(self, line: int, column: int) -> str:
        ref = self.object_of(line)
        if ref is None:
            return ""
        groups = ", ".join(map(visible, self.names.groups(ref)))
        return self.names.name(ref) if column == Column.OBJECT else groups

    def _field(self, line: int) -> Field:
        # A value may have lost fields that the next tick takes off the list.
        lines = self._fields.get(self.row_of(line), [])
        place = int(self.shown.field[line])
        return lines[place] if place < len(lines) else Field(0, "", "")

    def _field_text(self, line: int, column: int) -> str:
        field = self._field(line)
        if column == Column.STATISTIC:
            return field.name
        return field.text if column == Column.VALUE else ""

    # Qt's interface from here on.

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell: a line dragged, an object renamed.

        A head carries what is under it; only a field of a value is nothing by itself.
        """
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        line = index.row()
        flags = _FLAGS
        if self.shown.field[line] < 0:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        if index.column() in _EDITABLE and self.names_object(line):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def names_object(self, line: int) -> bool:
        """Whether a line is called by an object, whose name can be edited."""
        if self.shown.field[line] >= 0:
            return False
        node = int(self.shown.node[line])
        if self.outline.is_statistic(node):
            return self.outline.members.by_object
        return self.outline.object_of(node) is not None

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Return a cell's text, its alignment, or what a screen reader says."""
        if not index.isValid():
            return None
        if role == _DISPLAY:
            return self.text(index.row(), index.column())
        if role == _ALIGN:
            return _RIGHT if self.columns[index.column()].right else None
        if role == _ACCESSIBLE:
            return self._spoken(index.row(), index.column())
        if role == _EDIT:
            return self._editable(index.row(), index.column())
        return self._tip(index.row(), index.column()) if role == _TIP else None

    def _tip(self, line: int, column: int) -> str:
        """Return a cell whole, for where it is cut off, and what its freshness comes from."""
        row = NO_ROW if self.shown.field[line] >= 0 else self.row_of(line)
        if column == Column.STATISTIC or row == NO_ROW:
            return tooltip(self.text(line, column))
        words = (self._spoken(line, Column.VALUE), *texts.about(self.lens, row, self.names))
        return tooltip("\n".join(words))

    def _editable(self, line: int, column: int) -> str:
        ref = self.object_of(line)
        if ref is None:
            return ""
        groups = ", ".join(self.names.groups(ref))
        return self.names.label(ref) if column == Column.STATISTIC else groups

    def setData(self, index: Index, value: Any, role: int = _EDIT) -> bool:  # noqa: N802
        """Give an object another label, or other groups (separated by commas)."""
        ref = self.object_of(index.row()) if index.isValid() else None
        if role != _EDIT or ref is None:
            return False
        if index.column() == Column.STATISTIC:
            self.names.set_label(ref, str(value))
        else:
            self.names.set_groups(ref, str(value).split(","))
        return True

    def _spoken(self, line: int, column: int) -> str:
        """Return a cell as a screen reader says it: a value with its unit and freshness."""
        text = self.text(line, column)
        shown_ = self.cells(line) if self.shown.field[line] < 0 else None
        if column == Column.VALUE and shown_ is not None:
            unit = self.lens.table.units[self.row_of(line)]
            words = [cells.with_unit(text, unit), shown_.fresh.word]
            if level := self.lens.level(self.row_of(line)):
                words.append(signs.of_level(level).word)
            return ", ".join(words)
        if column == Column.STATISTIC and self.can_expand(line):
            state = tr("expanded") if self.is_expanded(line) else tr("folded")
            worst = signs.of_level(self.worst(line)).word
            parts = (text, worst, f"{tr('level')} {self.level(line) + 1}", state)
            return ", ".join(filter(None, parts))
        return text

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY
    ) -> Any:
        """Return a column's name."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        spec = self.columns[section]
        if role == _DISPLAY:
            return spec.title
        if role == _TIP:
            return tooltip(spec.tip or spec.title)
        return _RIGHT if role == _ALIGN and spec.right else None
