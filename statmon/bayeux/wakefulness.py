"""Noticing that the computer slept, without asking the operating system."""

from typing import Final

JUMP: Final = 10.0
"""Seconds the wall clock runs ahead: on Linux and macOS monotonic time stands still in sleep."""
LATE: Final = 30.0
"""Seconds without a tick: on Windows both clocks run on in sleep. A blocked loop is no sleep."""
TICK: Final = 2.0
"""Seconds between ticks."""


class Wakefulness:
    """Compares wall clock and monotonic clock at every tick."""

    def __init__(self, wall: float, monotonic: float) -> None:
        self._wall, self._monotonic = wall, monotonic

    def tick(self, wall: float, monotonic: float) -> bool:
        """Return whether the computer slept since the last tick.

        A wall clock set back is no sleep; one set forward looks like one, and costs a new
        connection.
        """
        passed, shown = monotonic - self._monotonic, wall - self._wall
        self._wall, self._monotonic = wall, monotonic
        return shown - passed > JUMP or passed > LATE
