"""Two things learned from how long polls last: floods, and proxies that cut."""

from typing import Final

QUICK: Final = 0.05
"""A poll answered within this many seconds was not held."""
PATIENT: Final = 10
"""So many quick polls in a row are welcome."""
FEW: Final = 20
"""A poll that brought so many deliveries was worth its cost."""
PAUSE: Final = 0.05
LONGEST: Final = 1.0
NOT_A_PROXY: Final = 5.0
"""Cuts of younger polls teach nothing."""


class PollPacing:
    """A pause between polls once many were answered at once with little in them.

    The server queues meanwhile, so nothing is lost, and one poll's cost is shared by more values.
    """

    def __init__(self) -> None:
        self._quick = 0

    def answered(self, age: float, *, delivered: int) -> float:
        """Return the seconds to wait before the next poll."""
        self._quick = self._quick + 1 if age < QUICK and delivered < FEW else 0
        if self._quick < PATIENT:
            return 0.0
        if delivered:
            return PAUSE
        return min(PAUSE * 2.0 ** min(self._quick - PATIENT, 10), LONGEST)


class Cuts:
    """A proxy that cuts every poll at the same age is asked for shorter polls."""

    def __init__(self) -> None:
        self._last: float | None = None
        self.hold: float | None = None
        """Seconds the server should hold a poll, once learned."""

    def cut(self, age: float) -> None:
        """Note that a held poll was cut at this age."""
        if age < NOT_A_PROXY:
            return
        if self._last is not None and abs(age - self._last) <= 0.15 * self._last:
            self.hold = 0.8 * min(age, self._last)
        self._last = age

    def survived(self, age: float) -> None:
        """Note that a poll was answered at this age: longer ones are no longer suspected."""
        if self._last is not None and age > self._last:
            self._last = None
