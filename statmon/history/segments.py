"""The compacted history: segments of some minutes to an hour, each a row of pages by series.

A page holds either a part of one busy series or some quiet ones, so that reading a series touches
little else. Beside each segment stands a keyframe: the newest sample of every series when it
began. As-of is then one keyframe and one segment, however long the history.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from statmon.history.columns import Columns, empty, joined
from statmon.history.page import DamagedPage, decode, encode
from statmon.history.stretch import among, newest_of

_log = logging.getLogger(__name__)
_PAGES: Final = 20
"""Bits of a page's number within its segment."""
BUSY: Final = 256
"""A series with so many samples in a segment has pages of its own."""
_FULL: Final = 1024
"""Samples after which a page of quiet series is full."""
_LONG: Final = 2048
"""Samples of a busy series on one page."""
_CACHED: Final = 2_000
"""Directories of segments that are kept in memory."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the recording on disk."""

    id: int
    start: int
    end: int
    """When its first and its last sample arrived, local epoch milliseconds."""
    samples: int
    pages: int


class Segments:
    """All segments, in the order in which they were recorded."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._directories: dict[int, NDArray[np.int32]] = {}
        self.all: list[Segment] = []
        self.damaged = 0
        """Pages that could not be read."""
        self.load()

    def load(self) -> None:
        """Read anew which there are."""
        self._directories.clear()
        rows = self._connection.execute(
            'SELECT id, start, "end", samples, length(firsts) / 4 FROM segment ORDER BY id'
        )
        self.all = [Segment(*row) for row in rows]
        self.samples = sum(segment.samples for segment in self.all)

    @property
    def next_id(self) -> int:
        """The number of the segment that is to follow."""
        (keyframe,) = self._connection.execute("SELECT max(id) FROM keyframe").fetchone()
        return max(int(keyframe or 1), self.all[-1].id + 1 if self.all else 1)

    def read(self, numbers: NDArray[np.int32], start: int, end: int) -> Columns:
        """Return the samples of some series that arrived from ``start`` to before ``end``."""
        pages = [
            page
            for segment in self.all
            if segment.start < end and segment.end >= start
            for page in self.pages_of(segment.id, numbers)
        ]
        found = self.decoded(pages)
        return found.take(
            among(found.ids, numbers) & (found.arrived >= start) & (found.arrived < end)
        )

    def as_of(self, segment: Segment, when: int) -> Columns:
        """Return the newest sample of each series at a time within or after a segment."""
        if when >= segment.end:
            return self.keyframe(segment.id + 1)
        found = self.decoded(self.pages(segment))
        newest = newest_of(found.take(found.arrived <= when))
        return newest_of(joined((self.keyframe(segment.id), newest)))

    def delete(self, segment: Segment) -> None:
        """Delete a segment, inside the caller's transaction; ``load`` afterwards."""
        pages = self.pages(segment)
        execute = self._connection.execute
        execute("DELETE FROM page WHERE id BETWEEN ? AND ?", (pages.start, pages.stop))
        execute("DELETE FROM keyframe WHERE id = ?", (segment.id,))
        execute("DELETE FROM segment WHERE id = ?", (segment.id,))

    def start_after(self, segment: Segment) -> int:
        """Return when the segment after one began, or when this one ended if it is the last."""
        later = (other.start for other in self.all if other.id > segment.id)
        return next(later, segment.end)

    def keyframe(self, number: int) -> Columns:
        """Return the newest sample of each series when a segment began."""
        row = self._connection.execute("SELECT data FROM keyframe WHERE id = ?", (number,))
        found = row.fetchone()
        return self.decoded_each([found[0]]) if found is not None else empty()

    def pages(self, segment: Segment) -> range:
        """Return the numbers of a segment's pages."""
        first = segment.id << _PAGES
        return range(first, first + segment.pages)

    def decoded(self, pages: Iterable[int]) -> Columns:
        """Return the samples on some pages; those that cannot be read are passed over."""
        execute = self._connection.execute
        rows = (execute("SELECT data FROM page WHERE id = ?", (page,)).fetchone() for page in pages)
        data = [row[0] for row in rows if row is not None]
        try:
            return decode(data)
        except DamagedPage:
            return self.decoded_each(data)

    def decoded_each(self, pages: Iterable[bytes]) -> Columns:
        """Return the samples on pages as stored; those that cannot be read are passed over."""
        parts = []
        for page in pages:
            try:
                parts.append(decode([page]))
            except DamagedPage as error:
                self.damaged += 1
                _log.warning("%s; what was on it is passed over", error)
        return joined(parts)

    def pages_of(self, segment: int, numbers: NDArray[np.int32]) -> Iterator[int]:
        """Return the numbers of the pages of a segment on which some series may be."""
        firsts = self._directory(segment)
        left = firsts.searchsorted(numbers, "left")
        right = firsts.searchsorted(numbers, "right")
        found: set[int] = set()
        for a, b in zip(left.tolist(), right.tolist(), strict=True):
            # A series that begins no page is in the middle of the one before, or nowhere.
            found.update(range(a, b) if b > a else range(max(a - 1, 0), a))
        first = segment << _PAGES
        return (first + page for page in sorted(found))

    def _directory(self, segment: int) -> NDArray[np.int32]:
        found = self._directories.get(segment)
        if found is None:
            (blob,) = self._connection.execute(
                "SELECT firsts FROM segment WHERE id = ?", (segment,)
            ).fetchone()
            if len(self._directories) >= _CACHED:
                self._directories.pop(next(iter(self._directories)))
            found = self._directories[segment] = np.frombuffer(blob[: len(blob) & ~3], "<i4")
        return found


