"""Lowest, mean and highest of a statistic's last hour and day, asked of history for one row.

They are summed up from the columns that a chart is drawn from, and by what sums up for its legend.
"""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from statmon.analysis.buckets import NOTHING, columns_of, joined, summary, with_gaps
from statmon.domain.site_time import last_midnight
from statmon.ui.background.futures import Courier
from statmon.ui.data.lens import Lens
from statmon.ui.data.pulse import now_ms

if TYPE_CHECKING:
    from statmon.domain.statistic import Series
    from statmon.history import Gap, History, Samples

_AGAIN_MS, _SOON_MS = 60_000, 2_000
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_WIDTH_MS = 30_000
"""Of a column: history has outlines of these, however many readings there are."""

Floats = NDArray[np.float64]


class Figures(NamedTuple):
    """What is told of a span. Lowest and highest are those of all readings."""

    lowest: float
    mean: float
    """Weighted by how long each number held; what was not known does not count."""
    highest: float

    def including(self, number: float) -> "Figures":
        """Return them with a number that has come since."""
        if not np.isfinite(number):
            return self
        return Figures(min(self.lowest, number), self.mean, max(self.highest, number))


class Day(QObject):
    """The figures of one row, hour and day from the same columns: all is read again every minute.

    In between what has come since is read while readings come.
    """

    came = Signal()

    def __init__(self, lens: Lens, history: "History", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lens, self._history = lens, history
        self._courier = Courier(self)
        self._row = -1
        self._seen = self._asked = 0
        """When the newest reading arrived that is in the figures, and when they were asked for."""
        self._columns, self._read_upto = NOTHING, 0
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(lambda: self.ask(self._row))

    def ask(self, row: int) -> None:
        """Ask for the figures of a row; they come when they come."""
        if row != self._row:
            self._columns = NOTHING
        self._row = row
        self._again.stop()
        if row >= 0:
            now = now_ms()
            begin = min(last_midnight(now, self._lens.zone), now - _HOUR_MS)
            self._read(begin - _DAY_MS, now)  # what held when it began was read before it
            self._again.start()

    def look(self) -> None:
        """Ask for what has come since, if a reading has."""
        now = now_ms()
        if (
            self._row >= 0
            and self._columns
            and self._seen != self._lens.table.arrived(self._row)
            and not 0 <= now - self._asked < _SOON_MS
        ):
            self._read(self._read_upto, now)

    @property
    def hour(self) -> Figures | None:
        """Of the last sixty minutes; None where no number of them is known."""
        return self._since(self._read_upto - _HOUR_MS)

    @property
    def figures(self) -> Figures | None:
        """Since midnight; None where no number since then is known."""
        return self._since(last_midnight(self._read_upto, self._lens.zone))

    def _since(self, begin: int) -> Figures | None:
        # From the next whole column on: what came before the span is not in it.
        begin = -(-begin // _WIDTH_MS) * _WIDTH_MS
        told = summary(self._columns, _WIDTH_MS, begin, self._read_upto)
        return Figures(told.low, told.mean, told.high) if np.isfinite(told.low) else None

    def _read(self, since: int, now: int) -> None:
        """Read whole columns, from the one on in which an instant is."""
        self._asked, self._seen = now, self._lens.table.arrived(self._row)
        series, start = self._lens.table.series[self._row], since // _WIDTH_MS * _WIDTH_MS
        gaps: list[Gap] = []
        self._courier.bring(self._history.gaps(start, now + 1), gaps.extend)
        read = self._history.outline([series], start, now + 1, _WIDTH_MS)
        self._courier.bring(read, partial(self._take, series, (start, now), gaps))

    def _take(
        self, series: "Series", read: tuple[int, int], gaps: "list[Gap]", found: "list[Samples]"
    ) -> None:
        if self._row < 0 or self._lens.table.series[self._row] != series or not found:
            return
        (start, upto), (samples,) = read, found
        shown = ~samples.outdated
        begins = [gap.start for gap in gaps if gap.start >= start and gap.covers(series)]
        values = with_gaps(samples.arrived[shown], samples.numbers[shown], begins)
        before = int(np.searchsorted(self._columns.number, start // _WIDTH_MS))
        self._columns = joined(self._columns.part(0, before), columns_of(*values, _WIDTH_MS))
        self._read_upto = upto
        self.came.emit()


def figures_of(numbers: Floats) -> Figures | None:
    """Return the figures of some numbers, or None where none is known."""
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return None
    return Figures(float(known.min()), float(known.mean()), float(known.max()))
