"""A mask: its text, and below it the words that suit, to tick."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from statmon.domain.actions import words_of
from statmon.ui.look.row_height import RowHeight
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme, palette, with_boxes
from statmon.ui.widgets.listing import refilling

_ROWS = 5
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class MaskBox(QWidget):
    """Text and list say the same; what the list does not have can be typed."""

    edited = Signal(str)

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.text = QLineEdit()
        self.text.setAccessibleName(name)
        self.text.setPlaceholderText(tr("tick below, or type; * for all, ~ before what not"))
        self.list = QListWidget()
        self.list.setItemDelegate(RowHeight(self.list))
        self.list.setAccessibleName(f"{name}: {tr('words')}")
        self.set_theme(theme)
        self.list.setUniformItemSizes(True)
        height = self.fontMetrics().lineSpacing() + 6
        self.list.setMinimumHeight(3 * height)
        self.list.setMaximumHeight(_ROWS * height)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.text)
        layout.addWidget(self.list)
        self.text.textEdited.connect(self._typed)
        self.list.itemChanged.connect(self._ticked)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self.list.setPalette(with_boxes(palette(theme), theme))

    def set_words(self, words: Sequence[str]) -> None:
        """Offer these words."""
        if [self.list.item(row).text() for row in range(self.list.count())] == list(words):
            return
        with refilling(self.list):
            self.list.clear()
            for word in words:
                item = QListWidgetItem(word, self.list)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(_UNCHECKED)
        self._show_ticks()

    def set_mask(self, mask: str) -> None:
        """Show a mask without telling."""
        if self.text.text() != mask:
            self.text.setText(mask)
        self._show_ticks()

    def _show_ticks(self) -> None:
        named, _ = words_of(self.text.text())
        ticked = [row for row in range(self.list.count()) if self.list.item(row).text() in named]
        with refilling(self.list):
            for row in range(self.list.count()):
                self.list.item(row).setCheckState(_CHECKED if row in ticked else _UNCHECKED)
        if ticked and not self.list.hasFocus():
            self.list.scrollToItem(self.list.item(ticked[0]))

    def _typed(self, text: str) -> None:
        self._show_ticks()
        self.edited.emit(text)

    def _ticked(self, item: QListWidgetItem) -> None:
        parts = [part.strip() for part in self.text.text().split(",") if part.strip()]
        if item.checkState() == _CHECKED:
            parts.append(item.text())
        else:
            parts = [part for part in parts if part != item.text()]
        self.text.setText(",".join(parts))
        self.edited.emit(self.text.text())
