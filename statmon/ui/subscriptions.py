"""The list of subscriptions: how each stands, and what the service refused."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from statmon.ui import numbers, signs
from statmon.ui.row_height import RowHeight
from statmon.ui.source import Source, SubscriptionStatus
from statmon.ui.text import tooltip, tr
from statmon.ui.theme import Theme

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NAME = Qt.ItemDataRole.UserRole
_COUNT_CHARS = 13
_MOST_ERRORS = 100
"""Refusals listed below a subscription; the count says how many there are."""


class SubscriptionList(QTreeWidget):
    """Each subscription with state, count and errors; the errors unfold beneath it."""

    def __init__(self, source: Source, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._theme = source, theme
        self._shown: dict[str, tuple[str, int, int]] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self._nothing: QTreeWidgetItem | None = None
        self.setAccessibleName(tr("Subscriptions"))
        self.setHeaderLabels([tr("Subscription"), tr("State"), tr("Statistics")])
        self.headerItem().setTextAlignment(2, _RIGHT)
        self.setIndentation(self.fontMetrics().height())
        self.setUniformRowHeights(True)
        self.setItemDelegate(RowHeight(self))
        header = self.header()
        header.setAccessibleName(tr("Columns"))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        # A long word above it must not take the room of the names.
        header.resizeSection(2, self.fontMetrics().averageCharWidth() * _COUNT_CHARS)
        self.headerItem().setToolTip(2, tr("Statistics"))
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self._shown.clear()
        self.refresh()

    def refresh(self) -> None:
        """Bring the list up to date; cheap when nothing changed."""
        for name in self._items.keys() - self._source.subscriptions.keys():
            self.takeTopLevelItem(self.indexOfTopLevelItem(self._items.pop(name)))
            del self._shown[name]
        self._say_if_empty()
        # Room for arrows only while there is something to unfold.
        self.setRootIsDecorated(any(s.errors for s in self._source.subscriptions.values()))
        for name, status in self._source.subscriptions.items():
            key = (status.state, status.statistics, hash(status.errors))
            if self._shown.get(name) != key:
                self._shown[name] = key
                self._show(name, status)

    def _say_if_empty(self) -> None:
        nothing = not self._source.subscriptions
        if nothing and self._nothing is None:
            self._nothing = QTreeWidgetItem(self, [tr("None yet: make one with New.")])
            self._nothing.setFirstColumnSpanned(True)
            self._nothing.setDisabled(True)
        elif not nothing and self._nothing is not None:
            self.takeTopLevelItem(self.indexOfTopLevelItem(self._nothing))
            self._nothing = None

    @property
    def chosen(self) -> list[str]:
        """The names of the chosen subscriptions, from the top."""
        items = {self.indexOfTopLevelItem(item.parent() or item) for item in self.selectedItems()}
        tops = [self.topLevelItem(row) for row in sorted(items)]
        names = [top.data(0, _NAME) for top in tops if top is not None]
        return [name for name in names if isinstance(name, str)]

    def name_at(self, point: QPoint) -> str | None:
        """Return the subscription at a point of the viewport, or None beside all of them."""
        item = self._top_at(point)
        name = None if item is None else item.data(0, _NAME)
        return name if isinstance(name, str) else None

    def rect_at(self, point: QPoint) -> QRect:
        """Return where the subscription at a point is shown; an empty one beside all of them."""
        item = self._top_at(point)
        if item is None or item is self._nothing:
            return QRect()
        return self.visualItemRect(item).adjusted(0, 0, self.viewport().width(), 0)

    def _top_at(self, point: QPoint) -> QTreeWidgetItem | None:
        item = self.itemAt(point)
        return None if item is None else item.parent() or item

    def _show(self, name: str, status: SubscriptionStatus) -> None:
        item = self._items.get(name)
        if item is None:
            item = self._items[name] = QTreeWidgetItem(self)
        errors = status.errors
        sign = signs.of_subscription(status.state, len(errors))
        item.setData(0, _NAME, name)
        item.setText(0, name)
        item.setText(1, f"{sign.glyph} {_with_errors(sign.word, len(errors))}")
        item.setForeground(1, QBrush(self._theme.tones[sign.tone]))
        item.setText(2, f"{numbers.count(status.statistics)}")
        item.setTextAlignment(2, _RIGHT)
        item.takeChildren()
        for error in errors[:_MOST_ERRORS]:
            words = f"{error.statistic.ref} {error.statistic.title}: {error.message}"
            child = QTreeWidgetItem(item, [f"⚠  {words}"])
            child.setFirstColumnSpanned(True)
            child.setToolTip(0, tooltip(words))
        item.setToolTip(0, tooltip(name))


def _with_errors(word: str, errors: int) -> str:
    """Return the word for a state; errors say enough: the name needs the room."""
    if not errors:
        return word
    return f"{errors} " + (tr("error") if errors == 1 else tr("errors"))
