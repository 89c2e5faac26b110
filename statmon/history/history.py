"""The history as everybody else sees it: record and ask from any thread, wait for nothing."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history.alert_journal import AlertEntry, Deed, Entry
from statmon.history.archive import Archive
from statmon.history.columns import empty
from statmon.history.model import (
    Buckets,
    ClockStep,
    Gap,
    GapKind,
    Rules,
    Samples,
    SeriesInfo,
    Status,
)
from statmon.history.recorder import Recorder
from statmon.history.supervisor import SLICE, TAKE_EVERY, HistorySupervisor
from statmon.history.worker import Worker

_T = TypeVar("_T")


def epoch_ms() -> int:
    """Return this computer's time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class History:
    """The readings kept on this computer.

    Everything happens in one thread of its own: ``record`` and ``gap`` return at once, questions
    return futures (in a loop: ``await asyncio.wrap_future(history.last())``), which are cancelled
    once it is closed. What was asked after something was recorded knows of it. No call raises
    because of the disk: ``status`` says how it is, and a history that cannot work answers with
    nothing. Where another statmon records, this one answers from the same file, and records once
    the other has ended.
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
        self._supervisor = HistorySupervisor(
            folder, Rules() if rules is None else rules, now, clock
        )
        self._lock = threading.Lock()
        self._recorded: list[Reading] = []
        self._noted: list[Entry] = []
        self._erasing: set[Future[int]] = set()
        self._worker = Worker("history", self._between)
        self._worker.start()
        self._worker.post(self._supervisor.open)

    @property
    def status(self) -> Status:
        """How it is doing; cheap, from any thread."""
        return self._supervisor.status

    def hear(self, listener: Callable[[str], None]) -> None:
        """Tell somebody in a sentence, in the history's thread, what the user must know at once.

        That the disk is full, or that the file was damaged and how much of it is gone, or that
        another statmon does not record all that arrives here; also what happened before. An empty
        sentence says that it is over.
        """
        self._worker.post(lambda: self._supervisor.hear(listener))

    def record(self, readings: Sequence[Reading]) -> None:
        """Keep readings, in the order in which they came. Never blocks.

        They are on disk within a second; ``flush`` tells when.
        """
        # The thread looks by itself: waking it for every batch would cost more than the batch.
        if self.status.state in {"off", "failed"}:
            return
        with self._lock:
            self._recorded.extend(readings)

    def note(self, entries: Iterable[Entry]) -> None:
        """Keep what happened to alerts, and what people did about them. Never blocks.

        It is on disk within a second; ``flush`` tells when. Where another statmon records, that
        one keeps what happens to its alerts, and this one nothing.
        """
        if self.status.state in {"off", "failed", "reading"}:
            return
        with self._lock:
            self._noted.extend(entries)

    def unfinished(self, since: int) -> Future[list[AlertEntry]]:
        """Return the alerts that had not ended, and those that ended after a time."""
        return self._call(
            lambda: (
                [] if self._supervisor.alerts is None else self._supervisor.alerts.unfinished(since)
            )
        )

    def alerts(self, start: int, end: int) -> Future[tuple[list[AlertEntry], list[Deed]]]:
        """Return the alerts that were there in a span of time, and what was done about them."""
        return self._call(
            lambda: (
                ([], [])
                if self._supervisor.alerts is None
                else self._supervisor.alerts.between(start, end)
            )
        )

    def describe(self, infos: Iterable[SeriesInfo]) -> None:
        """Note what people call series, for exports; those never recorded are left out."""
        taken = list(infos)
        self._tell(lambda recorder: recorder.describe(taken))

    def gap(self, kind: GapKind, since: int, series: Iterable[Series] | None = None) -> None:
        """Note that from here on nothing is recorded, of these series or of all.

        Args:
            kind: why.
            since: local epoch milliseconds.
            series: which; None: all.
        """
        which = None if series is None else list(series)
        self._tell(lambda recorder: recorder.gap(kind, since, which))

    def mend(self, kind: GapKind, until: int, series: Iterable[Series] | None = None) -> None:
        """Note that a gap has ended; where none is open nothing happens."""
        which = None if series is None else list(series)
        self._tell(lambda recorder: recorder.mend(kind, until, which))

    def note_step(self, at: int, by: int) -> None:
        """Note that the service's clock was set by so many milliseconds, negative for back."""
        self._tell(lambda recorder: recorder.note_step(at, by))

    def flush(self) -> Future[bool]:
        """Have all that was recorded and noted put on disk; whether it is there now."""
        return self._call(self._supervisor.flush)

    def settled(self) -> Future[bool]:
        """Have what is to be done in the background done now, to the end; whether it is."""
        return self._call(self._supervisor.settle)

    def erase(self, chosen: Callable[[Series], bool]) -> Future[int]:
        """Erase the readings of some series for good; how many series there were.

        The future is done when nothing of them is left in the file. From the call on nothing
        answers with them; what arrives afterwards is recorded.
        """
        erased: Future[int] = Future()

        def begin() -> None:
            counted = 0

            def done() -> None:
                if erased.set_running_or_notify_cancel():
                    erased.set_result(counted)

            words = ""
            try:
                if self._supervisor.alerts is not None:
                    self._supervisor.alerts.erase(chosen)
                counted = self._supervisor.do(lambda recorder: recorder.erase(chosen, done), -1)
            except OSError as error:
                counted, words = -1, f"a damaged file that was set aside cannot be deleted: {error}"
            if counted < 0 and erased.set_running_or_notify_cancel():
                words = words or self.status.message or "there is no history"
                erased.set_exception(RuntimeError(words))

        self._erasing.add(erased)
        erased.add_done_callback(self._erasing.discard)
        if self._call(begin).cancelled():
            erased.cancel()
        return erased

    def read(self, series: Series, start_ms: int, end_ms: int) -> Future[Samples]:
        """Return the readings of a series that arrived from ``start_ms`` to before ``end_ms``."""
        return self._call(lambda: self._read([series], start_ms, end_ms)[0])

    def read_many(
        self, series: Sequence[Series], start_ms: int, end_ms: int
    ) -> Future[list[Samples]]:
        """Return the same for several series at once, which is faster."""
        return self._call(lambda: self._read(series, start_ms, end_ms))

    def arrived(
        self, series: Sequence[Series], start_ms: int, end_ms: int
    ) -> Future[list[Reading]]:
        """Return the readings of many series in the order in which they arrived."""
        return self._ask(lambda archive: archive.arrived(series, start_ms, end_ms), [])

    def outline(
        self, series: Sequence[Series], start_ms: int, end_ms: int, width_ms: int
    ) -> Future[list[Samples]]:
        """Return of several series the samples that draw them as all of them would.

        Of columns of ``width_ms`` that start at its multiples; where it is a multiple of
        ``CELL``, that is far fewer than ``read_many`` returns.
        """
        nothing = [Samples(item, empty()) for item in series]
        return self._ask(
            lambda archive: archive.outline(series, start_ms, end_ms, width_ms), nothing
        )

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

    def steps(self, start_ms: int, end_ms: int) -> Future[list[ClockStep]]:
        """Return when the service's clock was set within a span of time, and by how much."""
        return self._ask(lambda archive: archive.gaps.steps(start_ms, end_ms), [])

    def span(self) -> Future[tuple[int, int] | None]:
        """Return when the first and the last reading arrived, or None where there are none."""
        return self._ask(lambda archive: archive.span(), None)

    def series(self) -> Future[list[SeriesInfo]]:
        """Return every series that was recorded, with what people call it."""
        return self._ask(lambda archive: archive.catalogue.infos(), [])

    def close(self) -> None:
        """Put everything on disk and end the thread; what is asked afterwards is cancelled."""
        self._call(self._supervisor.end)
        self._worker.close()
        for erasing in tuple(self._erasing):
            erasing.cancel()

    def _read(self, series: Sequence[Series], start: int, end: int) -> list[Samples]:
        nothing = [Samples(item, empty()) for item in series]
        return self._supervisor.ask(lambda archive: archive.read(series, start, end), nothing)

    def _ask(self, question: Callable[[Archive], _T], nothing: _T) -> Future[_T]:
        return self._call(lambda: self._supervisor.ask(question, nothing))

    def _tell(self, act: Callable[[Recorder], None]) -> None:
        self._call(lambda: self._supervisor.do(act, None))

    def _call(self, job: Callable[[], _T]) -> Future[_T]:
        """Have a job done after all that was recorded before it, and before all that follows."""
        with self._lock:
            readings, self._recorded = self._recorded, []
            noted, self._noted = self._noted, []

            def perform() -> _T:
                self._supervisor.take_in(readings)
                self._supervisor.note(noted)
                return job()

            return self._worker.call(perform)

    def _between(self) -> float | None:
        """Take in a slice of what was recorded; the rest is spread over the time to the next look.

        A burst of slices would be in the way of the window's thread while it draws.
        """
        with self._lock:
            # What a waiting job brings along was recorded before this: it goes first.
            size = 0 if self._worker.waiting else SLICE
            readings, self._recorded = self._recorded[:size], self._recorded[size:]
            left = len(self._recorded)
            noted, self._noted = self._noted, []
        self._supervisor.take_in(readings)
        self._supervisor.note(noted)
        wait = self._supervisor.due()
        return wait if wait is None or not left else min(wait, TAKE_EVERY * SLICE / left)
