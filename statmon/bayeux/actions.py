"""What the session wants done. The shell performs it and reports back by the session's events."""

from dataclasses import dataclass
from typing import Any

from statmon.bayeux.errors import StateChange, Transport


@dataclass(frozen=True, slots=True)
class Send:
    """Send messages; answer with ``received`` or ``failed`` under the same ``key``."""

    key: int
    transport: Transport
    messages: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give up an exchange: close its connection and forget what it may still bring."""

    key: int


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """Open the websocket; answer with ``socket_opened`` or ``socket_lost``."""


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Close the websocket, if any."""


@dataclass(frozen=True, slots=True)
class RenewConnections:
    """Use no pooled connection again: they may be half-dead."""


@dataclass(frozen=True, slots=True)
class ClearCookies:
    """Forget cookies that may route to a server which does not know us.

    See docs/reference/bayeux.md §7.
    """


@dataclass(frozen=True, slots=True)
class Authorize:
    """Renew the credentials; answer with ``authorized``."""


@dataclass(frozen=True, slots=True)
class Report:
    """Tell the application."""

    change: StateChange


@dataclass(frozen=True, slots=True)
class Settle:
    """Answer a ``publish``: no error means that the service accepted it."""

    token: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Finish:
    """The session is over for good."""


Action = (
    Send
    | Cancel
    | OpenSocket
    | CloseSocket
    | RenewConnections
    | ClearCookies
    | Authorize
    | Report
    | Settle
    | Finish
)
