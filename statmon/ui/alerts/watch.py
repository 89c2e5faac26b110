"""Watches the live table for numbers beyond their thresholds, also while the view is frozen."""

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from statmon.alerts import rules as rule_files
from statmon.alerts.life import AlertBook, Happened
from statmon.alerts.limits import NO_RULE, Limits
from statmon.alerts.rules import Rule
from statmon.domain.editing import Edit
from statmon.domain.value import number_of
from statmon.domain.workspace import Workspace
from statmon.live.freshness import KNOWN
from statmon.live.table import LiveTable
from statmon.service.event_log import EventLog
from statmon.service.wire.events import ConnectionChanged, Event, ServiceChanged
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse, now_ms
from statmon.ui.data.source import Source
from statmon.ui.look.text import tr

_LOOK_MS = 250


class AlertWatch(QObject):
    """Evaluates what changed four times a second, and everything once a second."""

    changed = Signal()
    """Alerts, or their numbers, are others now."""
    happened = Signal(object)
    """A list of what happened to alerts (``life.Happened``)."""

    def __init__(
        self, source: Source, workspace: Workspace, edit: Edit, pulse: Pulse, names: Names,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._source, self._pulse, self._names = source, pulse, names
        self._alerts, self._edit = workspace.alerts, edit
        self.table = source.table
        self.book = AlertBook()
        self.rules: list[Rule] = rule_files.rules_in(workspace.alerts)
        self._observer = self.table.observe()
        self._levels: NDArray[np.int8] = np.zeros(0, np.int8)
        self._limits: Limits | None = None
        self._past: LiveTable | None = None
        self._structure = self.table.structure
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        pulse.second.connect(self.look_at_all)
        names.changed.connect(self._forget_limits)
        source.listen(self._told)
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        if self._timer.isActive():
            self._timer.stop()
            self.table.unobserve(self._observer)
            self._source.unlisten(self._told)

    @property
    def limits(self) -> Limits:
        """Which rule counts for which row; found out again when rows, rules or groups change."""
        if self._limits is None or self._structure != self.table.structure:
            self._structure = self.table.structure
            self._limits = Limits(self.rules, self.table, self._names.groups)
            self._clear_unruled(self._limits)
        return self._limits

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Let other rules count from now on: the workspace has them."""
        dumped = tuple(map(rule_files.dump, rules))

        def change(workspace: Workspace) -> Workspace:
            others = (item for item in workspace.alerts if item.get("kind") != rule_files.KIND)
            return replace(workspace, alerts=(*others, *dumped))

        self._edit(tr("change the thresholds"), change)

    def take(self, workspace: Workspace) -> None:
        """Let the rules of a workspace count from now on."""
        if workspace.alerts is self._alerts:
            return
        self._alerts = workspace.alerts
        rules = rule_files.rules_in(workspace.alerts)
        if rules != self.rules:
            self.rules = rules
            self._forget_limits()
            self.look_at_all()

    def rule_of(self, row: int) -> Rule | None:
        """Return the rule that counts for a row, or None."""
        place = int(self.limits.rule_of[row]) if row < len(self.limits.rule_of) else NO_RULE
        return None if place == NO_RULE else self.rules[place]

    @property
    def travelling(self) -> bool:
        """Whether the views show the past, while alerts are of the present."""
        return self._pulse.travelling

    def count(self) -> int:
        """Return how many alerts ask for attention."""
        now = now_ms()
        alerts = self.book.open.values()
        return sum(alert.is_loud(now) and not alert.unknown for alert in alerts)

    @property
    def chronicle(self) -> EventLog:
        """When the feed was down."""
        return self._source.chronicle

    @property
    def unknown(self) -> bool:
        """Whether nobody can tell: the feed is down, or nothing that came is of now."""
        if self.chronicle.feed_down:
            return True
        rows = np.array(self.table.rows(), np.intp)
        return bool(len(rows)) and not np.isin(self.table.freshness(now_ms())[rows], KNOWN).any()

    @property
    def unjudged(self) -> int:
        """How many values of now cannot be compared with their limits: they are no numbers."""
        wanted = np.array(self.table.rows(), np.intp)
        rows = wanted[self.limits.rule_of[wanted] != NO_RULE]
        now = now_ms()
        known = np.isin(self.table.freshness(now)[rows], KNOWN)
        return int(np.isnan(self._numbers(rows[known], now, self.table)).sum())

    def look_at_all(self) -> None:
        """Evaluate every row that a rule counts for."""
        rows = np.flatnonzero(self.limits.rule_of != NO_RULE)
        wanted = np.array(self.table.rows(), np.intp)
        self._evaluate(rows[np.isin(rows, wanted)])
        ruled = set(wanted[self.limits.rule_of[wanted] != NO_RULE].tolist())
        for key in self.book.open.keys() - ruled:
            self.book.forget(key, now_ms())
        self._report(self.book.advance(now_ms()))
        self.changed.emit()

    def _look(self) -> None:
        dirty = self._observer.take()
        if not self.rules or not dirty:
            self._publish()
            return
        rows = np.fromiter(dirty, np.intp, len(dirty))
        rows = rows[rows < len(self.limits.rule_of)]
        self._evaluate(rows[self.limits.rule_of[rows] != NO_RULE])

    def _evaluate(self, rows: NDArray[np.intp]) -> None:
        now = now_ms()
        limits = self.limits
        if not len(rows):
            self._publish()
            return
        fresh = self.table.freshness(now)[rows]
        known = np.isin(fresh, KNOWN)
        numbers = self._numbers(rows, now, self.table)
        before = self._levels[rows]
        levels = limits.levels(rows, numbers, before)
        levels[~known] = 0
        self._levels = self._levels.copy()
        self._levels[rows] = levels
        self._publish()
        open_ = self.book.open
        happened: list[Happened] = []
        moved = levels != before
        for place, row in enumerate(rows.tolist()):
            if moved[place] or row in open_:
                rule = self.rules[int(limits.rule_of[row])]
                happened += self.book.take(
                    row, rule, int(levels[place]), float(numbers[place]), now,
                    known=bool(known[place]),
                )  # fmt: skip
        self._report(happened)

    def _numbers(self, rows: NDArray[np.intp], now: int, table: LiveTable) -> NDArray[np.float64]:
        numbers = table.numbers[rows]
        for place, rule in enumerate(self.rules):
            if rule.state:
                for at in np.flatnonzero(self.limits.rule_of[rows] == place):
                    numbers[at] = _time_in(rule.state, int(rows[at]), now, table)
        for at in np.flatnonzero(np.isnan(numbers)):
            # Beyond all arithmetic is beyond a limit all the same.
            row = int(rows[at])
            raw = table.raw[row] if table.states[row] is None else None  # a state is no number
            if raw is not None and (found := number_of(raw)) is not None:
                numbers[at] = found
        return numbers

    def _publish(self) -> None:
        lens = self._pulse.lens
        if lens.table is self.table:
            self._make_room()
            lens.levels = self._levels
        elif lens.table is not self._past:
            # A frozen or former table is judged by itself, once.
            self._past = lens.table
            lens.levels = self._levels_of(lens)

    def _levels_of(self, lens: Lens) -> NDArray[np.int8]:
        result = np.zeros(len(lens.table), np.int8)
        rows = np.flatnonzero(self.limits.rule_of[: len(lens.table)] != NO_RULE)
        numbers = self._numbers(rows, lens.now, lens.table)
        levels = self.limits.levels(rows, numbers, result[rows])
        levels[~np.isin(lens.fresh[rows], KNOWN)] = 0
        result[rows] = levels
        return result

    def _report(self, happened: list[Happened]) -> None:
        if happened:
            self.happened.emit(happened)

    def _make_room(self) -> None:
        """Have a threshold state for every row; new rows have none."""
        missing = len(self.table) - len(self._levels)
        if missing > 0:
            self._levels = np.concatenate((self._levels, np.zeros(missing, np.int8)))

    def _clear_unruled(self, limits: Limits) -> None:
        """Take the threshold state off the rows that no rule counts for any more."""
        self._make_room()
        self._levels = np.where(limits.rule_of == NO_RULE, 0, self._levels).astype(np.int8)

    def _forget_limits(self) -> None:
        self._limits = None

    def _told(self, event: Event) -> None:
        if isinstance(event, ConnectionChanged | ServiceChanged):
            self.changed.emit()


def _time_in(pattern: str, row: int, now: int, table: LiveTable) -> float:
    """Return the seconds in a state that fits a pattern, 0 in any other."""
    state = table.states[row]
    if state is None or not fnmatchcase(state.name.casefold(), pattern.casefold()):
        return 0.0
    return table.time_in_state(row, now) or 0.0
