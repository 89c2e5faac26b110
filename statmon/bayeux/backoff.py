"""How long to wait before the next attempt."""

from collections.abc import Callable
from typing import Final

FIRST: Final = 0.3
STEADY: Final = 1.0
EAGER: Final = 30.0
LONGEST: Final = 10.0
JOY: Final = 1.0
"""Seconds of connection that are more than an answer before the next trouble."""
CALM: Final = 10.0
"""Seconds of undisturbed connection after which old troubles are forgotten."""


class Backoff:
    """Delays of at most 1 s in the first 30 s without a success, then growing to at most 10 s.

    Every delay is jittered downwards by up to 40 %, so that many clients spread. A success that
    lasts lets the 30 s begin anew, so that a link which breaks every few seconds is silent for a
    second each time and not for ten. It forgets the trouble only after a calm while: a server that
    accepts and drops in turns must not be asked in a tight loop.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._count = 0
        self._since: float | None = None
        self._well_since: float | None = None

    def succeeded(self, now: float) -> None:
        """Note that all is well from ``now`` on."""
        if self._well_since is None:
            self._well_since = now

    def forget(self) -> None:
        """Start afresh, as after sleep."""
        self._count, self._since, self._well_since = 0, None, None

    def failed(self, now: float, *, free: bool = False, cap: float = LONGEST) -> float:
        """Note a failure and return the seconds to wait.

        Args:
            now: Monotonic seconds.
            free: The first failure after a calm while costs no wait (a session that expired).
            cap: Longest wait, to stay below the life of the session.
        """
        if self._well_since is not None and now - self._well_since >= CALM:
            self.forget()
        lasted = 0.0 if self._well_since is None else now - self._well_since
        if self._since is None or lasted >= JOY:
            self._since = now
        self._well_since = None
        self._count += 1
        if self._count == 1:
            return 0.0 if free else self._jitter(min(FIRST, cap))
        if now - self._since < EAGER:
            return self._jitter(min(STEADY * (self._count - 1) / 2, STEADY, cap))
        return self._jitter(min(STEADY + (now - self._since - EAGER) / 10, LONGEST, cap))

    def _jitter(self, delay: float) -> float:
        return delay * (0.6 + 0.4 * self._random())
