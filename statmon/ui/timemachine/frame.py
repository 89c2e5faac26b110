"""The frame around the whole window that says: this is not now."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from statmon.ui.look.painting import painting
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme

THICK = 7
"""Pixels."""


class PastFrame(QWidget):
    """A striped frame over all views; mouse and keys go through it."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self.setAccessibleName(tr("The window shows the past"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        window.installEventFilter(self)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._cover(watched)
        return False

    def show_over(self, window: QWidget) -> None:
        """Lie over the window."""
        self._cover(window)
        self.show()
        self.raise_()

    def _cover(self, window: QWidget) -> None:
        whole = window.rect()
        self.setGeometry(whole)
        # Only the frame itself is a part of the screen: what is inside repaints without it.
        inside = whole.adjusted(THICK, THICK, -THICK, -THICK)
        self.setMask(QRegion(whole) - QRegion(inside))

    @painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Draw stripes: the colour alone would not do."""
        with QPainter(self) as painter:
            painter.fillRect(QRect(self.rect()), self._theme.past)
            painter.fillRect(self.rect(), QBrush(self._theme.past_text, Qt.BrushStyle.FDiagPattern))
