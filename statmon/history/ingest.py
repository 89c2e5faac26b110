"""Turns readings into columns."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.domain.reading import Origin, Reading
from statmon.domain.statistic import Series
from statmon.history.columns import ORIGINS, Columns, Ints, joined
from statmon.history.splitting import split_all

_log = logging.getLogger(__name__)
_FARTHEST: Final = 1 << 53
"""Times beyond it (the year 287,396) are nobody's."""
_EARLIEST: Final = -_FARTHEST
_NUMBER_OF: Final = {origin: number for number, origin in enumerate(ORIGINS)}


class Run(NamedTuple):
    """Readings as columns; their times are times, and do not run backwards."""

    series: Sequence[Series]
    raws: Sequence[Any]
    stamps: Ints
    arrived: Ints
    origins: Sequence[Origin]

    def where(self, chosen: Sequence[int]) -> "Run":
        """Return those for which ``chosen`` is not 0."""
        places = np.flatnonzero(chosen)
        series, raws, origins = (
            tuple(compress(column, chosen)) for column in (self.series, self.raws, self.origins)
        )
        return Run(series, raws, self.stamps[places], self.arrived[places], origins)

    def part(self, begin: int, end: int) -> "Run":
        """Return those from one place to before another."""
        columns: Sequence[Any] = self
        return Run(*(column[begin:end] for column in columns))


class Ingest:
    """Collects samples, in the order in which they arrived, until they are taken.

    What came too late is nobody's news and is not recorded (``engine.engine_state``).
    """

    def __init__(self) -> None:
        self._parts: list[Columns] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, numbers: Sequence[int], run: Run) -> None:
        """Take in readings, in the order in which they came, each of the series with its number."""
        if not numbers:
            return
        pieces = split_all(run.raws, run.stamps)
        part = Columns(
            np.array(numbers, np.int32),
            run.arrived,
            run.stamps,
            pieces.shape,
            pieces.numbers,
            _flags(run.origins),
            pieces.slots,
            pieces.shapes,
        )
        self._parts.append(part)
        self._size += len(part)

    def take(self) -> Columns:
        """Return what was collected, in its order, and collect anew."""
        columns = joined(self._parts)
        self._parts, self._size = [], 0
        return columns


def runs(readings: Iterable[Reading]) -> Iterator[Run]:
    """Cut readings where this computer's clock ran backwards; what has no time is left out."""
    batch = list(readings)
    if not batch:
        return
    series, raws, stamps, arrived, origins = zip(*batch, strict=True)
    times = _times(stamps, arrived)
    if times is None:
        yield from runs([item for item in batch if _has_time(item)])
        return
    run = Run(series, raws, times[0], times[1], origins)
    if _ascending(run.arrived):
        yield run
        return
    backwards = (np.flatnonzero(np.diff(run.arrived) < 0) + 1).tolist()
    for begin, end in pairwise([0, *backwards, len(batch)]):
        yield run.part(begin, end)


def _times(stamps: Sequence[int], arrived: Sequence[int]) -> Ints | None:
    """Return both times of readings, or None if some are nobody's."""
    try:
        times = np.array((stamps, arrived), np.int64)
    except OverflowError:
        return None
    return times if times.min() > _EARLIEST and times.max() < _FARTHEST else None


def _ascending(times: Ints) -> bool:
    return not (times[1:] < times[:-1]).any()


def _flags(origins: Sequence[Origin]) -> NDArray[np.uint8]:
    first = origins[0]
    if origins.count(first) == len(origins):  # as nearly always
        return np.full(len(origins), _NUMBER_OF[first], np.uint8)
    return np.array([_NUMBER_OF[origin] for origin in origins], np.uint8)


def _has_time(reading: Reading) -> bool:
    sound = all(-_FARTHEST < time < _FARTHEST for time in (reading.timestamp, reading.arrived))
    if not sound:
        _log.warning("a reading of the time %s is not recorded", reading.timestamp)
    return sound
