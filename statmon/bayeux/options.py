"""How a session behaves."""

from dataclasses import dataclass
from typing import Literal

Choice = Literal["auto", "long-polling", "websocket"]


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of a session; they do not change while it lives."""

    transport: Choice = "auto"
    ack: bool = True
    network_delay: float = 10.0
    """Seconds an answer may take beyond what the server announced."""
    refused_wait: float | None = 60.0
    """Seconds before a fresh session when the server said ``none``; None ends the session."""
    epoch: float = 0.0
    """Wall clock minus monotonic clock, for the timesync extension."""
    websocket_blocked: bool = False
    """Remembered from earlier: the websocket cannot be opened at this site."""
