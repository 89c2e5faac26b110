"""The last hour of every row, one number a minute: trends, changes, usual variability.

Memory is fixed: 61 numbers of four bytes a row, and one for midnight; twice that once a counter
has begun anew.
"""

from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray

from statmon.domain.site_time import MIDNIGHT, last_begin, last_midnight, next_begin
from statmon.live.freshness import KNOWN

MINUTES = 60
_MINUTE_MS = 60_000
AWAY = 10_000
"""Milliseconds without a look after which nobody was awake."""
Floats = NDArray[np.float64]


class Trends:
    """Numbers at the last sixty full minutes; NaN where a number was not known then."""

    def __init__(self, rows: int, now: int, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._kept: NDArray[np.float32] = np.full((MINUTES + 1, rows), np.nan, np.float32)
        self._carried: NDArray[np.float32] | None = None
        """What counters had carried over at each minute; None until one began anew."""
        self._midnight: NDArray[np.float32] = np.full(rows, np.nan, np.float32)
        self._minute: int = now // _MINUTE_MS
        self._begins: tuple[int, ...] = MIDNIGHT
        self._next_midnight = next_begin(now, zone)
        self._seen = now
        self.away = (0, 0)
        """From when to when nobody looked last, local epoch milliseconds: the computer slept."""
        self.version = 0
        """Counts what made hours, or changes, look otherwise."""
        self._doubtful: set[int] = set()
        """Counters of which something since midnight was not recorded."""
        self.seeded: NDArray[np.bool_] = np.zeros(rows, np.bool_)
        """The rows whose past was filled in from history, or asked for."""

    def __len__(self) -> int:
        return len(self._midnight)

    @property
    def minute(self) -> int:
        """The minute since the epoch that was noted last."""
        return self._minute

    def look(self, now: int) -> None:
        """Be told that it is so late now, each second: who is not told for long is asleep."""
        if now - self._seen > AWAY:
            self.away = (self._seen, now)
        self._seen = now

    def slept_over(self, when: int) -> bool:
        """Return whether nobody looked at an instant: what was known before it is no more."""
        begin, end = self.away
        return begin < when <= end

    def take(
        self, now: int, numbers: Floats, fresh: NDArray[np.uint8], carried: Floats | None = None
    ) -> None:
        """Note all numbers when a new minute has begun; in between it costs nothing.

        ``carried`` is what counters had counted before they began anew (``LiveTable.carried``).
        """
        minute = now // _MINUTE_MS
        if minute == self._minute:
            return
        self._grow(len(fresh))
        self.version += 1
        if not 0 < minute - self._minute <= MINUTES:
            self._kept[:] = np.nan  # asleep for an hour, or the clock was set
        for passed in range(self._minute + 1, minute):
            if minute - passed <= MINUTES:
                self._kept[passed % (MINUTES + 1)] = np.nan
        self._minute = minute
        known = np.full(len(self), np.nan)  # there is room for more rows than there are
        known[: len(fresh)] = np.where(np.isin(fresh, KNOWN), numbers[: len(fresh)], np.nan)
        self._kept[minute % (MINUTES + 1)] = known
        known = self._carry(minute, known, carried)
        if now >= self._next_midnight:
            # Asleep at midnight: what is known later is not what was then.
            late = now - self._next_midnight >= 2 * _MINUTE_MS
            at_midnight = not late and not self.slept_over(self._next_midnight)
            self._midnight[:] = known if at_midnight else np.nan
            self._doubtful.clear()
            self._next_midnight = next_begin(now, self._zone, self._begins)

    def _carry(self, minute: int, known: Floats, carried: Floats | None) -> Floats:
        """Note what counters had counted before they began anew; return numbers that go on."""
        if carried is None or not (self._carried is not None or carried.any()):
            return known
        if self._carried is None:
            self._carried = np.zeros_like(self._kept)
        more = np.zeros(len(self), np.float64)
        more[: len(carried)] = carried[: len(self)]
        self._carried[minute % (MINUTES + 1)] = more
        return known + more

    def forget(self, since: int, now: int) -> None:
        """Take back what was noted after an instant: nothing was heard since, as is known now."""
        self.version += 1
        for minute in range(max(since // _MINUTE_MS, self._minute - MINUTES) + 1, self._minute + 1):
            self._kept[minute % (MINUTES + 1)] = np.nan
        if since < last_midnight(now, self._zone):
            self._midnight[:] = np.nan

    def seed(self, row: int, minutes: NDArray[np.int64], numbers: Floats) -> None:
        """Fill in what history knows of a row: minutes since the epoch, and their numbers."""
        self._grow(row + 1)
        self.version += 1
        fitting = (minutes > self._minute - MINUTES) & (minutes <= self._minute)
        slots = minutes[fitting] % (MINUTES + 1)
        own = self._kept[slots, row]
        self._kept[slots, row] = np.where(np.isnan(own), numbers[fitting], own)

    def use_zone(self, zone: tzinfo | None, now: int) -> None:
        """Let the day begin at another place's midnight; what was known of another's is gone."""
        self.version += 1
        self._zone, self._next_midnight = zone, next_begin(now, zone, self._begins)
        self._midnight[:] = np.nan
        self._doubtful.clear()

    def use_begins(self, begins: tuple[int, ...], now: int) -> None:
        """Tell changes since other minutes of the day: midnight, or when shifts begin."""
        if begins != self._begins:
            self._begins = begins
            self.use_zone(self._zone, now)

    def began(self, now: int) -> int:
        """Return since when changes are told: the last midnight, or the shift's beginning."""
        return last_begin(now, self._zone, self._begins)

    def seed_midnight(
        self, rows: NDArray[np.intp], numbers: Floats, doubtful: NDArray[np.bool_] | None = None
    ) -> None:
        """Fill in the numbers that some rows had at the last midnight, where none was seen.

        Of counters: what they have now, less what they counted since; ``doubtful``: at least.
        """
        if len(rows):
            self.version += 1
            self._grow(int(rows.max()) + 1)
            own = self._midnight[rows]
            self._midnight[rows] = np.where(np.isnan(own), numbers, own)
            if doubtful is not None:
                self._doubtful.update(rows[np.isnan(own) & doubtful].tolist())

    def midnight_doubtful(self, row: int, resumed: int) -> bool:
        """Return whether what a counter counted since midnight is known from below only.

        ``resumed``: when it was last known again after it was not, local epoch milliseconds.
        """
        return row in self._doubtful or resumed > self.began(self._seen)

    def hour(self, row: int) -> Floats:
        """Return a row's numbers at the last sixty minutes, oldest first."""
        if row >= len(self):
            return np.full(MINUTES, np.nan)
        result: Floats = self._kept[self._slots(MINUTES), row].astype(np.float64)
        return result

    def before(self, minutes: int, rows: NDArray[np.integer]) -> Floats:
        """Return the numbers that some rows had some minutes ago, 0 for midnight.

        With what counters had carried over by then: the difference to what they have with theirs
        now is what they counted.
        """
        if minutes == 0:
            return np.asarray(self._midnight[rows], np.float64)
        place = (self._minute - minutes + 1) % (MINUTES + 1)
        kept = np.asarray(self._kept[place, rows], np.float64)
        return kept if self._carried is None else kept + self._carried[place, rows]

    def hours(self) -> NDArray[np.float32]:
        """Return the last hour of all rows: minutes down, oldest first, rows across.

        Of counters it goes on where they began anew.
        """
        slots = self._slots(MINUTES)
        kept = self._kept[slots]
        return kept if self._carried is None else kept + self._carried[slots]

    def _slots(self, count: int) -> NDArray[np.int64]:
        return np.arange(self._minute - count + 1, self._minute + 1) % (MINUTES + 1)

    def _grow(self, rows: int) -> None:
        if rows <= len(self):
            return
        more = max(rows, len(self) * 2) - len(self)
        blank = np.full((MINUTES + 1, more), np.nan, np.float32)
        self._kept = np.concatenate((self._kept, blank), axis=1)
        if self._carried is not None:
            self._carried = np.concatenate((self._carried, np.zeros_like(blank)), axis=1)
        self._midnight = np.concatenate((self._midnight, blank[0]))
        self.seeded = np.concatenate((self.seeded, np.zeros(more, np.bool_)))
