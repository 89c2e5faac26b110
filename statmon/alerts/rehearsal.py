"""What a rule would have told in recorded days: the evaluator, fed with the past.

Pure: whoever reads the history feeds its readings and gaps in the order in which they came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Final

from statmon.alerts.evaluator import Evaluator, Groups
from statmon.alerts.rules import Rule
from statmon.alerts.telling import Change, Transition
from statmon.domain.reading import Reading
from statmon.domain.statistic import Series, Statistic
from statmon.live import asof
from statmon.live.table import LiveTable

DELAYS: Final = (30.0, 90.0, 300.0)
"""Seconds of persistence of which one is suggested ..."""
_QUIETER: Final = 0.5
"""... if it leaves at most this part of the alerts."""
_arrived = attrgetter("arrived")


@dataclass(frozen=True, slots=True)
class Excursion:
    """One alert that there would have been; local epoch milliseconds."""

    series: Series
    since: int
    ended: int | None
    """None: it lasted when the past ended."""
    worst: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule would have told."""

    rule: Rule
    excursions: tuple[Excursion, ...]
    transitions: tuple[Transition, ...]
    until: int

    @property
    def count(self) -> int:
        """How many alerts there would have been."""
        return len(self.excursions)

    @property
    def longest(self) -> int:
        """How long the longest lasted, in milliseconds; 0 if there was none."""
        lasted = ((one.ended or self.until) - one.since for one in self.excursions)
        return max(lasted, default=0)


class Rehearsal:
    """Feeds a rule, and the same with longer delays, with the past."""

    def __init__(
        self, rule: Rule, series: Mapping[Series, Statistic], groups_of: Groups, start: int
    ) -> None:
        """Prepare.

        Args:
            rule: what is tried.
            series: what it counts for.
            groups_of: the groups of an object.
            start: when the past begins, local epoch milliseconds.
        """
        self.table, self._now = LiveTable(), start
        for about, statistic in series.items():
            self.table.add(statistic, about)
        rules = [rule, *(replace(rule, persist=s) for s in DELAYS if s > rule.persist)]
        self._evaluators = [Evaluator(self.table, [one], groups_of) for one in rules]
        self._told: list[list[Transition]] = [[] for _ in rules]

    def begin(self, readings: Iterable[Reading], gaps: Sequence[asof.Gap]) -> None:
        """Take in what was known at the start.

        Args:
            readings: the newest of each series then.
            gaps: all that touch the past.
        """
        self._gaps = gaps
        self.table.set_open(self.table.series, is_open=True)
        self.table.apply(sorted(readings, key=_arrived), judged=True)
        for gap in gaps:
            if gap.start <= self._now:
                self.table.set_open(asof.members(self.table, gap), is_open=False)
        asof.settle(self.table, gaps, self._now)
        self._edges = sorted({
            edge for gap in gaps for edge in (gap.start, gap.end)
            if edge is not None and edge > self._now
        }, reverse=True)  # fmt: skip
        self._look(self._now)

    def feed(self, readings: Iterable[Reading], until: int) -> None:
        """Live on to a time.

        Args:
            readings: those that arrived until then, by arrival.
            until: local epoch milliseconds.
        """
        for arrived, together in groupby(readings, _arrived):
            self._pass_edges(arrived)
            rows = []
            for reading in self.table.apply(list(together), judged=True):
                row = self.table.row_of(reading.series)
                if row is not None:
                    rows.append(row)
            for evaluator, told in zip(self._evaluators, self._told, strict=True):
                told.extend(evaluator.take(rows, arrived))
            if self._edges and self._edges[-1] == arrived:
                self._pass_edges(arrived + 1)
        self._pass_edges(until + 1)
        for evaluator, told in zip(self._evaluators, self._told, strict=True):
            told.extend(evaluator.advance(until))
        self._now = until

    def outcomes(self) -> list[Outcome]:
        """Return what would have been told: by the rule, then with longer and longer delays."""
        return [
            Outcome(evaluator.rules[0], _excursions(told), tuple(told), self._now)
            for evaluator, told in zip(self._evaluators, self._told, strict=True)
        ]

    def _pass_edges(self, before: int) -> None:
        """Let gaps begin and end that do so before a time."""
        while self._edges and self._edges[-1] < before:
            at = self._edges.pop()
            for gap in self._gaps:
                if gap.start == at:
                    self.table.set_open(asof.members(self.table, gap), is_open=False)
            asof.settle(self.table, self._gaps, at)
            self._look(at)

    def _look(self, at: int) -> None:
        for evaluator, told in zip(self._evaluators, self._told, strict=True):
            told.extend(evaluator.look(at))


def suggestion(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Return what the shortest delay brings that makes a rule much quieter; None: none does."""
    first, *longer = outcomes
    quieter = (one for one in longer if one.count <= first.count * _QUIETER)
    return next(quieter, None) if first.count > 1 else None


def _excursions(told: Iterable[Transition]) -> tuple[Excursion, ...]:
    last: dict[str, Transition] = {}
    for one in told:
        last[one.id] = one
    return tuple(
        Excursion(one.series, one.since, one.at if one.change is Change.ENDED else None, one.worst)
        for one in last.values()
    )
