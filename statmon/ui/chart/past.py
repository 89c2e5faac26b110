"""Reads stretches of the past for the charts, off the Qt loop, the newest day first.

The history answers in its own thread; there the samples become columns, and only these come
over to the window.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
import shiboken6
from PySide6.QtCore import QObject, Signal, Slot

from statmon.analysis.buckets import Columns, columns_of, joined, with_gaps
from statmon.domain.statistic import Series
from statmon.domain.value import state_of
from statmon.history.model import ClockStep, Samples
from statmon.history.model import Gap as Outage
from statmon.ui.chart.gaps import Gap, reason
from statmon.ui.chart.series_data import Past, Words
from statmon.ui.chart.spec import Note
from statmon.ui.data.steps import step_in_words

if TYPE_CHECKING:
    from concurrent.futures import Future

    from statmon.domain.reading import Reading


_DAY = 86_400_000
"""Milliseconds that are read at once, and how far back a value is looked for that still holds."""


class Store(Protocol):
    """What charts and time machine need of the history; every answer comes later."""

    def read_many(
        self, series: Sequence[Series], start_ms: int, end_ms: int
    ) -> "Future[list[Samples]]":
        """Return what arrived from ``start_ms`` to before ``end_ms``."""

    def arrived(
        self, series: Sequence[Series], start_ms: int, end_ms: int
    ) -> "Future[list[Reading]]":
        """Return the same as readings, in the order in which they arrived."""

    def outline(
        self, series: Sequence[Series], start_ms: int, end_ms: int, width_ms: int
    ) -> "Future[list[Samples]]":
        """Return of it what draws it in columns of a width as all of it would."""

    def gaps(self, start_ms: int, end_ms: int) -> "Future[list[Outage]]":
        """Return the times in which nothing was recorded."""

    def steps(self, start_ms: int, end_ms: int) -> "Future[list[ClockStep]]":
        """Return when the service's clock was set, and by how much."""

    def as_of(self, when_ms: int) -> "Future[list[Reading]]":
        """Return the newest reading of each series at an instant."""

    def span(self) -> "Future[tuple[int, int] | None]":
        """Return when the first and the last reading arrived."""


@dataclass(frozen=True, slots=True)
class Request:
    """A stretch of time at a width, all in milliseconds."""

    series: tuple[Series, ...]
    width: int
    begin: int
    end: int
    states: frozenset[Series] = frozenset()
    """Those of the series whose values are states, even where they carry a number as well."""


@dataclass(slots=True)
class Answer:
    """What has been read of a request so far; the last one is complete."""

    request: Request
    pasts: list[Past]
    gaps: Sequence[Gap] = ()
    """None goes beyond the request's end: what becomes of it later, nobody has read."""
    steps: Sequence[Note] = ()
    """When the service's clock was set."""
    complete: bool = False


@dataclass(slots=True)
class _Job:
    request: Request
    deliver: Callable[[Answer], None]
    upto: int
    """From here on it is read."""
    outages: Sequence[Outage] = ()
    steps: Sequence[ClockStep] = ()
    parts: list[Columns] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    carrying: bool = False
    """All days are read; what still held when the first began is looked for."""


class PastReader(QObject):
    """Answers requests one day after the other; a new request of a chart ends its last one."""

    _digested = Signal(object, object)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._jobs: dict[tuple[object, int], _Job] = {}
        self._digested.connect(self._take)

    def ask(
        self, asker: tuple[object, int], request: Request, deliver: Callable[[Answer], None]
    ) -> None:
        """Have a request answered by calling ``deliver`` in the Qt loop, more than once."""
        job = _Job(request, deliver, request.end)
        self._jobs[asker] = job
        begin = request.begin - _DAY
        self._store.gaps(begin, request.end).add_done_callback(partial(self._keep_gaps, job))
        self._store.steps(begin, request.end).add_done_callback(partial(self._keep_steps, job))
        self._read(asker, job)

    def forget(self, chart: object) -> None:
        """Answer this chart no more."""
        self._jobs = {asker: job for asker, job in self._jobs.items() if asker[0] is not chart}

    def _keep_gaps(self, job: _Job, future: "Future[list[Outage]]") -> None:
        if not future.cancelled():
            job.outages = future.result()

    def _keep_steps(self, job: _Job, future: "Future[list[ClockStep]]") -> None:
        if not future.cancelled():
            job.steps = future.result()

    def _read(self, asker: tuple[object, int], job: _Job) -> None:
        begin = job.request.begin
        start = begin - _DAY if job.carrying else max(begin, job.upto - _DAY)
        future = self._store.outline(job.request.series, start, job.upto, job.request.width)
        future.add_done_callback(partial(self._digest, asker, job, start))

    # In the history's thread.

    def _digest(
        self, asker: object, job: _Job, start: int, future: "Future[list[Samples]]"
    ) -> None:
        if future.cancelled():
            return
        parts = [
            _columns(samples, series, job, start)
            for samples, series in zip(future.result(), job.request.series, strict=True)
        ]
        if shiboken6.isValid(self):
            self._digested.emit((asker, job), (start, parts))

    # In the Qt loop again.

    @Slot(object, object)
    def _take(
        self, whose: tuple[tuple[object, int], _Job], what: tuple[int, list[tuple[Columns, Words]]]
    ) -> None:
        (asker, job), (start, parts) = whose, what
        if self._jobs.get(asker) is not job:
            return
        columns, words = [part[0] for part in parts], [part[1] for part in parts]
        if job.parts:
            columns = [joined(*pair) for pair in zip(columns, job.parts, strict=True)]
            words = [old + new for old, new in zip(words, job.words, strict=True)]
        job.parts, job.words, job.upto = columns, words, start
        complete = job.carrying
        request = job.request
        pasts = [
            Past(request.width, max(start, request.begin), request.end, *pair)
            for pair in zip(columns, words, strict=True)
        ]
        job.deliver(Answer(request, pasts, _gaps(job), _steps(job), complete))
        if complete:
            self._jobs.pop(asker, None)
            return
        job.carrying = start <= request.begin
        self._read(asker, job)


def _columns(samples: Samples, series: Series, job: _Job, start: int) -> tuple[Columns, Words]:
    shown = ~samples.outdated
    times, values = samples.arrived[shown], samples.numbers[shown]
    begins = [
        gap.start for gap in job.outages if start <= gap.start < job.upto and gap.covers(series)
    ]
    words: Words = []
    are_states = series in job.request.states
    if len(times) and (are_states or np.isnan(values).any()):
        raw = samples.values
        words = [
            (int(time), state.name if (state := state_of(raw[place])) else "")
            for place, time in zip(np.flatnonzero(shown).tolist(), times.tolist(), strict=True)
        ]
    if are_states:
        values = np.full(len(values), np.nan)
    words = sorted([*words, *((begin, "") for begin in begins)], key=lambda item: item[0])
    times, values = with_gaps(times, values, begins)
    columns = columns_of(times, values, job.request.width)
    if job.carrying and columns:
        columns, words = columns.part(-1, len(columns.number)), words[-1:]
    return columns, words


def _steps(job: _Job) -> list[Note]:
    return [Note(step.at, step_in_words(step.by)) for step in job.steps]


def _gaps(job: _Job) -> list[Gap]:
    wanted, end = set(job.request.series), job.request.end
    return [
        Gap(outage.start, end if outage.end is None else min(outage.end, end), reason(outage.kind))
        for outage in job.outages
        if outage.series is None or wanted.intersection(outage.series)
    ]
