"""How often the credentials may be renewed."""

from typing import Final

AGAIN: Final = 60.0
"""Seconds between two renewals whose outcome was refused again, at most."""
SOON: Final = 1.0
"""Seconds between two renewals whose outcome was accepted."""


class Credentials:
    """Renewed once for a refusal; a key that is refused for good makes no loop.

    Credentials that were renewed and then accepted may be renewed again soon, however short the
    accepted request was. If they are refused sooner than that, the next renewal waits twice as
    long: somebody accepts and refuses by turns.
    """

    def __init__(self) -> None:
        self._renewed_at: float | None = None
        self._pause = SOON
        self._hasty = False
        """They were refused again before the pause was over."""
        self.in_vain = False
        """They were renewed, and no connect was answered since."""
        self.due = False
        """A new sign-in comes before the next handshake (the server said "none")."""

    def refused(self, now: float) -> bool:
        """Note that they were refused; return whether to renew them now."""
        if self._renewed_at is None:
            return True
        waited = now - self._renewed_at
        if self.in_vain:
            return waited >= AGAIN
        self._hasty = self._hasty or waited < self._pause
        return waited >= self._pause

    def renewed(self, now: float, *, done: bool) -> None:
        """Note an attempt and whether there are new ones."""
        self.in_vain = done
        if done:  # else whoever renews may try again: it knows best when that makes sense
            self._renewed_at = now
            self._pause = min(2 * self._pause, AGAIN) if self._hasty else SOON
            self._hasty = False

    def accepted(self) -> None:
        """Note that a connect was answered."""
        self.in_vain = False
