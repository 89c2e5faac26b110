"""What a chart shows, as a picture, as a drawing, and as values."""

import csv
import io
import math
from datetime import UTC, datetime

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from statmon.analysis.buckets import Columns
from statmon.ui.chart.bars import Bars
from statmon.ui.chart.chart import Chart

_HEADERS = ("series", "object type", "object", "from", "first", "lowest", "highest", "last")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula."""


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
    painter = QPainter(generator)
    widget.render(painter, QPoint())
    painter.end()
    return bytes(buffer.data().data())


def values(chart: Chart | Bars) -> str:
    """Return what a chart shows as CSV: of each column of each line, and each gap."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    if isinstance(chart, Bars):
        table.writerow(("series", "value"))
        table.writerows((_safe(name), _safe(value)) for name, value in chart.values())
        return text.getvalue()
    table.writerow(
        ("series", "object type", "object", "from", "first", "lowest", "highest", "last")
    )
    frame = chart.view.frame
    if frame is None:
        return text.getvalue()
    for line, drawn, series in zip(chart.view.lines, frame.lines, chart.series, strict=True):
        who = (_safe(line.name), series.object_type, _safe(series.object_id))
        inside = drawn.columns.between(frame.begin // frame.width, frame.end // frame.width)
        for row in _rows(inside, frame.width, frame.begin):
            table.writerow((*who, *row))
        for span in drawn.spans:
            table.writerow((*who, _time(span.begin), span.state, "", "", ""))
    for gap in frame.gaps:
        table.writerow(("missing", "", _safe(gap.why), _time(gap.begin), "", "", "", ""))
        table.writerow(("known again", "", "", _time(gap.end or frame.end), "", "", "", ""))
    return text.getvalue()


def _rows(columns: Columns, width: int, begin: int) -> list[tuple[str, ...]]:
    return [
        (_time(number * width), *map(_number, (first, low, high, last)))
        for number, low, high, first, last in zip(
            columns.number.tolist(), *(array.tolist() for array in columns.values), strict=True
        )
        if number * width >= begin
    ]


def _time(epoch_ms: int) -> str:
    moment = datetime.fromtimestamp(epoch_ms / 1000, UTC).astimezone()
    return moment.isoformat(timespec="milliseconds")


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
