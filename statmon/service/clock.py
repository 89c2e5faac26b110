"""The computer's time, such that nothing measured by it breaks when the clock is set."""

import time
from collections.abc import Callable
from typing import Final

from statmon.bayeux.sleep_detector import elapsed

JUMP: Final = 1000
"""Milliseconds by which the wall clock has to differ to count as set."""


BLINK: Final = 10_000
"""Milliseconds without a sign of life that are no sleep yet: a loop may be blocked for a while."""


def elapsed_ms() -> int:
    """Return milliseconds that only ever run on, at their pace, through sleep as well."""
    return int(elapsed() * 1000)


def wall_ms() -> int:
    """Return what the wall clock shows, in epoch milliseconds; it may be set at any moment."""
    return time.time_ns() // 1_000_000


class SteadyClock:
    """Epoch milliseconds that run on when the wall clock is set, until told to follow it.

    Ages are differences of such times. Whoever lets it follow moves the times that it has
    noted by as much, so that their ages stay.
    """

    def __init__(
        self, wall: Callable[[], int] = wall_ms, elapsed: Callable[[], int] = elapsed_ms
    ) -> None:
        self._wall, self._elapsed = wall, elapsed
        self._offset = wall() - elapsed()

    def now(self) -> int:
        """Return the time."""
        return self._elapsed() + self._offset

    def follow(self) -> int:
        """Show what the wall clock shows; return by how many milliseconds it was set, mostly 0."""
        jump = self._wall() - self.now()
        if abs(jump) < JUMP:
            return 0
        self._offset += jump
        return jump


class Absence:
    """Notices that this process did not run: the computer slept, or somebody stopped it.

    Has to be asked more often than ``BLINK``.
    """

    def __init__(self, elapsed: Callable[[], int] = elapsed_ms) -> None:
        self._elapsed = elapsed
        self._awake = elapsed()

    def ended(self) -> int:
        """Return how many milliseconds went by since the last call if that is too long, else 0."""
        last, self._awake = self._awake, self._elapsed()
        away = self._awake - last
        return away if away > BLINK else 0


steady = SteadyClock()
"""The one of this process: who compares times must have them of the same clock."""


def epoch_ms() -> int:
    """Return this computer's time in epoch milliseconds, as all parts of statmon see it."""
    return steady.now()
