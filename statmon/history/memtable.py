"""The readings since the last segment was written, in memory."""

import itertools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from statmon.history.columns import OUTDATED, Columns, joined

Ids = NDArray[np.int32]

MOST: Final = 600_000
"""Samples after which a stretch is compacted: about 25 MB in memory."""
OLD: Final = 300_000
ENOUGH: Final = 200_000
"""Milliseconds and samples after both of which it is compacted ..."""
OLDEST: Final = 3_600_000
"""... and milliseconds after which it is in any case."""
_TOGETHER: Final = 16
"""Parts that are joined to one, so that each sample is copied only a few times."""
_KEYFRAME_SHARE: Final = 20
"""Samples for each series in a segment, so that keyframes take a small part of the file."""


class Memtable:
    """A stretch of the recording in which this computer's clock never ran backwards."""

    def __init__(self, before: Columns) -> None:
        self.before = before
        """The newest sample of each series when the stretch began."""
        self.start: int | None = None
        self.end = 0
        """The times of its first and last sample, local epoch milliseconds."""
        self._levels: list[list[Columns]] = []
        """Parts as they were added, and before each level the older ones, several joined to one."""
        self.samples = 0
        self.upto = 0
        """The last row of the journal that belongs to it."""

    @property
    def _parts(self) -> list[Columns]:
        return [part for level in reversed(self._levels) for part in level]

    @property
    def finished(self) -> bool:
        """Whether it is large or old enough to be compacted."""
        if self.start is None or self.samples >= MOST:
            return self.samples >= MOST
        age = self.end - self.start
        enough = max(ENOUGH, _KEYFRAME_SHARE * len(self.before))
        return age >= OLDEST or (age >= OLD and self.samples >= enough)

    def add(self, part: Columns, upto: int) -> None:
        """Add samples of the journal's row ``upto``, each series in its order."""
        self.upto = upto
        if not len(part):
            return
        if self.start is None:
            self.start = int(part.arrived.min())
        self.end = int(part.arrived.max())
        self.samples += len(part)
        for level in itertools.count():
            if level == len(self._levels):
                self._levels.append([])
            here = self._levels[level]
            here.append(part)
            if len(here) < _TOGETHER:
                return
            part = joined(here)
            here.clear()

    def without(self, numbers: Ids) -> Columns:
        """Return its samples but those of some series."""
        return without(self.columns(), numbers)

    def replace(self, samples: Columns, before: Columns, upto: int) -> None:
        """Have these samples, of the journal's row ``upto``, and nothing else."""
        self.before, self._levels, self.samples = before, [], 0
        self.add(samples, upto)

    def columns(self) -> Columns:
        """Return its samples."""
        whole = joined(self._parts)
        self._levels = [[whole]]
        return whole

    def of(self, numbers: Ids, start: int, end: int) -> Columns:
        """Return the samples of some series that arrived in a span of time."""
        if self.start is None or self.start >= end or self.end < start:
            return joined(())
        found = [part.take(among(part.ids, numbers)) for part in self._parts]
        return joined([part.take((part.arrived >= start) & (part.arrived < end)) for part in found])

    def newest(self, when: int | None = None) -> Columns:
        """Return the newest sample of each series, now or as of a time (inclusive)."""
        parts = self._parts
        if when is not None and when < self.end:
            parts = [part.take(part.arrived <= when) for part in parts]
        return newest_of(joined((self.before, *map(newest_of, parts))))


def among(ids: Ids, numbers: Ids) -> NDArray[np.bool_]:
    """Return where a series is one of those with these numbers."""
    wanted = np.zeros(max(int(ids.max(initial=0)), int(numbers.max(initial=0))) + 1, np.bool_)
    wanted[numbers] = True
    return wanted[ids]


def without(columns: Columns, numbers: Ids) -> Columns:
    """Return samples but those of some series."""
    return columns.take(~among(columns.ids, numbers))


def newest_of(columns: Columns) -> Columns:
    """Return the last sample of each series that is not outdated, sorted by series."""
    if not len(columns):
        return columns
    shown = np.flatnonzero((columns.flags & OUTDATED) == 0)
    last = np.full(int(columns.ids.max()) + 1, -1, np.int64)
    last[columns.ids[shown]] = shown
    return columns.take(last[last >= 0])
