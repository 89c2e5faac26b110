"""The dialogs' kind: none is larger than the room that its screen has for it."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from statmon.ui.look.text import tr

FRAME = QSize(12, 44)
"""Pixels that a frame and its title take, whatever draws them; not known before it is there."""


def room_for(widget: QWidget) -> QSize:
    """Return how large a window may be on the screen where it is, without its frame."""
    return widget.screen().availableSize() - FRAME


class Dialog(QDialog):
    """A dialog that is fitted to its screen when it is shown, and when it wants to grow.

    Where the screen is smaller than what its contents need at least, they scroll.
    """

    _scrolls = False

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Fit it before anybody sees it."""
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit it again: words that come later make contents larger."""
        super().resizeEvent(event)
        if self.isVisible():
            self._fit()

    def _fit(self) -> None:
        room = room_for(self)
        if self.isMaximized() or self.isFullScreen():
            return
        least = self.minimumSizeHint().expandedTo(self.minimumSize())
        if not self._scrolls and least.boundedTo(room) != least:
            self._let_scroll(room)
        if self.size().boundedTo(room) != self.size():
            self.resize(self.size().boundedTo(room))

    def _let_scroll(self, room: QSize) -> None:
        whole = self.layout()
        if whole is None:
            return
        self._scrolls = True
        contents, scroll = QWidget(), QScrollArea()
        contents.setLayout(whole)  # with all that is in it
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(contents)
        scroll.setAccessibleName(self.windowTitle() or tr("Contents"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        scroll.show()  # now: what a layout of a shown window gets it shows a turn later
        self.setMinimumSize(self.minimumSize().boundedTo(room))
