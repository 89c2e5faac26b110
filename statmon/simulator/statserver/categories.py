"""What each category computes from the tallies of its masks.

Actions count when they are complete; statuses count the one in progress as well. Total and
extreme times of actions are whole durations of those that ended in the interval; those of
statuses, and all adjusted times, are cut to the interval and include what is in progress. A
quotient whose denominator is 0 is 0. Times are whole seconds, quotients have a fraction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from statmon.simulator.statserver.definition import Formula
from statmon.simulator.statserver.tally import Sums, Tally, in_range

Number = int | float


@dataclass(frozen=True)
class Part:
    """One mask's tally and what its sums were when the interval began."""

    tally: Tally
    before: Sums
    formula: Formula
    now: int

    def count(self) -> int:
        """Return how many matched in the interval."""
        if self.tally.selection is not None:
            return len(self.tally.selection)
        running = len(self.tally.open) if self.formula.of_statuses else 0
        return self.tally.number - self.before.number + running

    def continuous(self) -> int:
        """Return how many uninterrupted stretches lie at least partly in the interval."""
        return self.tally.continuous - self.before.continuous + self.before.running

    def time(self) -> int:
        """Return the total time (ms) by the subject's rule."""
        if self.tally.selection is not None:
            return sum(self.tally.selection)
        if self.formula.of_statuses:
            return self.adjusted()
        return self.tally.time - self.before.time

    def adjusted(self) -> int:
        """Return the time (ms) cut to the interval, with what is in progress."""
        return self.tally.progress - self.before.progress

    def occupied(self) -> int:
        """Return the time (ms) of the interval with at least one in progress."""
        return self.tally.occupied - self.before.occupied

    def running(self) -> Sequence[int]:
        """Return how long each in progress has lasted (ms)."""
        return self.tally.durations_in_progress(self.now)

    def running_sum(self) -> int:
        """Return the sum of how long those in progress have lasted (ms)."""
        return len(self.tally.open) * self.now - self.tally.began_sum

    def running_in_range(self) -> int:
        """Return how many in progress have lasted that long."""
        limits = self.tally.limits
        return sum(in_range(span.began, self.now, limits) for span in self.tally.open.values())

    def count_in_range(self) -> int:
        """Return how many in the interval lasted that long."""
        running = self.running_in_range() if self.formula.of_statuses else 0
        return self.tally.number_in_range - self.before.number_in_range + running

    def time_in_range(self) -> int:
        """Return the total time (ms) of those that lasted that long."""
        total = self.tally.time_in_range - self.before.time_in_range
        if self.formula.of_statuses:
            total += sum(
                self.now - span.began
                for span in self.tally.open.values()
                if in_range(span.began, self.now, self.tally.limits)
            )
        return total

    def waited(self) -> int:
        """Return twice the integral of how long those in progress have lasted (ms²)."""
        return self.tally.waited - self.before.waited

    def custom(self) -> int:
        """Return the sum of the formula (thousandths)."""
        running = sum(self.running_custom()) if self.formula.of_statuses else 0
        return self.tally.custom - self.before.custom + running

    def customs(self) -> list[int]:
        """Return candidates for the highest and lowest value of the formula (thousandths)."""
        found = [
            value
            for stretch in self.tally.stretches
            for value in (stretch.highest, stretch.lowest)
            if value is not None
        ]
        return found + (self.running_custom() if self.formula.of_statuses else [])

    def running_custom(self) -> list[int]:
        """Return the formula's value of each in progress (thousandths)."""
        worth = self.tally.worth
        return [worth(span) for span in self.tally.open.values()] if worth is not None else []

    def durations(self) -> list[int]:
        """Return candidates for the longest and shortest duration (ms)."""
        if self.tally.selection is not None:
            return list(self.tally.selection)
        found = [
            duration
            for stretch in self.tally.stretches
            for duration in (stretch.longest, stretch.shortest)
            if duration is not None
        ]
        return found + (list(self.running()) if self.formula.of_statuses else [])

    def counts(self) -> list[int]:
        """Return candidates for the most and fewest in progress."""
        found = [
            count
            for stretch in self.tally.stretches
            for count in (stretch.most, stretch.fewest)
            if count is not None
        ]
        return [*found, len(self.tally.open)]


