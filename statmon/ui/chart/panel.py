"""One panel of a chart: counts at the left, per cent at the right, time below."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QTransform

from statmon.analysis.buckets import Columns
from statmon.domain.unit import Unit
from statmon.ui.chart.axes import CountAxis, DurationAxis, PercentAxis, TimeAxis
from statmon.ui.chart.background import Background, Hull
from statmon.ui.chart.curve import StepCurve
from statmon.ui.chart.scale import ROOM_PIXELS, nice_range, percent_range, with_room
from statmon.ui.chart.strokes import dashed, strokes
from statmon.ui.look.theme import Theme, Tone

_GRID_ALPHA = 46
"""Of 255."""
_TITLE_ALPHA = 190
_AXIS_PIXELS, _SMALL_AXIS_PIXELS = 52, 36
_BOTTOM_PIXELS = 24
_MARGIN = 0.012
"""Part of the chart that is left free for the signs at the lines' ends."""
_TITLE_MARGIN = 14
_WHEEL_STEP = 120
_ZOOM = 0.8

Extremes = tuple[float, float] | None
"""The lowest and the highest value in view; None where there is no value."""


class NavigationBox(pg.ViewBox):  # type: ignore[misc] # pyqtgraph has no types
    """Tells what the mouse wants instead of doing it: the chart moves all panels together."""

    zoomed = Signal(float, float)
    """The factor, and where in the view (0 left, 1 right)."""
    panned = Signal(float)
    """A part of the view; negative is into the past."""

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802, ARG002
        """Zoom time about the mouse."""
        steps = event.delta() / _WHEEL_STEP
        self.zoomed.emit(_ZOOM**steps, self._part(event.pos().x()))
        event.accept()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:  # noqa: N802, ARG002
        """Move through time."""
        if event.button() == Qt.MouseButton.LeftButton:
            moved = event.pos().x() - event.lastPos().x()
            self.panned.emit(-moved / max(1.0, self.width()))
            event.accept()
        else:
            event.ignore()

    def _part(self, x: float) -> float:
        return float(min(max(x / max(1.0, self.width()), 0.0), 1.0))


@dataclass(slots=True)
class Line:
    """A line of a panel."""

    unit: Unit
    curve: StepCurve
    other: StepCurve
    """The same statistic at the time that it is compared with, dashed."""


