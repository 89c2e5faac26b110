"""Watches a table for numbers beyond their limits: live, replayed, of the past or in rehearsal.

No I/O and no clock: whoever owns the table says what changed in it, and when. What it decides
depends on the readings and their times alone, so that the same readings make the same alerts.
"""

import hashlib
import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from heapq import heappop, heappush
from typing import Final

import numpy as np
from numpy.typing import NDArray

from statmon.alerts.life import Acknowledgement, Alert, Phase, Shelf, Step
from statmon.alerts.limits import LEVEL_OF, NO_RULE, Limits, Passed
from statmon.alerts.rules import Rule
from statmon.alerts.telling import State, Transition
from statmon.domain.statistic import ObjectRef, Series
from statmon.domain.value import number_of
from statmon.live.freshness import KNOWN, STALE_AFTER
from statmon.live.table import LiveTable

CLOSED_KEPT: Final = 500
"""Ended alerts that are remembered."""
REOPENS: Final = 300_000
"""Milliseconds after its end in which an alert that begins again is the same excursion."""
NEVER: Final = 1 << 62
UNRULED: Final = "no rule is for it any more"

Rows = NDArray[np.intp]
Groups = Callable[[ObjectRef], Sequence[str]]


class Evaluator:
    """All alerts of one table that are open, by series, and the last ones that ended."""

    def __init__(self, table: LiveTable, rules: Sequence[Rule], groups_of: Groups) -> None:
        self.table = table
        self.rules = tuple(rules)
        self.open: dict[Series, Alert] = {}
        """Pending ones included."""
        self.closed: deque[Alert] = deque(maxlen=CLOSED_KEPT)
        self.levels: NDArray[np.int8] = np.zeros(0, np.int8)
        """On which level the number of each row is, whether it lasts or not; for views.

        The same array as long as all levels are the same: a view that knows it need not look.
        """
        self._groups_of = groups_of
        self._passed: Passed = np.zeros(0, np.uint8)
        self._limits: Limits | None = None
        self._structure = -1
        self._began: dict[int, tuple[object, float]] = {}
        """Of rows whose time in a state is limited: the state, and the local ms it began at."""
        self._stale_at: dict[int, int] = {}
        self._dues: list[tuple[int, int]] = []
        self._due_of: dict[int, int] = {}
        self._recent: dict[Series, Alert] = {}
        self._shelves: dict[Series, Alert] = {}
        """Ended alerts whose shelf outlasts them."""

    # What counts.

    @property
    def limits(self) -> Limits:
        """Which rule counts for which row; found out again when rows, rules or groups change."""
        if self._limits is None or self._structure != self.table.structure:
            self._structure = self.table.structure
            self._limits = Limits(self.rules, self.table, self._groups_of)
            missing = len(self.table) - len(self._passed)
            if missing > 0:
                self._passed = np.concatenate((self._passed, np.zeros(missing, np.uint8)))
                self.levels = np.concatenate((self.levels, np.zeros(missing, np.int8)))
            unruled = self._limits.rule_of == NO_RULE
            self._passed[unruled] = 0
            self.levels = np.where(unruled, 0, self.levels).astype(np.int8)
            self._began = {row: at for row, at in self._began.items() if not unruled[row]}
        return self._limits

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Let other rules, or the same for other groups, count from now on."""
        self.rules = tuple(rules)
        self._limits = None
        self._began.clear()

    def rule_of(self, row: int) -> Rule | None:
        """Return the rule that counts for a row, or None."""
        places = self.limits.rule_of
        place = int(places[row]) if row < len(places) else NO_RULE
        return None if place == NO_RULE else self.rules[place]

    def alert(self, series: Series, id_: str) -> Alert | None:
        """Return an alert by what it is about and its id, if it is remembered."""
        known = self.open.get(series), self._recent.get(series)
        either = next((one for one in known if one is not None and one.id == id_), None)
        return either or next((one for one in reversed(self.closed) if one.id == id_), None)

    def unjudged(self, now: int) -> int:
        """Return how many values of now cannot be compared with their limits: no numbers."""
        rows = self._ruled()
        known = rows[np.isin(self.table.freshness(now, rows), KNOWN)]
        return int(np.isnan(self._numbers(known, now)).sum())

    def _ruled(self) -> Rows:
        wanted = np.array(self.table.rows(), np.intp)
        rows: Rows = wanted[self.limits.rule_of[wanted] != NO_RULE]
        return rows

    # What comes in.

    def take(self, rows: Iterable[int], now: int) -> list[Transition]:
        """Take in that rows have other readings, or are otherwise fresh, since ``now``."""
        told = self.advance(now)
        places = self.limits.rule_of
        chosen = np.fromiter(rows, np.intp)
        chosen = chosen[chosen < len(places)]
        return told + self._take(chosen[places[chosen] != NO_RULE], now)

    def look(self, now: int) -> list[Transition]:
        """Take in how every row stands that a rule counts for: freshness changes by itself."""
        told = self.advance(now)
        rows = self._ruled()
        told += self._take(rows, now)
        watched = {self.table.series[row] for row in rows.tolist()}
        for series in [series for series in self.open if series not in watched]:
            told += self._end(self.open[series], now)
        self._forget_what_is_over(now)
        return told

    def advance(self, now: int) -> list[Transition]:
        """Let time go by: limits are passed for long enough, states last too long."""
        told: list[Transition] = []
        while self._dues and self._dues[0][0] <= now:
            at, row = heappop(self._dues)
            if self._due_of.get(row) == at:
                del self._due_of[row]
                told += self._advance_row(row, at)
                self._set_due(row, at)
        return told

    def lose_all(self, since: int) -> list[Transition]:
        """Take in that nobody looked since a time; what is known again tells ``look``."""
        told = self.advance(since)
        for alert in self.open.values():
            told += self._tell(alert, alert.lose(since))
        self._began.clear()
        self._stale_at.clear()
        return told

    def shift(self, by: int) -> None:
        """Move all times, since this computer's clock was set by so many milliseconds."""
        for alert in {id(one): one for one in (*self.open.values(), *self.closed)}.values():
            alert.shift(by)
        self._began = {row: (state, at + by) for row, (state, at) in self._began.items()}
        self._stale_at = {row: at + by for row, at in self._stale_at.items()}
        self._dues = [(at + by, row) for at, row in self._dues]
        self._due_of = {row: at + by for row, at in self._due_of.items()}

    def resume(self, alerts: Iterable[Alert], now: int) -> None:
        """Go on with alerts of an earlier run whose series are watched here, too."""
        for alert in alerts:
            row = self.table.row_of(alert.series)
            if row is not None and alert.series not in self.open:
                if alert.phase is Phase.ENDED:
                    self._keep(alert)
                else:
                    alert.resume(now)
                    self.open[alert.series] = alert
                    self._set_due(row, now)

    # What people do.

    def acknowledge(self, ids: Iterable[str], seen: Acknowledgement) -> list[Transition]:
        """Note that somebody has seen some alerts, and what was done."""
        return self._act(ids, lambda alert: alert.acknowledge(seen), seen.who, seen.words)

    def shelve(self, ids: Iterable[str], shelf: Shelf) -> list[Transition]:
        """Let some alerts be quiet for a while; what becomes worse speaks again."""
        return self._act(ids, lambda alert: alert.shelve(shelf), shelf.who, shelf.words)

    def unshelve(self, ids: Iterable[str], now: int, who: str = "") -> list[Transition]:
        """Let some alerts speak again."""
        return self._act(ids, lambda alert: alert.unshelve(now), who, "")

    def _act(
        self, ids: Iterable[str], act: Callable[[Alert], list[Step]], who: str, words: str
    ) -> list[Transition]:
        wanted, told = set(ids), []
        for alert in [one for one in self.open.values() if one.id in wanted]:
            told += self._tell(alert, act(alert), who=who, words=words)
            row = self.table.row_of(alert.series)
            if row is not None and told:
                self._set_due(row, told[-1].at)
        return told

    # What is decided.

    def _take(self, rows: Rows, now: int) -> list[Transition]:
        limits = self.limits
        if not len(rows):
            return []
        numbers = self._numbers(rows, now)
        known = np.isin(self.table.freshness(now, rows), KNOWN) & ~np.isnan(numbers)
        before = self._passed[rows]
        passed = np.where(known, limits.passed(rows, numbers, before), before).astype(np.uint8)
        self._passed[rows] = passed
        levels = np.where(known, LEVEL_OF[passed], 0)
        if (levels != self.levels[rows]).any():
            self.levels = self.levels.copy()
            self.levels[rows] = levels
        told: list[Transition] = []
        bad = ((passed | before) != 0).tolist()
        series, is_known = self.table.series, known.tolist()
        for place, row in enumerate(rows.tolist()):
            timed = row in self._began
            if timed and not is_known[place]:
                del self._began[row]
            if bad[place] or series[row] in self.open:
                number = float(numbers[place])
                told += self._judge(row, int(passed[place]), number, now, known=is_known[place])
            if timed or row in self._due_of or series[row] in self.open:
                self._note_stale(row, known=is_known[place])
                self._set_due(row, now)
        return told

    def _judge(
        self, row: int, passed: int, number: float, now: int, *, known: bool
    ) -> list[Transition]:
        series = self.table.series[row]
        alert = self.open.get(series)
        if not known:
            if alert is None:
                self._passed[row] = 0
                return []
            return self._tell(alert, alert.lose(now))
        rule = self.rules[int(self.limits.rule_of[row])]
        if alert is None:
            if not passed:
                return []
            alert = self._begin(row, rule, number, now)
        return self._told(alert, alert.take(passed, number, rule, now))

    def _advance_row(self, row: int, at: int) -> list[Transition]:
        """Let one row live on to a time at which something happens by itself."""
        alert = self.open.get(self.table.series[row])
        stale_at = self._stale_at.get(row, NEVER)
        if stale_at <= at:
            del self._stale_at[row]
            self._began.pop(row, None)
            return [] if alert is None else self._tell(alert, alert.lose(at))
        told = [] if alert is None else self._told(alert, alert.advance(at))
        if row in self._began:
            rows = np.array([row], np.intp)
            numbers = np.array([(at - self._began[row][1]) / 1000])
            passed = int(self.limits.passed(rows, numbers, self._passed[rows])[0])
            if passed != self._passed[row]:
                self._passed[row] = passed
                told += self._judge(row, passed, float(numbers[0]), at, known=True)
        return told

    def _begin(self, row: int, rule: Rule, number: float, now: int) -> Alert:
        series, statistic = self.table.series[row], self.table.statistics[row]
        recent = self._recent.pop(series, None)
        if recent is not None and now - (recent.ended or 0) <= REOPENS:
            recent.reopen(now)
            self.closed = deque((one for one in self.closed if one is not recent), CLOSED_KEPT)
            alert = recent
        else:
            alert = Alert(
                id_of(series, now), series, statistic.title, statistic.unit, rule, now, number
            )
            alert.reopen(now)
            shelved = self._shelves.pop(series, None)
            if shelved is not None and shelved.shelf is not None:
                alert.shelf, alert.told = shelved.shelf, dict(shelved.told)
        self.open[series] = alert
        return alert

    def _told(self, alert: Alert, steps: list[Step]) -> list[Transition]:
        """Tell what happened; put away what is over."""
        told = self._tell(alert, steps)
        if alert.phase is Phase.ENDED or (alert.phase is Phase.PENDING and not alert.passed):
            del self.open[alert.series]
            if alert.phase is Phase.ENDED:
                self._keep(alert)
            elif alert.ended is not None:
                # It had ended, and did not begin again for long enough.
                alert.phase = Phase.ENDED
                self._keep(alert)
        return told

    def _end(self, alert: Alert, now: int) -> list[Transition]:
        told = self._tell(alert, alert.end(now), words=UNRULED)
        del self.open[alert.series]
        if alert.phase is Phase.ENDED:
            self.closed.append(alert)
        return told

    def _keep(self, alert: Alert) -> None:
        self.closed.append(alert)
        self._recent[alert.series] = alert
        if alert.shelf is not None:
            self._shelves[alert.series] = alert

    def _forget_what_is_over(self, now: int) -> None:
        for series in [s for s, one in self._recent.items() if now - (one.ended or 0) > REOPENS]:
            del self._recent[series]
        for series, alert in list(self._shelves.items()):
            if alert.shelf is None or (alert.shelf.until or 0) <= now:
                del self._shelves[series]

    def _tell(
        self, alert: Alert, steps: Iterable[Step], *, who: str = "", words: str = ""
    ) -> list[Transition]:
        return [transition_of(alert, step, who=who, words=words) for step in steps]

    # When something happens by itself.

    def _numbers(self, rows: Rows, now: int) -> NDArray[np.float64]:
        numbers = self.table.numbers[rows]
        places = self.limits.rule_of[rows]
        for at in np.flatnonzero(self.limits.timed[places]).tolist():
            state = self.rules[int(places[at])].state
            numbers[at] = self._time_in(state, int(rows[at]), now)
        for at in np.flatnonzero(np.isnan(numbers)).tolist():
            # Beyond all arithmetic is beyond a limit all the same.
            row = int(rows[at])
            raw = self.table.raw[row] if self.table.states[row] is None else None
            if raw is not None and (found := number_of(raw)) is not None:
                numbers[at] = found
        return numbers

    def _time_in(self, pattern: str, row: int, now: int) -> float:
        """Return the seconds in a state that fits a pattern, 0 in any other, NaN where unknown."""
        state = self.table.states[row]
        if state is None or not fnmatchcase(state.name.casefold(), pattern.casefold()):
            self._began.pop(row, None)
            return math.nan if state is None else 0.0
        seconds = self.table.time_in_state(row, now)
        if seconds is None:
            self._began.pop(row, None)
            return 0.0
        before = self._began.get(row)
        if before is None or before[0] != state:
            # Counted from one moment on, whatever the service's clock is taken for later.
            self._began[row] = before = state, now - seconds * 1000
        return max(0.0, (now - before[1]) / 1000)

    def _note_stale(self, row: int, *, known: bool) -> None:
        """Note when a number that is owed again and again is too old to be one of now."""
        period = self.table.statistics[row].period if known else None
        if not period:
            self._stale_at.pop(row, None)
        else:
            self._stale_at[row] = self.table.arrived(row) + int(STALE_AFTER * period * 1000) + 1

    def _set_due(self, row: int, now: int) -> None:
        """Note when a row is to be looked at next, whether a reading comes or not."""
        alert = self.open.get(self.table.series[row])
        times = [] if alert is None or alert.due is None else [alert.due]
        if row in self._stale_at and (row in self._began or alert is not None):
            times.append(self._stale_at[row])
        if row in self._began:
            began = self._began[row][1]
            ahead = self.limits.crossings(int(self.limits.rule_of[row]))
            ahead = ahead[ahead * 1000 > now - began]
            if len(ahead):
                times.append(math.ceil(began + float(ahead[0]) * 1000))
        if not times:
            self._due_of.pop(row, None)
            return
        due = max(min(times), now + 1)
        if self._due_of.get(row) != due:
            self._due_of[row] = due
            heappush(self._dues, (due, row))


def transition_of(alert: Alert, step: Step, *, who: str = "", words: str = "") -> Transition:
    """Return what is told of a step: how the alert stood after it."""
    shelf = alert.shelf
    return Transition(
        id=alert.id,
        change=step.change,
        state=step.state,
        series=alert.series,
        statistic=alert.statistic,
        unit=alert.unit,
        rule=alert.rule.name,
        level=step.level,
        worst=alert.worst,
        number=None if step.state is State.UNKNOWN else alert.number,
        limit=step.limit,
        since=alert.since,
        at=step.at,
        speaks=step.speaks,
        who=who,
        words=words,
        until=None if shelf is None else shelf.until,
    )


def id_of(series: Series, since: int) -> str:
    """Return the id of the excursion of a series that began at a time."""
    text = "\n".join((*series, str(since)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
