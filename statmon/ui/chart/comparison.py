"""The same time on other days: what a chart compares with, and what is usual."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from statmon.analysis.baseline import LEAST_DAYS, slots, usual
from statmon.analysis.buckets import NOTHING, Columns, Floats
from statmon.domain.statistic import Series
from statmon.ui.chart.past import Answer, Request
from statmon.ui.chart.spec import ChartSpec
from statmon.ui.chart.ticks import days_before

if TYPE_CHECKING:
    from statmon.ui.chart.series_data import Past

_COMPARED = {"": 0, "day": 1, "week": 7}
_USUAL_DAYS = (7, 14, 21, 28)
"""The same weekday of the last four weeks."""
_SLOTS = 160
"""Parts of the view that the band of what is usual has."""


class Comparison:
    """Asks for the same stretch of earlier days, and answers with what was in it.

    "The same time" is that of the local day: the day after a change of the clock is compared
    with 23 or 25 hours before.
    """

    def __init__(
        self, spec: ChartSpec, series: tuple[Series, ...], ask: Callable[[int, Request], object]
    ) -> None:
        self._compared = _COMPARED[spec.compare]
        self._usual = _USUAL_DAYS if spec.usual else ()
        self._series, self._ask = series, ask
        self._asked: dict[int, Request] = {}
        self._pasts: dict[int, Sequence[Past]] = {}

    def shift(self, end: int) -> int:
        """Return the milliseconds between the view's end and what it is compared with."""
        return end - days_before(end, self._compared)

    def ask(self, width: int, begin: int, end: int) -> None:
        """Ask for what a view needs and is not there: epoch milliseconds."""
        for days in {self._compared, *self._usual} - {0}:
            shift = end - days_before(end, days)
            first, last = begin - shift, end - shift
            asked = self._asked.get(days)
            if asked and asked.width == width and asked.begin <= first and last <= asked.end:
                continue
            room = end - begin
            request = Request(
                self._series, width, (first - room) // width * width, last + min(room, shift)
            )
            self._asked[days] = request
            self._ask(days, request)

    def take(self, days: int, answer: Answer) -> None:
        """Take in what was read."""
        if answer.request is self._asked.get(days):
            self._pasts[days] = answer.pasts

    def forget(self) -> None:
        """Ask again for all of it."""
        self._asked.clear()
        self._pasts.clear()

    def compared(self, place: int, width: int, begin: int, end: int) -> Columns:
        """Return a line as it was on the other day, not shifted."""
        pasts = self._pasts.get(self._compared)
        if not pasts:
            return NOTHING
        shift = self.shift(end)
        columns = pasts[place].at_width(width)
        return columns.between((begin - shift) // width, (end - shift) // width)

    def usual(self, place: int, begin: int, end: int) -> tuple[Floats, Floats, Floats] | None:
        """Return what is usual in a stretch: epoch seconds, lowest, highest; None if not known."""
        known = [days for days in self._usual if days in self._pasts]
        if len(known) < LEAST_DAYS:
            return None
        found = []
        for days in known:
            past = self._pasts[days][place]
            shift = end - days_before(end, days)
            found.append(slots(past.columns, past.width, begin - shift, end - shift, _SLOTS))
        low, high = usual(np.stack([a for a, _ in found]), np.stack([b for _, b in found]))
        times = (begin + (np.arange(_SLOTS) + 0.5) * (end - begin) / _SLOTS) / 1000
        return times, low, high
