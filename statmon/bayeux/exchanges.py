"""What is outstanding: one exchange on the main line, one on the command lane."""

from dataclasses import dataclass
from enum import Enum

from statmon.bayeux.errors import Transport

EXTENSION = 60.0
"""Seconds by which arriving bytes can extend an exchange's patience at most."""


class Step(Enum):
    """What the main line does next."""

    HANDSHAKE = "handshake"
    CONNECT = "connect"


class Phase(Enum):
    """Where the main line is."""

    IDLE = "idle"
    WAITING = "waiting"
    HANDSHAKING = "handshaking"
    OPENING = "opening"
    CONNECTING = "connecting"
    AUTHORIZING = "authorizing"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(slots=True)
class Exchange:
    """Messages sent and not yet answered."""

    key: int
    channel: str
    message_id: str
    sent_at: float
    patience: float
    transport: Transport = "long-polling"
    probe: bool = False
    extendable: bool = True

    def deadline(self, heard: float, delay: float) -> float:
        """Return when to give up; any byte heard since extends it, within bounds (c#930)."""
        limit = self.sent_at + self.patience
        if heard <= self.sent_at or not self.extendable:
            return limit
        return max(limit, min(heard + delay, limit + EXTENSION))
