"""A threshold state as a small picture: for tabs, tray and task bar, where no text is drawn.

Its side is the way its triangles point, its weight their number; the colour only adds to it.
"""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPolygonF

from statmon.ui.look.drawn_icon import DrawnIcon
from statmon.ui.look.painting import painting
from statmon.ui.look.theme import Theme

_ROUND = 0.25
"""The corners of its ground, as a part of its height."""
_CRITICAL = 2


def level_icon(level: int, theme: Theme) -> QIcon:
    """Return the icon of a threshold state; an empty one of none."""
    return QIcon(_Engine(level, theme)) if level else QIcon()


def badged(icon: QIcon, level: int, theme: Theme) -> QIcon:
    """Return an icon with a threshold state in its corner; as it is without one."""
    return QIcon(_Engine(level, theme, icon)) if level else icon


def paint_level(painter: QPainter, rect: QRectF, level: int, theme: Theme) -> None:
    """Draw a threshold state."""
    critical = abs(level) >= _CRITICAL
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.critical if critical else theme.badge)
    radius = rect.height() * _ROUND
    painter.drawRoundedRect(rect, radius, radius)
    painter.setBrush(theme.critical_text if critical else theme.badge_text)
    count = _CRITICAL if critical else 1
    high = rect.height() * 0.62 / count
    top = rect.center().y() - high * count / 2
    for place in range(count):
        _triangle(painter, QRectF(rect.left(), top + place * high, rect.width(), high * 0.9), level)
    painter.restore()


def _triangle(painter: QPainter, rect: QRectF, level: int) -> None:
    wide = rect.width() * 0.3
    middle = rect.center().x()
    foot, tip = (rect.bottom(), rect.top()) if level > 0 else (rect.top(), rect.bottom())
    points = (QPointF(middle - wide, foot), QPointF(middle + wide, foot), QPointF(middle, tip))
    painter.drawPolygon(QPolygonF(list(points)))


class _Engine(DrawnIcon):
    """Draws it when it is looked at, in the size and at the scale that it has there."""

    def __init__(self, level: int, theme: Theme, below: QIcon | None = None) -> None:
        super().__init__()
        self._level, self._theme, self._below = level, theme, below

    def clone(self) -> QIconEngine:
        """Return another one of the same state."""
        return _Engine(self._level, self._theme, self._below)

    @painting
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it: alone, or over the lower right of what it is a badge of."""
        del mode, state
        whole = rect.toRectF()
        if self._below is None:
            paint_level(painter, whole, self._level, self._theme)
            return
        self._below.paint(painter, rect)
        side = whole.height() * 0.6
        corner = QRectF(whole.right() - side, whole.bottom() - side, side, side)
        paint_level(painter, corner, self._level, self._theme)
