"""How high the rows of all trees are."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

PADDING = 3
"""Pixels above and below a row's text."""


class RowHeight(QStyledItemDelegate):
    """Says how high a row is; Qt asks for one and takes it for all."""

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return a size with room above and below the text."""
        size = super().sizeHint(option, index)
        size.setHeight(option.fontMetrics.height() + 2 * PADDING)
        return size
