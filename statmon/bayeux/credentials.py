"""How often the credentials may be renewed."""

from typing import Final

AGAIN: Final = 60.0
"""Seconds between two renewals whose outcome was refused again."""
HELD: Final = 1.0
"""A connect that lasted so many seconds was held: the credentials work."""


class Credentials:
    """Renewed once for a refusal; a key that is refused for good makes no loop."""

    def __init__(self) -> None:
        self._renewed_at: float | None = None
        self.in_vain = False
        """They were renewed, and no connect was answered since."""
        self.due = False
        """A new sign-in comes before the next handshake (the server said "none")."""

    def may_renew(self, now: float) -> bool:
        """Whether another attempt makes sense."""
        return self._renewed_at is None or now - self._renewed_at >= AGAIN

    def renewed(self, now: float, *, done: bool) -> None:
        """Note an attempt and whether there are new ones."""
        self.in_vain = done
        if done:  # else whoever renews may try again: it knows best when that makes sense
            self._renewed_at = now

    def accepted(self, age: float) -> None:
        """Note that a connect of this age was answered."""
        self.in_vain = False
        if age > HELD:
            self._renewed_at = None
