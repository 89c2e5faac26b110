"""What a frame of a live chart costs: 24 series, each with one new value a frame.

Contestants get the same data and the same 1200 × 800 pixels and repaint everything: a bare
QPainter that takes the smallest and largest value of each pixel and draws a polyline (the floor:
no axes, no text), statmon's chart as it is in the window, pyqtgraph's own curve (plain and with
``peak`` downsampling) and QtCharts. Rounds are interleaved; the figure is the median over rounds
of the median CPU time of a frame.

    python tests/benchmarks/charts_draw.py [--rounds N] [--frames N]
"""

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

SERIES, WIDE, HIGH = 24, 1200, 800
STEP = 1.0
"""Seconds between two values: 36,000 of them are ten hours."""
Frame = Callable[[], None]


class Data:
    """A doubled array a series, so that the last N values are always in one piece."""

    def __init__(self, count: int) -> None:
        random = np.random.default_rng(1)
        self.count, self.place = count, 0
        walks = np.cumsum(random.normal(size=(SERIES, count)), axis=1)
        walks -= walks.min(axis=1, keepdims=True)
        noise = random.random((SERIES, count)) * walks.max(axis=1, keepdims=True) * 0.1
        self.values = np.tile(walks + noise, 2)
        self.start = 1_790_000_000.0

    def next(self) -> tuple[np.ndarray, np.ndarray]:
        """Return times and values after one more value of each series."""
        self.place = (self.place + 1) % self.count
        self.start += STEP
        times = self.start + np.arange(self.count) * STEP
        return times, self.values[:, self.place : self.place + self.count]


