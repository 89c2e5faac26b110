"""Our own curve: a step line as plain strokes, one pixel wide and not antialiased.

See docs/reference/qt.md §5.
"""

from typing import Any

import numpy as np
import pyqtgraph as pg
import shiboken6
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from statmon.analysis.buckets import Floats
from statmon.ui.look.painting import painting

_SIGN_PIXELS = 4.5
"""Half the height of the sign at a line's end."""
_TURN = 2 * np.pi


def _corners(count: int, turn: float) -> list[tuple[float, float]]:
    angles = (np.arange(count) / count + turn) * _TURN
    return [(float(np.sin(angle)), float(np.cos(angle))) for angle in angles]


_STAR = [
    (x * size, y * size) for (x, y), size in zip(_corners(10, 0), (1.25, 0.5) * 5, strict=True)
]
_SHAPES = (
    _corners(16, 0),
    _corners(4, 1 / 8),
    _corners(3, 0),
    _corners(4, 0),
    _corners(3, 1 / 2),
    _STAR,
)
"""As in the legend's signs: circle, square, triangle, diamond, triangle down, star."""


class StepCurve(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Strokes in the coordinates of the plot, and a sign where the line ends."""

    def __init__(self, shape: int | None = None) -> None:
        super().__init__()
        self._shape = _SHAPES[shape % len(_SHAPES)] if shape is not None else None
        self._pen, self._brush = QPen(), QBrush()
        self._pixel_size: tuple[float, float] | None = None
        self._bounds = QRectF()
        self.strokes: Floats = np.zeros((0, 4))
        self.end: tuple[float, float] | None = None
        """Where the line ends, or None where that is not known."""
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def set_color(self, color: QColor) -> None:
        """Draw in another colour."""
        self._pen, self._brush = QPen(color, 1), QBrush(color)
        self._pen.setCosmetic(True)
        self.update()

    @property
    def color(self) -> QColor:
        """The line's colour."""
        return self._pen.color()

    def show_strokes(self, strokes: Floats, end: tuple[float, float] | None = None) -> None:
        """Draw other strokes, each x1, y1, x2, y2."""
        self.strokes, self.end = np.ascontiguousarray(strokes), end
        bounds = QRectF()
        if len(strokes):
            left, right = float(strokes[:, 0].min()), float(strokes[:, 2].max())
            low, high = float(strokes[:, 1].min()), float(strokes[:, 3].max())
            bounds = QRectF(left, low, max(right - left, 1e-9), max(high - low, 1e-9))
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802
        """Return what is drawn in, with room for the sign."""
        wide, high = self._pixel()
        room_x, room_y = wide * 2 * _SIGN_PIXELS, high * 2 * _SIGN_PIXELS
        return self._bounds.adjusted(-room_x, -room_y, room_x, room_y)

    def dataBounds(self, *_: Any, **__: Any) -> None:  # noqa: N802
        """Leave the ranges to the panel."""

    def viewTransformChanged(self) -> None:  # noqa: N802
        """Note that a pixel may be of another size."""
        self._pixel_size = None
        super().viewTransformChanged()

    def setTransform(self, transform: QTransform) -> None:  # noqa: N802
        """Draw on a scale of its own."""
        self._pixel_size = None
        super().setTransform(transform)

    def _pixel(self) -> tuple[float, float]:
        if self._pixel_size is None:
            wide, high = self.pixelVectors()
            if wide is None or high is None:
                return 0.0, 0.0
            self._pixel_size = wide.x(), abs(high.y())
        return self._pixel_size

    @painting
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        """Draw the strokes, and the sign at the end."""
        if not len(self.strokes):
            return
        # A plain rectangle to clip at lets Qt's raster engine draw more than twice as fast.
        painter.setClipRect(option.exposedRect, Qt.ClipOperation.IntersectClip)
        painter.setPen(self._pen)
        first: Any = shiboken6.wrapInstance(self.strokes.ctypes.data, QLineF)
        painter.drawLines(first, len(self.strokes))
        if self.end is not None and self._shape is not None:
            self._draw_sign(painter, *self.end)

    def _draw_sign(self, painter: QPainter, x: float, y: float) -> None:
        # Mapped here: filling a shape through the plot's scale costs Qt several times as much.
        scale = painter.worldTransform()
        wide, high = self._pixel()
        wide, high = wide * _SIGN_PIXELS * scale.m11(), high * _SIGN_PIXELS * scale.m22()
        at = scale.map(QPointF(x, y))
        corners = [at + QPointF(dx * wide, dy * high) for dx, dy in self._shape or ()]
        painter.resetTransform()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._brush)
        painter.drawPolygon(QPolygonF(corners))
