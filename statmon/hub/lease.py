"""Who leads: the collector whose claim is the newest, for as long as it renews it in time.

No I/O: what is returned is to be done, what became of it is told. Times are monotonic seconds.
The server ends a lease that is not renewed; the holder ends it by its own clock a second before.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TTL: Final = 5.0
"""Seconds after which the server gives up a lease that was not renewed."""
MARGIN: Final = 1.0
"""Seconds before that the holder stops by itself."""
RENEW_EVERY: Final = 1.0
CLAIM_EVERY: Final = 0.8


class Do(StrEnum):
    """What is to be done now."""

    NOTHING = "nothing"
    CLAIM = "claim"
    RENEW = "renew"


@dataclass
class Lease:
    """A collector's side of the lease.

    Args:
        floor: an epoch that was used already, as the shared history knows it: the server may have
            lost its own count, and epochs only grow.
    """

    ttl: float = TTL
    floor: int = 0
    epoch: int = 0
    """Of the leadership that is held or was held last; 0 before the first."""
    revision: int = 0
    """What the server knows the claim by; renewing needs it."""
    _until: float = float("-inf")
    _next: float = float("-inf")
    _asked: float | None = None
    """When what is not answered was asked: a lease counts from there."""

    def leads(self, now: float) -> bool:
        """Whether anything may be published at this moment: ask before each message."""
        return now < self._until

    def decide(self, now: float) -> Do:
        """Say what to do; it counts as begun until ``won``, ``lost`` or ``unheard`` is told."""
        if self._asked is not None or now < self._next:
            return Do.NOTHING
        self._asked = now
        return Do.RENEW if self.leads(now) else Do.CLAIM

    def won(self, revision: int) -> None:
        """The server took the claim or the renewal, which was asked when ``decide`` said so."""
        asked, self._asked = self._asked, None
        if asked is None:
            return
        if not self.leads(asked):
            # Whatever was held before has ended by our own clock: this is another leadership.
            self.epoch = max(revision, self.floor + 1, self.epoch + 1)
        self.revision = revision
        self._until = asked + self.ttl - MARGIN
        self._next = asked + RENEW_EVERY
        self.floor = max(self.floor, self.epoch)

    def lost(self, now: float) -> None:
        """The server refused: somebody else leads, or what was held has run out there."""
        self._asked = None
        self._until = float("-inf")
        self._next = now + CLAIM_EVERY

    def unheard(self, now: float) -> None:
        """The server did not answer: what is held goes on until its time is over."""
        self._asked = None
        self._next = now + (RENEW_EVERY / 2 if self.leads(now) else CLAIM_EVERY)