def colors() -> list[QColor]:
    return [QColor.fromHsv(360 * place // SERIES, 200, 180) for place in range(SERIES)]


class Bare(QWidget):
    """The floor."""

    def __init__(self, data: Data) -> None:
        super().__init__()
        self.resize(WIDE, HIGH)
        self.data = data
        self.pens = [QPen(color, 1) for color in colors()]

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        _, values = self.data.next()
        painter = QPainter(self)
        pixels = min(WIDE, values.shape[1] // 2)
        starts = np.linspace(0, values.shape[1], pixels, endpoint=False).astype(int)
        scale = HIGH / max(float(values.max()), 1.0)
        for row, pen in zip(values, self.pens, strict=True):
            points = pg.functions.create_qpolygonf(2 * pixels)
            array = pg.functions.ndarray_from_qpolygonf(points)
            array[0::2, 0] = array[1::2, 0] = np.linspace(0, WIDE, pixels)
            array[0::2, 1] = HIGH - np.minimum.reduceat(row, starts) * scale
            array[1::2, 1] = HIGH - np.maximum.reduceat(row, starts) * scale
            painter.setPen(pen)
            painter.drawPolyline(points)


def bare(data: Data) -> tuple[QWidget, Frame]:
    widget = Bare(data)
    return widget, widget.repaint


def pyqtgraph(data: Data, *, peak: bool) -> tuple[QWidget, Frame]:
    widget = pg.PlotWidget()
    widget.resize(WIDE, HIGH)
    curves = [widget.plot(pen=pg.mkPen(color, width=1), skipFiniteCheck=True) for color in colors()]
    if peak:
        for curve in curves:
            curve.setDownsampling(auto=True, method="peak")
    widget.setYRange(0, float(data.values.max()))

    def frame() -> None:
        times, values = data.next()
        for curve, row in zip(curves, values, strict=True):
            curve.setData(times, row)
        widget.setXRange(times[0], times[-1], padding=0)
        widget.viewport().repaint()

    return widget, frame


def qtcharts(data: Data) -> tuple[QWidget, Frame]:
    from PySide6.QtCharts import QChart, QChartView, QLineSeries, QValueAxis

    chart = QChart()
    axes = QValueAxis(), QValueAxis()
    chart.legend().hide()
    lines = [QLineSeries() for _ in range(SERIES)]
    from PySide6.QtCore import Qt

    chart.addAxis(axes[0], Qt.AlignmentFlag.AlignBottom)
    chart.addAxis(axes[1], Qt.AlignmentFlag.AlignLeft)
    for line, color in zip(lines, colors(), strict=True):
        line.setPen(QPen(color, 1))
        chart.addSeries(line)
        for axis in axes:
            line.attachAxis(axis)
    axes[1].setRange(0, float(data.values.max()))
    widget = QChartView(chart)
    widget.resize(WIDE, HIGH)

    def frame() -> None:
        times, values = data.next()
        axes[0].setRange(times[0], times[-1])
        for line, row in zip(lines, values, strict=True):
            line.replaceNp(times, np.ascontiguousarray(row))
        widget.viewport().repaint()

    return widget, frame


def ours(data: Data) -> tuple[QWidget, Frame]:
    from statmon.domain.statistic import Series
    from statmon.domain.unit import Unit
    from statmon.live.table import LiveTable
    from statmon.ui.chart.chart import Chart
    from statmon.ui.chart.frame import LineView
    from statmon.ui.chart.recorder import Recorder
    from statmon.ui.chart.spec import ChartSpec
    from statmon.ui.chart.track import Track
    from statmon.ui.look.theme import LIGHT

    recorder = Recorder(LiveTable())
    times, values = data.next()
    for row in range(SERIES):
        track = recorder.tracks[row] = Track(0)
        for time_, value in zip(times.tolist(), values[row].tolist(), strict=True):
            track.push(round(time_ * 1000), value)
    span = data.count * STEP
    chart = Chart(
        ChartSpec(span=span),
        range(SERIES),
        [Series("", "Queue", str(row), "n") for row in range(SERIES)],
        [LineView(f"line {row}", Unit.COUNT) for row in range(SERIES)],
        recorder,
        LIGHT,
    )
    # The plot alone gets the pixels that the others have; the legend stands beside it.
    chart.resize(WIDE + 500, HIGH + 30)
    chart.show()
    chart.set_span(span)
    chart.view._splitter.setSizes([WIDE + 60, 440])

    def frame() -> None:
        times, values = data.next()
        now = round(times[-1] * 1000)
        for row in range(SERIES):
            recorder.tracks[row].push(now, float(values[row, -1]))
        chart.redraw(now)
        chart.view._view.viewport().repaint()

    return chart, frame


CONTESTANTS: dict[str, Callable[[Data], tuple[QWidget, Frame]]] = {
    "bare QPainter, min/max polyline": bare,
    "statmon chart": ours,
    "pyqtgraph, peak downsampling": lambda data: pyqtgraph(data, peak=True),
    "pyqtgraph, its own curve": lambda data: pyqtgraph(data, peak=False),
    "QtCharts": qtcharts,
}


def measured(app: QApplication, make: Callable[[Data], Any], count: int, frames: int) -> float:
    """Return the median CPU milliseconds of a frame."""
    widget, frame = make(Data(count))
    widget.show()
    app.processEvents()
    frame()
    spent = []
    for _ in range(frames):
        begin = time.process_time()
        frame()
        app.processEvents()
        spent.append(time.process_time() - begin)
    widget.close()
    widget.deleteLater()
    app.processEvents()
    gc.collect()
    return statistics.median(spent) * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=20)
    args = parser.parse_args()
    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    for count in (3_600, 36_000):
        results: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
        for _ in range(args.rounds):
            for name, make in CONTESTANTS.items():
                frames = 3 if name == "QtCharts" else args.frames
                results[name].append(measured(app, make, count, frames))
        floor = statistics.median(results["bare QPainter, min/max polyline"])
        print(f"\n{SERIES} × {count:,}: CPU ms a frame, × the bare painter")  # noqa: T201
        for name, all_of_them in results.items():
            median = statistics.median(all_of_them)
            print(f"| {name} | {median:.1f} | {median / floor:.2f} |")  # noqa: T201


if __name__ == "__main__":
    main()
