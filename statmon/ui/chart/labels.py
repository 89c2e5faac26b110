"""Words in a chart: which time is missing, the user's notes, and where clocks were set."""

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QBrush, QColor

from statmon.ui.chart.frame import Frame
from statmon.ui.chart.gaps import words_of
from statmon.ui.chart.panel import Panel
from statmon.ui.theme import Theme, Tone

_SHORTEST = 0.03
"""A gap is labelled when it is wider than this part of the chart."""
_LONGEST_NOTE = 60
_LINE_PIXELS = 17


class Labels:
    """Plain text at the top of the first panel; the others show the hatch, not the words again."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        self._panel = panels[0] if panels else None
        self.items: list[Any] = []
        self._color, self._ground = QColor(), QColor()

    def set_theme(self, theme: Theme, ground: QColor) -> None:
        """Write in another theme."""
        self._color, self._ground = theme.tones[Tone.MUTED], ground
        for item in self.items:
            self._paint(item)

    def _paint(self, item: Any) -> None:
        item.setColor(self._color)
        item.fill = QBrush(self._ground)

    def show(self, frame: Frame, *, gaps: bool = True) -> None:
        """Write the labels of a frame, those of gaps if there is room for them."""
        panel = self._panel
        if panel is None:
            return
        span = max(1, frame.end - frame.begin)
        wanted = [
            ((gap.begin + (gap.end or frame.end)) / 2, words_of(gap))
            for gap in (frame.gaps if gaps else ())
            if (gap.end or frame.end) - gap.begin > span * _SHORTEST
        ]
        wanted += [
            (float(note.at), f"✎ {note.text[:_LONGEST_NOTE]}")
            for note in frame.notes
            if frame.begin <= note.at <= frame.end
        ]
        wanted += [
            (float(step.at), f"◷ {step.text}")
            for step in frame.steps
            if frame.begin <= step.at <= frame.end
        ]
        self._provide(panel, len(wanted))
        low, high = panel.range
        line = (high - low) / max(1.0, panel.box.height())
        for place, (item, (at, text)) in enumerate(zip(self.items, sorted(wanted), strict=True)):
            item.setPlainText(text)
            # The anchor moves with the place, so that no label leaves the chart at an edge.
            item.setAnchor(((at - frame.begin) / span, 0))
            # Neighbours stand at different heights, so that they can be read.
            step = place % 3 + panel.titled
            item.setPos(at / 1000, high - line * (2 + _LINE_PIXELS * step))

    def _provide(self, panel: Panel, count: int) -> None:
        while len(self.items) > count:
            panel.plot.removeItem(self.items.pop())
        while len(self.items) < count:
            item = pg.TextItem()
            self._paint(item)
            panel.plot.addItem(item, ignoreBounds=True)
            self.items.append(item)
