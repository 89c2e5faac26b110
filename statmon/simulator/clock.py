"""The service's clock: it may run faster than the wall's."""

import time
from collections.abc import Callable


class ServiceClock:
    """Epoch milliseconds that run ``speed`` times as fast as real time from ``start``."""

    def __init__(
        self, start: int, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._start = start
        self._monotonic = monotonic
        self._origin = monotonic()
        self.speed = speed

    def now(self) -> int:
        """Return the service's time in epoch milliseconds."""
        return self._start + int(self.elapsed() * self.speed * 1000)

    def elapsed(self) -> float:
        """Return the real seconds since the clock was started."""
        return self._monotonic() - self._origin
