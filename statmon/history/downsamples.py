"""Downsamples, in the file *outlines*: what a drawing of an hour or more needs of it, and no more.

A line is drawn pixel for pixel as all of its samples would draw it if the first, the last, a
smallest and a largest of each column are there (M4 aggregation: Jugel et al., VLDB 2014). So an
outline keeps these of each half minute, as the samples they are: whoever takes together half
minutes to wider columns gets, number for number, what all samples would have given. Of a value
that is no number each is kept. An outline covers segments that follow one another, and may be
deleted at any time: what it covered is then read from them.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from statmon.history.columns import OUTDATED, Columns, by_series, joined
from statmon.history.memtable import Ids
from statmon.history.page_store import PageStore, Portion, Writer
from statmon.history.seal import put
from statmon.history.segments import Segments
from statmon.history.transaction import transaction

CELL: Final = 30_000
"""Milliseconds."""
SPAN: Final = 3_600_000
"""Milliseconds of recording that an outline covers at least."""
_BUSY: Final = 64
_SLICE: Final = 16_384
"""Samples that are outlined in one go, about."""
_NEARLY: Final = 0.95
"""A segment ends with its last sample: a little before the hour."""
_EVER: Final = 1 << 62


class Downsamples(PageStore):
    """All outlines; what they cover stands in the segments, too."""

    def __init__(self, connection: sqlite3.Connection, segments: Segments) -> None:
        self._segments = segments
        super().__init__(connection, "outline")

    def load(self) -> None:
        """Read anew which there are."""
        super().load()
        self._looked: Portion | None = None
        """The last segment when there was nothing to outline."""

    def outlined(self, numbers: Ids, start: int, end: int) -> Columns:
        """Return of segments what a drawing of some series needs.

        It has columns of one or more whole cells, and shows what arrived from ``start`` to before
        ``end``; a cell that is only in part between them is read whole, sample by sample.
        """
        first, last = -(-start // CELL) * CELL, end // CELL * CELL
        if not self.all or first >= last:
            return self._segments.read(numbers, start, end)
        covered, others = self._split()
        return joined(
            [
                self.read(numbers, first, last),
                self._segments.read(numbers, start, first, covered),
                self._segments.read(numbers, last, end, covered),
                self._segments.read(numbers, start, end, others),
            ]
        )

    def _split(self) -> tuple[list[Portion], list[Portion]]:
        """Return the segments that outlines cover, and the others."""
        covered = {n for outline in self.all for n in range(outline.id, outline.upto + 1)}
        parts: tuple[list[Portion], list[Portion]] = [], []
        for segment in self._segments.all:
            parts[segment.id not in covered].append(segment)
        return parts

    def task(self) -> Iterator[None] | None:
        """Return the work that is to be done, some series a step, or None."""
        last = self._segments.all[-1] if self._segments.all else None
        if last is self._looked:
            return None
        done = self.all[-1].upto if self.all else 0
        group: list[Portion] = []
        for segment in reversed(self._segments.all):
            if segment.id <= done:
                break
            group.append(segment)
        group.reverse()
        lasted = np.cumsum([segment.end - segment.start for segment in group])
        enough = int(np.searchsorted(lasted, SPAN * _NEARLY)) + 1
        if len(group) >= enough:
            return self._make(group[:enough])
        self._looked = last
        return None

    def _make(self, group: Sequence[Portion]) -> Iterator[None]:
        writer = Writer(self._connection, "outline", group[0].id, _BUSY)
        with transaction(self._connection):
            writer.discard()
        yield
        for numbers in self._blocks(sum(segment.samples for segment in group)):
            found = thinned(by_series(self._segments.read(numbers, -_EVER, _EVER, group)))
            if len(found):
                with transaction(self._connection):
                    writer.add(found)
            yield
        with transaction(self._connection):
            put(self._connection, "outline", *writer.row, group[-1].id)
        self.load()

    def _blocks(self, samples: int) -> list[Ids]:
        """Return all series in blocks which have, of so many samples, about a slice each."""
        rows = self._connection.execute("SELECT id FROM series ORDER BY id")
        numbers = np.array([number for (number,) in rows], np.int32)
        return np.array_split(numbers, max(1, min(len(numbers), samples // _SLICE)))

    def forget_unfinished(self) -> None:
        """Delete what a half made outline has left, inside the caller's transaction."""
        after = self.all[-1].id + 1 if self.all else 0
        Writer(self._connection, "outline", after).discard()

    def forget(self, segment: Portion) -> None:
        """Delete the outline that covers a segment, inside the caller's transaction."""
        for outline in self.all:
            if outline.id <= segment.id <= outline.upto:
                self.delete(outline)


def thinned(columns: Columns) -> Columns:
    """Return of samples, sorted by series and arrival, what a drawing of whole cells needs."""
    columns = columns.take((columns.flags & OUTDATED) == 0)
    if not len(columns):
        return columns
    cells = columns.arrived // CELL
    new = (np.diff(columns.ids, prepend=-1) != 0) | (np.diff(cells, prepend=cells[0]) != 0)
    starts = np.flatnonzero(new)
    kept = np.zeros(len(columns), np.bool_)
    kept[starts] = True
    kept[np.append(starts[1:], len(columns)) - 1] = True
    cell = np.cumsum(new) - 1
    for least in (np.minimum, np.maximum):
        # NaN, where a value is no number, makes the extreme NaN, too.
        extreme = least.reduceat(columns.numbers, starts)
        kept[_first_of_each(columns.numbers == extreme[cell], cell)] = True
        kept |= np.isnan(extreme)[cell]
    return columns.take(kept)


def _first_of_each(where: NDArray[np.bool_], cell: NDArray[np.int64]) -> NDArray[np.int64]:
    places: NDArray[np.int64] = np.flatnonzero(where)
    first: NDArray[np.int64] = places[np.diff(cell[places], prepend=-1) != 0]
    return first
