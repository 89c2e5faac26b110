"""An open statistic: its value now, and who wants to hear when it changes."""

from collections.abc import Callable
from typing import Any

from statmon.simulator.agenda import Agenda
from statmon.simulator.statserver.calculator import Calculator, replay
from statmon.simulator.statserver.categories import CONTINUOUS, EVENT_DRIVEN, UNAVAILABLE
from statmon.simulator.statserver.definition import DefinitionError, Formula, Notification
from statmon.simulator.statserver.directory import Measured
from statmon.simulator.statserver.waiting_time import COMPOUND, WaitingTime
from statmon.simulator.stream import AnyFeed, Listener, Span

Value = dict[str, Any]


class Statistic:
    """A formula on an object, shared by all who asked for the same."""

    def __init__(self, agenda: Agenda, measured: Measured, formula: Formula, opened: int) -> None:
        self.agenda = agenda
        self.formula = formula
        self.watchers: list[Watcher] = []
        self.users = 0
        self._measured = measured
        self._marked = False
        self._following: list[tuple[AnyFeed, Listener]] = []
        self._calculator: Calculator | WaitingTime | None = None
        feed = _feed(measured, formula)
        if formula.is_state:
            self._listen(feed, _Changes(self._mark))
        elif formula.category in COMPOUND:
            self._calculator = self._waiting_time(feed, opened)
        else:
            self._calculator = calculator = self._follow(formula, feed, opened)
            if _since_login(formula) and measured.logins is not None:
                self._listen(measured.logins, _Logins(calculator))

    def _listen(self, feed: AnyFeed, listener: Listener) -> None:
        feed.listen(listener)
        self._following.append((feed, listener))

    def _follow(self, formula: Formula, feed: AnyFeed, opened: int) -> Calculator:
        """Open a calculator that counts since ``opened``, be it in the past."""
        now = self.agenda.now
        calculator = Calculator(formula, opened, self._mark)
        if opened < now:
            replay(calculator, feed.journal())
        else:
            calculator.start(now, feed.in_progress())
        self._listen(feed, calculator)
        return calculator

    def _waiting_time(self, feed: AnyFeed, opened: int) -> WaitingTime:
        assert self._measured.staff is not None  # noqa: S101 - _feed has refused it otherwise

        def follow(formula: Formula, feed: AnyFeed) -> Calculator:
            return self._follow(formula, feed, opened)

        return WaitingTime(self.formula, feed, self._measured.staff(), follow)

    def close(self) -> None:
        """Stop following the stream."""
        for feed, listener in self._following:
            feed.ignore(listener)

    def _mark(self) -> None:
        """Something changed: tell the watchers when all that happens at this instant is done."""
        if not self._marked and self.watchers:
            self._marked = True
            self.agenda.at(self.agenda.now, self._tell)

    def _tell(self) -> None:
        self._marked = False
        for watcher in tuple(self.watchers):
            watcher.changed()

    @property
    def varies_with_time(self) -> bool:
        """Whether the value changes even when nothing happens."""
        if self.formula.is_state:
            return False
        sliding = self.formula.interval.kind == "SlidingWindow" and not self.formula.is_current
        return (
            sliding
            or self.formula.category not in EVENT_DRIVEN
            or (self.formula.of_statuses and self.formula.category == "AverageTime")
        )

    def next_reset(self) -> int | None:
        """Return when a growing interval begins anew."""
        if self._calculator is None or self.formula.interval.kind != "GrowingWindow":
            return None
        return self._calculator.window.next_boundary

    def comparable(self) -> Any:
        """Return what decides whether the value has changed: a number, or the state's identity."""
        if self._calculator is not None:
            return self._calculator.value(self.agenda.now)
        return self._state()

    def _state(self) -> dict[str, Any]:
        return self._measured.states[self.formula.category]()

    def payload(self) -> Value:
        """Return the value as the service sends it (the Platform SDK's EventInfo as a bean)."""
        now = self.agenda.now
        if self._calculator is None:
            return _bean(0, None, 0, now) | {"stateValue": self._state()}
        number = self._calculator.value(now)
        return _bean(int(number), _text(number), self._calculator.interval_length(now), now)


