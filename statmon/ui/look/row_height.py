"""How high the rows of all trees are."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QBrush, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

PADDING = 3
"""Pixels above and below a row's text."""


class RowHeight(QStyledItemDelegate):
    """Says how high a row is (Qt asks for one and takes it for all), and keeps its colours."""

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return a size with room above and below the text."""
        size = super().sizeHint(option, index)
        size.setHeight(option.fontMetrics.height() + 2 * PADDING)
        return size

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Let a text that has a colour keep it where its row is chosen."""
        super().initStyleOption(option, index)
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        if isinstance(ink, QBrush):
            colors = QPalette(option.palette)
            colors.setBrush(QPalette.ColorRole.HighlightedText, ink)
            option.palette = colors
