"""Words in a chart: which time is missing, notes, where clocks were set and counters restarted."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyqtgraph as pg
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QGuiApplication

from statmon.ui.chart.frame import RESTART, Frame
from statmon.ui.chart.gaps import told, words_of
from statmon.ui.chart.panel import Panel
from statmon.ui.look.theme import Theme, Tone

_LONGEST_NOTE = 60
_LINE_PIXELS, _MARGIN_PIXELS = 17, 2
_AROUND_PIXELS = 12
"""Beside the words of a label."""
_MOST_LINES, _MOST_PART = 3, 0.35
"""Lines of labels, and the part of the panel that they take."""


class Placed(NamedTuple):
    """A label: its place in time (epoch ms), its words, its line from the top."""

    at: float
    text: str
    line: int


class Labels:
    """Plain text above the lines of the first panel; the others show the hatch without words."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        self._panel = panels[0] if panels else None
        self.items: list[Any] = []
        self._placed: list[Placed] = []
        self._color, self._ground = QColor(), QColor()

    def set_theme(self, theme: Theme, ground: QColor) -> None:
        """Write in another theme."""
        self._color, self._ground = theme.tones[Tone.MUTED], ground
        for item in self.items:
            self._paint(item)

    def _paint(self, item: Any) -> None:
        item.setColor(self._color)
        item.fill = QBrush(self._ground)

    def arrange(self, frame: Frame, *, gaps: bool = True) -> None:
        """Find room for the labels of a frame, and let the panel leave it free of lines.

        Labels do not touch each other: a gap for which there is no room is hatched without words,
        and a restart is a line without them.
        """
        panel = self._panel
        if panel is None:
            return
        span = max(1, frame.end - frame.begin)
        words = [
            *((float(note.at), f"✎ {note.text[:_LONGEST_NOTE]}") for note in frame.notes),
            *((float(step.at), f"◷ {step.text}") for step in frame.steps),
        ]
        sure = [item for item in words if frame.begin <= item[0] <= frame.end]
        wanted = [
            *(
                (float(one.at), f"{RESTART} {one.text}")
                for one in frame.restarts
                if frame.begin <= one.at <= frame.end
            ),
            *(
                ((gap.begin + (gap.end or frame.end)) / 2, words_of(gap))
                for gap in told(frame.gaps if gaps else (), span)
            ),
        ]
        wide, high = float(panel.box.width()), float(panel.box.height())
        lines: list[list[tuple[float, float]]] = [
            [] for _ in range(max(1, min(_MOST_LINES, int(high * _MOST_PART / _LINE_PIXELS))))
        ]
        metrics, self._placed = QFontMetricsF(QGuiApplication.font()), []
        for place, (at, text) in enumerate([*sure, *wanted]):
            # A label moves with its place, so that none leaves the chart at an edge.
            width = metrics.horizontalAdvance(text) + _AROUND_PIXELS
            left = (at - frame.begin) / span * (wide - width)
            line = next((n for n, there in enumerate(lines) if _free(there, left, width)), None)
            if line is None and place >= len(sure):
                continue
            line = place % len(lines) if line is None else line
            lines[line].append((left, left + width))
            self._placed.append(Placed(at, text, line))
        self._placed.sort()
        used = max((label.line + 1 for label in self._placed), default=0)
        panel.label_pixels = used * _LINE_PIXELS + _MARGIN_PIXELS if used else 0

    def show(self, frame: Frame) -> None:
        """Write the labels that were arranged, on the scale that the panel has by now."""
        panel = self._panel
        if panel is None:
            return
        span = max(1, frame.end - frame.begin)
        self._provide(panel, len(self._placed))
        low, high = panel.range
        pixel = (high - low) / max(1.0, panel.box.height())
        for item, label in zip(self.items, self._placed, strict=True):
            item.setPlainText(label.text)
            item.setAnchor(((label.at - frame.begin) / span, 0))
            down = _MARGIN_PIXELS + _LINE_PIXELS * (label.line + panel.titled)
            item.setPos(label.at / 1000, high - pixel * down)

    def _provide(self, panel: Panel, count: int) -> None:
        while len(self.items) > count:
            panel.plot.removeItem(self.items.pop())
        while len(self.items) < count:
            item = pg.TextItem()
            self._paint(item)
            panel.plot.addItem(item, ignoreBounds=True)
            self.items.append(item)


def _free(there: Sequence[tuple[float, float]], left: float, width: float) -> bool:
    return all(left >= end or left + width <= begin for begin, end in there)
