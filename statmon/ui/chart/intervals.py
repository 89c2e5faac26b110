"""Bars per interval: how many in each quarter of an hour, from counters."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from statmon.analysis.increments import Increments, increments
from statmon.domain.cells import Cell
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit
from statmon.ui.chart import increases
from statmon.ui.chart.counter_chart import CounterChart
from statmon.ui.chart.interval_painter import Bar, Drawing, paint_bars
from statmon.ui.chart.spec import ChartSpec
from statmon.ui.chart.ticks import written_time
from statmon.ui.chart.track import Track
from statmon.ui.look.painting import painting
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme

if TYPE_CHECKING:
    from statmon.analysis.buckets import Ints

Found = tuple[str, Unit, Increments]


class _Canvas(QWidget):
    """Where the bars are painted; tells which interval the mouse is over."""

    pointed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.drawing: Drawing | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(80)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size that it would like."""
        return QSize(900, 220)

    @painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Paint all bars."""
        if self.drawing is not None:
            with QPainter(self) as painter:
                paint_bars(painter, QRectF(self.rect()), self.drawing, self.theme, self.palette())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell which interval that is."""
        if self.drawing is not None:
            self.pointed.emit(self.drawing.interval_at(event.position(), QRectF(self.rect())))


class Intervals(CounterChart):
    """A chart of bars per interval."""

    def __init__(
        self, spec: ChartSpec, rows: Sequence[int], series: Sequence[Series], names: Sequence[str],
        units: Sequence[Unit], counters: Sequence[bool], tracks: Callable[[int], Track],
        theme: Theme, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        all_of_them = zip(rows, series, counters, strict=True)
        known = {row: own for row, own, counts in all_of_them if counts}
        super().__init__(spec, rows, known, tracks, parent)
        self._names, self._units = tuple(names), tuple(units)
        self.edges: Ints = np.zeros(0, np.int64)
        self.found: list[Found] = []
        """Of each counter its name, unit and increases."""
        self._at = -1
        self.canvas = _Canvas(theme)
        self.canvas.pointed.connect(self.point_at)
        self.said = label(name=tr("What the interval shows"))
        self.said.setWordWrap(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 2)
        layout.setSpacing(2)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.said)

    def draw(self, now: int) -> None:
        """Draw what is known."""
        step = increases.every(self.spec.span, self.number("every", 0))
        self.edges = increases.edges_of(now, self.spec.span, step)
        self.read_from(int(self.edges[0]))
        # What is to come is not known; the interval that is under way ends now.
        edges = np.append(self.edges[:-1], min(int(self.edges[-1]), now + 1))
        self.found = [
            (name, unit, increments(*self.line(row), edges))
            for name, unit, row in zip(self._names, self._units, self.rows, strict=True)
            if row in self._counters
        ]
        bars = [Bar(name, unit, got) for name, unit, got in self.found]
        self.canvas.drawing = Drawing(self.edges, bars, self._at, now)
        self.canvas.update()
        self._say()

    def _say(self) -> None:
        named = zip(self._names, self.rows, strict=True)
        without = [name for name, row in named if row not in self._counters]
        words = []
        if self.found and 0 <= self._at < len(self.edges) - 1:
            words.append(increases.sentence(self.edges, self._at, self.found))
        elif self.found:
            totals = [len(self.edges) - 1, increases.named(self.edges[[0, -1]], 0)]
            words.append(tr("{count} intervals, {span}: arrows read them.").format(
                count=totals[0], span=totals[1]))  # fmt: skip
        if without:
            words.append(tr("No counter, so without an increase: {names}.").format(
                names=", ".join(without)))  # fmt: skip
        self.said.setText(" ".join(words))

    def values(self) -> list[tuple[Cell, ...]]:
        """Return what is shown as rows: intervals down, counters across."""
        names = [name for name, _, _ in self.found]
        head: tuple[Cell, ...] = (tr("from"), tr("to"), *names)
        return [
            head,
            *(
                (
                    written_time(int(self.edges[place])),
                    written_time(int(self.edges[place + 1])),
                    *(_cell(got, place, unit) for _, unit, got in self.found),
                )
                for place in range(len(self.edges) - 1)
            ),
        ]

    # What the user does.

    def use_spec(self, spec: ChartSpec) -> None:
        """Show another span."""
        self._at = -1
        super().use_spec(spec)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.canvas.theme = theme
        self.canvas.update()

    def point_at(self, place: int) -> None:
        """Tell of an interval; of none below 0."""
        if place != self._at:
            self._at = place
            if self.canvas.drawing is not None:
                self.canvas.drawing = self.canvas.drawing.pointed_at(place)
            self.canvas.update()
            self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go through the intervals with the arrows; Escape leaves them."""
        count, keys = len(self.edges) - 1, Qt.Key
        match Qt.Key(event.key()):
            case keys.Key_Left:
                self.point_at(count - 1 if self._at < 0 else max(0, self._at - 1))
            case keys.Key_Right:
                self.point_at(count - 1 if self._at < 0 else min(count - 1, self._at + 1))
            case keys.Key_Home:
                self.point_at(0)
            case keys.Key_End:
                self.point_at(count - 1)
            case keys.Key_Escape:
                self.point_at(-1)
            case _:
                super().keyPressEvent(event)


def _cell(got: Increments, place: int, unit: Unit) -> Cell:
    """Return an exact number as one, anything else in words: it is no number to reckon with."""
    if not got.exact[place]:
        return increases.amount(got, place, unit)
    number = float(got.least[place])
    return int(number) if number == int(number) else number
