"""What of all that happens to alerts is worth interrupting a person for: one cause, one notice.

A machine without I/O and without a clock: transitions and times go in, notices come out.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from statmon.alerts.telling import Change, Notice, NoticeKind, State, Transition
from statmon.domain.statistic import ObjectRef

GATHERS: Final = 1_000
"""Milliseconds in which what begins for one cause is gathered before it is told."""
SETTLES: Final = 5_000
"""The same after a start and after an outage, when everything comes at once."""
AGAIN: Final = 300_000
"""Milliseconds before more of a cause that was told is told aloud, unless it is worse."""
OUTAGE_AFTER: Final = 10_000
"""Milliseconds that the feed has to be down before that is told: short breaks mend themselves."""
FLOOD_WITHIN: Final = 600_000
FLOOD_ABOVE: Final = 10
"""Notices in ``FLOOD_WITHIN`` above which they are a flood (ISA-18.2: ten in ten minutes) ..."""
FLOOD_BELOW: Final = 5
"""... which is over once there are fewer than these."""
_SILENT: Final = (State.ENDED, State.ACKNOWLEDGED, State.SHELVED)
_THERE: Final = (State.ACTIVE, State.RECOVERING)
_BACK: Final = (Change.RELAPSED, Change.KNOWN)


@dataclass(slots=True)
class _Cause:
    """Why alerts were raised: one rule at the objects of one group, or a flood."""

    id: str
    kind: NoticeKind
    group: str
    since: int
    alerts: dict[str, Transition] = field(default_factory=dict)
    news: dict[str, int] = field(default_factory=dict)
    """Ids of the alerts that nobody was told of yet, or not of how bad they are: since when."""
    due: int | None = None
    """When the news are to be told."""
    level: int = 0
    """The worst that was told, without its side."""
    told_at: int | None = None
    seen: bool = False
    """A notice of it is in sight."""

    @property
    def asks(self) -> bool:
        """Whether something of it asks for attention."""
        return any(one.state not in _SILENT for one in self.alerts.values())

    def notice(self, now: int, *, speaks: bool) -> Notice:
        """Return the notice of how it stands."""
        lasting = {key: one for key, one in self.alerts.items() if one.state is not State.ENDED}
        shown = tuple((lasting or self.alerts).values())
        self.alerts = lasting | {key: self.alerts[key] for key in self.news} or self.alerts
        level = max((one.level for one in shown), key=abs, default=0)
        kind = self.kind
        if kind is NoticeKind.ALERT and len(self.alerts) > 1:
            kind = NoticeKind.GROUP
        self.seen = self.asks
        return Notice(
            id=self.id, kind=kind, speaks=speaks, over=not self.asks, level=level,
            group=self.group, alerts=shown, since=self.since, at=now,
        )  # fmt: skip


class Notices:
    """Gathers transitions by their cause and says what a person is to be told, and when."""

    def __init__(self, groups_of: Callable[[ObjectRef], Sequence[str]], now: int) -> None:
        self._groups_of = groups_of
        self._causes: dict[tuple[str, str], _Cause] = {}
        self._cause_of: dict[str, _Cause] = {}
        self._open: dict[str, Transition] = {}
        self._settled = now + SETTLES
        self._told_at: deque[int] = deque()
        """When something was to be told aloud, flood or not."""
        self._flood: _Cause | None = None
        self._down_since: int | None = None
        self._outage_told = False
        self._unknown: dict[str, Transition] = {}
        """What was unknown during the outage."""

    def take(self, transitions: Iterable[Transition], now: int) -> list[Notice]:
        """Take in what happened to alerts."""
        told = self.advance(now)
        touched: dict[str, _Cause] = {}
        for one in transitions:
            self._note_open(one)
            cause = self._cause(one)
            touched[cause.id] = cause
            if one.speaks:
                if not cause.asks:
                    # What there was is known to somebody, or over: this is something else.
                    cause.level, cause.told_at = 0, None
                cause.news[one.id] = now
            cause.alerts[one.id] = one
            if one.speaks or (one.change in _BACK and one.id in cause.news):
                self._plan(cause, cause.news[one.id])
            if self._flood is not None and one.id in self._flood.alerts:
                self._flood.alerts[one.id] = one
                touched[self._flood.id] = self._flood
        said = self._due(now)
        fresh = {notice.id for notice in said}
        for cause in touched.values():
            if cause.seen and cause.id not in fresh:
                told.append(cause.notice(now, speaks=False))
        return told + said

    def feed(self, down_since: int | None, now: int) -> list[Notice]:
        """Take in since when the feed is down; None: it is up."""
        told = self.advance(now)
        if down_since is None and self._down_since is not None:
            if self._outage_told:
                told.append(self._outage(now, speaks=False, over=True))
            self._settled = max(self._settled, now + SETTLES)
            self._outage_told = False
        if down_since is not None and self._down_since is None:
            self._unknown = {k: one for k, one in self._open.items() if one.state is State.UNKNOWN}
        self._down_since = down_since
        return told

    def advance(self, now: int) -> list[Notice]:
        """Let time go by."""
        told: list[Notice] = []
        if (
            self._down_since is not None
            and not self._outage_told
            and now - self._down_since >= OUTAGE_AFTER
        ):
            self._outage_told = True
            told.append(self._outage(now, speaks=True, over=False))
        told += self._due(now)
        told += self._end_flood(now)
        self._forget(now)
        return told

    def _due(self, now: int) -> list[Notice]:
        due = [one for one in self._causes.values() if one.due is not None and one.due <= now]
        return [notice for cause in due for notice in self._tell(cause, now)]

    def _note_open(self, one: Transition) -> None:
        if one.state is State.ENDED:
            self._open.pop(one.id, None)
        else:
            self._open[one.id] = one
        if one.change is Change.UNKNOWN and self._down_since is not None:
            self._unknown[one.id] = one

    def _cause(self, one: Transition) -> _Cause:
        known = self._cause_of.get(one.id)
        if known is None:
            group = next(iter(self._groups_of(one.series.ref)), "")
            key = one.rule, group
            known = self._causes.get(key)
            if known is None:
                known = self._causes[key] = _Cause(
                    _id(*key, str(one.at)), NoticeKind.ALERT, group, one.at
                )
            self._cause_of[one.id] = known
        return known

    def _plan(self, cause: _Cause, since: int) -> None:
        due = max(since + GATHERS, self._settled)
        cause.due = due if cause.due is None else min(cause.due, due)

    def _tell(self, cause: _Cause, now: int) -> list[Notice]:
        cause.due = None
        there = {one for one in cause.news if cause.alerts[one].state in _THERE}
        # What is away for a moment is told when it is back.
        away = {
            one: since
            for one, since in cause.news.items()
            if cause.alerts[one].state in (State.ENDED, State.UNKNOWN)
        }
        cause.news = away | dict.fromkeys(there, now)
        if not there:
            return []
        news = max(abs(cause.alerts[one].level) for one in there)
        again = cause.told_at is None or now - cause.told_at >= AGAIN
        if not again and news <= cause.level:
            # More of the same: seen at once, said later, unless somebody knows by then.
            cause.due = (cause.told_at or now) + AGAIN
            return [cause.notice(now, speaks=False)]
        cause.news = away
        cause.level, cause.told_at = max(cause.level, news), now
        if cause is self._flood:
            return [cause.notice(now, speaks=True)]
        self._told_at.append(now)
        if not self._flooded(now):
            return [cause.notice(now, speaks=True)]
        return [cause.notice(now, speaks=False), *self._into_flood(cause, there, now)]

    def _flooded(self, now: int) -> bool:
        while self._told_at and self._told_at[0] <= now - FLOOD_WITHIN:
            self._told_at.popleft()
        return self._flood is not None or len(self._told_at) > FLOOD_ABOVE

    def _into_flood(self, cause: _Cause, news: set[str], now: int) -> list[Notice]:
        """Tell with all the others what would be one too many by itself."""
        if self._flood is None:
            self._flood = _Cause(_id("flood", str(now)), NoticeKind.FLOOD, "", now)
            for one in self._causes.values():
                self._flood.alerts |= {
                    key: found for key, found in one.alerts.items() if found.state not in _SILENT
                }
        self._flood.alerts |= {one: cause.alerts[one] for one in news}
        self._flood.news |= dict.fromkeys(news, now)
        return self._tell(self._flood, now)

    def _end_flood(self, now: int) -> list[Notice]:
        flood = self._flood
        if flood is None:
            return []
        self._flooded(now)
        if len(self._told_at) < FLOOD_BELOW:
            self._flood = None
            notice = flood.notice(now, speaks=False)
            return [replace(notice, over=True)]
        return self._tell(flood, now) if flood.due is not None and flood.due <= now else []

    def _forget(self, now: int) -> None:
        """Forget causes of which nothing is left."""
        for key, cause in list(self._causes.items()):
            lasts = any(one.state is not State.ENDED for one in cause.alerts.values())
            newest = max((one.at for one in cause.alerts.values()), default=0)
            if not (lasts or cause.due is not None or (cause.news and now - newest <= AGAIN)):
                del self._causes[key]
                self._cause_of = {k: one for k, one in self._cause_of.items() if one is not cause}

    def _outage(self, now: int, *, speaks: bool, over: bool) -> Notice:
        since = self._down_since or now
        return Notice(
            id=_id("outage", str(since)), kind=NoticeKind.OUTAGE, speaks=speaks, over=over,
            level=0, group="", alerts=tuple(self._unknown.values()), since=since, at=now,
        )  # fmt: skip


def _id(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
