"""The history as everybody else sees it: record and ask from any thread, wait for nothing."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Final, TypeVar

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history.archive import Archive
from statmon.history.columns import empty
from statmon.history.lock import RecorderLock
from statmon.history.model import (
    Buckets,
    Gap,
    GapKind,
    Rules,
    Samples,
    SeriesInfo,
    State,
    Status,
)
from statmon.history.schema import NewerHistory
from statmon.history.worker import Worker

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
COMMIT_EVERY: Final = 0.5
"""Seconds: what is older is on disk."""
ALIVE_EVERY: Final = 10.0
"""Seconds between two notes that statmon runs, while nothing comes."""
_SLICE: Final = 256
"""Readings that are taken in before other threads get their turn."""


def epoch_ms() -> int:
    """Return this computer's time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class History:
    """The readings kept on this computer.

    Everything happens in one thread of its own: ``record`` and ``gap`` return at once, questions
    return futures (in a loop: ``await asyncio.wrap_future(history.last())``). What was asked after
    something was recorded knows of it. No call raises because of the disk: ``status`` says how it
    is, and a history that cannot work answers with nothing.
    """

    def __init__(
        self,
        folder: Path,
        rules: Rules | None = None,
        *,
        now: Callable[[], int] = epoch_ms,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open, in the background, the history in a folder.

        Args:
            folder: where it is kept; made if it is missing.
            rules: what may be kept.
            now: local epoch milliseconds.
            clock: monotonic seconds.
        """
        self.folder = folder
        self._rules = Rules() if rules is None else rules
        self._now, self._clock = now, clock
        self._lock = RecorderLock(folder)
        self._archive: Archive | None = None
        self._status = Status()
        self._committed = clock()
        self._worker = Worker("history", self._between)
        self._worker.start()
        self._worker.post(self._open)

    @property
    def status(self) -> Status:
        """How it is doing; cheap, from any thread."""
        return self._status

    def record(self, readings: Sequence[Reading]) -> None:
        """Keep readings, in the order in which they came. Never blocks.

        They are on disk within a second; ``flush`` tells when.
        """
        self._worker.post(lambda: self._record(readings))

    def describe(self, infos: Iterable[SeriesInfo]) -> None:
        """Note what people call series, for exports; those never recorded are left out."""
        taken = list(infos)
        self._worker.post(lambda: self._do(lambda archive: archive.describe(taken), None))

    def gap(self, kind: GapKind, since: int, series: Iterable[Series] | None = None) -> None:
        """Note that from here on nothing is recorded, of these series or of all.

        Args:
            kind: why.
            since: local epoch milliseconds.
            series: which; None: all.
        """
        which = None if series is None else list(series)
        self._worker.post(lambda: self._do(lambda archive: archive.gap(kind, since, which), None))

    def mend(self, kind: GapKind, until: int, series: Iterable[Series] | None = None) -> None:
        """Note that a gap has ended; where none is open nothing happens."""
        which = None if series is None else list(series)
        self._worker.post(lambda: self._do(lambda archive: archive.mend(kind, until, which), None))

    def flush(self) -> Future[bool]:
        """Have all that was recorded put on disk; whether it is there now."""
        return self._worker.call(self._flush)

    def read(self, series: Series, start_ms: int, end_ms: int) -> Future[Samples]:
        """Return the readings of a series that arrived from ``start_ms`` to before ``end_ms``."""
        return self._worker.call(lambda: self._read([series], start_ms, end_ms)[0])

    def read_many(
        self, series: Sequence[Series], start_ms: int, end_ms: int
    ) -> Future[list[Samples]]:
        """Return the same for several series at once, which is faster."""
        return self._worker.call(lambda: self._read(series, start_ms, end_ms))

    def buckets(
        self, series: Sequence[Series], start_ms: int, end_ms: int, count: int
    ) -> Future[list[Buckets]]:
        """Return series at screen resolution: at most ``count`` buckets of equal width.

        The first bucket may start a little before ``start_ms`` and the last end after ``end_ms``.
        """
        return self._ask(lambda archive: archive.buckets(series, start_ms, end_ms, count), [])

    def as_of(self, when_ms: int) -> Future[list[Reading]]:
        """Return what the table showed at a time: the newest reading of each series.

        If this computer's clock was set back and passed the time twice, the second pass counts.
        """
        return self._ask(lambda archive: archive.as_of(when_ms), [])

    def last(self) -> Future[list[Reading]]:
        """Return the newest reading of each series."""
        return self._ask(lambda archive: archive.last(), [])

    def gaps(self, start_ms: int, end_ms: int) -> Future[list[Gap]]:
        """Return the gaps that touch a span of time, by their start."""
        return self._ask(lambda archive: archive.gaps_between(start_ms, end_ms), [])

    def span(self) -> Future[tuple[int, int] | None]:
        """Return when the first and the last reading arrived, or None where there are none."""
        return self._ask(lambda archive: archive.span(), None)

    def series(self) -> Future[list[SeriesInfo]]:
        """Return every series that was recorded, with what people call it."""
        return self._ask(lambda archive: archive.catalogue.infos(), [])

    def close(self) -> None:
        """Put everything on disk and end the thread."""
        self._worker.post(self._end)
        self._worker.close()

    def _open(self) -> None:
        if not self._rules.enabled:
            self._set("off", "history is switched off")
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not self._lock.take():
                self._set("reading", "another statmon on this computer records the history")
                return
            self._archive = Archive(self.folder, self._rules, self._now())
        except (OSError, sqlite3.Error, NewerHistory) as error:
            _log.warning("no history: %s", error)
            self._lock.release()
            self._set("failed", str(error))
            return
        self._set("recording")

    def _set(self, state: State, message: str = "") -> None:
        self._status = Status(state, message)

    def _record(self, readings: Sequence[Reading]) -> None:
        archive = self._archive
        if archive is None:
            return
        for start in range(0, len(readings), _SLICE):
            archive.add(readings[start : start + _SLICE])
            time.sleep(0)  # hands the interpreter to the window's thread

    def _read(self, series: Sequence[Series], start: int, end: int) -> list[Samples]:
        nothing = [Samples(item, empty()) for item in series]
        return self._do(lambda archive: archive.read(series, start, end), nothing)

    def _ask(self, question: Callable[[Archive], _T], nothing: _T) -> Future[_T]:
        return self._worker.call(lambda: self._do(question, nothing))

    def _do(self, question: Callable[[Archive], _T], nothing: _T) -> _T:
        if self._archive is None:
            return nothing
        self._flush()
        return question(self._archive)

    def _flush(self) -> bool:
        if self._archive is None:
            return False
        if self._archive.pending:
            self._archive.commit(self._now())
            self._committed = self._clock()
        return True

    def _between(self) -> float | None:
        """Commit what is due; return the seconds until something is due again."""
        archive = self._archive
        if archive is None:
            return None
        passed = self._clock() - self._committed
        due = COMMIT_EVERY if archive.pending else ALIVE_EVERY
        if passed < due:
            return due - passed
        archive.commit(self._now())
        self._committed = self._clock()
        return ALIVE_EVERY

    def _end(self) -> None:
        if self._archive is not None:
            self._archive.commit(self._now())
            self._archive.close()
            self._archive = None
        self._lock.release()
