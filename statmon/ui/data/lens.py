"""What the views look through: a table at an instant, live or frozen."""

from collections.abc import Set
from datetime import tzinfo
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from statmon.domain.site_time import MIDNIGHT
from statmon.live.freshness import Freshness
from statmon.live.table import LiveTable
from statmon.live.trends import MINUTES, Trends

_T = TypeVar("_T", bound=np.generic)

SHIFT = -1
"""Changes since the shift began."""


class Lens:
    """A table as it is at ``now``: freshness of all rows, and since when each is stale.

    Freezing swaps the table for a copy and stops the clock; the views do not notice. Alerts, charts
    and lists name rows of the live table at any moment: what is asked for here has them all, with
    nothing known of those that came after the last ``refresh``.
    """

    def __init__(self, table: LiveTable, now: int) -> None:
        self.live = table
        self._table = table
        self.now = now
        self._fresh: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._levels: NDArray[np.int8] = np.zeros(0, np.int8)
        self._stale_since = np.zeros(0, np.int64)
        self._since_before: NDArray[np.int64] | None = None
        """What was stale since when in the present, while the past is shown."""
        self._structure, self._healthy = table.structure, table.healthy
        self._paused_applied = 0
        self._rows: NDArray[np.intp] = np.zeros(0, np.intp)
        self._count = 0
        """Rows of the table when it was looked at last."""
        self._rows_known: tuple[LiveTable, int, int] = (table, -1, 0)
        self.zone: tzinfo | None = None
        """The site's time zone: whose midnight begins the day; None is this computer's."""
        self.trends = Trends(len(table), now)
        """The last hour of the live table."""
        self.shifts: tuple[int, ...] = ()
        """At which minutes of the site's day shifts begin."""
        self._span = 15
        self.refresh(now)

    @property
    def table(self) -> LiveTable:
        """What is shown."""
        table, live = self._table, self.live
        for row in range(len(table), len(live)):
            table.add(live.statistics[row], live.series[row])
        return table

    @property
    def fresh(self) -> NDArray[np.uint8]:
        """The ``Freshness`` of every row."""
        if len(self._fresh) < len(self.live):
            self._fresh = _longer(self._fresh, len(self.live), Freshness.NO_DATA)
        return self._fresh

    @property
    def levels(self) -> NDArray[np.int8]:
        """The threshold state of every row: 0 none, 1 warning, 2 critical, low ones below 0."""
        if len(self._levels) < len(self.live):
            self._levels = _longer(self._levels, len(self.live))
        return self._levels

    @levels.setter
    def levels(self, levels: NDArray[np.int8]) -> None:
        self._levels = levels

    @property
    def paused(self) -> bool:
        """Whether the view is frozen."""
        return self._table is not self.live

    @property
    def behind(self) -> int:
        """Readings that came since the view was frozen."""
        return self.live.applied - self._paused_applied if self.paused else 0

    @property
    def rows(self) -> NDArray[np.intp]:
        """The rows that are wanted now; looked up again only when their set changed.

        A row that was added since the last refresh comes with the next one, as in the catalogue.
        """
        known = (self.table, self.table.structure, self._count)
        if self._rows_known != known:
            self._rows_known = known
            rows = np.array(self.table.rows(), np.intp)
            self._rows = rows[rows < self._count]
        return self._rows

    def level(self, row: int) -> int:
        """Return the threshold state of a row (see ``levels``)."""
        return int(self.levels[row])

    @property
    def span(self) -> int:
        """Minutes over which a change is told; 0 is since midnight, ``SHIFT`` since the shift."""
        return self._span

    @span.setter
    def span(self, minutes: int) -> None:
        self._span = 0 if minutes == SHIFT and not self.shifts else minutes
        begins = self.shifts if self._span == SHIFT else MIDNIGHT
        self.trends.use_begins(begins, self.now)

    def use_shifts(self, shifts: tuple[int, ...]) -> None:
        """Let shifts begin at these minutes of the day."""
        if shifts != self.shifts:
            self.shifts = shifts
            self.span = self._span

    @property
    def travelling(self) -> bool:
        """Whether the past is shown."""
        return self._since_before is not None

    def use_zone(self, zone: tzinfo | None) -> None:
        """Let the day begin at another place's midnight."""
        if zone != self.zone:
            self.zone = zone
            self.trends.use_zone(zone, self.now)

    def note_minute(self, now: int) -> None:
        """Note the live table's numbers for the trends, whatever is shown."""
        self.trends.look(now)
        if now // 60_000 != self.trends.minute:
            live = self.live
            self.trends.take(now, live.numbers, live.freshness(now), live.carried)

    def hour(self, row: int) -> NDArray[np.float64]:
        """Return a row's last sixty minutes, oldest first; nothing is known of another time's."""
        return np.full(MINUTES, np.nan) if self.travelling else self.trends.hour(row)

    def changes(self, rows: NDArray[np.integer] | None = None) -> NDArray[np.float64]:
        """Return by how much numbers changed over the span; of all rows, or of some.

        Of counters what they counted, also where they began anew: it is never negative.
        """
        own: NDArray[np.integer] = np.arange(len(self.table)) if rows is None else rows
        result = np.full(len(own), np.nan)
        known = own < len(self.trends)
        if not self.travelling:
            before = self.trends.before(max(0, self.span), own[known])
            result[known] = self.table.counted(own[known]) - before
        return result

    def change(self, row: int) -> float:
        """Return by how much a row's number changed over the span, NaN where not known."""
        return float(self.changes(np.array([row]))[0])

    def counted_at_least(self, row: int) -> bool:
        """Whether a counter's change over the span is known from below only.

        Some of the span nobody saw it: a restart may have taken what it counted.
        """
        table = self.table
        if not table.counters[row] or self.travelling:
            return False
        if self.span <= 0:
            return self.trends.midnight_doubtful(row, int(table.resumed[row]))
        return int(table.resumed[row]) > self.now - self.span * 60_000

    def refresh(self, now: int) -> None:
        """Look again, at a new local time in epoch milliseconds."""
        if self.paused:
            return
        self.now = now
        self._structure, self._healthy = self.table.structure, self.table.healthy
        self._fresh = self.table.freshness(now)
        self._count = len(self._fresh)
        stale = self._fresh == Freshness.STALE
        since = _longer(self._stale_since, len(stale))
        since = np.where(since > 0, since, now)
        since = np.where(self.table.restored(), self.table.arrivals(), since)
        self._stale_since = np.where(stale, since, 0)

    def take(self, dirty: Set[int], now: int) -> None:
        """Look again at rows that changed; at all of them if more than these may look otherwise.

        What only grows older shows with the next ``refresh``.
        """
        table = self.table
        if (table.structure, table.healthy) != (self._structure, self._healthy):
            self.refresh(now)
        elif dirty and not self.paused:
            rows = np.fromiter(dirty, np.intp, len(dirty))
            self.now = now
            self.fresh[rows] = fresh = table.freshness(now, rows)
            since = self._stale_since[rows]
            since = np.where(since > 0, since, now)
            since = np.where(table.restored()[rows], table.arrivals()[rows], since)
            self._stale_since[rows] = np.where(fresh == Freshness.STALE, since, 0)

    def travel(self, table: LiveTable, when: int, stale_since: int | None) -> None:
        """Show a table of the past.

        Args:
            table: as it was then, with the rows of the live one.
            when: local epoch milliseconds.
            stale_since: when the gap began that stands at that instant, or None.
        """
        if self._since_before is None:
            self._since_before = self._stale_since
        self._table, self.now = table, when
        self._fresh = self.table.freshness(when)
        self._count = len(self._fresh)
        stale = self._fresh == Freshness.STALE
        self._stale_since = np.where(stale, when if stale_since is None else stale_since, 0)

    def pause(self) -> None:
        """Freeze what is shown."""
        if not self.paused:
            self._paused_applied = self.live.applied
            self._table = self.live.copy()

    def resume(self, now: int) -> None:
        """Show the present again."""
        self._table = self.live
        if self._since_before is not None:
            self._stale_since, self._since_before = self._since_before, None
        self.refresh(now)

    def freshness(self, row: int) -> Freshness:
        """Return the freshness of a row."""
        return Freshness(int(self.fresh[row]))

    def stale_since(self, row: int) -> int | None:
        """Return when a row became stale, local epoch milliseconds, or None if it is not."""
        since = int(self._stale_since[row]) if row < len(self._stale_since) else 0
        return since or None

    def age(self, row: int) -> float | None:
        """Return the seconds since a row's last reading came, or None before the first."""
        if self.table.timestamp(row) is None:
            return None
        return max(0.0, (self.now - self.table.arrived(row)) / 1000)

    def ages(self) -> NDArray[np.float64]:
        """Return the age of every row in seconds, NaN before its first reading."""
        arrived = self.table.arrivals()
        return np.where(arrived > 0, np.maximum(0, self.now - arrived) / 1000, np.nan)

    def time_in_state(self, row: int) -> float | None:
        """Return the seconds that a row has been in its state; it stands still while stale."""
        return self.table.time_in_state(row, self.stale_since(row) or self.now)

    def times_in_state(self) -> NDArray[np.float64]:
        """Return the same for every row, NaN where there is no state."""
        now = np.full(len(self.table), self.now, np.int64)
        stale = self._stale_since[: len(now)]
        now[: len(stale)] = np.where(stale > 0, stale, self.now)
        return self.table.times_in_state(now)


def _longer(known: NDArray[_T], length: int, unknown: int = 0) -> NDArray[_T]:
    """Return as many as ``length``: what is known first, then that which stands for the rest."""
    result = np.full(length, unknown, known.dtype)
    result[: len(known)] = known
    return result
