"""Rehearses a threshold before it is saved: what it would have told in the recorded days."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from statmon.alerts.evaluator import Groups
from statmon.alerts.rehearsal import Outcome, Rehearsal, suggestion
from statmon.alerts.rules import Rule
from statmon.domain.statistic import Series, Statistic
from statmon.domain.value import format_duration
from statmon.ui.background.futures import Courier
from statmon.ui.data.pulse import now_ms
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import button

if TYPE_CHECKING:
    from concurrent.futures import Future

    from statmon.domain.reading import Reading
    from statmon.history import Gap

DAY: Final = 86_400_000
DAYS: Final = 14
_PORTION: Final = DAY // 4
"""Milliseconds of the past that are read at once."""
_SLICE: Final = 500
"""Readings after which other threads get their turn ..."""
_GIVE_WAY: Final = 0.0005
"""... for so many seconds."""
_SHOW_MS: Final = 100
_PARTS: Final = 1000


class Store(Protocol):
    """What a rehearsal needs of the history."""

    def span(self) -> "Future[tuple[int, int] | None]":
        """Return when the first and the last reading arrived."""

    def as_of(self, when_ms: int) -> "Future[list[Reading]]":
        """Return the newest reading of each series at a time."""

    def arrived(self, series: list[Series], start_ms: int, end_ms: int) -> "Future[list[Reading]]":
        """Return the readings of series in the order in which they arrived."""

    def gaps(self, start_ms: int, end_ms: int) -> "Future[list[Gap]]":
        """Return the times in which nothing was recorded."""


@dataclass
class Work:
    """One rehearsal, in a thread of its own; the window reads ``done`` and sets ``stopped``."""

    store: Store
    rule: Rule
    series: Mapping[Series, Statistic]
    groups_of: Groups
    now: int
    done: float = 0.0
    since: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    """Nobody wants it any more."""

    def run(self) -> list[Outcome] | None:
        """Return what the rule and its quieter forms would have told; None: not wanted any more."""
        about = list(self.series)
        span = self.store.span().result()
        start = self.since = max(self.now - DAYS * DAY, self.now if span is None else span[0])
        past = Rehearsal(self.rule, self.series, self.groups_of, start)
        known = (one for one in self.store.as_of(start - 1).result() if one.series in self.series)
        past.begin(known, self.store.gaps(start, self.now).result())
        at = start
        while at < self.now and not self.stopped.is_set():
            until = min(at + _PORTION, self.now)
            readings = self.store.arrived(about, at, until).result()
            for place in range(0, len(readings), _SLICE):
                part = readings[place : place + _SLICE]
                past.feed(part, part[-1].arrived)
                time.sleep(_GIVE_WAY)
                if self.stopped.is_set():
                    return None
            past.feed([], until - 1)
            at = until
            self.done = (at - start) / max(1, self.now - start)
        return None if self.stopped.is_set() else past.outcomes()


class Rehearsing(QWidget):
    """A button that rehearses, or stops it, and what came of it."""

    def __init__(
        self, store: Store | None, groups_of: Groups,
        chosen: Callable[[], tuple[Rule, Mapping[Series, Statistic]] | None],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Be ready.

        Args:
            store: the history; None: there is none.
            groups_of: the groups of an object.
            chosen: gives the rule that is edited and what it counts for, or None.
            parent: the dialog.
        """
        super().__init__(parent)
        self._store, self._groups_of, self._chosen = store, groups_of, chosen
        self._courier = Courier(self)
        self.work: Work | None = None
        self.start = button(tr("Rehearse"), self._pressed)
        self.start.setToolTip(tr("What it would have told in the last days, by the history"))
        self.words = label(name=tr("What it would have told"))
        self.words.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, _PARTS)
        self.bar.setAccessibleName(tr("Progress of the rehearsal"))
        self.bar.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.start)
        layout.addWidget(self.bar, 1)
        layout.addWidget(self.words, 1)
        self._timer = QTimer(self, interval=_SHOW_MS)
        self._timer.timeout.connect(self._show_progress)
        self.offer()

    def offer(self) -> None:
        """Forget what was found: the rule is another one."""
        self.stop()
        self.words.setText("" if self._store is not None else tr("There is no history to ask."))
        self.start.setEnabled(self._store is not None and self._chosen() is not None)

    def stop(self) -> None:
        """Want no more of what is under way."""
        if self.work is not None:
            self.work.stopped.set()
        self.work = None
        self._timer.stop()
        self.bar.hide()
        self.start.setText(tr("Rehearse"))

    def _pressed(self) -> None:
        if self.work is not None:
            self.stop()
            self.words.setText(tr("Stopped."))
            return
        chosen = self._chosen()
        if chosen is None or self._store is None:
            return
        rule, series = chosen
        work = self.work = Work(self._store, rule, series, self._groups_of, now_ms())
        self.words.setText("")
        self.bar.setValue(0)
        self.bar.show()
        self.start.setText(tr("Stop"))
        self._timer.start()
        self._courier.work(work.run, lambda outcomes: self._show(work, outcomes))

    def _show_progress(self) -> None:
        if self.work is not None:
            self.bar.setValue(round(self.work.done * _PARTS))

    def _show(self, work: Work, outcomes: list[Outcome] | None) -> None:
        if work is self.work and outcomes is not None:
            self.stop()
            self.words.setText(words_of(outcomes, work.now - work.since))


def words_of(outcomes: list[Outcome], lasted: int) -> str:
    """Return in words what a rule would have told.

    Args:
        outcomes: of the rule, then of the same with longer delays.
        lasted: how much of the past there is, in milliseconds.
    """
    first = outcomes[0]
    span = _span(lasted)
    if not first.count:
        return tr("{span}: it would have told nothing.").format(span=span)
    longest = format_duration(first.longest / 1000)
    count = numbers.count(first.count)
    said = tr("{span}: {count} times, longest {longest}.") if first.count > 1 else tr(
        "{span}: once, for {longest}."
    )  # fmt: skip
    words = said.format(span=span, count=count, longest=longest)
    quieter = suggestion(outcomes)
    if quieter is not None:
        said = {
            0: tr("With “Alert after {seconds} s”: never."),
            1: tr("With “Alert after {seconds} s”: once."),
        }.get(quieter.count, tr("With “Alert after {seconds} s”: {count} times."))
        seconds = numbers.count(round(quieter.rule.persist))
        words += " " + said.format(seconds=seconds, count=numbers.count(quieter.count))
    return words


def _span(lasted: int) -> str:
    days = round(lasted / DAY)
    if days >= 2:
        return tr("The last {n} days").format(n=numbers.count(days))
    return tr("The last {n} hours").format(n=numbers.count(max(1, round(lasted / 3_600_000))))