class Parts(Protocol):
    """The parts of a statistic: main and relative, and how long the interval is (ms)."""

    main: Part
    relative: Part
    elapsed: int


Category = Callable[[Parts], Number]


def ratio(numerator: Number, denominator: Number, scale: Number = 1) -> float:
    """Return a scaled quotient, 0 where it is undefined."""
    return scale * numerator / denominator if denominator else 0.0


def seconds(milliseconds: int) -> int:
    """Return whole seconds."""
    return milliseconds // 1000


def units(thousandths: int) -> Number:
    """Return a custom value, a whole number if it is one."""
    whole, rest = divmod(thousandths, 1000)
    return thousandths / 1000 if rest else whole


def _service_factor(parts: Parts) -> float:
    """100 × answered in the first range ÷ (answered + abandoned - abandoned in the second).

    Whatever the masks: the main part looks at CallAnswered, the relative one at CallAbandoned.
    """
    answered, abandoned = parts.main, parts.relative
    counted = answered.count() + abandoned.count() - abandoned.count_in_range()
    return ratio(answered.count_in_range(), counted, 100)


def _time_to_end(parts: Parts) -> float:
    """Seconds until those in progress are none, at the pace at which they have ended so far."""
    return ratio(len(parts.main.tally.open) * parts.elapsed / 1000, parts.main.count())


def _continuous(parts: Parts) -> int:
    since = parts.main.tally.continuous_since
    running = bool(parts.main.tally.open)
    return seconds(parts.main.now - since) if running and since is not None else 0


