"""Icons that are drawn when they are looked at, in the size and scale that they have there."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap


class DrawnIcon(QIconEngine):
    """Makes pictures of what ``paint`` draws."""

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return a picture of it; Qt's own is not cleared before it is drawn upon."""
        picture = QPixmap(size)
        picture.fill(QColor(0, 0, 0, 0))
        with QPainter(picture) as painter:
            self.paint(painter, picture.rect(), mode, state)
        return picture
