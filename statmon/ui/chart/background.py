"""What lies under a chart's lines: gaps, ranges that mean something, what is usual, notes."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from statmon.analysis.buckets import Floats
from statmon.ui.chart.full_panel_item import FullPanelItem
from statmon.ui.chart.spec import Band
from statmon.ui.look.painting import painting
from statmon.ui.look.theme import Theme, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

_BAND_ALPHA = 34
_DASHES = (8.0, 4.0, 1.5, 4.0)
"""Of a target, in widths of its line."""
_USUAL_ALPHA = 44
"""Of 255."""

Hull = tuple[Floats, Floats, Floats]
"""Times in epoch seconds, lowest and highest usual value at each."""


class Background(FullPanelItem):
    """Painted in one go below everything else, across the whole panel."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setZValue(-10)
        self.gaps: Sequence[tuple[float, float]] = ()
        """Begin and end, epoch seconds."""
        self.bands: Sequence[Band] = ()
        self.hulls: Sequence[tuple[QColor, Hull]] = ()
        self.targets: Sequence[tuple[QColor, float, bool]] = ()
        """Colour and number of what lines are to be, and whether it is on the scale of per cent."""
        self.marks: Sequence[float] = ()
        """Epoch seconds of notes, of when the service's clock was set, and counters began anew."""
        self.percent: Any = None
        """From per cent to the panel's own scale; None where both are the same."""

    @painting
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        """Paint bands, hulls, gaps, targets and marks, in this order."""
        view = self.boundingRect()
        painter.setPen(Qt.PenStyle.NoPen)
        for band in self.bands:
            self._band(painter, band, view)
        for color, (times, lows, highs) in self.hulls:
            painter.setBrush(_faint(color, _USUAL_ALPHA))
            for part in _known_parts(lows):
                upper = [QPointF(*point) for point in zip(times[part], highs[part], strict=True)]
                lower = [QPointF(*point) for point in zip(times[part], lows[part], strict=True)]
                painter.drawPolygon(QPolygonF(upper + lower[::-1]))
        self._hatch(painter, view)
        for color, number, percent in self.targets:
            at = self.percent(number) if percent and self.percent is not None else number
            line = QPen(color, 1.5)
            line.setDashPattern(_DASHES)
            line.setCosmetic(True)
            painter.setPen(line)
            painter.drawLine(QLineF(view.left(), at, view.right(), at))
        pen = QPen(self.theme.tones[Tone.MUTED], 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for mark in self.marks:
            painter.drawLine(QLineF(mark, view.top(), mark, view.bottom()))

    def _band(self, painter: QPainter, band: Band, view: QRectF) -> None:
        scale = self.percent if band.percent and self.percent is not None else float
        low, high = max(scale(band.low), view.top()), min(scale(band.high), view.bottom())
        if high <= low:
            return
        tone = self.theme.badge if band.level == "warn" else self.theme.tones[Tone.BAD]
        painter.setBrush(_faint(tone, _BAND_ALPHA))
        painter.drawRect(QRectF(view.left(), low, view.width(), high - low))

    def _hatch(self, painter: QPainter, view: QRectF) -> None:
        brush = QBrush(self.theme.hatch, Qt.BrushStyle.BDiagPattern)
        # The pattern stays as fine as it is, however the panel is scaled.
        inverse, possible = painter.transform().inverted()
        if possible:
            brush.setTransform(QTransform(inverse.m11(), 0, 0, inverse.m22(), 0, 0))
        painter.setBrush(brush)
        least = view.width() / max(1.0, self.getViewBox().width())
        for begin, end in self.gaps:
            painter.drawRect(QRectF(begin, view.top(), max(end - begin, least), view.height()))


def _known_parts(lows: Floats) -> list[slice]:
    """Return the parts in which a band is known: it is not drawn across what is not."""
    known = np.concatenate(([0], (~np.isnan(lows)).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(known)).tolist()
    return [slice(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _faint(color: QColor, alpha: int) -> QBrush:
    faint = QColor(color)
    faint.setAlpha(alpha)
    return QBrush(faint)
