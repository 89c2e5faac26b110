"""The tree's model: an outline and a lens behind Qt's item interface.

Painting does not go through ``data`` (see ``tree_view``); accessibility, tests and whoever
else asks do.
"""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from statmon.domain.statistic import ObjectRef
from statmon.domain.workspace import Workspace
from statmon.ui import cells
from statmon.ui.lens import Lens
from statmon.ui.text import tr
from statmon.ui.tree.outline import NO_ROW, ROOT, Finder, Outline, build

STATISTIC, VALUE, AGE, FRESHNESS = range(4)
COLUMNS = 4

# Module constants: looking an enumeration up costs more than the rest of ``data``.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class TreeModel(QAbstractItemModel):
    """Object type → object → statistic. An index's internal id is the outline's node."""

    def __init__(self, workspace: Workspace, lens: Lens, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lens = lens
        self.typed = ""
        self._labels = {item.ref: item for item in workspace.objects}
        self._read_structure()

    def _read_structure(self) -> None:
        table = self.lens.table
        self.structure = table.structure
        self._finder = Finder(table, self._words_of)
        self._whole = build(table, self._finder.rows(""), self._name_of)
        self.outline: Outline = self._filtered()

    def _filtered(self) -> Outline:
        if not self.typed:
            return self._whole
        return build(self.lens.table, self._finder.rows(self.typed), self._name_of)

    def rebuild(self) -> None:
        """Take in that rows were added to the table or removed."""
        self.beginResetModel()
        self._read_structure()
        self.endResetModel()

    def filter(self, typed: str) -> None:
        """Show only the statistics in whose words every typed word stands."""
        self.beginResetModel()
        self.typed = typed
        self.outline = self._filtered()
        self.endResetModel()

    def _name_of(self, ref: ObjectRef) -> str:
        label = self._labels.get(ref)
        return f"{label.label} ({ref.object_id})" if label and label.label else ref.object_id

    def _words_of(self, ref: ObjectRef) -> str:
        label = self._labels.get(ref)
        return f"{label.label} {' '.join(label.groups)}" if label else ""

    def node(self, index: Index) -> int:
        """Return the outline's node of an index; the root's for an invalid one."""
        return int(index.internalId()) if index.isValid() else ROOT

    def index_of(self, node: int, column: int = 0) -> QModelIndex:
        """Return the index of a node."""
        if node == ROOT:
            return QModelIndex()
        return self.createIndex(self.outline.place[node], column, node)

    def cells(self, node: int) -> cells.Cells | None:
        """Return a node's cells, or None where it has no row to speak for it."""
        row = self.outline.row[node]
        return None if row == NO_ROW else cells.of_row(self.lens, row)

    def text(self, node: int, column: int) -> str:
        """Return the text of a cell."""
        if column == STATISTIC:
            return self.outline.label[node]
        shown = self.cells(node)
        if shown is None:
            return self._count(node) if column == VALUE else ""
        return (shown.value, shown.age, str(shown.fresh))[column - 1]

    def _count(self, node: int) -> str:
        kids = len(self.outline.children[node])
        if isinstance(self.outline.key[node], ObjectRef):
            return ""
        return f"{kids} " + (tr("object") if kids == 1 else tr("objects"))

    # Qt's interface from here on.

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        """Return the index of a parent's child."""
        kids = self.outline.children[self.node(parent)]
        if 0 <= row < len(kids) and 0 <= column < COLUMNS and not parent.column() > 0:
            return self.createIndex(row, column, kids[row])
        return QModelIndex()

    def parent(self, index: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        """Return the index of the node above."""
        return self.index_of(self.outline.parent[self.node(index)])

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return how many children a node has."""
        return 0 if parent.column() > 0 else len(self.outline.children[self.node(parent)])

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of columns, the same everywhere."""
        return 0 if parent.column() > 0 else COLUMNS

    def hasChildren(self, parent: Index = _NOWHERE) -> bool:  # noqa: N802
        """Return whether a node has children."""
        return self.rowCount(parent) > 0

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that every item can be selected and none edited."""
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Return a cell's text, its alignment, or what a screen reader says."""
        if role == _DISPLAY and index.isValid():
            return self.text(int(index.internalId()), index.column())
        if role == _ALIGN and index.column() == AGE:
            return _RIGHT
        if role == _ACCESSIBLE and index.isValid():
            return self._spoken(int(index.internalId()), index.column())
        return None

    def _spoken(self, node: int, column: int) -> str:
        """Return a cell as a screen reader says it: a value with its unit and freshness."""
        text = self.text(node, column)
        shown = self.cells(node)
        return f"{text}, {shown.fresh.word}" if shown and column == VALUE else text

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY
    ) -> Any:
        """Return a column's name."""
        if orientation == Qt.Orientation.Horizontal:
            if role == _DISPLAY:
                return headers()[section]
            if role == _ALIGN and section == AGE:
                return _RIGHT
        return None


def headers() -> tuple[str, ...]:
    """Return the columns' names."""
    return tr("Statistic"), tr("Value"), tr("Age"), tr("Freshness")
