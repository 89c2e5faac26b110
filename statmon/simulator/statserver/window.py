"""The interval of a historical statistic: where it begins now, and when it moves."""

from collections import deque

from statmon.simulator.statserver.definition import Interval
from statmon.simulator.statserver.tally import Sums, Tally
from statmon.simulator.statserver.zones import next_time_of_day


class Window:
    """Keeps what the tallies were when the interval began.

    Growing windows begin anew at each reset time (seconds of the day in
    the interval's time zone); sliding
    ones begin a length before the latest sample; since-login ones when the agent logs in;
    a current category has the window that never moves. What happens exactly at a boundary
    belongs to the stretch that begins there.
    """

    def __init__(self, interval: Interval, tallies: tuple[Tally, ...], now: int) -> None:
        self._interval = interval
        self._tallies = tallies
        self._begun = self.start = now
        self._history: deque[tuple[int, tuple[Sums, ...]]] = deque()
        self._remember(now)
        self._next = self._boundary_after(now)

    @property
    def next_boundary(self) -> int | None:
        """When the interval moves next, if that is known."""
        return self._next

    def before(self) -> tuple[Sums, ...]:
        """Return each tally's sums at the start of the interval."""
        return self._history[0][1]

    def roll(self, now: int) -> None:
        """Let time pass up to now, moving the interval as often as is due."""
        while self._next is not None and self._next <= now:
            self._move(self._next)
            self._next = self._boundary_after(self._next)
        for tally in self._tallies:
            tally.advance(now)

    def restart(self, now: int) -> None:
        """Begin the interval anew, as a login does."""
        self.roll(now)
        self._begin(now)

    def _begin(self, now: int) -> None:
        self._begun = self.start = now
        self._history.clear()
        self._remember(now)
        for tally in self._tallies:
            tally.drop_before(now)

    def _move(self, boundary: int) -> None:
        for tally in self._tallies:
            tally.advance(boundary)
        if self._interval.kind == "GrowingWindow":
            self._begin(boundary)
            return
        self._remember(boundary)
        sample = self._interval.sample * 1000
        # A length that is no multiple of the sample begins at the sample before it.
        start = (boundary - self._interval.length * 1000) // sample * sample
        self.start = max(self._begun, start)
        while len(self._history) > 1 and self._history[1][0] <= self.start:
            self._history.popleft()
        for tally in self._tallies:
            tally.drop_before(self.start)

    def _remember(self, now: int) -> None:
        """Keep the sums of this time, if they differ: most samples of most statistics do not."""
        for tally in self._tallies:
            tally.cut(now)
        sums = tuple(tally.sums() for tally in self._tallies)
        if not self._history or self._history[-1][1] != sums:
            self._history.append((now, sums))

    def _boundary_after(self, now: int) -> int | None:
        if self._interval.kind == "SlidingWindow":
            sample = self._interval.sample * 1000
            return (now // sample + 1) * sample
        if self._interval.kind == "GrowingWindow":
            return next_time_of_day(now, self._interval.resets, self._interval.zone or "UTC")
        return None
