"""The history without its thread: recording, and every question that it answers.

All calls come from one thread. Readings are collected, and written together once a second at the
latest (``commit``); until a stretch of them is compacted they are also in memory.
"""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history.bucket import bucketed
from statmon.history.catalogue import Catalogue
from statmon.history.columns import Columns, empty, joined
from statmon.history.gaps import Gaps
from statmon.history.intake import Intake
from statmon.history.model import Buckets, Gap, GapKind, Rules, Samples, SeriesInfo, readings_of
from statmon.history.page import decode, encode
from statmon.history.schema import connect
from statmon.history.stretch import Stretch

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
        self._latest = 0
        self._stretches = [Stretch(empty())]
        self._descriptions: dict[Series, SeriesInfo] = {}
        self._fresh = False
        """Whether the next batch begins a stretch: the clock went back."""
        self._load()
        alive = self._meta("alive")
        with self._transaction():
            if alive is not None:
                self.gaps.recover(alive, now)
            self._set_meta("alive", now)

    @property
    def pending(self) -> int:
        """Readings that are not on disk yet."""
        return len(self._intake)

    def close(self) -> None:
        """Close the file; what was not committed is lost."""
        self._connection.close()

    def add(self, readings: Iterable[Reading]) -> None:
        """Take in readings, in the order in which they came."""
        for reading in readings:
            if not self.rules.allow(reading.series):
                continue
            if reading.arrived < self._latest:
                self._turn_back()
            self._latest = reading.arrived
            self._intake.add(self.catalogue.number(reading.series), reading)

    def commit(self, now: int) -> None:
        """Put on disk what was taken in.

        Raises:
            sqlite3.Error: it cannot be written; it is kept for another try.
        """
        batch = self._intake.take()
        batch = batch.take(np.argsort(batch.ids, kind="stable"))
        with self._transaction():
            for number in set(batch.ids.tolist()):
                described = self._descriptions.pop(self.catalogue.series[number], None)
                if described is not None:
                    self.catalogue.describe(described)
            self.catalogue.write()
            if len(batch):
                (page,) = encode(batch, level=_FAST)
                self._connection.execute(
                    "INSERT INTO journal (fresh, batch) VALUES (?, ?)", (self._fresh, page)
                )
            self._set_meta("alive", now)
        self.catalogue.written()
        self._keep(batch, fresh=self._fresh)
        self._fresh = False

    def describe(self, infos: Iterable[SeriesInfo]) -> None:
        """Note what people call series; kept for those that are recorded."""
        for info in infos:
            if self.catalogue.known(info.series) is None:
                self._descriptions[info.series] = info
            else:
                self.catalogue.describe(info)

    def gap(self, kind: GapKind, at: int, series: Iterable[Series] | None) -> None:
        """Begin a gap. After a lost subscription the service's clock may be another."""
        numbers = None
        if series is not None:
            numbers = [self.catalogue.number(item) for item in series if self.rules.allow(item)]
        self.commit(at)
        if numbers is None:
            self._intake.forget_all()
        else:
            self._intake.forget(numbers)
        with self._transaction():
            self.gaps.begin(kind, at, numbers)

    def mend(self, kind: GapKind, at: int, series: Iterable[Series] | None) -> None:
        """End a gap."""
        numbers = None if series is None else self._numbers(series)
        with self._transaction():
            self.gaps.end(kind, at, numbers)

    def read(self, series: Sequence[Series], start: int, end: int) -> list[Samples]:
        """Return the readings of some series that arrived from ``start`` to before ``end``."""
        numbers = np.array(self._numbers(series), np.int32)
        found = joined([stretch.of(numbers, start, end) for stretch in self._stretches])
        found = found.take(np.lexsort((found.arrived, found.ids)))
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
        times = [(s.start, s.end) for s in self._stretches if s.start is not None]
        return (min(a for a, _ in times), max(b for _, b in times)) if times else None

    def _samples(
        self, series: Series, found: Columns, cuts: "dict[int, np.typing.NDArray[np.intp]]"
    ) -> Samples:
        number = self.catalogue.known(series)
        if number is None:
            return Samples(series, empty())
        lo, hi = cuts[number].tolist()
        return Samples(series, found.take(np.arange(lo, hi)))

    def _numbers(self, series: Iterable[Series]) -> list[int]:
        return [n for n in map(self.catalogue.known, series) if n is not None]

    def _turn_back(self) -> None:
        """Begin another stretch: this computer's clock ran backwards."""
        if len(self._intake):
            self.commit(self._latest)
        self._fresh = True

    def _keep(self, batch: Columns, *, fresh: bool) -> None:
        if fresh and len(batch):
            self._stretches.append(Stretch(self._stretches[-1].newest()))
        self._stretches[-1].add(batch)

    def _load(self) -> None:
        rows = self._connection.execute("SELECT fresh, batch FROM journal ORDER BY id")
        for fresh, batch in rows:
            self._keep(decode([batch]), fresh=bool(fresh))
        self._latest = self._stretches[-1].end

    def _meta(self, key: str) -> int | None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])

    def _set_meta(self, key: str, value: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
