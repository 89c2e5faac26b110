"""The life of one alert: pending, active, recovering, ended; and unknown meanwhile.

A machine without I/O and without a clock: which limits are passed and times go in, what happened
comes out. One excursion of a number is one alert, whatever the number does around its limits.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from statmon.alerts.limits import (
    CRITICAL_HIGH,
    CRITICAL_LOW,
    WARNING_HIGH,
    WARNING_LOW,
    level_of,
)
from statmon.alerts.rules import LIMITS, Rule
from statmon.alerts.telling import Change, State
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit

_BITS: Final = (CRITICAL_LOW, WARNING_LOW, WARNING_HIGH, CRITICAL_HIGH)


class Phase(StrEnum):
    """Where an alert is in its life."""

    PENDING = "pending"
    """The limit is passed, but not for long enough."""
    ACTIVE = "active"
    RECOVERING = "recovering"
    """The number is well again, but not for long enough."""
    ENDED = "ended"


class Step(NamedTuple):
    """What happened in an alert's life, at a time, and how it stood then."""

    change: Change
    at: int
    speaks: bool
    state: State
    level: int
    limit: float | None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody has seen an alert."""

    at: int
    who: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Somebody wants to hear nothing of an alert for a while, unless it becomes worse."""

    at: int
    until: int | None
    """Local epoch milliseconds; None: until its level is another."""
    who: str = ""
    words: str = ""


