"""Columns of a chart: the smallest, largest, first and last value of each stretch of time.

A series is a step line: a value holds until the next one, and NaN says that from then on it is
not known. Columns are aligned to multiples of their width since the epoch, so that columns from
two sources (history and memory) that meet in one can be merged into exactly what one pass over
all samples would have given. Only columns with samples are kept, so a quiet series is short.
The four numbers a column are those of M4 aggregation (Jugel et al., VLDB 2014): they draw a
line pixel for pixel as all of its samples would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_FIRST_CAPACITY = 64


class Columns(NamedTuple):
    """Columns with samples, oldest first; column ``k`` covers ``[k × width, (k + 1) × width)`` ms.

    ``low`` and ``high`` are of the numbers among the samples and NaN where there is none;
    ``first`` and ``last`` are NaN where the first or last sample is not a number.
    """

    number: Ints
    low: Floats
    high: Floats
    first: Floats
    last: Floats

    def __bool__(self) -> bool:
        return len(self.number) > 0

    @property
    def values(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Low, high, first and last."""
        return self.low, self.high, self.first, self.last

    def copy(self) -> "Columns":
        """Return columns of their own."""
        return Columns(self.number.copy(), *(array.copy() for array in self.values))

    def part(self, begin: int, end: int) -> "Columns":
        """Return the columns from place ``begin`` up to, not including, place ``end``."""
        return Columns(self.number[begin:end], *(array[begin:end] for array in self.values))

    def between(self, first: int, last: int) -> "Columns":
        """Return the columns numbered ``first`` to ``last``, and the one before them.

        The one before tells which value is in effect where the first begins.
        """
        begin = int(np.searchsorted(self.number, first, "left"))
        end = int(np.searchsorted(self.number, last, "right"))
        return self.part(max(0, begin - 1), end)


NOTHING = Columns(np.zeros(0, np.int64), *(np.zeros(0) for _ in range(4)))


def columns_of(times: Ints, values: Floats, width: int) -> Columns:
    """Return the columns of samples.

    Args:
        times: epoch milliseconds, not decreasing.
        values: as many values; NaN where the series is not known.
        width: milliseconds of a column, at least 1.
    """
    if not len(times):
        return NOTHING
    numbers = times // width
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    ends = np.append(starts[1:], len(times)) - 1
    return Columns(
        numbers[starts],
        np.fmin.reduceat(values, starts),
        np.fmax.reduceat(values, starts),
        values[starts],
        values[ends],
    )


def joined(past: Columns, recent: Columns) -> Columns:
    """Return the columns of both; all samples of ``past`` are older than those of ``recent``.

    Columns overlap in at most one, which is merged.
    """
    if not past or not recent:
        return past or recent
    if past.number[-1] != recent.number[0]:
        return _concatenated(past, recent)
    seam = Columns(
        past.number[-1:],
        np.fmin(past.low[-1:], recent.low[:1]),
        np.fmax(past.high[-1:], recent.high[:1]),
        past.first[-1:],
        recent.last[:1],
    )
    return _concatenated(past.part(0, -1), seam, recent.part(1, len(recent.number)))


def _concatenated(*parts: Columns) -> Columns:
    return Columns(
        np.concatenate([part.number for part in parts]),
        *(np.concatenate(arrays) for arrays in zip(*(part.values for part in parts), strict=True)),
    )


def with_gaps(times: Ints, values: Floats, gaps: Sequence[int]) -> tuple[Ints, Floats]:
    """Return the samples with "not known" put in where each gap begins.

    Args:
        times: epoch milliseconds, not decreasing.
        values: as many values.
        gaps: epoch milliseconds at which gaps begin.
    """
    if not gaps:
        return times, values
    begins = np.sort(np.asarray(gaps, np.int64))
    places = np.searchsorted(times, begins, "right")
    return np.insert(times, places, begins), np.insert(values, places, np.nan)


