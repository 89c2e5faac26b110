"""Paints bars per interval: exact ones filled, bounds hatched, restarts marked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen

from statmon.analysis.buckets import Ints
from statmon.analysis.increments import Increments
from statmon.domain.unit import Unit
from statmon.ui.chart.frame import RESTART
from statmon.ui.chart.increases import amount
from statmon.ui.chart.scale import nice_range
from statmon.ui.chart.ticks import tick_text
from statmon.ui.look import numbers
from statmon.ui.look.theme import Theme, Tone

_LEFT, _TOP, _BOTTOM, _GAP = 58, 20, 20, 10
_LABEL_PIXELS = 62
_ROOM = 0.16
"""Part of an interval that is left free between the bars of two."""
_FAINT = 110


class Bar(NamedTuple):
    """One counter."""

    name: str
    unit: Unit
    got: Increments


@dataclass(frozen=True)
class Drawing:
    """All that is painted."""

    edges: Ints
    bars: Sequence[Bar]
    at: int
    """The interval that is pointed at; -1: none."""
    now: int

    def pointed_at(self, place: int) -> "Drawing":
        """Return the same with another interval pointed at."""
        return replace(self, at=place)

    @property
    def units(self) -> list[Unit]:
        """The units, each of which has a panel of its own."""
        return list(dict.fromkeys(bar.unit for bar in self.bars))

    @property
    def first(self) -> int:
        """The first interval of which something is known: before it nothing is missing."""
        known = np.any([~np.isnan(bar.got.least) for bar in self.bars], axis=0)
        return int(np.argmax(known)) if known.any() else len(self.edges)

    def interval_at(self, where: QPointF, rect: QRectF) -> int:
        """Return the interval at a place, -1 outside."""
        count = len(self.edges) - 1
        part = (where.x() - _LEFT) / max(1.0, rect.width() - _LEFT - _GAP)
        return int(part * count) if 0 <= part < 1 and count > 0 else -1


def paint_bars(
    painter: QPainter, rect: QRectF, drawing: Drawing, theme: Theme, palette: QPalette
) -> None:
    """Paint a drawing: the names, and a panel for each unit."""
    painter.fillRect(rect, palette.base())
    if not drawing.bars or len(drawing.edges) < 2:
        return
    _paint_names(painter, rect, drawing.bars, theme, palette)
    units = drawing.units
    high = (rect.height() - _TOP - _BOTTOM) / len(units)
    for number, unit in enumerate(units):
        top = rect.top() + _TOP + number * high
        panel = QRectF(_LEFT, top, rect.width() - _LEFT - _GAP, max(10.0, high - _GAP))
        places = [place for place, bar in enumerate(drawing.bars) if bar.unit is unit]
        _Panel(painter, panel, drawing, places, theme, palette).draw()
    _paint_times(painter, rect, drawing, palette)


def _paint_names(
    painter: QPainter, rect: QRectF, bars: Sequence[Bar], theme: Theme, palette: QPalette
) -> None:
    left = float(_LEFT)
    for place, bar in enumerate(bars):
        square = QRectF(left, rect.top() + 5, 10, 10)
        painter.fillRect(square, _color(theme, place))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        wide = painter.fontMetrics().horizontalAdvance(bar.name) + 8
        room = QRectF(left + 14, rect.top(), max(0.0, rect.right() - left - 16), _TOP)
        text = painter.fontMetrics().elidedText(
            bar.name, Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
        left += 14 + wide + 10


def _paint_times(painter: QPainter, rect: QRectF, drawing: Drawing, palette: QPalette) -> None:
    edges, count = drawing.edges, len(drawing.edges) - 1
    wide = (rect.width() - _LEFT - _GAP) / count
    every = max(1, math.ceil(_LABEL_PIXELS / max(1.0, wide)))
    step = (edges[1] - edges[0]) / 1000
    painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    for place in range(0, count + 1, every):
        middle = _LEFT + place * wide
        room = QRectF(middle - _LABEL_PIXELS / 2, rect.bottom() - _BOTTOM, _LABEL_PIXELS, _BOTTOM)
        if room.right() <= rect.right() + _GAP:
            painter.drawText(room, flags, tick_text(edges[place] / 1000, step))


def _color(theme: Theme, place: int) -> QColor:
    return theme.lines[place % len(theme.lines)]


class _Panel:
    """The bars of one unit."""

    def __init__(
        self, painter: QPainter, rect: QRectF, drawing: Drawing, places: Sequence[int],
        theme: Theme, palette: QPalette,
    ) -> None:  # fmt: skip
        self._painter, self._rect, self._drawing = painter, rect, drawing
        self._places, self._theme, self._palette = places, theme, palette
        self._unit = drawing.bars[places[0]].unit
        tops = [drawing.bars[place].got.most for place in places]
        lows = [drawing.bars[place].got.least for place in places]
        known = np.concatenate([*tops, *lows])
        known = known[np.isfinite(known)]
        self._top = nice_range((0.0, float(known.max())) if len(known) else None)[1]

    def draw(self) -> None:
        """Draw axis, bars and marks."""
        painter, rect, drawing = self._painter, self._rect, self._drawing
        muted = self._palette.color(QPalette.ColorRole.PlaceholderText)
        line = QColor(muted)
        line.setAlpha(60)
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for part in (0.0, 0.5, 1.0):
            y = rect.bottom() - part * rect.height()
            painter.setPen(QPen(line))
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
            painter.setPen(muted)
            room = QRectF(0, y - 9, _LEFT - 6, 18)
            painter.drawText(room, flags, numbers.written(part * self._top, self._unit))
        count = len(drawing.edges) - 1
        wide = rect.width() / count
        for place in range(count):
            slot = QRectF(rect.left() + place * wide, rect.top(), wide, rect.height())
            if place == drawing.at:
                painter.fillRect(slot, self._palette.alternateBase())
            self._slot(place, slot)

    def _slot(self, place: int, slot: QRectF) -> None:
        room = slot.width() * _ROOM
        wide = (slot.width() - room) / len(self._places)
        unknown = all(np.isnan(self._drawing.bars[n].got.least[place]) for n in self._places)
        if unknown and place < self._drawing.first:
            return
        if unknown and self._drawing.edges[place] < self._drawing.now:
            self._painter.fillRect(slot, QBrush(self._theme.hatch, Qt.BrushStyle.BDiagPattern))
            return
        for order, number in enumerate(self._places):
            left = slot.left() + room / 2 + order * wide
            self._bar(number, place, QRectF(left, slot.top(), wide, slot.height()))

    def _bar(self, number: int, place: int, room: QRectF) -> None:
        painter, got = self._painter, self._drawing.bars[number].got
        least, most = float(got.least[place]), float(got.most[place])
        if math.isnan(least):
            return
        color = QColor(_color(self._theme, number))
        if self._drawing.edges[place + 1] > self._drawing.now:
            color.setAlpha(_FAINT)  # it is under way
        top = self._y(least)
        inner = room.adjusted(1, 0, -1, 0)
        painter.fillRect(QRectF(inner.left(), top, inner.width(), room.bottom() - top), color)
        if got.across[place]:
            until = self._y(most) if math.isfinite(most) and most > least else top - 8
            bounds = QRectF(inner.left(), until, inner.width(), top - until)
            painter.fillRect(bounds, QBrush(color, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(color))
            painter.drawRect(bounds)
            top = until
        if got.restarts[place]:
            mark = QRectF(room.center().x() - 7, room.bottom() - 17, 14, 15)
            painter.fillRect(mark, self._palette.base())  # it is read on any bar
            self._write(room, room.bottom() - 17, RESTART, self._theme.tones[Tone.PLAIN])
        words = amount(got, place, self._unit)
        if painter.fontMetrics().horizontalAdvance(words) <= room.width() + 2 and (least or most):
            self._write(room, max(room.top() - 2, top - 15), words, self._theme.tones[Tone.PLAIN])

    def _write(self, room: QRectF, y: float, words: str, color: QColor) -> None:
        self._painter.setPen(color)
        where = QRectF(room.left() - 4, y, room.width() + 8, 15)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        self._painter.drawText(where, flags, words)

    def _y(self, value: float) -> float:
        part = min(1.0, max(0.0, value / self._top))
        return self._rect.bottom() - part * self._rect.height()
