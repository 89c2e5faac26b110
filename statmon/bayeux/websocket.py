"""The websocket transport: one socket, frames in, frames out, cookies both ways."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from typing import Final, Literal

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidProxy,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)

from statmon.bayeux.errors import NO_PROXY, Explain, Failure, Kind, TransportFailure, plainly

LARGEST: Final = 64 * 2**20
"""Bytes of a frame; the library's own limit of 1 MiB closes the socket on a snapshot."""
PING: Final = 15.0
PONG: Final = 10.0
"""A black hole is noticed after PING + PONG seconds."""
OPEN: Final = 5.0
BREATH: Final = 0.004
"""Seconds after which frames that are already here let others run (the window, for one)."""


class WebSocket:
    """An open websocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._abandoned = False

    def abandon(self) -> None:
        """Hand over no more frames, not even those that are here already."""
        self._abandoned = True

    async def send(self, body: bytes) -> None:
        """Send a text frame; a closed socket is told by ``read``."""
        try:
            await self._socket.send(body, text=True)
        except ConnectionClosed:
            return

    async def read(self, on_frame: Callable[[bytes], None]) -> Failure:
        """Hand over frames until the socket closes; return why it did.

        Reading never waits for anybody: pongs are only seen while it goes on.
        """
        receive, clock = self._socket.recv, asyncio.get_running_loop().time
        breath = clock() + BREATH
        count = 0
        failure = Failure(Kind.CLOSED, "The websocket was given up.")
        try:
            while not self._abandoned:
                frame = await receive(decode=False)
                on_frame(frame)
                count += 1
                if not count & 15:
                    now = clock()
                    if now >= breath:
                        await asyncio.sleep(0)
                        breath = clock() + BREATH
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
            sent = closed.sent.code if closed.sent else None
            reason = "The websocket was cut off."
            if code or sent:
                reason = f"The websocket was closed (code {code or sent})."
            failure = Failure(Kind.CLOSED, reason, close_code=code or sent)
        return failure

    async def aclose(self) -> None:
        """Close, within a second."""
        await self._socket.close()


async def open_websocket(
    url: str,
    headers: Mapping[str, str],
    cookies: CookieJar,
    *,
    ssl_context: ssl.SSLContext | None = None,
    proxy: str | Literal[True] | None = True,
    explain: Explain = plainly,
) -> WebSocket:
    """Open a websocket at the ``http(s)`` URL; ``explain`` says why it cannot be reached.

    Raises:
        TransportFailure: Refused, unreachable or not in time.
    """
    request = httpx2.Request("GET", url, headers=dict(headers))
    httpx2.Cookies(cookies).set_cookie_header(request)
    sent = dict(headers)
    if "cookie" in request.headers:
        sent["Cookie"] = request.headers["cookie"]
    address = "ws" + url.removeprefix("http")
    try:
        socket = await connect(
            address,
            additional_headers=sent,
            proxy=proxy,
            ssl=ssl_context if address.startswith("wss:") else None,
            open_timeout=OPEN,
            ping_interval=PING,
            ping_timeout=PONG,
            close_timeout=1.0,
            max_size=LARGEST,
        )
    except (InvalidHandshake, InvalidURI, OSError, EOFError, *NO_PROXY) as error:
        raise TransportFailure(failure_of(error, explain)) from None
    if socket.response is not None:
        received = list(socket.response.headers.raw_items())
        httpx2.Cookies(cookies).extract_cookies(
            httpx2.Response(101, headers=received, request=request)
        )
    return WebSocket(socket)


def failure_of(error: Exception, explain: Explain = plainly) -> Failure:
    """Say why a websocket did not open."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        kind = Kind.UNAUTHORIZED if status in (401, 403) else Kind.UPGRADE
        return Failure(kind, f"The websocket was refused (HTTP {status}).", status)
    if isinstance(error, TimeoutError):
        return Failure(Kind.UPGRADE, "The websocket did not open in time.")
    if isinstance(error, OSError | ProxyError | InvalidProxy | ImportError | ValueError):
        return Failure(Kind.UNREACHABLE, f"The service cannot be reached: {explain(error)}.")
    return Failure(Kind.UPGRADE, f"The websocket could not be opened: {error}.")
