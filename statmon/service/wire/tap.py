"""What goes over the line, for whoever records it. Costs nothing while nobody does."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol

from statmon.service.wire.events import ConnectionChanged

Direction = Literal["sent", "received"]


class Exchange(NamedTuple):
    """A REST call and what became of it."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """They hold secrets: good for knowing what to mask, not for writing down."""
    sent: bytes
    status: int | None
    """HTTP status, None when no answer came."""
    received: bytes
    took: float
    """Seconds."""
    failed: str | None = None
    """Why no answer came, or what a refusal says; None where the HTTP status is a success."""


class Tap(Protocol):
    """Hears all that goes over the line; must be quick."""

    def rest(self, exchange: Exchange) -> None:
        """A REST call has ended."""

    def cometd(self, direction: Direction, transport: str, status: int | None, body: bytes) -> None:
        """A frame of Bayeux messages, or what came in its place."""

    def connection(self, change: ConnectionChanged, session: int) -> None:
        """The connection changed; a new session number means that what was open is lost."""
