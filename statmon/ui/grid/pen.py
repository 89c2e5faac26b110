"""Drawing text in cells: elided, aligned, never as rich text."""

import math

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from statmon.ui.grid.laid_out import laid_out
from statmon.ui.signs import Sign
from statmon.ui.theme import Theme, Tone

GAP = 6
_ELIDE = Qt.TextElideMode.ElideRight


def draw_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    color: QColor,
    *,
    right: bool = False,
    bold: bool = False,
) -> None:
    """Draw a text on one line, cut with an ellipsis where it is too long."""
    if not text:
        return
    room = rect.adjusted(GAP // 2, 0, -GAP, 0)
    font = painter.font()
    if font.bold() != bold:
        font.setBold(bold)
        painter.setFont(font)
    known = laid_out(text, font, room.width(), _ELIDE)
    left = room.right() + 1 - known.width if right else room.left()
    top = room.top() + math.ceil((room.height() - known.height) / 2)
    painter.setPen(color)
    painter.drawStaticText(QPointF(left, top), known.text)


def draw_badge(painter: QPainter, rect: QRect, text: str, theme: Theme) -> None:
    """Draw a text at the right end on an amber ground."""
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text) + 2 * GAP
    badge = QRect(0, 0, width, metrics.height() + 2)
    badge.moveCenter(rect.center())
    badge.moveRight(rect.right() - 1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.badge)
    painter.drawRoundedRect(badge, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw_text(painter, badge, text, theme.badge_text, right=True)


def draw_level(painter: QPainter, rect: QRect, sign: Sign, text: str, theme: Theme) -> None:
    """Draw a number that is beyond a threshold: filled, with the sign before it."""
    critical = sign.tone is Tone.BAD
    ground = theme.critical if critical else theme.badge
    ink = theme.critical_text if critical else theme.badge_text
    painter.fillRect(rect.adjusted(1, 1, -1, -1), ground)
    draw_text(painter, rect, sign.glyph, ink)
    draw_text(painter, rect, text, ink, right=True, bold=critical)
