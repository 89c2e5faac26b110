"""What stands in the tree's place where there is nothing to show: why, and what to do about it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import button

_WIDTH = 260
"""Pixels of the widest button."""


class EmptyPage(QWidget):
    """A sentence with buttons below; who can do something offers it."""

    def __init__(self, show_all: Callable[[], object], parent: QWidget | None = None) -> None:
        """Make the page; ``show_all`` takes a filter back."""
        super().__init__(parent)
        self.words = label(name=tr("Nothing to show"))
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setWordWrap(True)
        self.unfiltering = button(tr("Show &all again"), show_all)
        self.offered: list[QPushButton] = []
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addLayout(self._buttons)
        column.addStretch(1)
        self._add(self.unfiltering)

    def _add(self, offered: QPushButton) -> None:
        offered.setMinimumWidth(_WIDTH)
        self._buttons.addWidget(offered, 0, Qt.AlignmentFlag.AlignHCenter)

    def offer(self, text: str, do: Callable[[], object]) -> None:
        """Offer something to begin with, where nothing is subscribed."""
        offered = button(text, do)
        self.offered.append(offered)
        self._add(offered)
        offered.setVisible(self.unfiltering.isHidden())

    def say(self, words: str, *, filtered: bool) -> None:
        """Say why there is nothing; ``filtered``: because of a filter."""
        self.words.setText(words)
        self.unfiltering.setVisible(filtered)
        for offered in self.offered:
            offered.setVisible(not filtered)
