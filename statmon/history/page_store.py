"""Pages by series on disk, in portions of some minutes to some hours, and how they are found.

A page holds either a part of one busy series or some quiet ones, so that reading a series touches
little else. Each portion says which series begins each of its pages.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from statmon.history.columns import Columns
from statmon.history.marks import WHOLE, mark
from statmon.history.memtable import Ids, among
from statmon.history.page import decode, encode
from statmon.history.seal import DamagedHistory, Row, blob_of, get, put, put_all

PAGE_BITS: Final = 20
"""Bits of a page's number within its portion."""
BUSY: Final = 256
"""A series with so many samples in a portion has pages of its own."""
_FULL: Final = 1024
"""Samples after which a page of quiet series is full."""
_LONG: Final = 2048
"""Samples of a busy series on one page."""
_CACHED: Final = 2_000
"""Directories of portions that are kept in memory."""

Table = Literal["segment", "outline"]
PAGES: Final[dict[Table, str]] = {"segment": "page", "outline": "outline_page"}
"""The table with the pages of each table of portions."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What was written together."""

    id: int
    start: int
    end: int
    """When its first and its last sample arrived, local epoch milliseconds."""
    samples: int
    pages: int
    upto: int
    """The last segment that is in it: of a segment itself."""


class PageStore:
    """The portions in one table, in the order in which they were recorded."""

    def __init__(self, connection: sqlite3.Connection, table: Table) -> None:
        self._connection, self._table, self._pages = connection, table, PAGES[table]
        self._directories: dict[int, NDArray[np.int32]] = {}
        self.all: list[Portion] = []
        self.load()

    def load(self) -> None:
        """Read anew which there are.

        Raises:
            DamagedHistory: what says so is not what was written.
        """
        self._directories.clear()
        upto = "id" if self._table == "segment" else "upto"
        rows = self._connection.execute(
            f'SELECT id, start, "end", samples, length(firsts) / 4, {upto}'  # noqa: S608
            f" FROM {self._table} ORDER BY id"
        )
        known, self.all = set(self.all), [Portion(*row) for row in rows]
        for portion in self.all:
            if portion not in known:
                self._row(portion.id)
        self.samples = sum(portion.samples for portion in self.all)

    def whole(self, portion: int) -> bool:
        """Return whether all pages of a portion must be there: earlier files lack erased ones."""
        return portion >= mark(self._connection, WHOLE)[0]

    def read(
        self, numbers: Ids, start: int, end: int, among_: Iterable[Portion] | None = None
    ) -> Columns:
        """Return the samples of some series that arrived from ``start`` to before ``end``.

        Args:
            numbers: of the series.
            start: local epoch milliseconds.
            end: the same.
            among_: where they are looked for; None: everywhere.
        """
        pages = [
            page
            for portion in (self.all if among_ is None else among_)
            if portion.start < end and portion.end >= start
            for page in self.pages_of(portion.id, numbers)
        ]
        found = self.decoded(pages)
        return found.take(
            among(found.ids, numbers) & (found.arrived >= start) & (found.arrived < end)
        )

    def delete(self, portion: Portion) -> None:
        """Delete a portion, inside the caller's transaction; ``load`` afterwards."""
        pages = self.pages(portion)
        execute = self._connection.execute
        execute(
            f"DELETE FROM {self._pages} WHERE id BETWEEN ? AND ?",  # noqa: S608
            (pages.start, pages.stop),
        )
        execute(f"DELETE FROM {self._table} WHERE id = ?", (portion.id,))  # noqa: S608

    def pages(self, portion: Portion) -> range:
        """Return the numbers of a portion's pages."""
        first = portion.id << PAGE_BITS
        return range(first, first + portion.pages)

    def decoded(self, pages: Iterable[int]) -> Columns:
        """Return the samples on some pages.

        Raises:
            DamagedHistory: one of them is not there, or is not what was written.
        """
        stored = [self.page(page) for page in pages]
        return decode([data for data in stored if data])

    def page(self, page: int) -> bytes:
        """Return a page, empty if all that was on it is erased.

        Raises:
            DamagedHistory: it is not there, or is not what was written.
        """
        data = blob_of(self._connection, self._pages, page)
        if data is not None:
            return data
        if self.whole(page >> PAGE_BITS):
            raise DamagedHistory(f"page {page} of the table {self._pages} is not there")
        return b""

    def pages_of(self, portion: int, numbers: Ids) -> Iterator[int]:
        """Return the numbers of the pages of a portion on which some series may be."""
        firsts = self._directory(portion)
        left = firsts.searchsorted(numbers, "left")
        right = firsts.searchsorted(numbers, "right")
        found: set[int] = set()
        for a, b in zip(left.tolist(), right.tolist(), strict=True):
            # A series that begins no page is in the middle of the one before, or nowhere.
            found.update(range(a, b) if b > a else range(max(a - 1, 0), a))
        first = portion << PAGE_BITS
        return (first + page for page in sorted(found))

    def erase(self, portion: Portion, numbers: Ids) -> int:
        """Take some series out of a portion, inside the caller's transaction.

        Returns how many samples that were.
        """
        erased = sum(self._erase_from(page, numbers) for page in self.pages_of(portion.id, numbers))
        number, start, end, samples, *rest = self._row(portion.id)
        put(self._connection, self._table, number, start, end, samples - erased, *rest)
        return erased

    def _erase_from(self, page: int, numbers: Ids) -> int:
        """Erase from a page; return how many samples."""
        found = self.decoded([page])
        kept = found.take(~among(found.ids, numbers))
        if len(kept) < len(found):
            put(self._connection, self._pages, page, encode(kept)[0] if len(kept) else b"")
        return len(found) - len(kept)

    def _directory(self, portion: int) -> NDArray[np.int32]:
        found = self._directories.get(portion)
        if found is None:
            blob = self._row(portion)[4]
            if len(self._directories) >= _CACHED:
                self._directories.pop(next(iter(self._directories)))
            found = self._directories[portion] = np.frombuffer(blob, "<i4")
        return found

    def _row(self, portion: int) -> Row:
        row = get(self._connection, self._table, portion)
        if row is None:
            raise DamagedHistory(f"row {portion} of the table {self._table} is not there")
        return row