class Writer:
    """Writes one segment, slice by slice; it counts only once ``finish`` is committed."""

    def __init__(self, connection: sqlite3.Connection, number: int) -> None:
        self._connection, self._id = connection, number
        self._firsts: list[int] = []
        self._start = self._end = self._samples = 0

    def discard(self) -> None:
        """Delete what an unfinished segment of this number, or beyond, has left."""
        self._connection.execute("DELETE FROM page WHERE id >= ?", (self._id << _PAGES,))

    def add(self, columns: Columns) -> None:
        """Add samples, sorted by series, all of series beyond those that were added."""
        cuts = page_cuts(columns.ids)
        first = (self._id << _PAGES) + len(self._firsts)
        self._connection.executemany(
            "INSERT INTO page VALUES (?, ?)", enumerate(encode(columns, cuts), first)
        )
        self._firsts += columns.ids[cuts].tolist()
        start, end = int(columns.arrived.min()), int(columns.arrived.max())
        self._start = min(self._start, start) if self._samples else start
        self._end = max(self._end, end)
        self._samples += len(columns)

    def finish(self, after: Columns) -> None:
        """Make the segment count.

        Args:
            after: the newest sample of each series when it ended.
        """
        firsts = np.array(self._firsts, "<i4").tobytes()
        self._connection.execute(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?)",
            (self._id, self._start, self._end, self._samples, firsts),
        )
        self.write_keyframe(self._id + 1, after)

    def write_keyframe(self, number: int, newest: Columns) -> None:
        """Write the newest sample of each series when a segment begins."""
        data = encode(newest)[0] if len(newest) else None
        if data is not None:
            self._connection.execute(
                "INSERT OR REPLACE INTO keyframe VALUES (?, ?)", (number, data)
            )


def page_cuts(ids: NDArray[np.int32]) -> list[int]:
    """Return where pages begin in samples sorted by series."""
    starts = np.flatnonzero(np.diff(ids, prepend=ids[0] - 1))
    cuts: list[int] = []
    full = 0
    for start, count in zip(
        starts.tolist(), np.diff(starts, append=len(ids)).tolist(), strict=True
    ):
        if count >= BUSY:
            cuts.extend(range(start, start + count, _LONG))
            full = 0
        elif start >= full:
            cuts.append(start)
            full = start + _FULL
    return cuts


def series_cuts(ids: NDArray[np.int32], size: int) -> Sequence[tuple[int, int]]:
    """Cut samples sorted by series into slices of about a size, none in the middle of a series."""
    starts = np.flatnonzero(np.diff(ids, prepend=ids[0] - 1))
    wanted = starts[
        np.unique(starts.searchsorted(np.arange(0, len(ids), size)).clip(0, len(starts) - 1))
    ]
    bounds = [0, *(cut for cut in wanted.tolist() if cut), len(ids)]
    return list(pairwise(bounds))