class Panel:
    """A plot of pyqtgraph's with our own curves; it draws what it is given and decides nothing."""

    def __init__(self, units: Sequence[Unit], shapes: Sequence[int], theme: Theme) -> None:
        self.box = NavigationBox(enableMenu=False)
        left = [unit for unit in units if unit is not Unit.PERCENT]
        self.all_percent = not left
        self._right = bool(left) and len(left) < len(units)
        axes = {"bottom": TimeAxis("bottom"), "left": _axis_of(set(left))}
        if self._right:
            axes["right"] = PercentAxis("right")
        self.plot = pg.PlotItem(viewBox=self.box, axisItems=axes, enableMenu=False)
        self.ground = Background(theme)
        self.lines = [self._line(unit, shape) for unit, shape in zip(units, shapes, strict=True)]
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._y = self._percent = (math.nan, math.nan)
        self._title: Any = None
        self.label_pixels = 0
        """Pixels that are to be free of lines at the top, for labels."""
        self._words, self._words_wide = "", 0.0
        """The title in full, and the width that it was last fitted into."""
        self._set_up()
        self.set_theme(theme)

    def _line(self, unit: Unit, shape: int) -> Line:
        return Line(unit, StepCurve(shape), StepCurve())

    def _set_up(self) -> None:
        plot = self.plot
        plot.hideButtons()
        plot.getAxis("left").setWidth(_AXIS_PIXELS)
        plot.getAxis("left").setGrid(_GRID_ALPHA)
        plot.getAxis("bottom").setHeight(_BOTTOM_PIXELS)
        self.box.disableAutoRange()
        self.box.setDefaultPadding(0)
        for line in self.lines:
            for item in (line.other, line.curve):
                plot.addItem(item, ignoreBounds=True)
        for item in (self.ground, self._cursor):
            plot.addItem(item, ignoreBounds=True)
        self._cursor.hide()
        if self._right:
            plot.showAxis("right")
            plot.getAxis("right").setWidth(_AXIS_PIXELS)
            # Per cent is drawn by the curves' own scale, so the axis stands by itself.
            plot.getAxis("right").unlinkFromView()
            plot.getAxis("right").setLabel("%")
        if self.all_percent:
            plot.getAxis("left").setLabel("%")

    def set_ground(self, color: QColor) -> None:
        """Take the colour of what lies behind the title."""
        if self._title is not None:
            ground = QColor(color)
            ground.setAlpha(_TITLE_ALPHA)
            self._title.fill = QBrush(ground)

    @property
    def titled(self) -> bool:
        """Whether a title stands in the corner."""
        return self._title is not None

    def show_title(self, words: str) -> None:
        """Write a title into the corner, above the highest value; it cannot widen the panel."""
        self._words = words
        self._title = pg.TextItem(words)
        self._title.setParentItem(self.box)
        self._title.setPos(4, 1)
        self._title.setZValue(20)

    def _fit_title(self) -> float:
        """Shorten the title to the panel's width; return the pixels that are to be free for it."""
        if self._title is None:
            return ROOM_PIXELS
        wide = float(self.box.width())
        if wide != self._words_wide:
            self._words_wide = wide
            metrics = QFontMetricsF(self._title.textItem.font())
            self._title.setPlainText(
                metrics.elidedText(self._words, Qt.TextElideMode.ElideMiddle, wide - _TITLE_MARGIN)
            )
        return float(self._title.boundingRect().height()) + ROOM_PIXELS / 2

    def leave_room(self, left: float, *, right: bool) -> None:
        """Begin and end where the panels above and below do: they have one time axis."""
        self.plot.getAxis("left").setWidth(left)
        if right and not self._right:
            axis = self.plot.getAxis("right")
            axis.setStyle(showValues=False, tickLength=0)
            axis.setWidth(_AXIS_PIXELS)
            axis.setPen(pg.mkPen(None))
            self.plot.showAxis("right")

    @property
    def left_width(self) -> float:
        """Pixels that the left axis takes."""
        return float(self.plot.getAxis("left").width())

    @property
    def has_right_axis(self) -> bool:
        """Whether per cent stands at the right."""
        return self._right

    def make_small(self) -> None:
        """Take less room for the axis: it is one of many."""
        self.plot.getAxis("left").setWidth(_SMALL_AXIS_PIXELS)
        self.plot.getAxis("left").showLabel(False)

    def hide_time(self) -> None:
        """Leave the times to the panel below."""
        self.plot.getAxis("bottom").setStyle(showValues=False)
        self.plot.getAxis("bottom").setHeight(6)

    def set_theme(self, theme: Theme, colors: Sequence[Any] = ()) -> None:
        """Draw in another theme; the colours are the lines', in order."""
        self.ground.theme = theme
        axis = theme.tones[Tone.MUTED]
        for name in ("left", "bottom", *(["right"] if self._right else [])):
            self.plot.getAxis(name).setPen(axis)
            self.plot.getAxis(name).setTextPen(axis)
        self._cursor.setPen(pg.mkPen(theme.tones[Tone.PLAIN], width=1))
        if self._title is not None:
            self._title.setColor(theme.tones[Tone.PLAIN])
        for line, color in zip(self.lines, colors, strict=False):
            line.curve.set_color(color)
            line.other.set_color(color)

    def show_time(self, begin: float, end: float) -> None:
        """Show the time between two epoch seconds, and some room at the right."""
        self.box.setXRange(begin, end + (end - begin) * _MARGIN, padding=0, update=False)

    def show_columns(
        self, place: int, columns: Columns, width: int, until: int, *, known: bool
    ) -> None:
        """Draw a line.

        Args:
            place: which line.
            columns: what to draw.
            width: milliseconds of a column.
            until: epoch milliseconds up to which the last value holds.
            known: the line goes up to now and bears its sign at the end.
        """
        curve = self.lines[place].curve
        drawn = strokes(columns, width, until, self._pixel_of(place))
        last = columns.last[-1] if columns else np.nan
        curve.show_strokes(drawn, (until / 1000, float(last)) if known and last == last else None)

    def show_other(self, place: int, columns: Columns, width: int, until: int, shift: int) -> None:
        """Draw what a line is compared with, dashed, ``shift`` milliseconds later than it was."""
        if not columns:
            self.lines[place].other.show_strokes(np.zeros((0, 4)))
            return
        drawn = strokes(columns, width, until - shift, self._pixel_of(place))
        drawn[:, [0, 2]] += shift / 1000
        self.lines[place].other.show_strokes(dashed(drawn, width / 1000))

    def _pixel_of(self, place: int) -> float:
        """Return what a pixel is high on the scale of a line."""
        low, high = self._percent if self._scaled(place) else self._y
        return (high - low) / max(1.0, float(self.box.height()))

    def _scaled(self, place: int) -> bool:
        """Whether a line is drawn on the right axis."""
        return self._right and self.lines[place].unit is Unit.PERCENT

    def fit(self, counts: Extremes, percents: Extremes) -> None:
        """Scale the panel to the lowest and highest values that it shows, with room for them.

        Args:
            counts: of the lines that are no per cent.
            percents: of those that are; they have 0 to 100 unless they go beyond.
        """
        height, above = float(self.box.height()), self._fit_title() + self.label_pixels
        shown = percent_range(percents)
        for name in ("left", "right"):
            if isinstance(axis := self.plot.getAxis(name), PercentAxis):
                axis.highest = shown[1]
        percent = with_room(shown, height, above)
        left = percent if self.all_percent else with_room(nice_range(counts), height, above)
        if (left, percent) == (self._y, self._percent):
            return
        self._y, self._percent = left, percent
        self.box.setYRange(*left, padding=0)
        if self._right:
            self.plot.getAxis("right").setRange(*percent)
            scale, offset = self._onto_left()
            for place, line in enumerate(self.lines):
                if self._scaled(place):
                    line.curve.setTransform(QTransform(1, 0, 0, scale, 0, offset))
                    line.other.setTransform(QTransform(1, 0, 0, scale, 0, offset))
            self.ground.percent = lambda value: value * scale + offset

    def _onto_left(self) -> tuple[float, float]:
        """Return the factor and the summand that bring per cent onto the left axis' scale."""
        (low, high), (least, most) = self._y, self._percent
        scale = (high - low) / (most - least)
        return scale, low - least * scale

    def on_scale(self, place: int, hull: Hull) -> Hull:
        """Return what is usual for a line on the scale of the panel."""
        if not self._scaled(place):
            return hull
        times, lows, highs = hull
        scale, offset = self._onto_left()
        return times, lows * scale + offset, highs * scale + offset

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest value that can be seen on the left axis' scale."""
        return self._y

    def show_cursor(self, at: float | None) -> None:
        """Show where the crosshair is, epoch seconds; None hides it."""
        self._cursor.setVisible(at is not None)
        if at is not None:
            self._cursor.setValue(at)

    def time_at(self, scene: QPointF) -> float | None:
        """Return the epoch seconds at a place of the scene, None where that is outside."""
        if not self.box.sceneBoundingRect().contains(scene):
            return None
        return float(self.box.mapSceneToView(scene).x())


def _axis_of(units: set[Unit]) -> pg.AxisItem:
    """Return the left axis of a panel whose lines have these units, per cent apart."""
    if not units:
        return PercentAxis("left")
    if units == {Unit.SECONDS}:
        return DurationAxis("left")
    return CountAxis("left") if units == {Unit.COUNT} else pg.AxisItem("left")