class Buckets:
    """The columns of one series, kept up to date as values come: a value costs O(1)."""

    def __init__(self, width: int) -> None:
        self.width = width
        """Milliseconds of a column."""
        self._count = 0
        self._arrays = _empty(_FIRST_CAPACITY)

    @classmethod
    def of(cls, times: Ints, values: Floats, width: int) -> "Buckets":
        """Return the buckets of samples that are there already."""
        buckets = cls(width)
        columns = columns_of(times, values, width)
        buckets._count = len(columns.number)
        buckets._arrays = columns.copy()
        return buckets

    @property
    def columns(self) -> Columns:
        """What there is, as views: valid until the next value comes."""
        return self._arrays.part(0, self._count)

    def push(self, time: int, value: float) -> None:
        """Take in a value at epoch milliseconds; a time that runs backwards counts as the last."""
        number, arrays, place = time // self.width, self._arrays, self._count - 1
        if place < 0 or number > arrays.number[place]:
            self._append(number, value)
            return
        # Written so that NaN never wins over a number.
        if not value >= arrays.low[place] and value == value:
            arrays.low[place] = value
        if not value <= arrays.high[place] and value == value:
            arrays.high[place] = value
        arrays.last[place] = value

    def forget_before(self, number: int) -> None:
        """Drop the columns before a number, apart from the one that reaches into it."""
        place = int(np.searchsorted(self.columns.number, number)) - 1
        if place > 0:
            self._arrays = self.columns.part(place, self._count).copy()
            self._count = len(self._arrays.number)

    def _append(self, number: int, value: float) -> None:
        place = self._count
        if place == len(self._arrays.number):
            grown = _empty(max(_FIRST_CAPACITY, 2 * place))
            grown.number[:place] = self._arrays.number
            for new, old in zip(grown.values, self._arrays.values, strict=True):
                new[:place] = old
            self._arrays = grown
        self._arrays.number[place] = number
        for array in self._arrays.values:
            array[place] = value
        self._count += 1


def _empty(capacity: int) -> Columns:
    return Columns(np.zeros(capacity, np.int64), *(np.zeros(capacity) for _ in range(4)))


@dataclass(frozen=True, slots=True)
class Summary:
    """What a legend says of a stretch of time, to the width of a column; NaN where unknown."""

    last: float
    low: float
    mean: float
    """Weighted by how long each value held; several values in one column count by their middle."""
    high: float


def summary(columns: Columns, width: int, begin: int, end: int) -> Summary:
    """Summarise the step line between two times.

    Args:
        columns: those of the stretch, and the one before it.
        width: milliseconds of a column.
        begin: epoch milliseconds.
        end: epoch milliseconds until which the last value holds.
    """
    if not columns:
        return Summary(np.nan, np.nan, np.nan, np.nan)
    place = int(np.searchsorted(columns.number, begin // width))
    carried = columns.last[max(0, place - 1) : place]
    return Summary(
        float(columns.last[-1]),
        float(np.fmin.reduce(np.append(columns.low[place:], carried))),
        _mean(columns, width, begin, end),
        float(np.fmax.reduce(np.append(columns.high[place:], carried))),
    )


def _mean(columns: Columns, width: int, begin: int, end: int) -> float:
    starts = columns.number * width
    following = np.append(starts[1:], max(end, int(starts[-1])))
    # Within its own column a value counts by the middle of what it held, after it by the last.
    own_end = np.minimum(starts + width, following)
    middles = (columns.low + columns.high) / 2
    own = np.clip(own_end, begin, end) - np.clip(starts, begin, end)
    after = np.clip(following, begin, end) - np.clip(own_end, begin, end)
    weights = np.where(np.isnan(middles), 0, own) + np.where(np.isnan(columns.last), 0, after)
    total = weights.sum()
    held = np.nan_to_num(middles) * own + np.nan_to_num(columns.last) * after
    return float(held.sum() / total) if total > 0 else float("nan")
