"""The last hour as a line of the height of a row."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from statmon.live.trends import MINUTES
from statmon.ui.lens import Lens

_MOST = 2_000
"""Lines that are remembered."""
Shape = tuple[tuple[float, ...], list[QPolygonF], float, float]


class Sparklines:
    """Draws them, and remembers the shape of each for the minute that it stays the same."""

    def __init__(self) -> None:
        self._shapes: dict[int, Shape] = {}

    def draw(
        self, painter: QPainter, rect: QRect, lens: Lens, row: int, now: float, color: QColor
    ) -> None:
        """Draw a row's last hour and its number now; what was not known is a gap."""
        key = (lens.trends.version, rect.width(), rect.height(), float(lens.travelling), now)
        shape = self._shapes.get(row)
        if shape is None or shape[0] != key:
            if len(self._shapes) > _MOST:
                self._shapes.clear()
            shape = self._shapes[row] = (key, *_shape(lens.hour(row), now, rect))
        _, lines, x, y = shape
        painter.save()
        painter.translate(rect.topLeft())
        painter.setPen(QPen(color, 0))
        for line in lines:
            painter.drawPolyline(line)
        if not math.isnan(y):
            painter.fillRect(QRect(int(x) - 1, int(y) - 1, 3, 3), color)
        painter.restore()


def _shape(hour: np.ndarray, now: float, rect: QRect) -> tuple[list[QPolygonF], float, float]:
    """Return the pieces of the line, and where its end is; of a flat line all is in the middle."""
    values = np.append(hour, now)
    known = np.isfinite(values)
    if not known.any():
        return [], math.nan, math.nan
    lowest, highest = values[known].min(), values[known].max()
    room = rect.height() - 1
    share = (values - lowest) / (highest - lowest) if highest > lowest else values * 0 + 0.5
    ys = room - share * room
    xs = np.arange(MINUTES + 1) * ((rect.width() - 2) / MINUTES)
    pieces: list[list[QPointF]] = [[]]
    for x, y, there in zip(xs.tolist(), ys.tolist(), known.tolist(), strict=True):
        if there:
            pieces[-1].append(QPointF(x, y))
        elif pieces[-1]:
            pieces.append([])
    lines = [QPolygonF(piece) for piece in pieces if len(piece) > 1]
    return lines, float(xs[-1]), float(ys[-1])
