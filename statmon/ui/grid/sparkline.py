"""The last hour as a line of the height of a row."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from statmon.live.trends import MINUTES
from statmon.ui.data.lens import Lens

_MOST = 2_000
"""Lines that are remembered."""
_LEAST_RANGE = 0.05
"""Of the largest number: smaller moves do not fill the height, as if they were much."""
_GROUND_OPACITY = 0.35
ValueTemplate = tuple[tuple[float, ...], list[QPolygonF], float, float]


class Sparklines:
    """Draws them, and remembers the shape of each for the minute that it stays the same."""

    def __init__(self) -> None:
        self._shapes: dict[int, ValueTemplate] = {}

    def draw(
        self,
        painter: QPainter,
        rect: QRect,
        lens: Lens,
        row: int,
        now: float,
        colors: tuple[QColor, QColor],
    ) -> None:
        """Draw a row's last hour and its number now; what was not known is a gap.

        ``colors`` are the line's and that of the faint ground line, which shows how much of the
        time nothing is known of yet.
        """
        key = (lens.trends.version, rect.width(), rect.height(), float(lens.travelling), now)
        shape = self._shapes.get(row)
        if shape is None or shape[0] != key:
            if len(self._shapes) > _MOST:
                self._shapes.clear()
            shape = self._shapes[row] = (key, *shape_of(lens.hour(row), now, rect))
        _, lines, x, y = shape
        color, ground = colors
        painter.save()
        painter.translate(rect.topLeft())
        painter.setOpacity(_GROUND_OPACITY)
        painter.fillRect(QRect(0, rect.height() - 1, rect.width(), 1), ground)
        painter.setOpacity(1)
        painter.setPen(QPen(color, 0))
        for line in lines:
            painter.drawPolyline(line)
        if not math.isnan(y):
            painter.fillRect(QRect(int(x) - 1, int(y) - 1, 3, 3), color)
        painter.restore()


def shape_of(hour: np.ndarray, now: float, rect: QRect) -> tuple[list[QPolygonF], float, float]:
    """Return the pieces of the line, and where its end is; of a flat line all is in the middle.

    All rows have one time axis, the whole hour, however little of it is known.
    """
    values = np.append(hour, now)
    known = np.isfinite(values)
    if not known.any():
        return [], math.nan, math.nan
    lowest, highest = float(values[known].min()), float(values[known].max())
    rise = highest - lowest
    span = max(rise, _LEAST_RANGE * max(abs(lowest), abs(highest))) or 1.0
    room = rect.height() - 3
    # From the lowest on, not from the middle: half of the smallest number is none.
    share = (values - lowest) / span + (1 - rise / span) / 2
    ys = 1 + room - share * room
    xs = 1 + np.arange(MINUTES + 1) * ((rect.width() - 4) / MINUTES)
    pieces: list[list[QPointF]] = [[]]
    for x, y, there in zip(xs.tolist(), ys.tolist(), known.tolist(), strict=True):
        if there:
            pieces[-1].append(QPointF(x, y))
        elif pieces[-1]:
            pieces.append([])
    lines = [QPolygonF(piece) for piece in pieces if len(piece) > 1]
    return lines, float(xs[-1]), float(ys[-1])