@dataclass(slots=True)
class Alert:
    """An excursion of a number beyond its limits. Times are local epoch milliseconds."""

    id: str
    series: Series
    statistic: str
    """What is measured, for people."""
    unit: Unit
    rule: Rule
    since: int
    """When the limit was passed."""
    number: float
    """The last one that was known."""
    phase: Phase = Phase.PENDING
    level: int = 0
    """That which counts; while pending, that of the limits that are passed."""
    worst: int = 0
    """The level farthest from 0 so far."""
    unknown: bool = False
    """Its number is not known now: it is neither well nor bad."""
    raised: int | None = None
    ended: int | None = None
    told: dict[int, int] = field(default_factory=dict)
    """The worst level of each side (1, -1) that was spoken of."""
    acknowledged: Acknowledgement | None = None
    shelf: Shelf | None = None
    passed: int = 0
    """Which limits are passed now."""
    on: int = 0
    """Which of them count: passed for long enough, and not well again for long enough."""
    _returned: bool = False
    """It is of an earlier run, and its number has not been known since."""
    _started: int = 0
    """From when on what is passed counts as lasting."""
    _lost: int = 0
    """Since when it is unknown."""
    _well: int | None = None
    """Since when nothing is passed."""
    _passed_at: dict[int, int] = field(default_factory=dict)
    """Of each limit that is passed: since when; of each that is not but counts: since when not."""

    @property
    def state(self) -> State:
        """How it stands, in one word."""
        if self.phase in (Phase.ENDED, Phase.PENDING):
            return State(self.phase.value)
        if self.unknown:
            return State.UNKNOWN
        if self.shelf is not None:
            return State.SHELVED
        if self.phase is Phase.RECOVERING:
            return State.RECOVERING
        return State.ACTIVE if self.acknowledged is None else State.ACKNOWLEDGED

    @property
    def loud(self) -> bool:
        """Whether it asks for attention: it is there, and neither acknowledged nor shelved."""
        there = self.phase in (Phase.ACTIVE, Phase.RECOVERING)
        return there and self.acknowledged is None and self.shelf is None

    @property
    def limit(self) -> float | None:
        """What is passed at its level."""
        low, high = ("critical_low", "warning_low"), ("critical_high", "warning_high")
        if not self.level:
            return None
        limit: float | None = getattr(
            self.rule.levels, (high if self.level > 0 else low)[2 - abs(self.level)]
        )
        return limit

    # What comes in.

    def take(self, passed: int, number: float, rule: Rule, now: int) -> list[Step]:
        """Take in a number of now.

        Args:
            passed: the limits that it is beyond.
            number: the number.
            rule: the rule that counts.
            now: when it came.
        """
        self.number, self.rule = number, rule
        steps = self._see_again(now)
        for bit in _BITS:
            if bit & passed & ~self.passed:
                self._passed_at[bit] = now
            elif bit & self.passed & ~passed:
                if bit & self.on:
                    self._passed_at[bit] = now
                else:
                    self._passed_at.pop(bit, None)
        if not passed:
            self._well = now if self._well is None else self._well
        else:
            self._well = None
        self.passed = passed
        steps += self._settle(now)
        if self._returned and self.phase is not Phase.PENDING:
            # Nobody of this run has heard of it yet.
            if self.phase is Phase.ACTIVE and self.loud and not any(one.speaks for one in steps):
                steps[0] = steps[0]._replace(speaks=True)
            self._returned = False
        return steps

    def lose(self, now: int) -> list[Step]:
        """Take in that its number is not known from now on: no time counts until it is."""
        if self.unknown:
            return []
        self.unknown, self._lost = True, now
        return [] if self.phase is Phase.PENDING else [self._said(Change.UNKNOWN, now)]

    def advance(self, now: int) -> list[Step]:
        """Let time go by up to ``due``."""
        steps = []
        if self.shelf is not None and self.shelf.until is not None and self.shelf.until <= now:
            steps += self._unshelve(now, speaks=self.acknowledged is None)
        return steps if self.unknown else steps + self._settle(now)

    @property
    def due(self) -> int | None:
        """When something happens by itself if no number comes."""
        times = [] if self.unknown else [*self._on_at(), *self._off_at()]
        if self.shelf is not None and self.shelf.until is not None:
            times.append(self.shelf.until)
        return min(times, default=None)

    def acknowledge(self, seen: Acknowledgement) -> list[Step]:
        """Note that somebody has seen it: it does not speak again of what it was so far."""
        if self.phase in (Phase.PENDING, Phase.ENDED):
            return []
        self.acknowledged = seen
        self._note_told(self.level)
        return [self._said(Change.ACKNOWLEDGED, seen.at)]

    def shelve(self, shelf: Shelf) -> list[Step]:
        """Be quiet for a while; if it becomes worse it speaks again."""
        if self.phase in (Phase.PENDING, Phase.ENDED):
            return []
        self.shelf = shelf
        self._note_told(self.level)
        return [self._said(Change.SHELVED, shelf.at)]

    def unshelve(self, now: int) -> list[Step]:
        """Speak again from now on."""
        return [] if self.shelf is None else self._unshelve(now, speaks=False)

    def end(self, now: int) -> list[Step]:
        """Nobody looks at its number any more."""
        if self.phase is Phase.PENDING:
            return []
        self.phase, self.ended, self.unknown = Phase.ENDED, now, False
        return [self._said(Change.ENDED, now)]

    def reopen(self, now: int) -> None:
        """Begin again: it ended a moment ago, so it is the same excursion."""
        self.phase = Phase.PENDING
        self.passed = self.on = 0
        self._started, self._well = now, None
        self._passed_at.clear()

    def resume(self, now: int) -> None:
        """Stand as it stood when statmon ended; how it is now nobody knows yet."""
        self._passed_at = dict.fromkeys((bit for bit in _BITS if bit & self.on), now)
        self.passed, self._started, self._lost, self._well = self.on, now, now, None
        self.unknown = self._returned = True

    def shift(self, by: int) -> None:
        """Move its times, since this computer's clock was set by so many milliseconds."""
        self.since += by
        self._started += by
        self._lost += by
        self.raised = None if self.raised is None else self.raised + by
        self.ended = None if self.ended is None else self.ended + by
        self._well = None if self._well is None else self._well + by
        self._passed_at = {bit: at + by for bit, at in self._passed_at.items()}

    # What is decided.

    def _see_again(self, now: int) -> list[Step]:
        """Begin to count time anew where the number was not known."""
        if not self.unknown:
            return []
        self.unknown = False
        self._started = now if self.phase is Phase.PENDING else self._started + now - self._lost
        self._passed_at = dict.fromkeys(
            (bit for bit in _BITS if bit & (self.passed | self.on)), now
        )
        self._well = None if self._well is None else now
        return [] if self.phase is Phase.PENDING else [self._said(Change.KNOWN, now)]

    def _on_at(self) -> list[int]:
        return [
            self._on_due(bit, name)
            for bit, name in zip(_BITS, LIMITS, strict=True)
            if bit & self.passed & ~self.on
        ]

    def _on_due(self, bit: int, name: str) -> int:
        own = self.rule.pace(name).persist
        if own is not None:
            return self._passed_at[bit] + _ms(own)
        return max(self._passed_at[bit], self._started + _ms(self.rule.persist))

    def _off_at(self) -> list[int]:
        if self.passed and not self.on & self.passed:
            return []  # what is passed does not count yet: what counted is held until it does
        return [
            self._off_due(bit, name)
            for bit, name in zip(_BITS, LIMITS, strict=True)
            if bit & self.on & ~self.passed
        ]

    def _off_due(self, bit: int, name: str) -> int:
        own = self.rule.pace(name).recover
        since = self._passed_at[bit]
        if own is not None:
            return since + _ms(own)
        # It becomes milder at once; only the way to the end takes the rule's time.
        return since if self._well is None else self._well + _ms(self.rule.recover)

    def _settle(self, now: int) -> list[Step]:
        """Let count what has lasted, and no more what has been well for long enough."""
        on = self.on
        for bit, name in zip(_BITS, LIMITS, strict=True):
            if bit & self.passed & ~self.on and self._on_due(bit, name) <= now:
                on |= bit
        # What counts farther out has passed the nearer limit for at least as long.
        on |= self.passed & WARNING_HIGH if on & self.passed & CRITICAL_HIGH else 0
        on |= self.passed & WARNING_LOW if on & self.passed & CRITICAL_LOW else 0
        self.on = on
        if not self.passed or on & self.passed:
            for bit, name in zip(_BITS, LIMITS, strict=True):
                if bit & on & ~self.passed and self._off_due(bit, name) <= now:
                    self.on &= ~bit
                    del self._passed_at[bit]
        return self._judge(now)

    def _judge(self, now: int) -> list[Step]:
        before, phase = self.level, self.phase
        self.level = level_of(self.on or self.passed) or before
        if phase is Phase.PENDING:
            return self._begin(now) if self.on else []
        if not self.on:
            return self._end(now)
        self.phase = Phase.ACTIVE if self.passed else Phase.RECOVERING
        self._note_worst()
        if phase is Phase.RECOVERING and self.phase is Phase.ACTIVE:
            return self._step(Change.RELAPSED, before, now)
        steps = []
        if self.level != before:
            milder = abs(self.level) < abs(before) and self.level * before > 0
            steps += self._step(Change.MILDER if milder else Change.WORSE, before, now)
        if phase is Phase.ACTIVE and self.phase is Phase.RECOVERING:
            steps.append(self._said(Change.RECOVERING, now))
        return steps

    def _begin(self, now: int) -> list[Step]:
        again = self.ended is not None
        self.phase, self.ended = Phase.ACTIVE, None
        self.raised = now if self.raised is None else self.raised
        self._note_worst()
        return self._step(Change.RELAPSED if again else Change.RAISED, 0, now)

    def _step(self, change: Change, before: int, now: int) -> list[Step]:
        """Tell of another level; aloud if it is worse than what was told of its side."""
        side = 1 if self.level > 0 else -1
        news = abs(self.level) > self.told.get(side, 0)
        self._note_told(self.level)
        if not news:
            steps = [self._said(change, now)]
            if self.shelf is not None and self.shelf.until is None and self.level != before:
                steps += self._unshelve(now, speaks=self.acknowledged is None)
            return steps
        self.acknowledged = None
        steps = [self._said(change, now, speaks=True)]
        return self._unshelve(now, speaks=False) + steps if self.shelf is not None else steps

    def _end(self, now: int) -> list[Step]:
        self.phase, self.ended = Phase.ENDED, now
        if self.shelf is not None and self.shelf.until is None:
            self.shelf = None
        return [self._said(Change.ENDED, now)]

    def _unshelve(self, now: int, *, speaks: bool) -> list[Step]:
        self.shelf = None
        there = self.phase in (Phase.ACTIVE, Phase.RECOVERING)
        return [self._said(Change.UNSHELVED, now, speaks=speaks and there)] if there else []

    def _said(self, change: Change, at: int, *, speaks: bool = False) -> Step:
        return Step(change, at, speaks, self.state, self.level, self.limit)

    def _note_worst(self) -> None:
        if abs(self.level) > abs(self.worst):
            self.worst = self.level

    def _note_told(self, level: int) -> None:
        side = 1 if level > 0 else -1
        self.told[side] = max(self.told.get(side, 0), abs(level))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
