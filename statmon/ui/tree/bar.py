"""The line above the tree: the filter, what to group by, how many match."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from statmon.ui.grid.filter_edit import FilterEdit
from statmon.ui.look.text import label, tr
from statmon.ui.tree.grouping import Grouping


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
        self.grouping.activated.connect(self._choose)
        self.matches = label(name=tr("Matches"))
        by = label(tr("Group by"))
        by.setBuddy(self.grouping)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.filter, 1)
        for part in (self.matches, by, self.grouping):
            layout.addWidget(part)

    def _choose(self, _: int) -> None:
        # Qt hands texts back where enumerations of texts were put in.
        self.grouped.emit(Grouping(self.grouping.currentData()))

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
