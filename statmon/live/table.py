"""The live table: one row a series, columns as arrays, and sets of rows that changed."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from statmon.domain.counters import is_counter
from statmon.domain.reading import Reading
from statmon.domain.statistic import Series, Statistic
from statmon.domain.unit import Unit
from statmon.domain.value import State, Value, state_of, usable_of, value_of
from statmon.live.clock import ServiceClock, Step, observe_all
from statmon.live.derived import Derived
from statmon.live.dirty import DirtyRows, Observers
from statmon.live.freshness import Columns, Freshness, freshness_of

_FIRST_CAPACITY: Final = 64


_arrival = attrgetter("arrived")


def _since(state: State | None) -> float:
    """Return when a state was entered: NaN for none, infinity where that is not known."""
    if state is None:
        return np.nan
    return np.inf if state.since is None else state.since


class LiveTable:
    """The newest reading of every series.

    A row's number never changes while the table lives. ``structure`` counts changes of the set
    of rows: who keeps a picture of it rebuilds when the count differs.
    """

    def __init__(self) -> None:
        self.clock = ServiceClock()
        self.structure = 0
        self._healthy = False
        self.applied = 0
        """Readings taken in since the table was made."""
        self.late = 0
        """Readings that were dropped because a newer one was there."""
        self.duplicate = 0
        """Readings that were there already: they prove it, and are no news."""
        self.held: list[Reading] = []
        """Readings that came late, or of another clock: nobody can tell yet (``follow``)."""
        self.series: list[Series] = []
        self.statistics: list[Statistic] = []
        self.units: list[Unit] = []
        self.raw: list[Any] = []
        self.states: list[State | None] = []
        self.errors: dict[int, str] = {}
        self._timestamps: list[int] = []
        self._floors: list[int] = []
        """What is older than this never overwrites: a row's own timestamp while it is open."""
        self._row_of: dict[Series, int] = {}
        self._observers = Observers()
        self.derived = Derived()
        """The rows that are computed from others."""
        self._capacity = 0
        self._live = np.zeros(0, np.bool_)
        self.counters: NDArray[np.bool_]
        """The rows whose number only grows until it begins anew (``domain.counters``)."""
        self.carried: NDArray[np.float64]
        """Of each counter what it had counted whenever it began anew: with its number, they go on
        across restarts, midnights and logins."""
        self.resumed: NDArray[np.int64]
        """When a counter was last known again after it was not, local epoch ms; 0: never."""
        self._grow(_FIRST_CAPACITY)

    def __len__(self) -> int:
        """Return the number of rows ever added, removed ones included."""
        return len(self.series)

    @property
    def healthy(self) -> bool:
        """Connection and service are both up."""
        return self._healthy

    @healthy.setter
    def healthy(self, healthy: bool) -> None:
        if healthy != self._healthy:
            self._healthy = healthy
            self._observers.wake()

    def observe(self, wake: Callable[[], object] | None = None) -> DirtyRows:
        """Return a new observer, told of every row that changes from now on.

        ``wake`` is called when there is something new to ask for, once until it is asked for: rows
        that changed, another set of rows, another health.
        """
        observer = DirtyRows(wake)
        self._observers.append(observer)
        return observer

    def unobserve(self, observer: DirtyRows) -> None:
        """Stop telling an observer."""
        self._observers.remove(observer)

    def copy(self) -> "LiveTable":
        """Return the table as it is now, row for row; it follows nothing and tells nobody."""
        result = copy(self)
        for name, column in vars(self).items():
            if isinstance(column, np.ndarray | list | dict):
                setattr(result, name, Observers() if name == "_observers" else column.copy())
        result.clock = copy(self.clock)
        return result

    def blank(self) -> "LiveTable":
        """Return a table of the same rows without a reading; it follows nothing, tells nobody."""
        result, count = LiveTable(), len(self)
        result._grow(self._capacity)
        for name in ("series", "statistics", "units", "errors", "_row_of"):
            setattr(result, name, getattr(self, name).copy())
        for name in ("_live", "_error", "_period", "counters", "_derived"):
            setattr(result, name, getattr(self, name).copy())
        result.raw, result.states = [None] * count, [None] * count
        result._timestamps, result._floors = [-1] * count, [-1] * count
        result.structure, result.derived = self.structure, self.derived
        return result

    def add(self, statistic: Statistic, series: Series) -> int:
        """Return the row of a series, adding it if it is new (or was removed).

        A series that is there takes over what else the statistic says, its name for one.
        """
        row = self._row_of.get(series)
        if row is None:
            row = self._append(statistic, series)
            self._restructure()
        elif not self._live[row] or self.statistics[row] != statistic:
            self._live[row] = True
            self.statistics[row], self.units[row] = statistic, statistic.unit
            self._restructure()
        return row

    def remove(self, series: Series) -> None:
        """Take a series out; its last reading is kept in case it comes back."""
        row = self._row_of.get(series)
        if row is not None and self._live[row]:
            self._live[row] = False
            self._open[row] = self._confirmed[row] = False
            self._restructure()

    def derive(self, row: int, inputs: Iterable[int]) -> None:
        """Let a row be as fresh as the worst of others: it is computed from them."""
        self._derived[row] = True
        self.derived.set(row, inputs)

    def store_derived(self, found: Iterable[tuple[int, Any, int]], arrived: int) -> None:
        """Take in what was computed: rows, values, and the service's times of what they are of."""
        rows = []
        for row, raw, timestamp in found:
            self._store(row, raw, timestamp, arrived)
            rows.append(row)
        self._observers.add(rows)

    def rows(self) -> list[int]:
        """Return the rows that are wanted now, in the order in which they came."""
        return np.flatnonzero(self._live[: len(self)]).tolist()

    def is_wanted(self, row: int) -> bool:
        """Whether a row is wanted now, and was not removed."""
        return bool(self._live[row])

    def row_of(self, series: Series) -> int | None:
        """Return the row of a series, or None."""
        return self._row_of.get(series)

    def apply(
        self, readings: Sequence[Reading], *, asked: int | None = None, judged: bool = False
    ) -> list[Reading]:
        """Take in a batch of readings; return those that were news.

        A reading that came late never overwrites a newer one; what is older only because the
        service's clock went back does (decision 23). Stat Server counts seconds, so two values
        of one second are both news, in the order in which they came. Readings of series that
        have no row are passed over.

        Args:
            readings: what came.
            asked: when it was asked for, local epoch milliseconds; None for what came unasked.
            judged: they are known to have been news, in this order.
        """
        row_of, floors = self._row_of, self._floors
        news: list[Reading] = []
        rows: list[int] = []
        contradicting: dict[int, bool] = {}
        for reading in readings:
            series, raw, timestamp, arrived, _origin = reading
            row = row_of.get(series)
            if row is None:
                continue
            if timestamp < floors[row]:
                late = False if judged else self._is_late(row, reading, asked)
                if late:
                    self.late += 1
                    if asked is None and self.clock.settling(arrived):
                        contradicting[id(reading)] = False  # perhaps another clock all the same
                    continue
                contradicting[id(reading)] = late is False
                if late is None:
                    self.held.append(reading)
                    continue
            if timestamp == floors[row] and raw == self.raw[row]:
                self.duplicate += 1
                self._confirmed[row] = True
                continue
            self._store(row, raw, timestamp, arrived)
            rows.append(row)
            news.append(reading)
        if judged:
            self._relive(news, contradicting)
        else:
            seen = [one for one in readings if one.series in row_of] if contradicting else news
            observe_all(self.clock, seen, contradicting)
        self.applied += len(rows)
        self._observers.add(rows)
        return news

    def _is_late(self, row: int, reading: Reading, asked: int | None) -> bool | None:
        """Return whether a reading that is older than its row's came late; None: perhaps."""
        floor_arrived = int(self._arrived[row])
        if asked is not None:
            # What was asked for after the row's reading had come cannot be older than that.
            return asked < floor_arrived
        return self.clock.judge(
            reading.timestamp, reading.arrived, self._floors[row], floor_arrived
        )

    def follow(self, now: int) -> Step | None:
        """Follow the service's clock if that was set; return by how much, or None.

        What was counted on the clock before is moved onto the new one. After a step
        ``release`` shows what was held until it was known.
        """
        step = self.clock.follow(now)
        if step is not None:
            before = np.flatnonzero(self._has_value & (self._arrived < step.since))
            self._since[before] += step.by / 1000
            for row in before.tolist():
                if self._floors[row] >= 0:
                    self._floors[row] += step.by
        elif self.held and not self.clock.suspected:
            self.late += len(self.held)
            self.held.clear()
        return step

    def release(self, now: int) -> list[tuple[Reading, Reading]]:
        """Show the readings that were held, since the service's clock has proved to be another.

        In the order in which they came, but where the row has had a later one by now.

        Returns:
            Each that is news: as it came, and as it counts, which is from now on.
        """
        released: dict[int, list[tuple[Reading, Reading]]] = {}
        for reading in self.held:
            row = self._row_of[reading.series]
            if row in released or self._arrived[row] <= reading.arrived:
                shown = reading._replace(arrived=now)
                self._store(row, shown.value, shown.timestamp, now)
                released.setdefault(row, []).append((reading, shown))
            else:
                self.late += 1
        self.held.clear()
        news = [pair for pairs in released.values() for pair in pairs]
        self.applied += len(news)
        self._observers.add(tuple(released))
        return news

    def restore(self, readings: Iterable[Reading]) -> int:
        """Show readings of an earlier run where there is none yet; return how many there were.

        They are stale until the service sends others, whose timestamps may be anything.
        """
        rows = [(self._row_of.get(reading.series), reading) for reading in readings]
        restored = [(r, item) for r, item in rows if r is not None and not self._has_value[r]]
        for row, reading in restored:
            self._store(row, reading.value, reading.timestamp, reading.arrived)
            self._confirmed[row] = False
            self._restored[row] = True
            self._floors[row] = -1
        if restored:
            observe_all(self.clock, [reading for _, reading in restored], {})
            self.clock.doubt()
        self._observers.add([row for row, _ in restored])
        return len(restored)

    def set_open(self, series: Iterable[Series], *, is_open: bool) -> None:
        """Note whether the subscriptions of these series are open; quick for all of them."""
        if series is self.series:
            rows = list(range(len(self)))
        else:
            rows = [row for row in map(self._row_of.get, series) if row is not None]
        chosen = slice(len(self)) if series is self.series else rows
        self._open[chosen] = is_open
        if not is_open:
            self._confirmed[chosen] = False
            for row in rows:
                # The next service may have another clock.
                self._floors[row] = -1
        self._observers.add(rows)

    def is_open(self, series: Series) -> bool:
        """Whether a subscription of a series is open."""
        row = self._row_of.get(series)
        return row is not None and bool(self._open[row])

    def set_error(self, series: Series, text: str | None) -> None:
        """Attach the service's words to a series that it refused, or take them off."""
        row = self._row_of.get(series)
        if row is None:
            return
        if text is None:
            self.errors.pop(row, None)
        else:
            self.errors[row] = text
        self._error[row] = text is not None
        self._observers.add((row,))

    def shift(self, milliseconds: int) -> None:
        """Move what was noted in local time, since this computer's clock was set by as much."""
        count = len(self)
        self._arrived[:count][self._has_value[:count]] += milliseconds
        self._changed[:count][self._has_value[:count]] += milliseconds
        self.resumed[:count][self.resumed[:count] > 0] += milliseconds
        self.clock.shift(milliseconds)

    def value(self, row: int) -> Value:
        """Return both views of a row's last value, formatted in its unit."""
        return value_of(self.raw[row], self.units[row])

    def number(self, row: int) -> float:
        """Return the numeric view of a row's last value, NaN where it has none."""
        return float(self.numbers[row])

    def timestamp(self, row: int) -> int | None:
        """Return the service's time of a row's last value, epoch ms, or None before the first."""
        stamp = self._timestamps[row]
        return stamp if self._has_value[row] else None

    def counted(self, rows: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the numbers of some rows; those of counters go on where they began anew."""
        return np.asarray(self.numbers[rows] + self.carried[rows], np.float64)

    def stamps(self, rows: Iterable[int]) -> list[int]:
        """Return the service's times of some rows' last values, epoch ms; -1 before the first."""
        return [self._timestamps[row] for row in rows]

    def arrived(self, row: int) -> int:
        """Return when a row's last value came, local epoch ms; 0 before the first."""
        return int(self._arrived[row])

    def arrivals(self) -> NDArray[np.int64]:
        """Return when each row's last value came, local epoch ms; 0 before the first."""
        return self._arrived[: len(self)]

    def restored(self) -> NDArray[np.bool_]:
        """Return where a row's last value is one of an earlier run: nothing is known since."""
        return self._restored[: len(self)]

    def time_in_state(self, row: int, now: int) -> float | None:
        """Return the seconds that a row has been in its state, by the service's clock.

        The caller freezes it where the row is stale, by passing the time at which it became so.
        """
        state = self.states[row]
        if state is None or state.since is None:
            return None
        return max(0.0, self.clock.at(now) / 1000 - float(self._since[row]))

    def times_in_state(self, now: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return ``time_in_state`` of every row, NaN where there is no state.

        A state whose beginning is not known counts as new. ``now`` has a time for each row.
        """
        at = now + self.clock.offset
        result: NDArray[np.float64] = np.maximum(0.0, at / 1000 - self._since[: len(self)])
        return result

    def freshness(self, now: int, rows: NDArray[np.intp] | None = None) -> NDArray[np.uint8]:
        """Return the freshness of rows (as ``Freshness`` numbers) at a local time in ms.

        Of every row, or of some.
        """
        chosen = slice(len(self)) if rows is None else rows
        columns = Columns(
            self._has_value[chosen],
            self._undefined[chosen],
            self._error[chosen],
            self._open[chosen] | self._derived[chosen],
            self._confirmed[chosen] | self._derived[chosen],
            self._arrived[chosen],
            self._changed[chosen],
            self._period[chosen],
        )
        own = freshness_of(columns, now, healthy=self.healthy)
        return self.derived.worst(own, rows, lambda inputs: self.freshness(now, inputs))

    def freshness_of(self, row: int, now: int) -> Freshness:
        """Return the freshness of one row at a local time in ms."""
        return Freshness(int(self.freshness(now)[row]))

    def _append(self, statistic: Statistic, series: Series) -> int:
        row = len(self.series)
        if row == self._capacity:
            self._grow(self._capacity * 2)
        self.series.append(series)
        self.statistics.append(statistic)
        self.units.append(statistic.unit)
        self.raw.append(None)
        self.states.append(None)
        self._timestamps.append(-1)
        self._floors.append(-1)
        self._row_of[series] = row
        self._live[row] = True
        self._period[row] = statistic.period or np.nan
        self.counters[row] = is_counter(statistic)
        return row

    def _store(self, row: int, raw: Any, timestamp: int, arrived: int) -> None:
        number = usable_of(raw)
        state = state_of(raw) if number is None or self.units[row] is Unit.STATE else None
        if state is not None:
            number = None
        # The payload carries a time of its own, so payloads differ although nothing changed.
        if number is None or number != self.numbers[row]:
            same = raw == self.raw[row] if state is None else state == self.states[row]
            if not same or number is not None:
                self._changed[row] = arrived
            self._undefined[row] = number is None and state is None and value_of(raw).undefined
            self.numbers[row] = np.nan if number is None else number
        if self.counters[row]:
            self._count_on(row, number, arrived)
        self.raw[row] = raw
        if state is None or state != self.states[row]:
            # A state that lasts has been moved with the service's clock (``follow``).
            self._since[row] = _since(state)
        self.states[row] = state
        self._timestamps[row] = self._floors[row] = timestamp
        self._arrived[row] = arrived
        self._has_value[row] = True
        self._confirmed[row] = True
        self._restored[row] = False

    def _count_on(self, row: int, number: float | None, arrived: int) -> None:
        """Let a counter that begins anew go on from where it was."""
        unknown = np.isnan(self._counted[row]) or not self._confirmed[row]
        if number is None or (self._has_value[row] and unknown):
            self.resumed[row] = arrived
        if number is not None:
            if number < self._counted[row]:
                self.carried[row] += self._counted[row]
            self._counted[row] = number

    def _relive(self, readings: Sequence[Reading], contradicting: dict[int, bool]) -> None:
        """Let the service's clock see what came, and follow it as it was followed then."""
        for arrived, together in groupby(readings, _arrival):
            observe_all(self.clock, list(together), contradicting)
            self.follow(arrived)

    def _restructure(self) -> None:
        self.structure += 1
        self._observers.wake()

    def _grow(self, capacity: int) -> None:
        def grown(name: str, fill: Any, dtype: Any) -> NDArray[Any]:
            column = np.full(capacity, fill, dtype)
            if self._capacity:
                column[: self._capacity] = getattr(self, name)
            return column

        self.numbers = grown("numbers", np.nan, np.float64)
        self.counters = grown("counters", False, np.bool_)
        self.carried = grown("carried", 0.0, np.float64)
        self._counted = grown("_counted", np.nan, np.float64)
        self.resumed = grown("resumed", 0, np.int64)
        self._derived = grown("_derived", False, np.bool_)
        self._live = grown("_live", False, np.bool_)
        self._has_value = grown("_has_value", False, np.bool_)
        self._undefined = grown("_undefined", False, np.bool_)
        self._error = grown("_error", False, np.bool_)
        self._open = grown("_open", False, np.bool_)
        self._confirmed = grown("_confirmed", False, np.bool_)
        self._restored = grown("_restored", False, np.bool_)
        self._arrived = grown("_arrived", 0, np.int64)
        self._changed = grown("_changed", 0, np.int64)
        self._period = grown("_period", np.nan, np.float64)
        self._since = grown("_since", np.nan, np.float64)
        self._capacity = capacity
