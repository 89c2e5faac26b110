"""One chart over pyqtgraph: the only module that knows it. Imported after the first frame."""

from collections.abc import Sequence
from typing import Any, cast

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from statmon.domain.unit import Unit
from statmon.ui.chart.axes import CountAxis, TimeAxis, missing
from statmon.ui.chart.legend import SIGNS, Legend
from statmon.ui.chart.polyline import steps, thin
from statmon.ui.chart.recorder import Recorder
from statmon.ui.text import label, tr
from statmon.ui.theme import Theme, Tone

_SYMBOLS = dict(zip(SIGNS, ("o", "s", "t1", "d", "t", "star"), strict=True))
Line = tuple[int, str, Unit]
"""The table's row, its name for people, its unit."""
_GRID_ALPHA = 46
"""Of 255."""
_MARGIN = 0.01
"""Part of the chart that is left free for the signs at the lines' ends."""
_HEADROOM = 1.25
"""Room above the highest value, for the labels of gaps."""
_LEAST_SPAN = 60.0
_SHORTEST_LABEL = 0.03
"""A gap is labelled when it is wider than this part of the chart."""


class Chart(QWidget):
    """Step lines over the last ``span`` seconds: counts at the left, per cent at the right.

    Where a series is not known its line stops and the ground is hatched; nothing is drawn that
    was not measured.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        span: float,
        recorder: Recorder,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lines, self._span, self._recorder = lines, span, recorder
        self.legend = Legend([name for _, name, _ in lines], theme)
        self._plot = pg.PlotWidget(
            axisItems={"bottom": TimeAxis("bottom"), "left": self._left_axis()}
        )
        self._plot.setAccessibleName(f"{tr('Chart')} {title}")
        self._percent = self._right_axis() if self._has_both() else None
        self._curves = [self._curve(place, unit) for place, (_, _, unit) in enumerate(lines)]
        self._hatches: list[tuple[Any, Any]] = []
        heading = label(title, tr("Chart title"))
        # A long title is cut at the right, it must not widen the window.
        heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for part in (heading, self.legend):
            layout.addWidget(part)
        layout.addWidget(self._plot, 1)
        self._set_up()
        self.set_theme(theme)

    def _has_both(self) -> bool:
        units = {unit for _, _, unit in self._lines}
        return Unit.PERCENT in units and len(units) > 1

    def _left_axis(self) -> Any:
        units = {unit for _, _, unit in self._lines} - {Unit.PERCENT}
        return CountAxis("left") if units <= {Unit.COUNT} else pg.AxisItem("left")

    def _set_up(self) -> None:
        item = self._plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.getAxis("left").setWidth(46)
        item.getAxis("left").setGrid(_GRID_ALPHA)
        self._plot.setMouseEnabled(x=False, y=False)
        units = {unit for _, _, unit in self._lines}
        if units == {Unit.PERCENT}:
            self._plot.setYRange(0, 100)
            item.getAxis("left").setLabel("%")
        if units == {Unit.SECONDS}:
            item.getAxis("left").setLabel("s")

    def _right_axis(self) -> Any:
        item = self._plot.getPlotItem()
        view = pg.ViewBox(enableMenu=False, enableMouse=False)
        item.showAxis("right")
        item.scene().addItem(view)
        axis = item.getAxis("right")
        axis.linkToView(view)
        axis.setLabel("%")
        axis.setWidth(46)
        view.setXLink(item)
        view.setYRange(0, 100)
        item.vb.sigResized.connect(lambda: view.setGeometry(item.vb.sceneBoundingRect()))
        return view

    def _curve(self, place: int, unit: Unit) -> tuple[Any, Any]:
        curve = pg.PlotCurveItem(connect="finite", antialias=False)
        # The line's sign stands at its end, as in the legend: colour alone would not do.
        end = pg.ScatterPlotItem(symbol=_SYMBOLS[SIGNS[place % len(SIGNS)]], size=9, pen=None)
        ground: Any = self._percent if self._at_right(unit) else self._plot
        for part in (curve, end):
            ground.addItem(part)
        return curve, end

    def _at_right(self, unit: Unit) -> bool:
        return unit is Unit.PERCENT and self._percent is not None

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self._plot.setBackground(self.palette().base().color())
        axis = theme.tones[Tone.MUTED]
        for name in ("left", "bottom", "right"):
            self._plot.getPlotItem().getAxis(name).setPen(axis)
            self._plot.getPlotItem().getAxis(name).setTextPen(axis)
        for place, (curve, end) in enumerate(self._curves):
            color = theme.lines[place % len(theme.lines)]
            curve.setPen(pg.mkPen(color, width=1))
            end.setBrush(color)
        self.legend.set_theme(theme)
        for region, words in self._hatches:
            region.setBrush(self._hatch_brush())
            words.setColor(axis)
            words.fill = QBrush(self.palette().base())

    def redraw(self, now_ms: int) -> None:
        """Draw what is recorded up to now, local epoch milliseconds."""
        now = now_ms / 1000
        first = now - self._shown_span(now)
        columns = max(1, self._plot.width())
        highest = 0.0
        for (row, _, unit), (curve, end) in zip(self._lines, self._curves, strict=True):
            track = self._recorder.tracks[row]
            start = max(0, int(track.times.searchsorted(first)) - 1)
            xs, ys = steps(track.times[start:], track.values[start:], now)
            curve.setData(*thin(xs, ys, columns), connect="finite")
            known = len(ys) > 0 and ys[-1] == ys[-1]
            end.setData(xs[-1:], ys[-1:]) if known else end.clear()
            if len(ys) and not self._at_right(unit):
                highest = max(highest, float(_largest(ys)))
        self._plot.setXRange(first, now + (now - first) * _MARGIN, padding=0)
        if not self._all_percent:
            self._plot.setYRange(0, max(highest * _HEADROOM, 1.0), padding=0)
        self.legend.show_values([self._recorder.text(row) for row, _, _ in self._lines])
        self._hatch(first, now)

    def _shown_span(self, now: float) -> float:
        """Return the seconds shown: all of the span, less while little is recorded."""
        starts = [t.times[0] for row, _, _ in self._lines if len(t := self._recorder.tracks[row])]
        recorded = now - min(starts, default=now)
        return min(self._span, max(_LEAST_SPAN, float(recorded) * 1.1))

    @property
    def _all_percent(self) -> bool:
        return all(unit is Unit.PERCENT for _, _, unit in self._lines)

    def gaps(self, first: float, now: float) -> list[tuple[float, float]]:
        """Return the times in which any series was not known, joined, within the span."""
        spans = sorted(
            (max(begin, first), now if end is None else end)
            for row, _, _ in self._lines
            for begin, end in self._recorder.tracks[row].gaps
            if (now if end is None else end) > first
        )
        joined: list[tuple[float, float]] = []
        for begin, end in spans:
            if joined and begin <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((begin, end))
        return joined

    def _hatch(self, first: float, now: float) -> None:
        gaps = self.gaps(first, now)
        while len(self._hatches) > len(gaps):
            for item in self._hatches.pop():
                self._plot.removeItem(item)
        while len(self._hatches) < len(gaps):
            self._hatches.append(self._new_hatch())
        top = self._plot.getPlotItem().vb.viewRange()[1][1]
        for (begin, end), (region, words) in zip(gaps, self._hatches, strict=True):
            region.setRegion((begin, end))
            words.setPlainText(missing(begin, end))
            # The anchor moves with the place, so that no label leaves the chart at an edge.
            middle = (begin + end) / 2
            words.setAnchor(((middle - first) / (now - first), 0))
            words.setPos(middle, top)
            words.setVisible(end - begin > (now - first) * _SHORTEST_LABEL)

    def _new_hatch(self) -> tuple[Any, Any]:
        region = pg.LinearRegionItem(movable=False, brush=self._hatch_brush(), pen=pg.mkPen(None))
        region.setZValue(-10)
        words = pg.TextItem(
            anchor=(0.5, 0),
            color=self._theme.tones[Tone.MUTED],
            fill=self.palette().base().color(),
        )
        for item in (region, words):
            self._plot.addItem(item, ignoreBounds=True)
        return region, words

    def _hatch_brush(self) -> QBrush:
        return QBrush(self._theme.hatch, Qt.BrushStyle.BDiagPattern)


def _largest(values: Any) -> float:
    known = values[values == values]  # NaN is not equal to itself
    return cast("float", known.max()) if len(known) else 0.0
