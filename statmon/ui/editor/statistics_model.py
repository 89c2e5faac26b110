"""The statistics of a subscription as a table: straight from the tuple, any number of rows."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from statmon.domain.definition import Definition
from statmon.domain.lint import Remark, Severity, lint_statistic, mode_of
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import Subscription, WantedStatistic
from statmon.ui.data import drag
from statmon.ui.editor.remarks import GLYPHS
from statmon.ui.editor.titles import title
from statmon.ui.look.text import tooltip, tr

COLUMNS: Final = ("On", "Object", "Statistic", "Told", "Remarks", "Id")
_ON, _OBJECT, _STATISTIC, _TOLD, _REMARKS, _OWN_ID = range(len(COLUMNS))
_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole


class StatisticsModel(QAbstractTableModel):
    """Shows a subscription; ticking and dropping are wishes that the editor grants."""

    switch_wanted = Signal(int, bool)
    drop_wanted = Signal(object, int)

    def __init__(self, subscription: Subscription) -> None:
        super().__init__()
        self.subscription = subscription
        self.labels: dict[ObjectRef, str] = {}
        """The user's names for objects."""
        self._remarks: dict[tuple[str, str, str | None], tuple[Remark, ...]] = {}

    def show(self, subscription: Subscription) -> None:
        """Show another version of the subscription; equal length keeps the selection."""
        same = len(subscription.statistics) == len(self.subscription.statistics)
        if same:
            self.subscription = subscription
            if subscription.statistics:
                last = self.index(len(subscription.statistics) - 1, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.subscription = subscription
        self.endResetModel()

    def remarks(self, statistic: Statistic) -> tuple[Remark, ...]:
        """Return lint's remarks on a statistic; each definition is looked at once."""
        if statistic.definition is None:
            return ()
        key = (statistic.measure, statistic.ref.object_type, statistic.name)
        found = self._remarks.get(key)
        if found is None:
            found = self._remarks[key] = lint_statistic(statistic)
        return found

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        """Return how many statistics there are."""
        return 0 if parent.isValid() else len(self.subscription.statistics)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        """Return the names of the columns."""
        if role == _ROLE.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return tr(COLUMNS[section])
        return None

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        """Return one cell."""
        item = self.subscription.statistics[index.row()]
        if role == _ROLE.CheckStateRole and index.column() == _ON:
            return Qt.CheckState.Checked if item.enabled else Qt.CheckState.Unchecked
        if role == _ROLE.DisplayRole and index.column() != _ON:
            return self._text(item, index.column())
        if role == _ROLE.ToolTipRole:
            words = [remark.words for remark in self.remarks(item.statistic)]
            return tooltip("\n".join(words)) if index.column() == _REMARKS else None
        if role == _ROLE.AccessibleTextRole and index.column() == _ON:
            return tr("on") if item.enabled else tr("off")
        return None

    def _text(self, item: WantedStatistic, column: int) -> str:
        statistic = item.statistic
        if column == _OBJECT:
            label = self.labels.get(statistic.ref)
            return f"{label} – {statistic.ref}" if label else str(statistic.ref)
        if column == _STATISTIC:
            return title(statistic)
        if column == _TOLD:
            return _told(statistic.definition)
        return statistic.id if column == _OWN_ID else _signs(self.remarks(statistic))

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let rows be chosen, dragged and, in the first column, ticked."""
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.ItemIsDropEnabled
        usual = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled
        return usual | flag.ItemIsUserCheckable if index.column() == _ON else usual

    def setData(self, index: _Index, value: Any, role: int = _ROLE.EditRole) -> bool:  # noqa: N802
        """Wish a statistic on or off."""
        if role != _ROLE.CheckStateRole:
            return False
        self.switch_wanted.emit(index.row(), Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Return what may be dropped."""
        return [drag.STATISTICS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """Return what a drag of rows carries."""
        rows = sorted({index.row() for index in indexes})
        return drag.pack_statistics([self.subscription.statistics[row] for row in rows])

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        """Move within, copy from elsewhere."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def dropMimeData(  # noqa: N802
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: _Index
    ) -> bool:
        """Wish what was dropped in front of a row. The editor moves, not Qt."""
        items = drag.unpack_statistics(data)
        if not items or action == Qt.DropAction.IgnoreAction or column > len(COLUMNS):
            return False
        before = row if row >= 0 else parent.row() if parent.isValid() else self.rowCount()
        self.drop_wanted.emit(items, before)
        return False  # or Qt would remove the rows that were dragged


def _told(definition: Definition | None) -> str:
    if definition is None:
        return tr("as configured")
    if mode_of(definition) == "immediate":
        return tr("at each change")
    frequency = definition.seconds("notificationFrequency")
    return tr("on a clock") if frequency is None else f"{tr('every')} {frequency:g} s"


def _signs(remarks: Sequence[Remark]) -> str:
    counts = {grade: sum(remark.severity is grade for remark in remarks) for grade in Severity}
    return "  ".join(f"{GLYPHS[grade]} {count}" for grade, count in counts.items() if count)
