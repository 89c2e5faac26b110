"""The feed itself: when connection or service were down, since when and until when, and why.

That the feed is down is an alert too, and the one that no setting switches off.
"""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

KEPT = 200
"""Outages that are remembered."""


class Part(StrEnum):
    """What can be down."""

    CONNECTION = "connection"
    SERVICE = "service"


@dataclass(slots=True)
class Outage:
    """A time in which something was down; local epoch milliseconds, ``ended`` None until then."""

    part: Part
    began: int
    reason: str = ""
    ended: int | None = None


class Outages:
    """The list of outages; fed what is told of connection and service."""

    def __init__(self) -> None:
        self.all: deque[Outage] = deque(maxlen=KEPT)

    @property
    def now(self) -> list[Outage]:
        """What is down now."""
        return [outage for outage in self.all if outage.ended is None]

    def connection(self, state: str, reason: str | None, at: int) -> None:
        """Take in a state of the connection; leaving on purpose is no outage."""
        if state == "connected":
            self._end(Part.CONNECTION, at)
        elif state == "reconnecting":
            self._is_down(Part.CONNECTION, reason or "", at)
        elif state == "closed":
            self._end(Part.CONNECTION, at)
            self._end(Part.SERVICE, at)

    def service(self, state: str, at: int) -> None:
        """Take in what the service says about itself."""
        if state == "AVAILABLE":
            self._end(Part.SERVICE, at)
        elif state == "UNAVAILABLE":
            self._is_down(Part.SERVICE, "", at)

    def _is_down(self, part: Part, reason: str, at: int) -> None:
        for outage in self.now:
            if outage.part is part:
                outage.reason = reason or outage.reason
                return
        self.all.append(Outage(part, at, reason))

    def _end(self, part: Part, at: int) -> None:
        for outage in self.now:
            if outage.part is part:
                outage.ended = max(at, outage.began)
