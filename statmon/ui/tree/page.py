"""The middle of the window: the filter, the tree, and what to do where it is empty."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from statmon.domain.workspace import Workspace
from statmon.ui import cells
from statmon.ui.pulse import Pulse
from statmon.ui.text import label, tr
from statmon.ui.theme import Theme
from statmon.ui.tree.model import TreeModel
from statmon.ui.tree.view import StatisticTree

_LONGEST_TYPED = 60
_TYPING_MS = 120
"""A filter is applied when typing pauses for this long."""


class FilterEdit(QLineEdit):
    """Takes the text to filter by; Escape empties it, Down goes to the tree."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Take Escape, Down and Enter; leave the rest to the line."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TreePage(QWidget):
    """Filter box above the tree; a sentence instead of the tree where it would be empty."""

    def __init__(
        self, workspace: Workspace, pulse: Pulse, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pulse = pulse
        self.model = TreeModel(workspace, pulse.lens, self)
        self.tree = StatisticTree(self.model, theme)
        self.filter = FilterEdit()
        self.filter.setPlaceholderText(tr("Filter: type words of an object, group or statistic"))
        self.filter.setAccessibleName(tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.empty = label(name=tr("Nothing to show"))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.matches = label(name=tr("Matches"))
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.empty)
        bar = QHBoxLayout()
        bar.addWidget(self.filter, 1)
        bar.addWidget(self.matches)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._typing.start)
        self.filter.left.connect(self.tree.setFocus)
        self._typing.timeout.connect(self.apply_filter)
        self._pulse.changed.connect(self.tree.show_changes)
        self._pulse.second.connect(self.tree.viewport().update)
        self._pulse.structured.connect(self.rebuild)

    def apply_filter(self) -> None:
        """Show only what matches the typed words."""
        self._typing.stop()
        self.model.filter(self.filter.text().strip())
        self.tree.restore_expansion()
        self._show_state()

    def rebuild(self) -> None:
        """Take in that the set of statistics changed."""
        first = not self.model.outline.statistics
        self.model.rebuild()
        if first:
            self.tree.first_expansion()
        else:
            self.tree.restore_expansion()
        self._show_state()

    def _show_state(self) -> None:
        shown, wanted = self.model.outline.statistics, len(self.model.lens.rows)
        typed = self.model.typed
        self.matches.setText(f"{shown:,} {tr('of')} {wanted:,}")
        self.matches.setVisible(bool(typed))
        if not wanted:
            self.empty.setText(
                tr(
                    "Nothing is subscribed yet.\n\n"
                    "Add a subscription to the workspace file and start statmon with it,\n"
                    "or type `statmon demo` to see a contact centre at work."
                )
            )
        elif not shown:
            words = cells.one_line(typed, _LONGEST_TYPED)
            way_back = tr("Press Esc to see all again.")
            self.empty.setText(f"{tr('No statistic matches')} “{words}”.\n\n{way_back}")
        self._stack.setCurrentIndex(0 if shown else 1)
