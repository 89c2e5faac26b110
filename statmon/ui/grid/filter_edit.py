"""The box that takes a filter, above the tree and above each board."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from statmon.ui.look.text import tooltip, tr


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
