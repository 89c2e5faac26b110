"""Turns readings into columns, and notes which came too late to be shown."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise
from operator import le
from typing import Any, Final, NamedTuple

import numpy as np

from statmon.domain.reading import Origin, Reading
from statmon.domain.statistic import Series
from statmon.history.columns import ORIGINS, OUTDATED, Columns, joined
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
    stamps: Sequence[int]
    arrived: Sequence[int]
    origins: Sequence[Origin]

    def where(self, chosen: Sequence[int]) -> "Run":
        """Return those for which ``chosen`` is not 0."""
        columns: Sequence[Sequence[Any]] = self
        return Run(*(tuple(compress(column, chosen)) for column in columns))

    def part(self, begin: int, end: int) -> "Run":
        """Return those from one place to before another."""
        columns: Sequence[Sequence[Any]] = self
        return Run(*(column[begin:end] for column in columns))


class Intake:
    """Collects samples until they are taken.

    The live table's rule decides what is outdated: an older timestamp never overwrites a newer
    one, until the series' subscription is lost (the next service may have another clock).
    """

    def __init__(self) -> None:
        self._newest = np.zeros(0, np.int64)
        """The service's time of the newest sample of each series, by its number."""
        self._parts: list[Columns] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, numbers: Sequence[int], run: Run) -> None:
        """Take in readings, in the order in which they came, each of the series with its number."""
        if not numbers:
            return
        made, ids = np.array(run.stamps, np.int64), np.array(numbers, np.int32)
        pieces = split_all(run.raws, made)
        part = Columns(
            ids,
            np.array(run.arrived, np.int64),
            made,
            pieces.shape,
            pieces.numbers,
            np.array(list(map(_NUMBER_OF.__getitem__, run.origins)), np.uint8),
            pieces.slots,
            pieces.shapes,
        )
        self._mark(part, numbers)
        self._parts.append(part)
        self._size += len(part)

    def _mark(self, part: Columns, numbers: Sequence[int]) -> None:
        """Mark what is older than one of its series that came before."""
        lacking = max(numbers) + 1 - len(self._newest)
        if lacking > 0:
            self._newest = np.append(self._newest, np.full(2 * lacking, _EARLIEST))
        newest = self._newest
        if len(set(numbers)) == len(numbers) and (part.stamps >= newest[part.ids]).all():
            newest[part.ids] = part.stamps
            return
        for place, (number, stamp) in enumerate(zip(numbers, part.stamps.tolist(), strict=True)):
            if stamp < newest[number]:
                part.flags[place] |= OUTDATED
            else:
                newest[number] = stamp

    def forget(self, numbers: Iterable[int]) -> None:
        """The next reading of these series is not outdated, whatever its time."""
        for number in numbers:
            self._newest[number : number + 1] = _EARLIEST

    def forget_all(self) -> None:
        """The same for all series."""
        self._newest[:] = _EARLIEST

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
    run = Run(*zip(*batch, strict=True))
    ends = min(run.stamps), max(run.stamps), min(run.arrived), max(run.arrived)
    if not all(-_FARTHEST < time < _FARTHEST for time in ends):
        yield from runs([item for item in batch if _has_time(item)])
    elif all(map(le, run.arrived, run.arrived[1:])):
        yield run
    else:
        backwards = [i for i, (a, b) in enumerate(pairwise(run.arrived), 1) if b < a]
        for begin, end in pairwise([0, *backwards, len(batch)]):
            yield run.part(begin, end)


def _has_time(reading: Reading) -> bool:
    sound = all(-_FARTHEST < time < _FARTHEST for time in (reading.timestamp, reading.arrived))
    if not sound:
        _log.warning("a reading of the time %s is not recorded", reading.timestamp)
    return sound
