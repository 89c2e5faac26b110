"""The recorder: tells the history what arrives, what breaks off, how people call it, and alerts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from statmon.alerts.life import Alert, Phase
from statmon.alerts.record import alert_of, text_of
from statmon.alerts.telling import AlertsTold, Change, Transition
from statmon.domain.reading import Reading
from statmon.domain.workspace import Workspace
from statmon.history import AlertEntry, Deed, Gap, GapKind, History, SeriesInfo
from statmon.live.freshness import OF_NOW, WORDS
from statmon.live.table import LiveTable
from statmon.service.clock import epoch_ms
from statmon.service.event_log import Outage, Part
from statmon.service.subscriptions.desired import wanted_in
from statmon.service.wire.events import (
    Arrival,
    ClockStepped,
    ConnectionChanged,
    Event,
    FreshnessChanged,
    ReadingsArrived,
    ServiceChanged,
    Slept,
    SubscriptionChanged,
)

if TYPE_CHECKING:
    from statmon.domain.statistic import Series, Statistic

_PARTS: Final[Mapping[GapKind, Part]] = {
    "connection": "connection", "service": "service", "sleep": "computer",
}  # fmt: skip
"""Which gaps are outages, and of what."""
_NEAR: Final = 2_000
"""Milliseconds between the end of statmon and that of its connection, at most."""


FORGOTTEN_AFTER: Final = 4 * 3_600_000
"""Milliseconds without statmon after which what goes on is another excursion."""
_DEEDS: Final = (Change.ACKNOWLEDGED, Change.SHELVED, Change.UNSHELVED)


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
        self._computed: set[Series] = set()
        """What is computed here and is described."""
        self._unknown: set[Series] = set()
        """What of it has an open gap."""

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
                    self._describe(arrivals)
                    self._history.record([_recorded(one.reading) for one in arrivals])
            case FreshnessChanged(arrivals, at):
                self._freshness(arrivals, at)
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

    def _describe(self, arrivals: Sequence[Arrival]) -> None:
        """Say what people call what is computed here, when it is first recorded."""
        if not arrivals[0].statistic.formula:
            return
        labels = {item.ref: item.label for item in self._workspace.objects}
        new = [one for one in arrivals if one.reading.series not in self._computed]
        self._computed.update(one.reading.series for one in new)
        self._history.describe(
            SeriesInfo(
                one.reading.series,
                one.statistic.title,
                labels.get(one.statistic.ref, ""),
                "",
                one.statistic.unit,
            )
            for one in new
        )
        again = [one.reading.series for one in arrivals if one.reading.series in self._unknown]
        if again:
            self._unknown.difference_update(again)
            self._history.mend("subscription", arrivals[0].reading.arrived, again)

    def _freshness(self, arrivals: Sequence[Arrival], at: int) -> None:
        """Note since when what is computed here is not known, and until when."""
        fresh = {WORDS[fresh] for fresh in OF_NOW}
        known = [one.reading.series for one in arrivals if one.freshness in fresh]
        gone = [one.reading.series for one in arrivals if one.freshness not in fresh]
        self._unknown.update(gone)
        self._unknown.difference_update(known)
        if gone:
            self._history.gap("subscription", at, gone)
        if known:
            self._history.mend("subscription", at, known)

    @property
    def workspace(self) -> Workspace:
        """The workspace whose statistics are recorded."""
        return self._workspace

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


class Alerts(Protocol):
    """What becomes of alerts: ``engine.alerting.Alerting``."""

    def listen(self, listener: Callable[[AlertsTold], None]) -> None:
        """Tell somebody of all that happens to alerts from now on."""

    def unlisten(self, listener: Callable[[AlertsTold], None]) -> None:
        """Tell somebody no more."""

    def alert(self, step: Transition) -> Alert | None:
        """Return the alert that a step was one of."""

    def resume(self, alerts: Iterable[Alert]) -> None:
        """Go on with the alerts of an earlier run."""


class AlertRecording:
    """Keeps what becomes of alerts in the history, and lets the next run go on with them."""

    def __init__(self, alerts: Alerts, history: History) -> None:
        self._alerts, self._history = alerts, history

    def start(self, unfinished: Iterable[AlertEntry], alive: int, now: int) -> None:
        """Go on with the alerts of an earlier run, then keep what becomes of all.

        Args:
            unfinished: what the history knows of those.
            alive: when that run knew of anything last, local epoch milliseconds.
            now: local epoch milliseconds.
        """
        going_on, over = [], []
        for entry in unfinished:
            alert = alert_of(entry.id, entry.series, entry.since, entry.ended, entry.body)
            if alert is None:
                continue
            known = max(alive, entry.at)
            if entry.ended is None and now - known > FORGOTTEN_AFTER:
                # Nobody knows whether it is the same excursion: whoever saw that one has not
                # seen this one.
                alert.phase, alert.ended = Phase.ENDED, known
                over.append(_entry(alert, known))
            else:
                going_on.append(alert)
        self._history.note(over)
        self._alerts.resume(going_on)
        self._alerts.listen(self._told)

    def stop(self) -> None:
        """Keep no more."""
        self._alerts.unlisten(self._told)

    def _told(self, told: AlertsTold) -> None:
        entries: dict[str, AlertEntry] = {}
        deeds: list[Deed] = []
        for step in told.transitions:
            alert = self._alerts.alert(step)
            if alert is not None:
                entries[alert.id] = _entry(alert, step.at)
            if step.change in _DEEDS:
                deeds.append(
                    Deed(step.id, step.at, step.change.value, step.who, step.words, step.series)
                )
        if entries or deeds:
            self._history.note([*entries.values(), *deeds])


def _entry(alert: Alert, at: int) -> AlertEntry:
    return AlertEntry(alert.id, alert.series, alert.since, alert.ended, at, text_of(alert))


def outages_in(gaps: Iterable[Gap]) -> list[Outage]:
    """Return the outages that a history has seen, from its gaps, the oldest first.

    A connection that was only being made, or was closed, as statmon began or ended is none; nor is
    a gap that lasts: whoever records now knows that better.
    """
    over = [(gap, gap.end) for gap in gaps if gap.end is not None and gap.series is None]
    edges = [at for gap, end in over if gap.kind == "program" for at in (gap.start, end)]
    found = []
    for gap, end in over:
        part = _PARTS.get(gap.kind)
        at_an_edge = any(abs(at - edge) <= _NEAR for at in (gap.start, end) for edge in edges)
        if part is not None and not (part == "connection" and at_an_edge):
            found.append(Outage(part, gap.start, "", end))
    return found


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


def _recorded(reading: Reading) -> Reading:
    """Return what is recorded of a reading; earlier statmons read it, too, and know no formula."""
    return reading if reading.origin != "formula" else reading._replace(origin="update")
