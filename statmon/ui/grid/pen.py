"""Drawing text in cells: elided, aligned, never as rich text."""

import math

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from statmon.ui.grid.laid_out import laid_out
from statmon.ui.look.signs import Sign
from statmon.ui.look.theme import Theme, Tone

GAP = 6
_ROUND, _ROUND_PART = 4, 8
_AT_END, _IN_MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle


def draw_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    color: QColor,
    *,
    right: bool = False,
    bold: bool = False,
    keep_end: bool = False,
) -> None:
    """Draw a text on one line, cut with an ellipsis where it is too long.

    ``keep_end`` takes from its middle: a state's time stands behind its name.
    """
    if not text:
        return
    room = rect.adjusted(GAP // 2, 0, -GAP, 0)
    font = painter.font()
    if font.bold() != bold:
        font.setBold(bold)
        painter.setFont(font)
    known = laid_out(text, font, room.width(), _IN_MIDDLE if keep_end else _AT_END)
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


def draw_level(
    painter: QPainter, rect: QRect, sign: Sign, text: str, theme: Theme, *, right: bool = True
) -> None:
    """Draw a value that is beyond a threshold: on a ground as wide as it is, the sign before it."""
    critical = sign.tone is Tone.BAD
    ground = theme.critical if critical else theme.badge
    ink = theme.critical_text if critical else theme.badge_text
    words = f"{sign.glyph} {text}"
    font = painter.font()
    font.setBold(critical)
    painter.setFont(font)
    width = min(painter.fontMetrics().horizontalAdvance(words) + 3 * GAP, rect.width() - 2)
    pill = QRect(rect.left() + 1, rect.top() + 1, width, rect.height() - 2)
    if right:
        pill.moveRight(rect.right() - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    radius = max(_ROUND, pill.height() // _ROUND_PART)
    painter.drawRoundedRect(pill, radius, radius)
    painter.restore()
    room = pill.adjusted(0, 0, 1, 0)
    draw_text(painter, room, words, ink, right=right, bold=critical, keep_end=not right)


def draw_risen(painter: QPainter, rect: QRect, sign: Sign, theme: Theme) -> QRect:
    """Draw the worst threshold state of what is under a line at its left; return the room left."""
    critical = sign.tone is Tone.BAD
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(sign.glyph) + 3 * GAP
    high = min(rect.height() - 4, metrics.height())
    pill = QRect(rect.left() + GAP // 2, rect.top() + (rect.height() - high) // 2, width, high)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.critical if critical else theme.badge)
    radius = max(_ROUND, pill.height() // _ROUND_PART)
    painter.drawRoundedRect(pill, radius, radius)
    painter.restore()
    ink = theme.critical_text if critical else theme.badge_text
    draw_text(painter, pill.adjusted(GAP, 0, GAP, 0), sign.glyph, ink)
    return rect.adjusted(pill.right() + GAP - rect.left(), 0, 0, 0)


def draw_chevron(painter: QPainter, rect: QRect, color: QColor, *, opened: bool) -> None:
    """Draw the sign of what can be folded: to the right where it is, down where it is not."""
    size = max(3.0, rect.height() / 5)
    centre = rect.toRectF().center()
    ends = ((-size, -size / 2), (0.0, size / 2), (size, -size / 2))
    points = [QPointF(x, y) if opened else QPointF(y, x) for x, y in ends]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, max(1.4, size / 3)))
    painter.drawPolyline([centre + point for point in points])
    painter.restore()
