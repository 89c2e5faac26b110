"""One number that follows the stream: a formula at work on the feeds of an object."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from statmon.simulator.statserver.categories import CATEGORIES, EXTREMES, Number, Part
from statmon.simulator.statserver.definition import Formula, Interval
from statmon.simulator.statserver.masks import Mask
from statmon.simulator.statserver.tally import Tally
from statmon.simulator.statserver.window import Window
from statmon.simulator.stream import Entry, Span

_ANSWERED = Mask(named=frozenset({"CallAnswered"}))
_ABANDONED = Mask(named=frozenset({"CallAbandoned"}))
_NO_WINDOW = Interval("None", ())


@dataclass
class _Parts:
    main: Part
    relative: Part
    elapsed: int


class Calculator:
    """Computes a formula incrementally. ``changed`` is called at each event that may matter."""

    def __init__(
        self, formula: Formula, opened: int, changed: Callable[[], None] = lambda: None
    ) -> None:
        self.formula = formula
        self._changed = changed
        self._compute = CATEGORIES[formula.category]
        self.main, self.relative = _tallies(formula, opened)
        self._tallies = (self.main,) if self.main is self.relative else (self.main, self.relative)
        interval = _NO_WINDOW if formula.is_current else formula.interval
        if interval.kind == "SlidingSelection":
            for tally in self._tallies:
                tally.selection = deque(maxlen=interval.length)
        self.window = Window(interval, self._tallies, opened)

    def begin(self, now: int, span: Span) -> None:
        """A span began."""
        concerned = [tally for tally in self._tallies if tally.matches(span)]
        if concerned:
            self.window.roll(now)
            for tally in concerned:
                tally.begin(now, span)
            self._changed()

    def end(self, now: int, span: Span) -> None:
        """A span ended."""
        concerned = [tally for tally in self._tallies if tally.matches(span)]
        if concerned:
            self.window.roll(now)
            for tally in concerned:
                tally.end(now, span)
            self._changed()

    def instant(self, now: int, span: Span) -> None:
        """An instantaneous action happened: of no interest to current categories."""
        if self.formula.is_current:
            return
        concerned = [tally for tally in self._tallies if tally.matches(span)]
        if concerned:
            self.window.roll(now)
            for tally in concerned:
                tally.instant(now, span)
            self._changed()

    def start(self, now: int, in_progress: Iterable[Span]) -> None:
        """Take over the spans that began before the statistic was opened."""
        for span in in_progress:
            self.begin(now, span)

    def value(self, now: int) -> Number:
        """Return the value at this time, which must not be before the latest event."""
        self.window.roll(now)
        before = self.window.before()
        main = Part(self.main, before[0], self.formula, now)
        relative = Part(self.relative, before[-1], self.formula, now)
        return self._compute(_Parts(main, relative, now - self.window.start))

    def interval_length(self, now: int) -> int:
        """Return the seconds since the interval began; 0 for current categories."""
        return 0 if self.formula.is_current else (now - self.window.start) // 1000


def _tallies(formula: Formula, now: int) -> tuple[Tally, Tally]:
    main_mask, relative_mask = formula.main, formula.relative or formula.main
    if formula.category == "ServiceFactor1":
        main_mask, relative_mask = _ANSWERED, _ABANDONED
    condition, custom = formula.filter, formula.custom
    extremes = formula.category in EXTREMES
    main = Tally(main_mask, formula.first_range, now, condition, custom, extremes=extremes)
    if relative_mask == main_mask:
        return main, main
    return main, Tally(relative_mask, formula.second_range, now, condition, custom, extremes=False)


def replay(calculator: Calculator, entries: Iterable[Entry]) -> None:
    """Feed the past to a calculator that was opened before it."""
    for now, kind, span in entries:
        getattr(calculator, kind)(now, span)


def sharing_key(formula: Formula) -> Formula:
    """Return the formula without what does not change its value, so that equal ones are shared."""
    return replace(formula, interval=_NO_WINDOW) if formula.is_current else formula
