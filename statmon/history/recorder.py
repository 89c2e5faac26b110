"""The recorder: writes readings, and does in the background what keeps the file small and fast.

Readings are collected, and written together once a second at the latest (``commit``). A finished
stretch of them is compacted in slices (``work``).
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from pathlib import Path

import numpy as np

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history.archive import FILE, Archive
from statmon.history.aside import delete_copies, delete_old_copies
from statmon.history.columns import Columns, empty, joined
from statmon.history.compaction import compact
from statmon.history.copies import AGAIN, drop_near
from statmon.history.erasure import EVER, Erasures
from statmon.history.ingest import Ingest, Run, runs
from statmon.history.journal import pack
from statmon.history.marks import (
    ALIVE,
    COMPACTED,
    TALLY_FILE,
    Tally,
    TallyFile,
    fewer,
    mark,
    read_tally,
    set_mark,
)
from statmon.history.memtable import among, without
from statmon.history.model import PERSONAL, GapKind, Rules, SeriesInfo
from statmon.history.names_file import NAMES_FILE, NamesFile
from statmon.history.page_images import check_file
from statmon.history.retention import Retention
from statmon.history.schema import connect
from statmon.history.seal import put, rows_of
from statmon.history.transaction import transaction


class Recorder(Archive):
    """One file of readings, open for recording. All calls come from one thread."""

    def __init__(self, folder: Path, rules: Rules, now: int, *, going_on: bool = False) -> None:
        """Open the file in a folder, made if it is missing.

        Args:
            folder: where it is.
            rules: what may be kept.
            now: local epoch milliseconds; until then, from when it was last used, is a gap.
            going_on: there is no such gap, and those that are open go on.

        Raises:
            sqlite3.Error, DamagedHistory: it cannot be opened, or is damaged.
            NewerHistory: a newer statmon wrote it.
        """
        self.rules = rules
        self._intake = Ingest()
        self._unsaved = empty()
        self._descriptions: dict[Series, SeriesInfo] = {}
        path = self._path = folder / FILE
        if path.exists():
            check_file(path)
        else:
            for beside in (TALLY_FILE, NAMES_FILE):
                (folder / beside).unlink(missing_ok=True)
        connection = connect(path)
        try:
            super().__init__(connection)
            self.verify(read_tally(folder))
            self._tally, self._names = TallyFile(folder), NamesFile(folder)
            self._begin(now, going_on=going_on)
        except BaseException:
            connection.close()
            raise

    def _begin(self, now: int, *, going_on: bool) -> None:
        self._latest = self._stretches[-1].end
        self._fresh = self._stretches[-1].finished
        """Whether the next batch begins a stretch: this one is full, or the clock went back."""
        self._task: Iterator[None] | None = None
        self._proof: Iterator[None] | None = self.proof()
        self._erasures = Erasures(self._connection, self.segments, self.downsamples, self.gaps)
        self._retention = Retention(
            self._connection,
            self.segments,
            self.downsamples,
            self._erasures,
            self.gaps,
            self.rules,
            self._recent,
        )
        self._apart = 0
        alive, _ = mark(self._connection, ALIVE)
        with transaction(self._connection):
            if going_on:
                self.gaps.adopt()
            elif alive:
                self.gaps.recover(alive, now)
            set_mark(self._connection, ALIVE, now, self.samples)
        self._names.add(self.catalogue.rows())

    def _recent(self) -> int | None:
        """Return when the first reading arrived that is in no segment, if there is one."""
        starts = [stretch.start for stretch in self._stretches if stretch.start is not None]
        return min(starts, default=None)

    def close(self) -> None:
        """Close the file."""
        self._tally.close()
        self._names.close()
        super().close()

    @property
    def pending(self) -> int:
        """Readings that are not on disk yet."""
        return len(self._intake) + len(self._unsaved)

    def add(self, readings: Iterable[Reading]) -> None:
        """Take in readings, in the order in which they came."""
        for run in runs(readings):
            if run.arrived[0] < self._latest:
                self._turn_back()
            self._latest = int(run.arrived[-1])
            self._intake.add(*self._numbered(run))

    def commit(self, now: int) -> None:
        """Put on disk what was taken in.

        Raises:
            sqlite3.Error: it cannot be written; it is kept for another try.
        """
        batch = self._unsaved = joined((self._unsaved, self._intake.take()))
        with transaction(self._connection):
            named = self.catalogue.write()
            copying = not named and self.catalogue.uncopied and self._apart >= AGAIN
            if copying:
                self.catalogue.copy()
            row, size = self._write(batch, fresh=self._fresh) if len(batch) else (None, 0)
            set_mark(self._connection, ALIVE, now, self.samples + len(batch))
        names, gaps = len(self.catalogue.series), self.gaps.number
        self._tally.write(Tally(now, self.samples + len(batch), names, gaps))
        self._unsaved = empty()
        self._names.add(self.catalogue.written())
        self._apart = 0 if named or copying else self._apart + size
        if row is not None:
            self._keep(batch, row, fresh=self._fresh)
            self._fresh = self._stretches[-1].finished
        if copying:
            self.catalogue.uncopied = drop_near(self._connection, self._path)
            if not self.catalogue.uncopied:
                self._names.clear()

    def work(self, now: int) -> bool:
        """Do a slice of what is to be done in the background; whether there is more.

        Args:
            now: local epoch milliseconds.

        Raises:
            sqlite3.Error: it could not be done; it is begun anew by another call.
        """
        if self._task is None:
            self._task = self._next_task(now)
        if self._task is None:
            return self._prove()
        try:
            next(self._task)
        except StopIteration:
            self._task = None
        except BaseException:
            self._task = None
            raise
        return True

    def _prove(self) -> bool:
        """Look at some more of what earlier runs wrote; whether there is more.

        What could be saved of a damaged file stands in this one: once all of this is proved, that
        file is deleted, if it was one of ours, that is, still said how much there was.
        """
        if self._proof is not None and next(self._proof, self) is self:
            self._proof = None
            if any(counted for *_, counted in rows_of(self._connection, "damage")):
                delete_old_copies(self._path.parent, EVER)
        return self._proof is not None

    def _next_task(self, now: int) -> Iterator[None] | None:
        if len(self._stretches) > 1:  # the last one is still recorded
            return self._compact()
        return self._erasures.task() or self._trim(now) or self.downsamples.task()

    def _trim(self, now: int) -> Iterator[None] | None:
        task = self._retention.task(now)
        if task is not None:
            delete_old_copies(self._path.parent, max(self.rules.oldest(now)))
        return task

    def _compact(self) -> Iterator[None]:
        stretch, after = self._stretches[:2]
        yield from compact(self._connection, stretch, after, self.segments.next_id)
        self._stretches.pop(0)
        self.segments.load()

    def erase(self, chosen: Callable[[Series], bool], done: Callable[[], None]) -> int:
        """Erase the readings of some series for good; return how many series there were.

        From here on nothing knows of them. In the background their samples are taken out of
        every page; a crash does not stop that. What arrives afterwards is recorded anew. Damaged
        files that were set aside are deleted.

        Args:
            chosen: says which.
            done: called when nothing is left.

        Raises:
            sqlite3.Error, OSError: it cannot be written, or such a file cannot be deleted.
        """
        delete_copies(self._path.parent)
        self.commit(self._latest)
        self._task = None  # what was half made is made anew
        numbers = [number for number, item in self.catalogue.series.items() if chosen(item)]
        gone = np.array(numbers, np.int32)
        with transaction(self._connection):
            self._connection.execute("PRAGMA secure_delete=ON")
            self._erasures.begin(numbers, done)
            self.downsamples.forget_unfinished()
            self._names.clear()  # before it is so: no kill leaves there what was erased
            self.catalogue.drop(numbers)
            (last,) = self._connection.execute("SELECT max(id) FROM journal").fetchone()
            if last is not None:
                self._connection.execute("DELETE FROM journal")
                set_mark(self._connection, COMPACTED, last)
            left = []
            for stretch in self._stretches:
                kept = stretch.without(gone)
                left.append((kept, self._write(kept, fresh=True)[0] if len(kept) else 0))
            erased = sum(s.samples for s in self._stretches) - sum(len(kept) for kept, _ in left)
            fewer(self._connection, erased)
        self._names.add(self.catalogue.rows())
        for stretch, (kept, row) in zip(self._stretches, left, strict=True):
            stretch.replace(kept, without(stretch.before, gone), row)
        self._fresh = True
        return len(numbers)

    def describe(self, infos: Iterable[SeriesInfo]) -> None:
        """Note what people call series; kept for those that are recorded."""
        for info in infos:
            if self.catalogue.numbers.get(info.series) is None:
                self._descriptions[info.series] = info
            else:
                self.catalogue.describe(info)

    def gap(self, kind: GapKind, at: int, series: Iterable[Series] | None) -> None:
        """Begin a gap."""
        numbers = None
        if series is not None:
            numbers = [number for number in map(self._admit, series) if number]
        self.commit(at)
        with self.gaps.kept(), transaction(self._connection):
            self.gaps.begin(kind, at, numbers)

    def note_step(self, at: int, by: int) -> None:
        """Note that the service's clock was set by so many milliseconds."""
        self.commit(at)
        with transaction(self._connection):
            self.gaps.note_step(at, by)

    def mend(self, kind: GapKind, at: int, series: Iterable[Series] | None) -> None:
        """End a gap."""
        numbers = None if series is None else self._numbers(series)
        with self.gaps.kept(), transaction(self._connection):
            self.gaps.end(kind, at, numbers)

    def _numbered(self, run: Run) -> tuple[list[int], Run]:
        """Return of a run what may be kept, and before it the number of the series of each."""
        numbers = list(map(self.catalogue.numbers.get, run.series, repeat(0)))
        if all(numbers):
            return numbers, run
        numbers = [n or self._admit(item) for n, item in zip(numbers, run.series, strict=True)]
        return [number for number in numbers if number], run.where(numbers)

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

    def _write(self, batch: Columns, *, fresh: bool) -> tuple[int, int]:
        """Write samples into the journal; return their row and how many bytes they take."""
        (last,) = self._connection.execute("SELECT max(id) FROM journal").fetchone()
        row = int(mark(self._connection, COMPACTED)[0] if last is None else last) + 1
        packed = pack(batch)
        put(self._connection, "journal", row, int(fresh), packed)
        return row, len(packed)

    def _carried(self, newest: Columns) -> Columns:
        """Leave out what the rules no longer let stand in the table."""
        limits = self.rules.oldest(self._stretches[-1].end)
        known = self.catalogue.series
        personal = [n for n, item in known.items() if item.object_type in PERSONAL]
        oldest = np.where(among(newest.ids, np.array(personal, np.int32)), *reversed(limits))
        return newest.take(newest.arrived >= oldest)
