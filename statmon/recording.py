"""The recorder: tells the history what arrives, what breaks off and how people call it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from statmon.domain.reading import Reading
from statmon.domain.workspace import Workspace
from statmon.history import GapKind, History, SeriesInfo
from statmon.live.table import LiveTable
from statmon.service.clock import epoch_ms
from statmon.service.events import (
    ClockStepped,
    ConnectionChanged,
    Event,
    ReadingsArrived,
    ServiceChanged,
    Slept,
    SubscriptionChanged,
)
from statmon.service.wish import wanted_in

if TYPE_CHECKING:
    from statmon.domain.statistic import Series, Statistic


class Source(Protocol):
    """What is recorded: an engine."""

    @property
    def table(self) -> LiveTable:
        """The newest readings."""

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call the listener with all that happens."""

    def unlisten(self, listener: Callable[[Event], None]) -> None:
        """Call it no more."""


class Recording:
    """Records an engine's events, in its loop, from ``start`` to ``stop``."""

    def __init__(self, source: Source, workspace: Workspace, history: History) -> None:
        self._source, self._workspace, self._history = source, workspace, history
        self.paused = False

    def start(self) -> None:
        """Begin; until the connection is up there is a gap."""
        self._history.describe(infos_of(self._workspace))
        self._history.gap("connection", epoch_ms())
        self._source.listen(self._heard)

    def stop(self) -> None:
        """Record no more; whoever records next in this history does so."""
        self._source.unlisten(self._heard)
        if self.paused:
            self.pause(paused=False)

    def pause(self, paused: bool) -> None:
        """Record nothing for a while, as the user wishes, or go on."""
        self.paused = paused
        if paused:
            self._history.gap("pause", epoch_ms())
        else:
            self._history.mend("pause", epoch_ms())

    def _heard(self, event: Event) -> None:
        match event:
            case ReadingsArrived(arrivals):
                if not self.paused:
                    self._history.record(_once(arrival.reading for arrival in arrivals))
            case ConnectionChanged(state):
                if state == "connected":
                    self._history.mend("connection", event.at)
                else:
                    self._history.gap("connection", event.since)
            case Slept(since, at):
                self._history.gap("sleep", since)
                self._history.mend("sleep", at)
            case ClockStepped(by, at):
                self._history.note_step(at, by)
            case ServiceChanged("UNAVAILABLE", at):
                self._history.gap("service", at)
            case ServiceChanged(_, at):
                self._history.mend("service", at)
            case SubscriptionChanged():
                self._subscription(event)

    def take(self, workspace: Workspace) -> None:
        """Describe what is recorded as a workspace that has changed calls it."""
        before, self._workspace = self._workspace, workspace
        same = workspace.subscriptions is before.subscriptions
        if not (same and workspace.objects is before.objects):
            self._history.describe(infos_of(workspace))

    def _subscription(self, event: SubscriptionChanged) -> None:
        if event.state == "open":
            self._history.mend("service", event.at)
            self._history.mend("subscription", event.at, event.series)  # whatever kind it is of
        elif event.state != "opening":
            # Where one that wanted it ends, another's may go on.
            table = self._source.table
            ended = [series for series in event.series if not table.is_open(series)]
            if ended:
                kind: GapKind = "subscription" if event.state == "lost" else "closed"
                self._history.gap(kind, event.at, ended)


def infos_of(workspace: Workspace) -> list[SeriesInfo]:
    """Return what a workspace calls its series."""
    labels = {item.ref: item.label for item in workspace.objects}
    names: dict[Series, dict[str, None]] = {}
    statistics: dict[Series, Statistic] = {}
    for wanted in wanted_in(workspace):
        names.setdefault(wanted.series, {})[wanted.subscription] = None
        statistics.setdefault(wanted.series, wanted.statistic)
    return [
        SeriesInfo(
            series,
            statistic.title,
            labels.get(statistic.ref, ""),
            ", ".join(names[series]),
            statistic.unit,
        )
        for series, statistic in statistics.items()
    ]


def _once(readings: Iterable[Reading]) -> list[Reading]:
    """Return each reading once: it comes once for every subscription that wants it."""
    return list({id(reading): reading for reading in readings}.values())
