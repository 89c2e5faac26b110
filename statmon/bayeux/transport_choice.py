"""Which transport to use, and whether a socket is open."""

from typing import Any

from statmon.bayeux.errors import Failure, Kind, Transport
from statmon.bayeux.options import Choice


class TransportChoice:
    """Long-polling first; a websocket when the service lists it and the network lets it through."""

    def __init__(self, choice: Choice, *, blocked: bool) -> None:
        self._choice = choice
        self._failed = 0
        self._worked = False
        self.blocked = blocked
        """The websocket was refused here; worth remembering for the site."""
        self.open = False
        self.transport: Transport = "long-polling"
        self.begin()

    @property
    def needed(self) -> bool:
        """Whether a socket must be opened before anything can be sent."""
        return self.transport == "websocket" and not self.open

    @property
    def offered(self) -> list[Transport]:
        """The connection types that a handshake names."""
        if self._choice == "auto":
            return ["websocket", "long-polling"]
        return [self.transport]

    def begin(self) -> None:
        """Choose for the next handshake."""
        self.transport = "websocket" if self._choice == "websocket" else "long-polling"

    def agree(self, listed: Any) -> None:
        """Choose among what the handshake reply lists."""
        types = listed if isinstance(listed, list) else []
        if self._choice == "auto" and not self.blocked and "websocket" in types:
            self.transport = "websocket"

    def opened(self) -> None:
        """Note that the socket is open."""
        self.open, self._worked, self._failed = True, True, 0

    def falls_back(self, failure: Failure) -> bool:
        """Note that it did not open; tell whether to go on with long-polling.

        At once when it never worked here, on the second failure when it did.
        """
        self._failed += 1
        if self._choice != "auto" or (self._worked and self._failed < 2):
            return False
        if not self._worked:
            self.blocked = failure.kind is not Kind.UNREACHABLE
        self.transport = "long-polling"
        return True
