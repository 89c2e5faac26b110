"""Paints waits in ranges: a bar for each range, and the share of all who had waited less."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen

from statmon.analysis.waits import Waits
from statmon.domain.unit import Unit
from statmon.ui.chart.scale import nice_range
from statmon.ui.look import numbers
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme, Tone

_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 52, 22, 20
_ROOM = 0.16
"""Part of a range that is left free between two bars."""
_FAINT = 46
_DOT = 3.0


@dataclass(frozen=True)
class Drawing:
    """All that is painted."""

    waits: Waits
    seconds: float
    """The threshold."""
    known: bool
    """Whether all that is counted may be taken for now."""


def paint_waits(
    painter: QPainter, rect: QRectF, drawing: Drawing, theme: Theme, palette: QPalette
) -> None:
    """Paint a drawing: what the colours mean, bars, the share, and the threshold."""
    painter.fillRect(rect, palette.base())
    panel = rect.adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
    if panel.width() > 0 and panel.height() > 0:
        _Panel(painter, panel, drawing, theme, palette).draw()


class _Panel:
    def __init__(
        self, painter: QPainter, rect: QRectF, drawing: Drawing, theme: Theme, palette: QPalette
    ) -> None:
        self._painter, self._rect, self._drawing = painter, rect, drawing
        self._theme, self._palette = theme, palette
        self._waits = drawing.waits
        self._top = nice_range((0.0, float(self._waits.all.max())))[1]
        self._wide = rect.width() / len(self._waits.all)

    def draw(self) -> None:
        """Draw all of it."""
        self._draw_names()
        self._draw_axes()
        for place in range(len(self._waits.all)):
            self._draw_bar(place)
        self._draw_shares()
        self._draw_threshold()

    def _draw_names(self) -> None:
        left, painter = self._rect.left(), self._painter
        top = self._rect.top() - _TOP
        for brush, words in (
            (self._answered, tr("answered")),
            (self._abandoned, tr("hung up")),
            (None, tr("share of all that waited less (right)")),
        ):
            square = QRectF(left, top + 5, 10, 10)
            if brush is None:
                self._draw_dot(square.center())
            else:
                painter.fillRect(square, brush)
                painter.setPen(self._theme.lines[1] if brush is self._abandoned else brush.color())
                painter.drawRect(square)
            painter.setPen(self._palette.color(QPalette.ColorRole.Text))
            room = QRectF(left + 15, top, max(0.0, self._rect.right() + _RIGHT - left - 17), 20)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
            left += 15 + painter.fontMetrics().horizontalAdvance(words) + 14

    @property
    def _answered(self) -> QBrush:
        style = Qt.BrushStyle.SolidPattern if self._drawing.known else Qt.BrushStyle.Dense6Pattern
        return QBrush(self._theme.lines[0], style)

    @property
    def _abandoned(self) -> QBrush:
        return QBrush(self._theme.lines[1], Qt.BrushStyle.BDiagPattern)

    def _draw_axes(self) -> None:
        painter, rect = self._painter, self._rect
        muted = self._palette.color(QPalette.ColorRole.PlaceholderText)
        line = QColor(muted)
        line.setAlpha(60)
        flags = Qt.AlignmentFlag
        for part in (0.0, 0.5, 1.0):
            y = rect.bottom() - part * rect.height()
            painter.setPen(line)
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
            painter.setPen(muted)
            count = part * self._top
            painter.drawText(
                QRectF(rect.left() - _LEFT, y - 9, _LEFT - 6, 18),
                int(flags.AlignRight | flags.AlignVCenter),
                numbers.written(count, Unit.COUNT) if count == int(count) else "",
            )
            painter.drawText(
                QRectF(rect.right() + 6, y - 9, _RIGHT - 6, 18),
                int(flags.AlignLeft | flags.AlignVCenter),
                numbers.written(part * 100, Unit.PERCENT),
            )
        for place, edge in enumerate(self._waits.edges):
            words = numbers.written(edge, Unit.SECONDS) if math.isfinite(edge) else "…"
            room = QRectF(self._x(place) - 30, rect.bottom() + 2, 60, _BOTTOM - 2)
            painter.drawText(room, int(flags.AlignHCenter | flags.AlignTop), words)

    def _draw_bar(self, place: int) -> None:
        painter, rect = self._painter, self._rect
        room = self._wide * _ROOM
        left, wide = self._x(place) + room / 2, self._wide - room
        bottom = rect.bottom()
        for counts, brush in (
            (self._waits.answered, self._answered), (self._waits.abandoned, self._abandoned),
        ):  # fmt: skip
            high = float(counts[place]) / self._top * rect.height()
            if high > 0:
                bar = QRectF(left, bottom - high, wide, high)
                painter.fillRect(bar, brush)
                painter.setPen(QPen(brush.color()))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(bar)
            bottom -= high
        number = float(self._waits.all[place])
        words = numbers.written(number, Unit.COUNT)
        if number and painter.fontMetrics().horizontalAdvance(words) <= wide:
            where = QRectF(left, max(rect.top() - 4, bottom - 15), wide, 15)
            painter.setPen(self._theme.tones[Tone.PLAIN])
            painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), words)

    def _draw_shares(self) -> None:
        """Draw dots at the edges, where it is exact, and between them all that it may be."""
        total = float(self._waits.all.sum())
        if not total:
            return
        shares = np.concatenate(([0.0], np.cumsum(self._waits.all) / total)).tolist()
        color = QColor(self._theme.tones[Tone.PLAIN])
        color.setAlpha(_FAINT)
        bottom, high = self._rect.bottom(), self._rect.height()
        for place, (least, most) in enumerate(pairwise(shares)):
            box = QRectF(self._x(place), bottom - most * high, self._wide, (most - least) * high)
            self._painter.fillRect(box, color)
        for place, share in enumerate(shares):
            self._draw_dot(QPointF(self._x(place), bottom - share * high))

    def _draw_dot(self, where: QPointF) -> None:
        color = self._theme.tones[Tone.PLAIN]
        self._painter.setPen(self._palette.color(QPalette.ColorRole.Base))
        self._painter.setBrush(color)
        self._painter.drawEllipse(where, _DOT, _DOT)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_threshold(self) -> None:
        painter, rect = self._painter, self._rect
        x = self._place(self._drawing.seconds)
        color = self._theme.tones[Tone.BAD]
        painter.setPen(QPen(color, 2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))

    def _place(self, seconds: float) -> float:
        edges = self._waits.edges
        place = int(np.searchsorted(edges, seconds, "right")) - 1
        left, right = edges[place], edges[place + 1]
        part = (seconds - left) / (right - left) if math.isfinite(right) else 0.0
        return self._x(place) + part * self._wide

    def _x(self, place: int) -> float:
        return self._rect.left() + place * self._wide
