"""What a chart shows, as a picture, as a drawing, and as values."""

import math

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from statmon.analysis.buckets import Columns
from statmon.domain.cells import Cell
from statmon.ui.chart.bars import Bars
from statmon.ui.chart.chart import Chart
from statmon.ui.chart.intervals import Intervals
from statmon.ui.chart.ticks import written_time
from statmon.ui.chart.waits import Waits

_HEADERS = ("series", "object type", "object", "from", "first", "lowest", "highest", "last")


def png(widget: QWidget) -> bytes:
    """Return a picture of a chart as it is on screen."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(buffer.data().data())


def svg(widget: QWidget) -> bytes:
    """Return a drawing of a chart that can be scaled."""
    from PySide6.QtSvg import QSvgGenerator

    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(widget.width(), widget.height()))
    generator.setViewBox(widget.rect())
    generator.setTitle(widget.accessibleName())
    with QPainter(generator) as painter:
        widget.render(painter, QPoint())
    return bytes(buffer.data().data())


def values(chart: Chart | Bars | Intervals | Waits) -> list[tuple[Cell, ...]]:
    """Return what a chart shows as rows: of each column of each line, and each gap."""
    if isinstance(chart, Bars):
        return [("series", "value"), *chart.values()]
    if isinstance(chart, Intervals | Waits):
        return chart.values()
    rows: list[tuple[Cell, ...]] = [_HEADERS]
    frame = chart.view.frame
    if frame is None:
        return rows
    for line, drawn, series in zip(chart.view.lines, frame.lines, chart.series, strict=True):
        who = (line.name, series.object_type, series.object_id)
        inside = drawn.columns.between(frame.begin // frame.width, frame.end // frame.width)
        rows += ((*who, *row) for row in _rows(inside, frame.width, frame.begin))
        rows += ((*who, written_time(span.begin), span.state, "", "", "") for span in drawn.spans)
    for gap in frame.gaps:
        rows.append(("missing", "", gap.why, written_time(gap.begin), "", "", "", ""))
        rows.append(("known again", "", "", written_time(gap.end or frame.end), "", "", "", ""))
    return rows


def _rows(columns: Columns, width: int, begin: int) -> list[tuple[Cell, ...]]:
    return [
        (written_time(number * width), *map(_number, (first, low, high, last)))
        for number, low, high, first, last in zip(
            columns.number.tolist(), *(array.tolist() for array in columns.values), strict=True
        )
        if number * width >= begin
    ]


def _number(value: float) -> Cell:
    if math.isnan(value):
        return ""
    return int(value) if value == int(value) else value
