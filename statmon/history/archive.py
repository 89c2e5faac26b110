"""The history without its thread: recording, and every question that it answers.

All calls come from one thread. Readings are collected, and written together once a second at the
latest (``commit``); until a stretch of them is compacted they are also in memory.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history.bucket import bucketed
from statmon.history.catalogue import Catalogue
from statmon.history.columns import Columns, by_series, empty, joined
from statmon.history.compaction import compact
from statmon.history.gaps import Gaps
from statmon.history.intake import Intake
from statmon.history.model import Buckets, Gap, GapKind, Rules, Samples, SeriesInfo, readings_of
from statmon.history.page import decode, encode
from statmon.history.schema import connect
from statmon.history.segments import Segments
from statmon.history.stretch import Stretch
from statmon.history.transaction import transaction

FILE: Final = "history.db"
_FAST: Final = 1
"""Compression of the journal, which is soon written anew."""


class Archive:
    """One file of readings, open for recording."""

    def __init__(self, folder: Path, rules: Rules, now: int) -> None:
        """Open the file in a folder, made if it is missing.

        Args:
            folder: where it is.
            rules: what may be kept.
            now: local epoch milliseconds; until then, from when it was last used, is a gap.

        Raises:
            sqlite3.Error: it cannot be opened, or is damaged.
            NewerHistory: a newer statmon wrote it.
        """
        self.rules = rules
        self._connection = connect(folder / FILE)
        self.catalogue = Catalogue(self._connection)
        self.gaps = Gaps(self._connection)
        self._intake = Intake()
        self._unsaved = empty()
        self._latest = 0
        self.segments = Segments(self._connection)
        self._stretches = [Stretch(self.segments.keyframe(self.segments.next_id))]
        self._compaction: Iterator[None] | None = None
        self._descriptions: dict[Series, SeriesInfo] = {}
        self._fresh = False
        """Whether the next batch begins a stretch: the clock went back."""
        self._load()
        alive = self._meta("alive")
        with transaction(self._connection):
            if alive is not None:
                self.gaps.recover(alive, now)
            self._set_meta("alive", now)

    @property
    def pending(self) -> int:
        """Readings that are not on disk yet."""
        return len(self._intake) + len(self._unsaved)

    def close(self) -> None:
        """Close the file; what was not committed is lost."""
        self._connection.close()

    def add(self, readings: Iterable[Reading]) -> None:
        """Take in readings, in the order in which they came."""
        number_of, take_in = self.catalogue.numbers.get, self._intake.add
        for reading in readings:
            number = number_of(reading.series) or self._admit(reading.series)
            if not number:
                continue
            if reading.arrived < self._latest:
                self._turn_back()
            self._latest = reading.arrived
            take_in(number, reading)

    def commit(self, now: int) -> None:
        """Put on disk what was taken in.

        Raises:
            sqlite3.Error: it cannot be written; it is kept for another try.
        """
        batch = self._unsaved = joined((self._unsaved, self._intake.take()))
        batch = batch.take(np.argsort(batch.ids, kind="stable"))
        with transaction(self._connection):
            self.catalogue.write()
            row = self._write(batch) if len(batch) else None
            self._set_meta("alive", now)
        self._unsaved = empty()
        self.catalogue.written()
        if row is not None:
            self._keep(batch, row, fresh=self._fresh)
            self._fresh = self._stretches[-1].finished

    def work(self) -> bool:
        """Do a slice of what is to be done in the background; whether there is more.

        Raises:
            sqlite3.Error: it could not be done; it is begun anew by another call.
        """
        if self._compaction is None:
            if len(self._stretches) < 2:  # the last one is still recorded
                return False
            stretch, after = self._stretches[:2]
            self._compaction = compact(self._connection, stretch, after, self.segments.next_id)
        try:
            next(self._compaction)
        except StopIteration:
            self._compaction = None
            self._stretches.pop(0)
            self.segments.load()
        except BaseException:
            self._compaction = None
            raise
        return True

    def describe(self, infos: Iterable[SeriesInfo]) -> None:
        """Note what people call series; kept for those that are recorded."""
        for info in infos:
            if self.catalogue.numbers.get(info.series) is None:
                self._descriptions[info.series] = info
            else:
                self.catalogue.describe(info)

    def gap(self, kind: GapKind, at: int, series: Iterable[Series] | None) -> None:
        """Begin a gap. After a lost subscription the service's clock may be another."""
        numbers = None
        if series is not None:
            numbers = [number for number in map(self._admit, series) if number]
        self.commit(at)
        if numbers is None:
            self._intake.forget_all()
        else:
            self._intake.forget(numbers)
        with transaction(self._connection):
            self.gaps.begin(kind, at, numbers)

    def mend(self, kind: GapKind, at: int, series: Iterable[Series] | None) -> None:
        """End a gap."""
        numbers = None if series is None else self._numbers(series)
        with transaction(self._connection):
            self.gaps.end(kind, at, numbers)

    def read(self, series: Sequence[Series], start: int, end: int) -> list[Samples]:
        """Return the readings of some series that arrived from ``start`` to before ``end``."""
        numbers = np.array(self._numbers(series), np.int32)
        found = joined(
            [
                self.segments.read(numbers, start, end),
                *(stretch.of(numbers, start, end) for stretch in self._stretches),
            ]
        )
        found = by_series(found)
        cuts = {n: found.ids.searchsorted([n, n + 1]) for n in set(numbers.tolist())}
        return [self._samples(item, found, cuts) for item in series]

    def buckets(self, series: Sequence[Series], start: int, end: int, count: int) -> list[Buckets]:
        """Return some series at screen resolution."""
        return [bucketed(samples, start, end, count) for samples in self.read(series, start, end)]

    def as_of(self, when: int) -> list[Reading]:
        """Return the newest reading of each series as it was at a time, one a series."""
        for stretch in reversed(self._stretches):
            if stretch.start is not None and stretch.start <= when:
                return readings_of(stretch.newest(when), self.catalogue.series)
        for segment in reversed(self.segments.all):
            if segment.start <= when:
                return readings_of(self.segments.as_of(segment, when), self.catalogue.series)
        return []

    def last(self) -> list[Reading]:
        """Return the newest reading of each series."""
        return readings_of(self._stretches[-1].newest(), self.catalogue.series)

    def gaps_between(self, start: int, end: int) -> list[Gap]:
        """Return the gaps that touch a span of time."""
        known = self.catalogue.series

        def named(numbers: list[int] | None) -> tuple[Series, ...] | None:
            return None if numbers is None else tuple(known[n] for n in numbers if n in known)

        rows = self.gaps.between(start, end)
        return [Gap(kind, a, b, named(members)) for kind, a, b, members in rows]

    def span(self) -> tuple[int, int] | None:
        """Return when the first and the last reading arrived."""
        times = [(segment.start, segment.end) for segment in self.segments.all]
        times += [(s.start, s.end) for s in self._stretches if s.start is not None]
        return (min(a for a, _ in times), max(b for _, b in times)) if times else None

    def _samples(
        self, series: Series, found: Columns, cuts: "dict[int, np.typing.NDArray[np.intp]]"
    ) -> Samples:
        number = self.catalogue.numbers.get(series)
        if number is None:
            return Samples(series, empty())
        lo, hi = cuts[number].tolist()
        return Samples(series, found.take(np.arange(lo, hi)))

    def _numbers(self, series: Iterable[Series]) -> list[int]:
        return [n for n in map(self.catalogue.numbers.get, series) if n is not None]

    def _admit(self, series: Series) -> int:
        """Return the number of a new series, or 0 if it may not be kept."""
        if not self.rules.allow(series):
            return 0
        number = self.catalogue.number(series)
        described = self._descriptions.pop(series, None)
        if described is not None:
            self.catalogue.describe(described)
        return number

    def _turn_back(self) -> None:
        """Begin another stretch: this computer's clock ran backwards."""
        if len(self._intake):
            self.commit(self._latest)
        self._fresh = True

    def _write(self, batch: Columns) -> int:
        (page,) = encode(batch, level=_FAST)
        done = self._connection.execute(
            "INSERT INTO journal (fresh, batch) VALUES (?, ?)", (self._fresh, page)
        )
        return int(done.lastrowid or 0)

    def _keep(self, batch: Columns, row: int, *, fresh: bool) -> None:
        if fresh and self._stretches[-1].samples:
            self._stretches.append(Stretch(self._stretches[-1].newest()))
        self._stretches[-1].add(batch, row)

    def _load(self) -> None:
        rows = self._connection.execute("SELECT id, fresh, batch FROM journal ORDER BY id")
        for row, fresh, batch in rows:
            self._keep(decode([batch]), row, fresh=bool(fresh))
        self._latest = self._stretches[-1].end
        self._fresh = self._stretches[-1].finished

    def _meta(self, key: str) -> int | None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])

    def _set_meta(self, key: str, value: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
