"""The history's file as one that answers: whoever records it, and whoever only reads it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import open_files
from statmon.history.bucket import bucketed, buckets_between
from statmon.history.catalogue import Catalogue
from statmon.history.columns import OUTDATED, Columns, by_series, joined
from statmon.history.downsamples import CELL, Downsamples
from statmon.history.gaps import Gaps
from statmon.history.journal import unpack
from statmon.history.lock import is_recorded
from statmon.history.marks import ALIVE, COMPACTED, Tally, check, mark, read_tally
from statmon.history.memtable import Memtable
from statmon.history.model import Buckets, Damage, Gap, Samples, readings_of
from statmon.history.page_images import check_file
from statmon.history.schema import connect_to_read, used_bytes
from statmon.history.seal import DamagedHistory, rows_of
from statmon.history.segments import Segments
from statmon.history.transaction import snapshot

FILE: Final = "history.db"
_TAIL: Final = 1000
"""Milliseconds of readings that a kill or a power failure may cost without a word."""
_PROVED: Final = 64
"""Pages that are looked at in one go: less than a millisecond."""


class Archive:
    """One file of readings: segments on disk, and what came since in memory and the journal.

    All calls come from one thread.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read what the file holds.

        Raises:
            sqlite3.Error: it is damaged.
        """
        self._connection = connection
        open_files.hold(connection)
        self.catalogue = Catalogue(connection)
        self.gaps = Gaps(connection)
        self.segments = Segments(connection)
        self.downsamples = Downsamples(connection, self.segments)
        self._stretches: list[Memtable] = []
        self._load()

    def verify(self, beside: Tally | None) -> None:
        """Look whether all is there that was counted; how it is with the pages tells ``proof``.

        Args:
            beside: how much there was at the last commit, by the small file beside this one.

        Raises:
            DamagedHistory: it is not.
            sqlite3.Error: it cannot be read.
        """
        alive, readings = mark(self._connection, ALIVE)
        if readings != self.samples:
            raise DamagedHistory(f"of {readings} readings there are {self.samples}")
        if beside is not None and beside.alive > alive + _TAIL:
            raise DamagedHistory("the end of it is cut off")
        check(self._connection, "segment")
        check(self._connection, "erasure")
        self.gaps.check()

    @property
    def damage(self) -> str:
        """One sentence on what was lost of it and is still missed, or nothing."""
        span = self.span()
        lost = [Damage(*row) for _, *row in rows_of(self._connection, "damage")]
        missed = [item for item in lost if item.end is None or span is None or item.end >= span[0]]
        return missed[-1].sentence if missed else ""

    def proof(self) -> Iterator[None]:
        """Look whether all pages are what was written; each step is some of them.

        Raises:
            DamagedHistory: one is not.
            sqlite3.Error: one cannot be read.
        """
        for store in (self.segments, self.downsamples):
            for portion in list(store.all):
                for first in range(0, portion.pages, _PROVED):
                    if all(other.id != portion.id for other in store.all):
                        break  # it was deleted meanwhile
                    for page in store.pages(portion)[first : first + _PROVED]:
                        store.page(page)
                    if not first and store is self.segments:
                        self.segments.keyframe(portion.id)
                    yield
        self.segments.keyframe(self.segments.next_id)

    def close(self) -> None:
        """Close the file."""
        open_files.let_go(self._connection)
        self._connection.close()

    @property
    def size(self) -> int:
        """Bytes that its data takes on disk."""
        return used_bytes(self._connection)

    @property
    def samples(self) -> int:
        """How many readings there are."""
        return self.segments.samples + sum(stretch.samples for stretch in self._stretches)

    def read(self, series: Sequence[Series], start: int, end: int) -> list[Samples]:
        """Return the readings of some series that arrived from ``start`` to before ``end``."""
        return self._samples(series, self._found(series, start, end))

    def arrived(self, series: Sequence[Series], start: int, end: int) -> list[Reading]:
        """Return the readings of some series in the order in which they arrived.

        Without what an earlier statmon kept although it came too late to be shown.
        """
        found = self._found(series, start, end)
        found = found.take((found.flags & OUTDATED) == 0)
        in_order = found.take(np.argsort(found.arrived, kind="stable"))
        return readings_of(in_order, self.catalogue.series)

    def outline(self, series: Sequence[Series], start: int, end: int, width: int) -> list[Samples]:
        """Return of some series the samples that draw it in columns as all of them would.

        In each column, and between gaps, the first and last sample and a smallest and a largest
        number are there. What came too late to be shown may be left out.

        Args:
            series: which.
            start: local epoch milliseconds from which on they arrived.
            end: and until before.
            width: milliseconds of a column; a column starts at a multiple of it.
        """
        return self._samples(series, self._found(series, start, end, outlined=not width % CELL))

    def _samples(self, series: Sequence[Series], found: Columns) -> list[Samples]:
        found = by_series(found)
        # What is not known has the number 0, which is nobody's.
        wanted = [self.catalogue.numbers.get(item, 0) for item in series]
        bounds = [tuple(found.ids.searchsorted([n, n + 1]).tolist()) for n in wanted]
        return [Samples(*pair) for pair in zip(series, found.parts(bounds), strict=True)]

    def _found(
        self, series: Sequence[Series], start: int, end: int, *, outlined: bool = False
    ) -> Columns:
        numbers = np.array(self._numbers(series), np.int32)
        read = self.downsamples.outlined if outlined else self.segments.read
        recent = [stretch.of(numbers, start, end) for stretch in self._stretches]
        return joined([read(numbers, start, end), *recent])

    def buckets(self, series: Sequence[Series], start: int, end: int, count: int) -> list[Buckets]:
        """Return some series at screen resolution."""
        start, width = buckets_between(start, end, count)
        found = self.outline(series, start, end, width)
        return [bucketed(samples, start, end, width) for samples in found]

    def as_of(self, when: int) -> list[Reading]:
        """Return the newest reading of each series as it was at a time, one a series."""
        for stretch in reversed(self._stretches):
            if stretch.start is not None and stretch.start <= when:
                return readings_of(stretch.newest(when), self.catalogue.series)
        for segment in reversed(self.segments.all):
            if segment.start <= when:
                return readings_of(self.segments.as_of(segment, when), self.catalogue.series)
        return []

    @property
    def newest(self) -> Columns:
        """The newest sample of each series."""
        return self._stretches[-1].newest()

    def last(self) -> list[Reading]:
        """Return the newest reading of each series."""
        return readings_of(self.newest, self.catalogue.series)

    def gaps_between(self, start: int, end: int) -> list[Gap]:
        """Return the gaps that touch a span of time."""
        known = self.catalogue.series

        def named(numbers: list[int] | None) -> tuple[Series, ...] | None:
            return None if numbers is None else tuple(known[n] for n in numbers if n in known)

        rows = self.gaps.between(start, end)
        return [Gap(kind, a, b, named(members)) for kind, a, b, members in rows]

    def cuts(self, start: int, end: int, most: int) -> list[int]:
        """Return times from ``start`` to ``end`` between which about ``most`` readings lie."""
        parts = [(part.start, part.end, part.samples) for part in self.segments.all]
        parts += [(s.start, s.end, s.samples) for s in self._stretches if s.start is not None]
        inner = {
            int(cut)
            for first, last, samples in parts
            for cut in np.linspace(first, last + 1, samples // most + 2)
            if start < cut < end
        }
        return [start, *sorted(inner), end]

    def span(self) -> tuple[int, int] | None:
        """Return when the first and the last reading arrived."""
        times = [(segment.start, segment.end) for segment in self.segments.all]
        times += [(s.start, s.end) for s in self._stretches if s.start is not None]
        return (min(a for a, _ in times), max(b for _, b in times)) if times else None

    def _numbers(self, series: Iterable[Series]) -> list[int]:
        return [n for n in map(self.catalogue.numbers.get, series) if n is not None]

    def _load(self) -> None:
        """Read the journal into memory."""
        self._stretches = [Memtable(self.segments.keyframe(self.segments.next_id))]
        self._load_after(0)

    def _load_after(self, row: int) -> None:
        waiting: list[bytes] = []
        begins, last = False, 0
        row = max(row, mark(self._connection, COMPACTED)[0])
        for number, fresh, packed in rows_of(self._connection, "journal", f"WHERE id > {row:d}"):
            row += 1
            if number != row:
                raise DamagedHistory(f"row {row} of the journal is not there")
            if fresh and waiting:
                self._keep_all(waiting, last, fresh=begins)
                waiting = []
            begins = bool(fresh) if not waiting else begins
            waiting.append(packed)
            last = number
        self._keep_all(waiting, last, fresh=begins)

    def _keep_all(self, packed: Sequence[bytes], row: int, *, fresh: bool) -> None:
        batch = unpack(packed)
        if len(batch):
            self._keep(batch, row, fresh=fresh)

    def _carried(self, newest: Columns) -> Columns:
        """Return what of the newest samples the next stretch begins with."""
        return newest

    def _keep(self, batch: Columns, row: int, *, fresh: bool) -> None:
        if fresh and self._stretches[-1].samples:
            self._stretches.append(Memtable(self._carried(self._stretches[-1].newest())))
        self._stretches[-1].add(batch, row)


class Reader(Archive):
    """A file that another statmon may be recording."""

    def __init__(self, folder: Path) -> None:
        """Open the file in a folder.

        Raises:
            sqlite3.Error: there is none, or it cannot be read.
            DamagedHistory: it is damaged.
            NewerHistory: a newer statmon wrote it.
        """
        self.folder, self._path = folder, folder / FILE
        if not is_recorded(folder):
            check_file(self._path)
        beside = read_tally(folder)
        connection = connect_to_read(self._path)
        try:
            self._file = self._path.stat().st_ino
            # Before anything is read: what is written meanwhile must be news to ``refresh``.
            self._version = _data_version(connection)
            with snapshot(connection):
                super().__init__(connection)
                self.verify(beside)
        except BaseException:
            connection.close()
            raise

    @property
    def replaced(self) -> bool:
        """Whether another file is in the place of this one: it was damaged, and set aside."""
        try:
            return self._path.stat().st_ino != self._file
        except OSError:
            return True

    def refresh(self) -> None:
        """Take in what was recorded since."""
        version = _data_version(self._connection)
        if version != self._version:
            with snapshot(self._connection):
                self._take_news()
            self._version = version

    def _take_news(self) -> None:
        known = [segment.id for segment in self.segments.all]
        self.segments.load()
        self.downsamples.load()
        self.catalogue.load()
        if known == [segment.id for segment in self.segments.all] and self._stretches[-1].upto:
            self._load_after(self._stretches[-1].upto)
        else:
            self._load()


def _data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes when another connection has written."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)
