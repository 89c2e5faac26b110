"""The service's own clock, as far as it can be known from here (decision 23).

A reading's *lead* is its timestamp less its time of arrival. Readings are delayed and values may
be old when they come, so the largest lead of late is nearest to the service's clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from statmon.domain.reading import Reading

REORDERED: Final = 5_000
"""Milliseconds by which a reading may overtake another one of the same session."""
STEADY: Final = 3_000
"""Milliseconds without a reading of the told clock after which another one is taken for it."""
NEAR: Final = 2_000
"""Leads that differ by less are of one clock: Stat Server counts seconds, networks delay."""
TWICE: Final = 1_000
"""Milliseconds between two readings that are no single delay, but a clock."""


class Step(NamedTuple):
    """The service's clock is another one than before."""

    by: int
    """Milliseconds, negative where it went back."""
    since: int
    """When the first reading of the new one arrived, local epoch milliseconds."""
    told: bool
    """People have to know. Else the service only became slower, or is known better."""


@dataclass(frozen=True, slots=True)
class _Other:
    """A clock that readings have come from and that is not the told one."""

    lead: int
    first: int
    last: int
    """When the first and the last of its readings arrived."""
    contradicts: bool
    """One of them was older than what its series had had before."""
    certain: bool
    """By more than any reordering explains, so that one reading is proof enough."""
    runs: bool = False
    """It runs faster than this computer's, as a simulator's may: it was not set."""

    @property
    def proved(self) -> bool:
        """Whether this is more than one reading that was delayed."""
        return self.certain or self.last - self.first >= TWICE

    def grown(self, lead: int, arrived: int, *, contradicts: bool, certain: bool) -> "_Other":
        if lead > self.lead + REORDERED and self.last < arrived:
            return replace(self, lead=lead, last=arrived, runs=True)
        if lead < self.lead - REORDERED:
            return _Other(lead, arrived, arrived, contradicts, certain)
        return replace(
            self,
            lead=max(lead, self.lead),
            last=arrived,
            contradicts=self.contradicts or contradicts,
            certain=self.certain or certain,
        )


