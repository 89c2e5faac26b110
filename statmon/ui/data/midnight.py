"""Fills in from history what the numbers were at midnight, when changes since then are shown."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from statmon.analysis.buckets import with_gaps
from statmon.analysis.increments import increments
from statmon.domain.reading import Reading
from statmon.domain.value import usable_of
from statmon.live.table import LiveTable
from statmon.ui.background.futures import Courier
from statmon.ui.data.lens import Lens

if TYPE_CHECKING:
    from statmon.domain.statistic import Series
    from statmon.history import Gap, History

_TOGETHER: Final = 100
"""Counters whose day is read at once."""
_Numbers = tuple[NDArray[np.intp], NDArray[np.float64]]


class MidnightSeeder(QObject):
    """Asks history once for each midnight, and again when statistics were added."""

    def __init__(self, lens: Lens, history: "History", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lens, self._history = lens, history
        self._courier = Courier(self)
        self._asked = (0, 0, 0)
        self._busy = False

    def look(self) -> None:
        """Ask if changes since midnight are shown and something is not asked for yet."""
        lens = self._lens
        midnight = lens.trends.began(lens.now)
        wanted = midnight, len(lens.live), lens.span
        if lens.span > 0 or lens.travelling or self._busy or wanted == self._asked or not wanted[1]:
            return
        if lens.trends.slept_over(midnight):
            return  # history hears of it later than we do, and would take an old number
        self._asked, self._busy = wanted, True
        self._courier.bring(
            self._history.gaps(midnight, midnight + 1), partial(self._ask, midnight)
        )

    def _ask(self, midnight: int, gaps: "list[Gap]") -> None:
        take = partial(self._read, midnight, gaps)
        self._courier.bring(self._history.as_of(midnight), take)

    def _read(self, midnight: int, gaps: "list[Gap]", readings: list[Reading]) -> None:
        read = partial(numbers_at, midnight, readings, gaps, self._lens.live)
        self._courier.work(read, partial(self._take, midnight))

    def _take(self, midnight: int, got: _Numbers) -> None:
        if not self._holds(midnight):
            return
        rows, found = got
        counting = self._lens.live.counters[rows]
        self._lens.trends.seed_midnight(rows[~counting], found[~counting])
        self._count(midnight, rows[counting].tolist(), found[counting].tolist())

    def _count(self, midnight: int, rows: list[int], numbers: list[float]) -> None:
        """Find out, some counters at a time, what they have counted since then."""
        if not rows:
            self._busy = False
            return
        now, (own, rest) = self._lens.now, (rows[:_TOGETHER], rows[_TOGETHER:])
        series = [self._lens.live.series[row] for row in own]
        began = dict(zip(series, numbers[:_TOGETHER], strict=True))

        def take(readings: list[Reading], gaps: "list[Gap]") -> None:
            counted = partial(counted_since, midnight, now, began, readings, gaps)
            self._courier.work(counted, seed)

        def seed(got: "dict[Series, Counted]") -> None:
            if self._holds(midnight):
                self._seed(got)
                self._count(midnight, rest, numbers[_TOGETHER:])

        def ask(gaps: "list[Gap]") -> None:
            asked = self._history.arrived(series, midnight, now + 1)
            self._courier.bring(asked, lambda readings: take(readings, gaps))

        self._courier.bring(self._history.gaps(midnight, now + 1), ask)

    def _holds(self, midnight: int) -> bool:
        """Return whether changes are still told since then; else the next look asks again."""
        if self._lens.trends.began(self._lens.now) != midnight:
            self._busy = False
        return self._busy

    def _seed(self, got: "dict[Series, Counted]") -> None:
        table = self._lens.live
        rows, numbers, doubtful = [], [], []
        for series, counted in got.items():
            row = table.row_of(series)
            if row is not None:
                now = table.number(row)
                # What came while the history was read.
                more = now - counted.last if now >= counted.last else now
                rows.append(row)
                numbers.append(now + float(table.carried[row]) - counted.increase - more)
                doubtful.append(counted.at_least)
        trends = self._lens.trends
        trends.seed_midnight(np.array(rows, np.intp), np.array(numbers), np.array(doubtful, bool))


class Counted(NamedTuple):
    """What a counter has counted since midnight."""

    increase: float
    at_least: bool
    """It may be more: nobody saw all of it."""
    last: float
    """Its last number."""


def counted_since(
    midnight: int, now: int, began: "Mapping[Series, float]", readings: Iterable[Reading],
    gaps: "Sequence[Gap]",
) -> "dict[Series, Counted]":  # fmt: skip
    """Return what counters have counted from midnight to now, across restarts.

    Args:
        midnight: local epoch milliseconds.
        now: the same.
        began: their numbers at midnight.
        readings: theirs since then, by arrival.
        gaps: when something was not recorded.
    """
    times: dict[Series, list[int]] = {series: [midnight] for series in began}
    values = {series: [number] for series, number in began.items()}
    for series, raw, _, arrived, _ in readings:
        number = usable_of(raw)
        times[series].append(arrived)
        values[series].append(np.nan if number is None else number)
    edges = np.array([midnight, now + 1], np.int64)
    result = {}
    for series in began:
        begins = [g.start for g in gaps if g.start > midnight and g.covers(series)]
        own = np.array(times[series], np.int64), np.array(values[series])
        got = increments(*with_gaps(*own, begins), edges)
        known = own[1][~np.isnan(own[1])]
        result[series] = Counted(float(got.least[0]), bool(got.across[0]), float(known[-1]))
    return result


def numbers_at(
    when: int, readings: Iterable[Reading], gaps: "Iterable[Gap]", table: LiveTable
) -> _Numbers:
    """Return the rows whose numbers were known at an instant, and those numbers.

    Args:
        when: local epoch milliseconds.
        readings: the newest of each series at that instant.
        gaps: what was not known then is left out.
        table: whose rows are meant; it may be in use in another thread.
    """
    lasting = [gap for gap in gaps if gap.start <= when and (gap.end is None or gap.end > when)]
    if any(gap.series is None for gap in lasting):
        readings = ()
    unknown = {series for gap in lasting for series in gap.series or ()}
    found = {
        row: number
        for series, raw, *_ in readings
        if series not in unknown
        and (row := table.row_of(series)) is not None
        and (number := usable_of(raw)) is not None
    }
    rows = np.fromiter(found.keys(), np.intp, len(found))
    return rows, np.fromiter(found.values(), np.float64, len(found))
