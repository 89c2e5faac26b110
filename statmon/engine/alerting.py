"""Alerts of an engine, live or replayed: what it tells becomes transitions and notices.

``window`` and ``watch --alerts`` are both fed by it, so that they say the same.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from statmon.alerts.evaluator import Evaluator
from statmon.alerts.life import Acknowledgement, Alert, Shelf
from statmon.alerts.notices import Notices
from statmon.alerts.rules import rules_in
from statmon.alerts.telling import AlertsTold, Notice, Transition
from statmon.domain.statistic import ObjectRef
from statmon.domain.workspace import Workspace
from statmon.live.table import LiveTable
from statmon.service.clock import BLINK
from statmon.service.event_log import EventLog
from statmon.service.wire.events import ClockFollowed, Event, ReadingsArrived, Slept

TICK: Final = 0.25
"""Seconds between two ticks, at most: limits are passed for long enough while nothing comes."""
LOOK: Final = 1_000
"""Milliseconds between two looks at everything: freshness changes by itself."""

Listener = Callable[[AlertsTold], None]


class Source(Protocol):
    """What is watched: an engine."""

    @property
    def table(self) -> LiveTable:
        """The newest readings."""

    @property
    def event_log(self) -> EventLog:
        """When the feed was down."""

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call the listener with all that happens."""

    def unlisten(self, listener: Callable[[Event], None]) -> None:
        """Call it no more."""


class Alerting:
    """Hears an engine from ``start`` to ``stop``; whoever owns it lets it ``tick``."""

    def __init__(self, source: Source, workspace: Workspace, now: Callable[[], int]) -> None:
        """Watch by the rules of a workspace.

        Args:
            source: what is watched.
            workspace: its rules and groups count.
            now: local epoch milliseconds.
        """
        self._source, self._now = source, now
        self._groups = _groups_of(workspace)
        self._alerts, self._objects = workspace.alerts, workspace.objects
        self.evaluator = Evaluator(source.table, rules_in(workspace.alerts), self.groups_of)
        self.notices = Notices(self.groups_of, now())
        self._listeners: list[Listener] = []
        self._ticked: int | None = None
        self._looked = 0

    def start(self) -> None:
        """Hear what is told from now on."""
        self._source.listen(self._hear)

    def stop(self) -> None:
        """Hear no more."""
        self._source.unlisten(self._hear)

    def listen(self, listener: Listener) -> None:
        """Tell somebody of all that happens to alerts from now on."""
        self._listeners.append(listener)

    def unlisten(self, listener: Listener) -> None:
        """Tell somebody no more."""
        self._listeners.remove(listener)

    def alert(self, step: Transition) -> Alert | None:
        """Return the alert that a step was one of, if it is remembered."""
        return self.evaluator.alert(step.series, step.id)

    def groups_of(self, ref: ObjectRef) -> Sequence[str]:
        """Return the groups of an object."""
        return self._groups.get(ref, ())

    def take(self, workspace: Workspace) -> bool:
        """Let the rules and groups of a workspace count; return whether they are others."""
        if workspace.alerts is self._alerts and workspace.objects is self._objects:
            return False
        rules, groups = rules_in(workspace.alerts), _groups_of(workspace)
        self._alerts, self._objects = workspace.alerts, workspace.objects
        if tuple(rules) == self.evaluator.rules and groups == self._groups:
            return False
        self._groups = groups
        self.evaluator.set_rules(rules)
        self.look()
        return True

    def resume(self, alerts: Iterable[Alert]) -> None:
        """Go on with the alerts of an earlier run."""
        self.evaluator.resume(alerts, self._now())

    def tick(self) -> None:
        """Let time go by."""
        now = self._now()
        transitions = self._after_absence(now)
        self._ticked = now
        if not 0 <= now - self._looked < LOOK:
            self._looked = now
            transitions += self.evaluator.look(now)
        else:
            transitions += self.evaluator.advance(now)
        self._tell(transitions, now)

    def look(self) -> None:
        """Look at how everything stands."""
        now = self._now()
        transitions = self._after_absence(now)
        self._ticked = self._looked = now
        self._tell(transitions + self.evaluator.look(now), now)

    # What people do.

    def acknowledge(self, ids: Iterable[str], who: str = "", words: str = "") -> None:
        """Note that somebody has seen some alerts, and what was done."""
        now = self._now()
        self._tell(self.evaluator.acknowledge(ids, Acknowledgement(now, who, words)), now)

    def shelve(self, ids: Iterable[str], until: int | None, who: str = "", words: str = "") -> None:
        """Let some alerts be quiet until a time; None: until their level is another."""
        now = self._now()
        self._tell(self.evaluator.shelve(ids, Shelf(now, until, who, words)), now)

    def unshelve(self, ids: Iterable[str], who: str = "") -> None:
        """Let some alerts speak again."""
        now = self._now()
        self._tell(self.evaluator.unshelve(ids, now, who), now)

    def _hear(self, event: Event) -> None:
        if isinstance(event, ClockFollowed):
            self.evaluator.shift(event.by)
            self._ticked = None if self._ticked is None else self._ticked + event.by
        transitions = self._after_absence(event.at)
        match event:
            case ReadingsArrived(arrivals, at):
                rows = (self._source.table.row_of(one.reading.series) for one in arrivals)
                transitions += self.evaluator.take((row for row in rows if row is not None), at)
            case Slept(since, at):
                transitions += self.evaluator.lose_all(since)
                transitions += self.evaluator.look(at)
            case _:
                transitions += self.evaluator.look(event.at)
        self._tell(transitions, event.at)

    def _after_absence(self, now: int) -> list[Transition]:
        """Let no time count in which this computer slept: nobody looked at the numbers."""
        if self._ticked is None or now - self._ticked <= BLINK:
            return []
        since, self._ticked = self._ticked, now
        return self.evaluator.lose_all(since)

    def _tell(self, transitions: list[Transition], now: int) -> None:
        notices: list[Notice] = self.notices.take(transitions, now)
        down = self._source.event_log.feed_down
        notices += self.notices.feed(min((one.start for one in down), default=None), now)
        if transitions or notices:
            told = AlertsTold(tuple(transitions), tuple(notices), now)
            for listener in list(self._listeners):
                listener(told)


def _groups_of(workspace: Workspace) -> dict[ObjectRef, tuple[str, ...]]:
    return {item.ref: item.groups for item in workspace.objects if item.groups}