class Writer:
    """Writes one portion, slice by slice; it counts only once its row is committed."""

    def __init__(
        self, connection: sqlite3.Connection, table: Table, number: int, busy: int | None = None
    ) -> None:
        """Prepare a portion.

        Args:
            connection: to the history's file.
            table: into which it goes.
            number: the portion's.
            busy: a series with so many samples has pages of its own; None: ``BUSY``.
        """
        self._connection, self.id = connection, number
        self._busy = BUSY if busy is None else busy
        self._pages = PAGES[table]
        self._firsts: list[int] = []
        self._start = self._end = self._samples = 0

    def discard(self) -> None:
        """Delete what an unfinished portion of this number, or beyond, has left."""
        self._connection.execute(
            f"DELETE FROM {self._pages} WHERE id >= ?",  # noqa: S608
            (self.id << PAGE_BITS,),
        )

    def add(self, columns: Columns) -> None:
        """Add samples, sorted by series, all of series beyond those that were added."""
        cuts = page_cuts(columns.ids, self._busy)
        first = (self.id << PAGE_BITS) + len(self._firsts)
        put_all(self._connection, self._pages, enumerate(encode(columns, cuts), first))
        self._firsts += columns.ids[cuts].tolist()
        start, end = int(columns.arrived.min()), int(columns.arrived.max())
        self._start = min(self._start, start) if self._samples else start
        self._end = max(self._end, end)
        self._samples += len(columns)

    @property
    def row(self) -> tuple[int, int, int, int, bytes]:
        """What is said of the portion: id, start, end, samples, the first series of each page."""
        firsts = np.array(self._firsts, "<i4").tobytes()
        return self.id, self._start, self._end, self._samples, firsts


def page_cuts(ids: Ids, busy: int) -> list[int]:
    """Return where pages begin in samples sorted by series."""
    starts = np.flatnonzero(np.diff(ids, prepend=ids[0] - 1))
    cuts: list[int] = []
    full = 0
    for start, count in zip(
        starts.tolist(), np.diff(starts, append=len(ids)).tolist(), strict=True
    ):
        if count >= busy:
            cuts.extend(range(start, start + count, _LONG))
            full = 0
        elif start >= full:
            cuts.append(start)
            full = start + _FULL
    return cuts


def series_cuts(ids: Ids, size: int) -> Sequence[tuple[int, int]]:
    """Cut samples sorted by series into slices of about a size, none in the middle of a series."""
    starts = np.flatnonzero(np.diff(ids, prepend=ids[0] - 1))
    wanted = starts[
        np.unique(starts.searchsorted(np.arange(0, len(ids), size)).clip(0, len(starts) - 1))
    ]
    bounds = [0, *(cut for cut in wanted.tolist() if cut), len(ids)]
    return list(pairwise(bounds))
