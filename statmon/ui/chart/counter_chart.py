"""What charts of counters have in common: they end at the present, and read history themselves."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from statmon.domain.statistic import Series
from statmon.history.model import Gap, Samples
from statmon.ui.background.futures import Courier
from statmon.ui.chart import increases
from statmon.ui.chart.past import Store
from statmon.ui.chart.spec import ChartSpec
from statmon.ui.chart.timeline import Timeline
from statmon.ui.chart.track import Track
from statmon.ui.look.text import tr

if TYPE_CHECKING:
    from statmon.analysis.buckets import Floats, Ints

_EACH_SECOND, _MANY = 1000, 400
"""Milliseconds between two looks, for each so many counters."""
_CARRIED = 86_400_000
"""Milliseconds before what is shown in which a number is looked for that still holds."""


class CounterChart(QWidget):
    """A chart of what some counters counted up to the present that it is given."""

    changed = Signal(object, str)
    moved = Signal()
    wants = Signal(int, object)
    """As a chart over time has them; this one reads by itself (``use_store``)."""
    edited = Signal(str, object)
    """The user wants the workspace changed, in words and as a change."""

    def __init__(
        self, spec: ChartSpec, rows: Sequence[int], counters: Mapping[int, Series],
        tracks: Callable[[int], Track], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.spec, self.rows = spec, tuple(rows)
        self.timeline, self.chosen = Timeline(round(spec.span * 1000)), False
        self._counters, self._tracks = dict(counters), tracks
        self._store: Store | None = None
        self._courier = Courier(self)
        self.past: dict[int, increases.Kept] = {}
        """What was read of each row."""
        self._asked = self._upto = 0
        """From when on history was asked for, and up to when; epoch milliseconds, 0: not."""
        self._beat = -1
        """Which look was the last one."""
        self._now = 0
        self.setAccessibleName(f"{tr('Chart')} {spec.title}")

    # What it shows.

    def redraw_if_new(self, now: int) -> None:
        """Draw once a second, of thousands of counters less often: they count hours or days."""
        beat = now // (_EACH_SECOND * (1 + len(self._counters) // _MANY))
        if beat != self._beat:
            self._beat = beat
            self.redraw(now)

    def redraw(self, now: int) -> None:
        """Draw what is known, with an instant as the present: epoch milliseconds."""
        self._now = now
        self.draw(now)

    def draw(self, now: int) -> None:
        """Draw what is known."""
        raise NotImplementedError

    def line(self, row: int) -> "tuple[Ints, Floats]":
        """Return what is known of a counter: when it had which number, NaN where not known."""
        return increases.line(self.past.get(row), self._tracks(row))

    # The past.

    def use_store(self, store: Store) -> None:
        """Read what was before from a history."""
        self._store = store
        self.past.clear()
        self._asked = 0
        if self._now:
            self.redraw(self._now)

    def read_from(self, begin: int) -> None:
        """Ask for what is shown from an instant on and is not there, once: epoch milliseconds."""
        if self._store is None:
            return
        covered = self._asked and self._asked <= begin
        if covered and all(self._tracks(row).begins <= self._upto for row in self._counters):
            return
        self._asked, self._upto = begin, self._now
        first, rows = begin - _CARRIED, list(self._counters)
        read = self._store.read_many(list(self._counters.values()), first, self._now + 1)
        gaps = self._store.gaps(first, self._now + 1)
        self._courier.bring(
            read,
            lambda got: self._courier.bring(gaps, partial(self._take, begin, rows, got)),
        )

    def _take(self, begin: int, rows: list[int], read: list[Samples], gaps: list[Gap]) -> None:
        if begin != self._asked:
            return
        for row, samples in zip(rows, read, strict=True):
            self.past[row] = increases.kept(samples, gaps, begin)
        self.redraw(self._now)

    # What the user does.

    def set_span(self, seconds: float) -> None:
        """Show so many seconds."""
        if seconds != self.spec.span:
            self.changed.emit(replace(self.spec, span=seconds), tr("change the span of a chart"))

    def use_spec(self, spec: ChartSpec) -> None:
        """Show another span, or what else the chart keeps."""
        self.spec, self.timeline = spec, self.timeline.with_span(spec.span)
        if self._now:
            self.redraw(self._now)

    def go_on_from(self, timeline: Timeline, *, chosen: bool) -> None:
        """Show the present, whatever time the one shows whose place it takes."""

    def number(self, key: str, otherwise: float) -> float:
        """Return a number that the workspace has of this chart."""
        found = self.spec.extra.get(key)
        if isinstance(found, bool) or not isinstance(found, int | float):
            return otherwise
        return float(found) if math.isfinite(found) else otherwise
