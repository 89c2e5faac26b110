"""Fills the trends of the lines on screen from history, a few at a time."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from statmon.domain.unit import Unit
from statmon.live.trends import MINUTES
from statmon.ui.background.futures import Courier
from statmon.ui.data.lens import Lens

if TYPE_CHECKING:
    from statmon.history import Buckets, Gap, History

Floats = NDArray[np.float64]
_AT_ONCE = 60
_MINUTE_MS = 60_000


class TrendSeeder(QObject):
    """Asks history for the last hour of rows whose trend is looked at for the first time."""

    def __init__(self, lens: Lens, history: "History", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lens, self._history = lens, history
        self._courier = Courier(self)
        self._gaps: list[Gap] = []
        """As they were when the hours were read that come next: none is drawn across one."""

    def _take_gaps(self, gaps: "list[Gap]") -> None:
        self._gaps = gaps

    def look(self, rows: list[int]) -> None:
        """Fill in what is not filled in yet of these rows."""
        trends, table = self._lens.trends, self._lens.live
        wanted = [
            row
            for row in rows
            if row < len(trends) and not trends.seeded[row] and table.units[row] is not Unit.STATE
        ][:_AT_ONCE]
        if not wanted:
            return
        trends.seeded[wanted] = True
        end = trends.minute * _MINUTE_MS
        begin = end - MINUTES * _MINUTE_MS
        series = [table.series[row] for row in wanted]
        # The history answers in order.
        self._courier.bring(self._history.gaps(begin, end), self._take_gaps)
        self._courier.bring(self._history.buckets(series, begin, end, MINUTES), self._take)

    def _take(self, answers: "list[Buckets]") -> None:
        for buckets in answers:
            row = self._lens.live.row_of(buckets.series)
            if row is not None:
                minutes = (buckets.starts + buckets.width) // _MINUTE_MS
                self._lens.trends.seed(row, minutes, self._filled(buckets))

    def _filled(self, buckets: "Buckets") -> Floats:
        """Return the number at the end of each bucket.

        One that did not change is not sent again; but from a gap on nothing is known until the
        next reading.
        """
        numbers = buckets.last
        place = np.maximum.accumulate(np.where(np.isfinite(numbers), np.arange(len(numbers)), -1))
        result: Floats = np.where(place >= 0, numbers[place], np.nan)
        read, ends = buckets.starts[place], buckets.starts + buckets.width
        for gap in self._gaps:
            if gap.covers(buckets.series):
                result[(gap.start >= read) & (gap.start < ends)] = np.nan
        return result
