"""Noticing that the computer slept, without asking the operating system."""

import sys
import time
from typing import Final

JUMP: Final = 10.0
"""Seconds the clock that counts sleep runs ahead: on Linux monotonic time stands still in it."""
LATE: Final = 30.0
"""Seconds without a tick: elsewhere both clocks run on in sleep. A blocked loop is no sleep."""
TICK: Final = 2.0
"""Seconds between ticks."""


def elapsed() -> float:
    """Return seconds that only ever run on, at their pace, through sleep as well.

    Nobody can set them, so that a computer's clock that was set is not taken for sleep.
    """
    if sys.platform == "linux":
        seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        seconds = time.clock_gettime(time.CLOCK_MONOTONIC)  # there it counts sleep
    else:
        seconds = time.monotonic()
    return seconds


class SleepDetector:
    """Compares a clock that counts sleep with the monotonic one at every tick."""

    def __init__(self, elapsed: float, monotonic: float) -> None:
        self._elapsed, self._monotonic = elapsed, monotonic

    def tick(self, elapsed: float, monotonic: float) -> bool:
        """Return whether the computer slept since the last tick."""
        awake, passed = monotonic - self._monotonic, elapsed - self._elapsed
        self._elapsed, self._monotonic = elapsed, monotonic
        return passed - awake > JUMP or passed > LATE
