"""What is told of alerts: each step of one (``Transition``), and what a person hears (``Notice``).

The evaluator makes transitions, for journal, command line and views; ``notices`` makes of them
the few things that are worth interrupting somebody for.
"""

from dataclasses import dataclass
from enum import StrEnum

from statmon.domain.statistic import Series
from statmon.domain.unit import Unit


class State(StrEnum):
    """How an alert stands, in one word; of several that are true, the first of this list."""

    ENDED = "ended"
    PENDING = "pending"
    """The limit is passed, but not for long enough: nobody is told."""
    UNKNOWN = "unknown"
    """There is no number of now: it is neither well nor bad."""
    SHELVED = "shelved"
    RECOVERING = "recovering"
    """The number is well again, but not for long enough."""
    ACKNOWLEDGED = "acknowledged"
    ACTIVE = "active"


class Change(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    RELAPSED = "relapsed"
    """It had ended a moment ago: the same excursion goes on."""
    WORSE = "worse"
    MILDER = "milder"
    RECOVERING = "recovering"
    UNKNOWN = "unknown"
    KNOWN = "known"
    """There is a number of now again."""
    ACKNOWLEDGED = "acknowledged"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    """It speaks again: the time is over, the number is another, or somebody took it back."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step in the life of one alert. Times are local epoch milliseconds."""

    id: str
    """Of the excursion: the same from its beginning to its end, also across restarts."""
    change: Change
    state: State
    """How it stands now."""
    series: Series
    """What it is about."""
    statistic: str
    """What is measured, for people."""
    unit: Unit
    """Of number and limit."""
    rule: str
    """The rule's title, or what it is for."""
    level: int
    """1 warning, 2 critical, below 0 on the low side; on the way to the end that which was left."""
    worst: int
    """The level farthest from 0 so far."""
    number: float | None
    """The number of now; None where nobody knows it: an old one is never told as if it were new."""
    limit: float | None
    """What is passed at the level."""
    since: int
    """When the limit was passed first."""
    at: int
    speaks: bool = False
    """It is news to a person: it began, or is worse than what was told or acknowledged."""
    who: str = ""
    """Who acknowledged or shelved it."""
    words: str = ""
    """What that person said, or why it ended."""
    until: int | None = None
    """When a shelved one speaks again; None: when its number changes, or not shelved."""


class NoticeKind(StrEnum):
    """What a notice is about."""

    ALERT = "alert"
    """One alert."""
    GROUP = "group"
    """Several alerts of one rule, at objects of one group."""
    FLOOD = "flood"
    """So many at once that they are told together."""
    OUTAGE = "outage"
    """The feed is down: nobody can tell how the alerts stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a person is told: one cause, one notice, which is replaced as long as that lasts."""

    id: str
    """Of the cause: one with the same id takes the place of the one before."""
    kind: NoticeKind
    speaks: bool
    """To be said aloud; else what is in sight is only brought up to date."""
    over: bool
    """Nothing of it asks for attention any more: ended, acknowledged, shelved, or known again."""
    level: int
    """The worst of its alerts; 0 for an outage."""
    group: str
    """The objects' group, or empty."""
    alerts: tuple[Transition, ...]
    """The last step of each of its alerts that is open, or of all that there were once it is over;
    of an outage those that are, or were, unknown."""
    since: int
    at: int

    @property
    def acknowledges(self) -> tuple[str, ...]:
        """The ids of the alerts that whoever acknowledges the notice acknowledges.

        To know that the feed is down is not to know what is wrong under it: none.
        """
        if self.kind is NoticeKind.OUTAGE:
            return ()
        return tuple(alert.id for alert in self.alerts if alert.state is not State.ENDED)


@dataclass(frozen=True, slots=True)
class AlertsTold:
    """What happened to alerts at one moment, in its order."""

    transitions: tuple[Transition, ...]
    notices: tuple[Notice, ...]
    at: int