@dataclass(slots=True)
class ServiceClock:
    """Now at the service = its latest timestamp + the time since that arrived.

    It is *unsure* from the start, and from ``doubt`` on, until updates of one clock have come for
    a while: meanwhile the largest lead counts at once. Once it is sure, another clock has to
    prove itself (``follow``), so that no single stray time moves every duration.
    """

    latest: int | None = None
    """The newest timestamp seen, epoch milliseconds of the service."""
    arrived: int = 0
    """When that came, epoch milliseconds of this computer."""

    doubtful: bool = False
    """The service may have another clock by now: the next time that comes counts."""

    _by_update: bool = False
    """The clock is known by an update, not only by values that may have been old."""
    _began: int = 0
    """When the first reading of this clock came, while it is unsure."""
    _back: int = -STEADY
    """When the first reading after a doubt came."""
    _sure: bool = False
    _seen: int = 0
    """When a reading of this clock came last."""
    _known: int | None = None
    """The lead when it was last sure."""
    _compared_since: bool = False
    """Whether it was compared with that since it is sure again."""
    _other: _Other | None = None

    def observe(
        self,
        timestamp: int,
        arrived: int,
        *,
        update: bool = True,
        contradicts: bool = False,
        certain: bool = False,
    ) -> None:
        """Take in the two times of what came at an instant; of several, the largest lead counts.

        Args:
            timestamp: epoch milliseconds of the service.
            arrived: local epoch milliseconds.
            update: the service sent it when it made it; else it may have been old when it came.
            contradicts: it is older than what its series had had before.
            certain: and no reordering explains by how much.
        """
        lead = timestamp - arrived
        if self.latest is None or self.doubtful:
            self._back = arrived
            self._begin(timestamp, arrived, update=update)
        elif not self._sure:
            self._learn(timestamp, arrived, update=update)
            if contradicts and certain and not self._by_update:
                self._suspect(lead, arrived, contradicts=True, certain=True)
        elif abs(lead - self.offset) <= NEAR or self.offset < lead <= self.offset + REORDERED:
            self._go_on(lead, arrived)
        elif lead > self.offset or update or contradicts:
            self._suspect(lead, arrived, contradicts=contradicts, certain=certain)

    def doubt(self) -> None:
        """The connection or the service went away: what comes next may have another clock."""
        self.doubtful = True

    def at(self, now: int) -> int:
        """Return the service's time, epoch milliseconds, at a local time."""
        return now if self.latest is None else self.latest + now - self.arrived

    @property
    def offset(self) -> int:
        """Milliseconds by which the service's clock is ahead of this computer's."""
        return 0 if self.latest is None else self.latest - self.arrived

    @property
    def sure(self) -> bool:
        """Whether updates of one clock have come for a while."""
        return self._sure and not self.doubtful

    @property
    def suspected(self) -> bool:
        """Whether readings of another clock have come, and none of this one that disproves it."""
        return self._other is not None

    def settling(self, now: int) -> bool:
        """Return whether what was held up while the connection was down may still be coming."""
        return self.doubtful or now < self._back + STEADY

    def judge(self, timestamp: int, arrived: int, floor: int, floor_arrived: int) -> bool | None:
        """Return whether an update that is older than one before it came late.

        Args:
            timestamp: its time at the service.
            arrived: when it arrived.
            floor: the time of the one before it.
            floor_arrived: when that arrived.

        Returns:
            True: it is late. False: no reordering explains it, so its clock is another one.
            None: not to be known yet.
        """
        lead = timestamp - arrived
        if self.settling(arrived):
            return True
        if max(self.offset, floor - floor_arrived) - lead > REORDERED:
            return False
        return True if self.offset - lead <= NEAR else None

    def follow(self, now: int) -> Step | None:
        """Take another clock for the told one once it has proved itself; return by how much.

        To be asked at least once a second while readings come, and after each batch.
        """
        other = self._other
        if other is not None and other.proved and now - max(other.first, self._seen) >= STEADY:
            return self._take_over(other)
        return self._compared() if self._sure and not self._compared_since else None

    def _take_over(self, other: _Other) -> Step:
        by, forward = other.lead - self.offset, other.lead > self.offset
        told = not other.runs and (other.contradicts or (forward and self._by_update))
        self.latest, self.arrived = other.last + other.lead, other.last
        self._other, self._seen = None, other.last
        self._known = self.offset
        return Step(by, other.first, told)

    def shift(self, milliseconds: int) -> None:
        """Follow this computer's clock, which was set by so much; the service's stays."""
        self.arrived += milliseconds
        self._seen += milliseconds
        self._began += milliseconds
        self._back += milliseconds
        if self._known is not None:
            self._known -= milliseconds
        if self._other is not None:
            self._other = replace(
                self._other,
                lead=self._other.lead - milliseconds,
                first=self._other.first + milliseconds,
                last=self._other.last + milliseconds,
            )

    def _begin(self, timestamp: int, arrived: int, *, update: bool) -> None:
        self.latest, self.arrived, self.doubtful = timestamp, arrived, False
        self._began = self._seen = arrived
        self._by_update, self._sure, self._other = update, False, None
        self._compared_since = False

    def _learn(self, timestamp: int, arrived: int, *, update: bool) -> None:
        """Come nearer to the clock while it is unsure."""
        behind = self.offset - (timestamp - arrived)
        steady = arrived - self._began >= STEADY
        if update and not self._by_update:
            self._begin(timestamp, arrived, update=True)
        elif behind < -NEAR or (update and behind > NEAR and steady):
            self._begin(timestamp, arrived, update=self._by_update)
        elif behind < 0:
            self.latest, self.arrived, self._seen = timestamp, arrived, arrived
        if update and steady and abs(behind) <= NEAR:
            self._sure, self._seen = True, arrived

    def _go_on(self, lead: int, arrived: int) -> None:
        """Take in a reading of the told clock; it may run a little slower than ours."""
        slower = self.offset - max(0, arrived - self._seen) // 1000
        self.latest, self.arrived = arrived + max(lead, slower), arrived
        self._seen = arrived
        if self._compared_since:
            self._known = self.offset
        if self._other is not None and arrived - self._other.first >= TWICE:
            self._other = None  # so that what came of it was late, or of another server

    def _suspect(self, lead: int, arrived: int, *, contradicts: bool, certain: bool) -> None:
        if self._other is None:
            self._other = _Other(lead, arrived, arrived, contradicts, certain)
        else:
            self._other = self._other.grown(lead, arrived, contradicts=contradicts, certain=certain)

    def _compared(self) -> Step | None:
        """Tell if the clock is another one than before the connection was lost."""
        by = 0 if self._known is None else self.offset - self._known
        self._known, self._compared_since = self.offset, True
        return Step(by, self._began, told=True) if abs(by) > REORDERED else None


def nearest(clock: ServiceClock, stamps: Sequence[int], arrived: int) -> int:
    """Return of timestamps that came together the one that is nearest to the service's clock.

    That is the newest, but for single ones that run ahead of all reason.
    """
    newest = max(stamps)
    limit = clock.offset + arrived + REORDERED
    if clock.latest is None or newest <= limit:
        return newest
    return max(_within(stamps, limit), default=newest)


def _within(stamps: Iterable[int], limit: int) -> Iterable[int]:
    return (stamp for stamp in stamps if stamp <= limit)


def observe_all(
    clock: ServiceClock, readings: "Sequence[Reading]", contradicting: dict[int, bool]
) -> None:
    """Let the service's clock see what came.

    Args:
        clock: the service's.
        readings: as they came.
        contradicting: by their identity, those that are older than what their series had had
            before, and whether no reordering explains by how much.
    """
    for arrived, together in groupby(readings, attrgetter("arrived")):
        group = list(together)
        certain = [contradicting[id(one)] for one in group if id(one) in contradicting]
        clock.observe(
            nearest(clock, [one.timestamp for one in group], arrived),
            arrived,
            update=any(one.origin == "update" for one in group),
            contradicts=bool(certain),
            certain=any(certain),
        )
