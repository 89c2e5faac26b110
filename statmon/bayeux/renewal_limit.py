"""How often the credentials may be renewed."""

from typing import Final

SOON: Final = 1.0
"""Seconds between two renewals, the first few times in a row."""
FEW: Final = 4
"""Renewals in a row after which each pause is twice as long as the one before."""
AGAIN: Final = 60.0
"""Seconds between two renewals, at most."""
CALM: Final = 10.0
"""Seconds that renewed credentials were good for, after which the next refusal is a first one."""


def pause_after(renewals: int, longest: float = AGAIN) -> float:
    """Return the seconds from the last of some renewals in a row to the next one.

    Credentials may end several times within a second or two, and before they were ever used: a
    few renewals in vain say nothing. That many of them do say that something else is wrong.
    """
    return min(SOON * 2.0 ** min(max(0, renewals - FEW), 20), longest)


class RenewalLimit:
    """Renewed for a refusal; a key that is refused for good makes no loop.

    Renewals are *in a row* while each is refused again before its pause is over (who accepts and
    refuses by turns), or before any connect was answered (who never accepts).
    """

    def __init__(self) -> None:
        self._renewed_at: float | None = None
        self._in_row = 0
        self._hasty = False
        """The last ones were refused again too soon."""
        self.in_vain = False
        """They were renewed, and no connect was answered since."""
        self.due = False
        """A new sign-in comes before the next handshake (the server said "none")."""

    def refused(self, now: float) -> bool:
        """Note that they were refused; return whether to renew them now."""
        if self._renewed_at is None:
            return True
        waited, pause = now - self._renewed_at, pause_after(self._in_row)
        self._hasty = self._hasty or self.in_vain or waited < min(pause, CALM)
        return waited >= pause

    def renew_in(self, now: float) -> float:
        """Return the seconds until a refusal leads to a renewal."""
        if self._renewed_at is None:
            return 0.0
        return max(0.0, self._renewed_at + pause_after(self._in_row) - now)

    def renewed(self, now: float, *, done: bool) -> None:
        """Note an attempt and whether there are new ones."""
        self.in_vain = done
        if done:  # else whoever renews may try again: it knows best when that makes sense
            self._renewed_at = now
            self._in_row = self._in_row + 1 if self._hasty else 1
            self._hasty = False

    def accepted(self) -> None:
        """Note that a connect was answered."""
        self.in_vain = False
