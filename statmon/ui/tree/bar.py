"""The line above the tree: the filter, what to group by, how many match."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from statmon.ui.text import label, tooltip, tr
from statmon.ui.tree.grouping import Grouping


class FilterEdit(QLineEdit):
    """Takes the text to filter by; Escape empties it, Down goes to the tree."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("Filter: words, state:, fresh:, group:, value:>10 …"))
        self.setAccessibleName(tr("Filter"))
        self.setToolTip(tooltip(_help()))
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Take Escape, Down and Enter; leave the rest to the line."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TreeBar(QWidget):
    """Filter, grouping and the count of matches."""

    grouped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = FilterEdit()
        self.grouping = QComboBox()
        self.grouping.setAccessibleName(tr("Group by"))
        for grouping, words in groupings().items():
            self.grouping.addItem(words, grouping)
        self.grouping.activated.connect(lambda _: self.grouped.emit(self.grouping.currentData()))
        self.matches = label(name=tr("Matches"))
        by = label(tr("Group by"))
        by.setBuddy(self.grouping)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.filter, 1)
        for part in (self.matches, by, self.grouping):
            layout.addWidget(part)

    def show_grouping(self, grouping: Grouping) -> None:
        """Show which grouping is in force."""
        self.grouping.setCurrentIndex(self.grouping.findData(grouping))


def groupings() -> Mapping[Grouping, str]:
    """Return the groupings with what they are called."""
    return {
        Grouping.TYPE: tr("Object type"),
        Grouping.SUBSCRIPTION: tr("Subscription"),
        Grouping.STATISTIC: tr("Statistic"),
        Grouping.GROUP: tr("Group"),
        Grouping.FLAT: tr("Nothing (flat list)"),
    }


def _help() -> str:
    return "\n".join(
        (
            tr("Every word must be found in type, object, label, groups or statistic."),
            tr("state:notready   objects in a state, or with a reason"),
            tr("fresh:stale   by freshness: live, quiet, late, stale, error …"),
            tr("group:sales   type:agent   object:desk   stat:calls"),
            tr("value:>10   value:<=5   by number"),
            tr("alert:any   alert:critical   by threshold"),
            tr('-word   without it;   "two words"   together'),
        )
    )
