"""Simulated time: what happens next, and when.

Times are the service's epoch milliseconds, always integers, so that sums stay exact and a run
is repeatable to the last unit whatever the speed of the clock.
"""

import heapq
from collections.abc import Callable
from typing import Any

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Agenda:
    """A queue of calls to make at given simulated times."""

    def __init__(self, now: int) -> None:
        self.now = now
        self._heap: list[tuple[int, int, Callable[..., object], tuple[Any, ...]]] = []
        self._sequence = 0
        self.done = 0

    def at(self, when: int, action: Callable[..., object], *args: Any) -> None:
        """Call ``action`` at this time; what was asked for first comes first."""
        self._sequence += 1
        heapq.heappush(self._heap, (max(when, self.now), self._sequence, action, args))

    def after(self, delay: int, action: Callable[..., object], *args: Any) -> None:
        """Call ``action`` this many milliseconds from now."""
        self._sequence += 1
        heapq.heappush(self._heap, (self.now + max(delay, 0), self._sequence, action, args))

    def run_until(self, when: int) -> None:
        """Do everything that is due up to and including this time, then stand at it."""
        heap = self._heap
        while heap and heap[0][0] <= when:
            self.now, _, action, args = heapq.heappop(heap)
            self.done += 1
            action(*args)
        self.now = max(self.now, when)

    def step(self) -> bool:
        """Do the next thing, whenever it is; False if there is none."""
        if not self._heap:
            return False
        self.run_until(self._heap[0][0])
        return True
