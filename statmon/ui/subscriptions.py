"""The list of subscriptions: how each stands, and what the service refused."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from statmon.ui import signs
from statmon.ui.row_height import RowHeight
from statmon.ui.source import Source, SubscriptionStatus
from statmon.ui.text import tooltip, tr
from statmon.ui.theme import Theme

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST_ERRORS = 100
"""Refusals listed below a subscription; the count says how many there are."""


class SubscriptionList(QTreeWidget):
    """Each subscription with state, count and errors; the errors unfold beneath it."""

    def __init__(self, source: Source, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._theme = source, theme
        self._shown: dict[str, tuple[str, int, int]] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self.setAccessibleName(tr("Subscriptions"))
        self.setHeaderLabels([tr("Subscription"), tr("State"), "№"])
        self.headerItem().setToolTip(2, tr("Statistics"))
        self.setUniformRowHeights(True)
        self.setItemDelegate(RowHeight(self))
        header = self.header()
        header.setAccessibleName(tr("Columns"))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self._shown.clear()
        self.refresh()

    def refresh(self) -> None:
        """Bring the list up to date; cheap when nothing changed."""
        if not self._source.subscriptions and not self.topLevelItemCount():
            nothing = QTreeWidgetItem(self, [tr("None in this workspace file yet.")])
            nothing.setFirstColumnSpanned(True)
            nothing.setDisabled(True)
        for name, status in self._source.subscriptions.items():
            key = (status.state, status.statistics, hash(status.errors))
            if self._shown.get(name) != key:
                self._shown[name] = key
                self._show(name, status)

    def _show(self, name: str, status: SubscriptionStatus) -> None:
        item = self._items.get(name)
        if item is None:
            item = self._items[name] = QTreeWidgetItem(self)
        errors = status.errors
        sign = signs.of_subscription(status.state, len(errors))
        item.setText(0, f"{sign.glyph}  {name}")
        item.setForeground(0, QBrush(self._theme.tones[sign.tone]))
        item.setText(1, _with_errors(sign.word, len(errors)))
        item.setText(2, f"{status.statistics:,}")
        item.setTextAlignment(2, _RIGHT)
        item.takeChildren()
        for error in errors[:_MOST_ERRORS]:
            words = f"{error.statistic.ref} {error.statistic.title}: {error.message}"
            child = QTreeWidgetItem(item, [f"⚠  {words}"])
            child.setFirstColumnSpanned(True)
            child.setToolTip(0, tooltip(words))
        item.setToolTip(0, tooltip(name))


def _with_errors(word: str, errors: int) -> str:
    if not errors:
        return word
    return f"{word}, {errors} " + (tr("error") if errors == 1 else tr("errors"))
