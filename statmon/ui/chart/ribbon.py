"""A panel of ribbons: which state each agent was in, over time."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPen,
    QTransform,
)
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from statmon.analysis.spans import Span
from statmon.ui.chart.full_panel_item import FullPanelItem
from statmon.ui.chart.panel import Extremes, Panel
from statmon.ui.look import signs
from statmon.ui.look.painting import painting
from statmon.ui.look.theme import Theme, Tone

_ROOM = 0.1
"""Part of a row that is left free above and below its ribbon."""
_WORD_PIXELS = 70
_GLYPH_PIXELS = 12
_LEAST_PIXELS, _MOST_PIXELS, _TEXT = 9, 13, 0.85
"""Of the words' font, and what part of a ribbon's height it is."""
_AXIS_PIXELS, _NAME_PIXELS = 128, 112
_FAINT = 90
"""Of 255."""


def brush_of(state: str, theme: Theme) -> QBrush:
    """Return how a state is filled: tones of meaning, told apart by pattern as well."""
    sign = signs.of_state(state)
    color = QColor(theme.badge if sign.tone is Tone.WARN else theme.tones[sign.tone])
    pattern = Qt.BrushStyle.SolidPattern
    if state == "WaitForNextCall":
        color = QColor(theme.tones[Tone.GOOD])
        color.setAlpha(_FAINT)
    elif state == "AfterCallWork":
        pattern = Qt.BrushStyle.Dense5Pattern
    elif sign.glyph == "?":
        pattern = Qt.BrushStyle.DiagCrossPattern
    elif sign.tone is Tone.MUTED:
        color.setAlpha(_FAINT // 3)
    return QBrush(color, pattern)


class Ribbons(FullPanelItem):
    """All ribbons of a panel, painted in one go; row 0 is at the top."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.rows: Sequence[Sequence[Span]] = ()

    @painting
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        """Paint the ribbons, then their words: those are not scaled with the panel."""
        to_pixels = painter.transform()
        painter.setPen(Qt.PenStyle.NoPen)
        for row, found in enumerate(self.rows):
            for span in found:
                brush = brush_of(span.state, self.theme)
                inverse, _ = to_pixels.inverted()
                brush.setTransform(QTransform(inverse.m11(), 0, 0, inverse.m22(), 0, 0))
                painter.setBrush(brush)
                painter.drawRect(self._rect(row, span))
        painter.save()
        painter.setWorldTransform(QTransform())
        for row, found in enumerate(self.rows):
            for span in found:
                self._write(painter, to_pixels.mapRect(self._rect(row, span)), span.state)
        painter.restore()

    def _rect(self, row: int, span: Span) -> QRectF:
        top = len(self.rows) - row - 1 + _ROOM
        return QRectF(span.begin / 1000, top, (span.end - span.begin) / 1000, 1 - 2 * _ROOM)

    def _write(self, painter: QPainter, rect: QRectF, state: str) -> None:
        if rect.width() < _GLYPH_PIXELS or rect.height() < _LEAST_PIXELS:
            return
        font = painter.font()
        font.setPixelSize(max(_LEAST_PIXELS, min(_MOST_PIXELS, int(rect.height() * _TEXT))))
        painter.setFont(font)
        sign = signs.of_state(state)
        solid = sign.tone in (Tone.GOOD,) and state != "WaitForNextCall"
        dark = self.theme.badge_text if sign.tone is Tone.WARN else self.theme.tones[Tone.PLAIN]
        painter.setPen(QPen(self.theme.past_text if solid and not self.theme.dark else dark))
        if solid and self.theme.dark:
            painter.setPen(QPen(self.theme.badge_text))
        words = f"{sign.glyph} {state}" if rect.width() > _WORD_PIXELS else sign.glyph
        text = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(rect.width()) - 2
        )
        room = rect.adjusted(3, 0, 0, 0)
        if brush_of(state, self.theme).style() is not Qt.BrushStyle.SolidPattern:
            # Words cannot be read on a pattern.
            ground = QRectF(rect)
            ground.setWidth(painter.fontMetrics().horizontalAdvance(text) + 6)
            painter.fillRect(ground, self.theme.parts["base"])
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(room, int(flags), text)


class RibbonPanel(Panel):
    """A panel with a row for each agent, named at the left."""

    def __init__(self, names: Sequence[str], theme: Theme) -> None:
        self.ribbons = Ribbons(theme)
        super().__init__((), (), theme)
        self.plot.addItem(self.ribbons, ignoreBounds=True)
        axis = self.plot.getAxis("left")
        axis.setWidth(_AXIS_PIXELS)
        axis.setGrid(False)
        axis.setLabel("")
        axis.showLabel(False)
        count = len(names)
        metrics, end = QFontMetricsF(QGuiApplication.font()), Qt.TextElideMode.ElideRight
        short = [metrics.elidedText(name, end, _NAME_PIXELS) for name in names]
        axis.setTicks([[(count - place - 0.5, name) for place, name in enumerate(short)]])
        self._count = float(max(1, count))
        self.fit(None, None)

    def set_theme(self, theme: Theme, colors: Sequence[Any] = ()) -> None:
        """Draw in another theme."""
        super().set_theme(theme, colors)
        self.ribbons.theme = theme

    def fit(self, counts: Extremes, percents: Extremes) -> None:  # noqa: ARG002
        """Show all rows."""
        room = max(1.0, float(self.box.height()) - self.label_pixels)
        ends = 0.0, self._count * (1 + self.label_pixels / room)
        if self._y != ends:
            self._y = ends
            self.box.setYRange(*ends, padding=0)

    def show_spans(self, rows: Sequence[Sequence[Span]]) -> None:
        """Draw the rows' states."""
        self.ribbons.rows = rows
        self.ribbons.update()