class _Changes:
    """Listens to statuses and only says that there was one."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.changed = changed

    def begin(self, _now: int, _span: Span) -> None:
        self.changed()

    def end(self, _now: int, _span: Span) -> None:
        self.changed()

    def instant(self, now: int, span: Span) -> None:
        """An instantaneous action changes no state."""


class _Logins:
    """Restarts a since-login interval when the agent's LoggedOut ends."""

    def __init__(self, calculator: Calculator) -> None:
        self._calculator = calculator

    def begin(self, now: int, span: Span) -> None:
        """A status that begins is no login."""

    def end(self, now: int, span: Span) -> None:
        if span.name == "LoggedOut":
            self._calculator.window.restart(now)

    def instant(self, now: int, span: Span) -> None:
        """Statuses have no instantaneous actions."""


def _since_login(formula: Formula) -> bool:
    return formula.interval.kind == "SinceLogin" and not formula.is_current


def _feed(measured: Measured, formula: Formula) -> AnyFeed:
    """Return the feed to follow. Raises DefinitionError if the formula does not suit."""
    kind, category = measured.object_type, formula.category
    if formula.is_state:
        if measured.state_changes is None or category not in measured.states:
            raise DefinitionError(f"{kind} has no {category}")
        return measured.state_changes
    if category in COMPOUND and measured.staff is None:
        raise DefinitionError(f"{category} suits only Queue and RoutePoint")
    if category in UNAVAILABLE:
        why = UNAVAILABLE[category]
        raise DefinitionError(f"category {category} is not available here: {why}")
    if formula.subject not in measured.feeds:
        raise DefinitionError(f"subject {formula.subject} does not suit objectType {kind}")
    if category in CONTINUOUS and measured.logins is None:
        raise DefinitionError(f"{category} suits only Agent and AgentPlace")
    if _since_login(formula) and measured.logins is None:
        raise DefinitionError(f"SinceLogin does not suit {kind}")
    return measured.feeds[formula.subject]


def _bean(number: int, text: str | None, length: int, now: int) -> Value:
    return {
        "intValue": number,
        "stringValue": text,
        "intervalLength": length,
        "tag": -1,
        "timestamp": now,
    }


def _text(number: float) -> str:
    if isinstance(number, int):
        return str(number)
    return f"{number:.4f}".rstrip("0").rstrip(".")


class Watcher:
    """Decides when one subscriber is told of one statistic.

    Immediate: at a change of at least the insensitivity. Periodical: every frequency seconds if
    it changed by the insensitivity, always if that is 0. Reset: when the interval begins anew.
    """

    def __init__(
        self,
        statistic: Statistic,
        notification: Notification,
        deliver: Callable[[Value], None],
        time_tick: int = 10,
    ) -> None:
        self._statistic = statistic
        self._notification = notification
        self._deliver = deliver
        self._last = statistic.comparable()
        self._closed = False
        mode = notification.mode
        if mode == "Immediate":
            statistic.watchers.append(self)
            if statistic.varies_with_time and time_tick:
                self._repeat(time_tick * 1000)
        elif mode == "Periodical":
            self._repeat(notification.frequency * 1000)
        if mode in ("Immediate", "Reset"):
            self._await_reset()

    def close(self) -> None:
        """Tell nothing any more."""
        self._closed = True
        if self in self._statistic.watchers:
            self._statistic.watchers.remove(self)

    def changed(self) -> None:
        """The value may have changed."""
        if self._closed:
            return
        current = self._statistic.comparable()
        if current == self._last or not self._moved_enough(current):
            return
        self._send(current)

    def _moved_enough(self, current: Any) -> bool:
        limit = self._notification.insensitivity
        if isinstance(current, dict):
            return bool(current != self._last) or limit == 0
        return bool(abs(current - self._last) >= limit)

    def _send(self, current: Any) -> None:
        self._last = current
        self._deliver(self._statistic.payload())

    def _repeat(self, period: int) -> None:
        self._statistic.agenda.after(period, self._due, period)

    def _due(self, period: int) -> None:
        if self._closed:
            return
        self._repeat(period)
        if self._notification.mode == "Immediate":
            self.changed()
            return
        current = self._statistic.comparable()
        if self._moved_enough(current):
            self._send(current)

    def _await_reset(self) -> None:
        reset = self._statistic.next_reset()
        if reset is not None:
            self._statistic.agenda.at(reset, self._reset)

    def _reset(self) -> None:
        if self._closed:
            return
        if self._notification.mode == "Reset":
            self._send(self._statistic.comparable())
        else:
            self.changed()
        self._await_reset()
