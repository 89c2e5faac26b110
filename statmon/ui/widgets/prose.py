"""Rows of a tree that are sentences: over all columns, and as high as these need."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QTreeView

from statmon.ui.look.row_height import PADDING, RowHeight

_HIGH = 10_000


class Prose(RowHeight):
    """Wraps the texts of the rows whose first column is spanned; the others have one line."""

    def __init__(self, tree: QTreeView) -> None:
        super().__init__(tree)
        self._tree = tree
        tree.setWordWrap(True)
        tree.setUniformRowHeights(False)
        tree.setItemDelegate(self)
        tree.header().geometriesChanged.connect(tree.scheduleDelayedItemsLayout)

    def initStyleOption(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Wrap sentences only: half a state on a second line cannot be read."""
        super().initStyleOption(option, index)
        if not self._is_sentence(index):
            option.features &= ~QStyleOptionViewItem.ViewItemFeature.WrapText

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return a size with room for the wrapped text; the tree asks each row for its own."""
        size = super().sizeHint(option, index)
        if self._is_sentence(index):
            margin = self._tree.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1
            width = self._tree.viewport().width() - self._indent(index) - 2 * margin
            room = QRect(0, 0, width, _HIGH)
            text = str(index.data())
            wrapped = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text)
            size.setHeight(max(size.height(), wrapped.height() + 2 * PADDING))
        return size

    def _is_sentence(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        return index.column() == 0 and self._tree.isFirstColumnSpanned(index.row(), index.parent())

    def _indent(self, index: QModelIndex | QPersistentModelIndex) -> int:
        steps, above = 1, index.parent()
        while above.isValid():
            steps, above = steps + 1, above.parent()
        return steps * self._tree.indentation()
