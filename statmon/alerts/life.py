"""What becomes of a passed limit: pending, active, recovering, ended; and unknown meanwhile.

A machine without I/O: levels and times go in, alerts and what happened to them come out.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from statmon.alerts.rules import Rule

CLOSED_KEPT = 500
"""Ended alerts that are remembered."""


class Phase(StrEnum):
    """Where an alert is in its life."""

    PENDING = "pending"
    """The limit is passed, but not for long enough."""
    ACTIVE = "active"
    RECOVERING = "recovering"
    """The number is well again, but not for long enough."""
    ENDED = "ended"


class Change(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    WORSE = "worse"
    MILDER = "milder"
    ENDED = "ended"


@dataclass(slots=True)
class Alert:
    """A limit that is, or was, passed. Times are local epoch milliseconds."""

    key: Hashable
    """What it is about: a row of a table, or a series."""
    rule: Rule
    level: int
    number: float
    since: int
    """When the limit was passed."""
    phase: Phase = Phase.PENDING
    raised: int | None = None
    well_since: int | None = None
    ended: int | None = None
    worst: int = 0
    """The level farthest from 0 so far."""
    unknown: bool = False
    """Its number is not known now: it is neither well nor bad."""
    acknowledged: int | None = None
    snoozed_until: int = 0
    note: str = ""

    def is_loud(self, now: int) -> bool:
        """Return whether it asks for attention: active, not acknowledged and not snoozed."""
        return (
            self.phase in (Phase.ACTIVE, Phase.RECOVERING)
            and self.acknowledged is None
            and now >= self.snoozed_until
        )


class Happened(NamedTuple):
    """A change of an alert, for whoever tells the user."""

    alert: Alert
    change: Change


@dataclass(slots=True)
class AlertBook:
    """All alerts that are open, and the last ones that ended."""

    open: dict[Hashable, Alert] = field(default_factory=dict)
    closed: deque[Alert] = field(default_factory=lambda: deque(maxlen=CLOSED_KEPT))

    def take(
        self, key: Hashable, rule: Rule, level: int, number: float, now: int, *, known: bool = True
    ) -> list[Happened]:
        """Take in on which level a number is.

        Args:
            key: what it is the number of.
            rule: the rule that counts for it.
            level: its level; of no meaning when it is not known.
            number: the number.
            now: local epoch milliseconds.
            known: the number may be taken for now. If not, what is open stays as it is,
                marked unknown, and no time counts.
        """
        alert = self.open.get(key)
        if not known:
            if alert is not None:
                self._lose_sight(alert, now)
            return []
        if alert is None:
            if not level:
                return []
            alert = self.open[key] = Alert(key, rule, level, number, now)
        elif alert.unknown:
            alert.unknown = False
            if alert.phase is Phase.PENDING:
                alert.since = now
            alert.well_since = None if alert.well_since is None else now
        alert.number, alert.rule = number, rule
        return self._step(alert, level, now)

    def advance(self, now: int) -> list[Happened]:
        """Let time go by for what is pending or recovering."""
        happened: list[Happened] = []
        for alert in list(self.open.values()):
            if not alert.unknown and alert.phase in (Phase.PENDING, Phase.RECOVERING):
                level = 0 if alert.phase is Phase.RECOVERING else alert.level
                happened += self._step(alert, level, now)
        return happened

    def forget(self, key: Hashable, now: int) -> None:
        """End what is open for something that no rule counts for any more."""
        alert = self.open.get(key)
        if alert is not None:
            self._end(alert, now)

    def acknowledge(self, key: Hashable, now: int, note: str = "") -> None:
        """Note that somebody has seen an alert, and what was done."""
        alert = self.open.get(key)
        if alert is not None:
            alert.acknowledged = now
            alert.note = note or alert.note

    def snooze(self, key: Hashable, until: int) -> None:
        """Let an alert be quiet until a time; if it becomes worse it speaks again."""
        alert = self.open.get(key)
        if alert is not None:
            alert.snoozed_until = until

    def _step(self, alert: Alert, level: int, now: int) -> list[Happened]:
        if not level:
            return self._get_well(alert, now)
        before, alert.level = alert.level, level
        alert.well_since = None
        if abs(level) > abs(alert.worst):
            alert.worst = level
        if alert.phase is Phase.PENDING:
            if now - alert.since < alert.rule.persist * 1000:
                return []
            alert.phase, alert.raised = Phase.ACTIVE, now
            return [Happened(alert, Change.RAISED)]
        alert.phase = Phase.ACTIVE
        if level == before:
            return []
        if abs(level) <= abs(before):
            return [Happened(alert, Change.MILDER)]
        # Worse than what was acknowledged or snoozed is news.
        alert.acknowledged, alert.snoozed_until = None, 0
        return [Happened(alert, Change.WORSE)]

    def _get_well(self, alert: Alert, now: int) -> list[Happened]:
        if alert.phase is Phase.PENDING:
            del self.open[alert.key]
            return []
        alert.phase = Phase.RECOVERING
        alert.well_since = now if alert.well_since is None else alert.well_since
        if now - alert.well_since < alert.rule.recover * 1000:
            return []
        self._end(alert, now)
        return [Happened(alert, Change.ENDED)]

    def _lose_sight(self, alert: Alert, now: int) -> None:
        if not alert.unknown:
            alert.unknown = True
            if alert.phase is Phase.PENDING:
                alert.since = now

    def _end(self, alert: Alert, now: int) -> None:
        del self.open[alert.key]
        if alert.phase is not Phase.PENDING:
            alert.phase, alert.ended = Phase.ENDED, now
            self.closed.append(alert)
