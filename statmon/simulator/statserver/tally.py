"""What has been seen of the spans that match a mask: cumulative, so that intervals subtract.

Durations compare with time ranges in whole seconds, both ends truncated before they are
subtracted; a range is half open, ``[left, right)``.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from statmon.simulator.statserver import expression
from statmon.simulator.statserver.definition import Range
from statmon.simulator.statserver.masks import Mask
from statmon.simulator.stream import Span


class Sums(NamedTuple):
    """Cumulative sums; times in ms.

    Spans ended and their whole durations, of all and of those in range; ``progress`` is the
    integral of the number in progress, ``occupied`` the time with at least one in progress,
    ``waited`` twice the integral of how long those in progress have lasted (ms²), ``custom`` the
    thousandths that a formula gives of the spans ended. ``continuous`` is how many uninterrupted
    stretches with one in progress have begun; ``running`` is 1 within such a stretch.
    """

    number: int = 0
    time: int = 0
    number_in_range: int = 0
    time_in_range: int = 0
    progress: int = 0
    occupied: int = 0
    waited: int = 0
    custom: int = 0
    continuous: int = 0
    running: int = 0


def in_range(began: int, ended: int, limits: Range) -> bool:
    """Whether a duration lies in the range, by Stat Server's way of counting seconds."""
    return limits[0] <= ended // 1000 - began // 1000 < limits[1]


class Extremes:
    """The extremes of a stretch: of durations, of the number in progress, of a formula."""

    __slots__ = ("fewest", "highest", "longest", "lowest", "most", "shortest", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.longest: int | None = None
        self.shortest: int | None = None
        self.most: int | None = None
        self.fewest: int | None = None
        self.highest: int | None = None
        self.lowest: int | None = None

    def custom(self, value: int) -> None:
        """Take a formula's value into account."""
        self.highest = value if self.highest is None else max(self.highest, value)
        self.lowest = value if self.lowest is None else min(self.lowest, value)

    def duration(self, value: int) -> None:
        """Take a duration into account."""
        self.longest = value if self.longest is None else max(self.longest, value)
        self.shortest = value if self.shortest is None else min(self.shortest, value)

    def count(self, value: int) -> None:
        """Take a number in progress into account."""
        self.most = value if self.most is None else max(self.most, value)
        self.fewest = value if self.fewest is None else min(self.fewest, value)


class Tally:
    """Listens to a feed and sums up the spans whose names match the mask."""

    def __init__(
        self,
        mask: Mask,
        limits: Range,
        now: int,
        condition: str = "",
        custom: str = "",
        *,
        extremes: bool = True,
    ) -> None:
        """Sum up from ``now`` on; without ``extremes`` the stretches stay empty."""
        self.mask = mask
        self.limits = limits
        self._counts = expression.condition(condition) if condition else None
        self.worth = expression.thousandths(custom) if custom else None
        self.last = now
        self.open: dict[int, Span] = {}
        self.number = self.time = self.number_in_range = self.time_in_range = 0
        self.progress = self.occupied = self.waited = self.custom = 0
        self.began_sum = 0
        self.continuous = 0
        self.continuous_since: int | None = None
        self._emptied: int | None = None
        self.stretches: deque[Extremes] = deque([Extremes(now)] if extremes else ())
        self.selection: deque[int] | None = None

    def matches(self, span: Span) -> bool:
        """Whether this span counts here."""
        return span.name in self.mask and (self._counts is None or self._counts(span))

    def advance(self, now: int) -> None:
        """Let time pass without anything happening."""
        passed = now - self.last
        if passed > 0:
            count = len(self.open)
            lasted = count * self.last - self.began_sum
            self.progress += count * passed
            self.waited += 2 * lasted * passed + count * passed * passed
            self.occupied += passed if count else 0
            if self.stretches:
                self.stretches[-1].count(count)
            self.last = now

    def begin(self, now: int, span: Span) -> None:
        """A span began that matches."""
        if not self.open and self._emptied != now:
            self.continuous_since = span.began
            self.continuous += 1
        self.open[id(span)] = span
        self.began_sum += span.began

    def end(self, now: int, span: Span) -> None:
        """A span that matches ended."""
        if self.open.pop(id(span), None) is not None:
            self.began_sum -= span.began
            if not self.open:
                self._emptied = now
        self.instant(now, span)

    def instant(self, now: int, span: Span) -> None:
        """A span that matches is complete: count it."""
        duration = now - span.began
        self.number += 1
        self.time += duration
        if in_range(span.began, now, self.limits):
            self.number_in_range += 1
            self.time_in_range += duration
        value = self.worth(span) if self.worth is not None else 0
        self.custom += value
        if self.stretches:
            self.stretches[-1].duration(duration)
            self.stretches[-1].custom(value)
        if self.selection is not None:
            self.selection.append(duration)

    def sums(self) -> Sums:
        """Return the cumulative sums up to the last event or advance."""
        return Sums(
            self.number,
            self.time,
            self.number_in_range,
            self.time_in_range,
            self.progress,
            self.occupied,
            self.waited,
            self.custom,
            self.continuous,
            bool(self.open),
        )

    def cut(self, now: int) -> None:
        """Begin a new stretch of extremes."""
        if self.stretches:
            self.stretches.append(Extremes(now))

    def drop_before(self, start: int) -> None:
        """Forget the extremes of stretches that began before."""
        while len(self.stretches) > 1 and self.stretches[0].start < start:
            self.stretches.popleft()

    def durations_in_progress(self, now: int) -> Sequence[int]:
        """Return how long each span in progress has lasted, longest first."""
        return [now - span.began for span in self.open.values()]