CATEGORIES: dict[str, Category] = {
    "TotalNumber": lambda p: p.main.count(),
    "TotalAdjustedNumber": lambda p: (
        p.main.count() + (0 if p.main.formula.of_statuses else len(p.main.tally.open))
    ),
    "TotalContinuousNumber": lambda p: p.main.continuous(),
    "TotalTime": lambda p: seconds(p.main.time()),
    "TotalAdjustedTime": lambda p: seconds(p.main.adjusted()),
    "TotalDistinctTime": lambda p: seconds(p.main.occupied()),
    "AverageTime": lambda p: ratio(p.main.time() / 1000, p.relative.count()),
    "MaxTime": lambda p: seconds(max(p.main.durations(), default=0)),
    "MinTime": lambda p: seconds(min(p.main.durations(), default=0)),
    "MaxNumber": lambda p: max(p.main.counts()),
    "MinNumber": lambda p: min(p.main.counts()),
    "ElapsedTimePercentage": lambda p: ratio(p.main.adjusted(), p.elapsed, 100),
    "RelativeTimePercentage": lambda p: ratio(p.main.adjusted(), p.relative.adjusted(), 100),
    "RelativeNumberPercentage": lambda p: ratio(p.main.count(), p.relative.count(), 100),
    "RelativeNumber": lambda p: ratio(p.main.count(), p.relative.count()),
    "TotalNumberInTimeRange": lambda p: p.main.count_in_range(),
    "TotalNumberInTimeRangePercentage": lambda p: ratio(
        p.main.count_in_range(), p.main.count(), 100
    ),
    "TotalTimeInTimeRange": lambda p: seconds(p.main.time_in_range()),
    "TotalNumberPerSecond": lambda p: ratio(p.main.count(), p.elapsed, 1000),
    "AverageNumberPerRelativeHour": lambda p: ratio(
        p.main.count(), p.relative.adjusted(), 3_600_000
    ),
    "AverageOfCurrentNumber": lambda p: ratio(p.main.adjusted(), p.elapsed),
    "AverageOfCurrentTime": lambda p: ratio(p.main.waited(), 2000 * p.elapsed),
    "TotalCustomValue": lambda p: units(p.main.custom()),
    "AverageCustomValue": lambda p: ratio(p.main.custom() / 1000, p.main.count()),
    "MaxCustomValue": lambda p: units(max(p.main.customs(), default=0)),
    "MinCustomValue": lambda p: units(min(p.main.customs(), default=0)),
    "ServiceFactor1": _service_factor,
    "EstimTimeToEndCurrentNumber": _time_to_end,
    "CurrentNumber": lambda p: len(p.main.tally.open),
    "CurrentDistinctNumber": lambda p: len({span.source for span in p.main.tally.open.values()}),
    "CurrentCustomValue": lambda p: units(sum(p.main.running_custom())),
    "CurrentAverageCustomValue": lambda p: ratio(
        sum(p.main.running_custom()) / 1000, len(p.main.tally.open)
    ),
    "CurrentMaxCustomValue": lambda p: units(max(p.main.running_custom(), default=0)),
    "CurrentMinCustomValue": lambda p: units(min(p.main.running_custom(), default=0)),
    "CurrentTime": lambda p: seconds(p.main.running_sum()),
    "CurrentMaxTime": lambda p: seconds(max(p.main.running(), default=0)),
    "CurrentMinTime": lambda p: seconds(min(p.main.running(), default=0)),
    "CurrentAverageTime": lambda p: ratio(p.main.running_sum() / 1000, len(p.relative.tally.open)),
    "CurrentContinuousTime": _continuous,
    "CurrentRelativeTimePercentage": lambda p: ratio(
        p.main.running_sum(), p.relative.running_sum(), 100
    ),
    "CurrentRelativeNumberPercentage": lambda p: ratio(
        len(p.main.tally.open), len(p.relative.tally.open), 100
    ),
    "CurrentNumberInTimeRange": lambda p: p.main.running_in_range(),
    "CurrentNumberInTimeRangePercentage": lambda p: ratio(
        p.main.running_in_range(), len(p.main.tally.open), 100
    ),
}
"""The numeric categories of one feed. States have their own payload, waiting times their own
calculation; the others answer with an error."""

UNAVAILABLE = {
    "CurrentTargetState": "no shape of its events in JSON is known",
    "EstimTimeToComplete": "there are no campaigns",
    "Formula": "it needs other statistics by name, and no request is known that gives them",
    "JavaCategory": "there are no Java extensions",
    "LoadBalance1": "no formula of it is known",
    "TotalNumberErrors": "it is not known what it counts",
}
"""Categories without a meaning in this contact centre, and why."""

CONTINUOUS = frozenset({"CurrentContinuousTime", "TotalContinuousNumber"})
"""Categories of one agent's or place's uninterrupted stretches."""

EXTREMES = frozenset(
    {"MaxTime", "MinTime", "MaxNumber", "MinNumber", "MaxCustomValue", "MinCustomValue"}
)
"""Categories for which a tally must keep the extremes of each stretch."""

EVENT_DRIVEN = frozenset(
    {"TotalNumber", "CurrentNumber", "CurrentRelativeNumberPercentage", "MaxNumber", "MinNumber",
     "RelativeNumber", "RelativeNumberPercentage", "AverageTime", "ServiceFactor1",
     "TotalAdjustedNumber", "TotalNumberInTimeRange", "TotalNumberInTimeRangePercentage",
     "TotalCustomValue", "AverageCustomValue", "MinCustomValue", "MaxCustomValue",
     "CurrentCustomValue", "CurrentAverageCustomValue", "CurrentMinCustomValue",
     "CurrentMaxCustomValue", "CurrentDistinctNumber", "TotalContinuousNumber"}
)  # fmt: skip
"""Categories whose value changes at events (and as the interval moves), not by time alone."""
