"""Serves only who calls the simulator by a name of its own.

A web page elsewhere can have its name point at this computer (DNS rebinding) and would then read
what the simulator says; what it cannot do is to have the browser send another ``Host``.
"""

import ipaddress
import socket

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MISDIRECTED = 421
_LOCAL = frozenset({"localhost", "localhost.localdomain"})


class Hosts:
    """Refuses requests that name another host than this one."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        """Serve an application.

        Args:
            app: what is served.
            address: the IP address that it listens on.
        """
        self.app = app
        self._open = not ipaddress.ip_address(address).is_loopback
        names = {socket.gethostname(), socket.getfqdn()} if self._open else set[str]()
        self._names = _LOCAL | {name.casefold() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan" or self.knows(HTTPConnection(scope).headers.get("host", "")):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            words = "this simulator has another name: use the URL that it printed\n"
            await PlainTextResponse(words, MISDIRECTED)(scope, receive, send)

    def knows(self, host: str) -> bool:
        """Whether a ``Host`` is an address or a name of ours; an address cannot be rebound."""
        name = host.rsplit(":", 1)[0] if not host.endswith("]") and ":" in host else host
        name = name.removeprefix("[").removesuffix("]").removesuffix(".").casefold()
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name in self._names
        return self._open or address.is_loopback
