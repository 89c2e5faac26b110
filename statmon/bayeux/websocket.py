"""The websocket transport: one socket, frames in, frames out, cookies both ways."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from typing import Final, Literal

import httpx2
from websockets import http11
from websockets.asyncio.client import ClientConnection, connect
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidProxy,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)
from websockets.frames import CloseCode

from statmon.bayeux.bounds import LARGEST
from statmon.bayeux.errors import Failure, Kind, TransportFailure, Words
from statmon.bayeux.polling import sentence

PING: Final = 15.0
PONG: Final = 10.0
"""A black hole is noticed after PING + PONG seconds."""
OPEN: Final = 5.0
MOST_WORDS: Final = 8192
"""Bytes of a refusal that are read. The library reads a megabyte, in one go, byte by byte if the
chunks of it are so small."""
http11.MAX_BODY_SIZE = MOST_WORDS
MOST_WAITING: Final = 8
"""Frames that may wait here; then the service has to wait."""
_NO_PONG: Final = "keepalive ping timeout"
"""The library's reason to close a socket whose other end does not answer its pings."""
BYTES: Final = "iso-8859-1"
"""How the library turns the bytes of a header into a text and back, whatever letters they are."""
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
            failure = _closing(closed)
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
    words: Words | None = None,
) -> WebSocket:
    """Open a websocket at the ``http(s)`` URL, and nowhere else; ``words`` say what went wrong.

    Raises:
        TransportFailure: Refused, unreachable or not in time.
    """
    try:
        return await _open(url, headers, httpx2.Cookies(cookies), ssl_context, proxy)
    except Exception as error:  # noqa: BLE001
        # Whatever it is: an opening that ends unheard leaves a connection that looks alive.
        raise TransportFailure(failure_of(error, words or Words())) from None


async def _open(
    url: str,
    headers: Mapping[str, str],
    cookies: httpx2.Cookies,
    ssl_context: ssl.SSLContext | None,
    proxy: str | Literal[True] | None,
) -> WebSocket:
    request = httpx2.Request("GET", url, headers=dict(headers))
    cookies.set_cookie_header(request)
    sent = dict(headers)
    for name, value in request.headers.raw:
        if name.lower() == b"cookie":
            sent["Cookie"] = value.decode(BYTES)
    address = "ws" + url.removeprefix("http")
    socket = await _Here(
        address,
        additional_headers=sent,
        proxy=proxy,
        ssl=ssl_context if address.startswith("wss:") else None,
        open_timeout=OPEN,
        ping_interval=PING,
        ping_timeout=PONG,
        close_timeout=1.0,
        max_size=LARGEST,
        max_queue=MOST_WAITING,
        create_connection=_Connection,
    )
    if socket.response is not None:
        received = _as_bytes(socket.response.headers)
        cookies.extract_cookies(httpx2.Response(101, headers=received, request=request))
    return WebSocket(socket)


class _Connection(ClientConnection):
    """Remembers why TLS refused us: under TLS 1.3 that comes after the handshake of TLS."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the connection."""
        super().connection_lost(exc)
        if isinstance(exc, ssl.SSLError) and self.protocol.handshake_exc is not None:
            self.protocol.handshake_exc = exc


class _Here(connect):
    """Opens a websocket where it was asked to: headers and cookies are for that host alone."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Follow nobody, as the calls do not."""
        return exc


def _as_bytes(headers: Headers) -> httpx2.Headers:
    """Return headers as the line had them: their text is not always ASCII."""
    pairs = headers.raw_items()
    return httpx2.Headers(
        [(name.encode(BYTES), value.encode(BYTES, "surrogateescape")) for name, value in pairs]
    )


def _closing(closed: ConnectionClosed) -> Failure:
    code = closed.rcvd.code if closed.rcvd else None
    sent = closed.sent.code if closed.sent else None
    if sent == CloseCode.MESSAGE_TOO_BIG:
        reason = f"The service sent a frame that is larger than {LARGEST >> 20} MB."
        return Failure(Kind.UNBEARABLE, reason, close_code=sent)
    if closed.sent is not None and closed.sent.reason == _NO_PONG:
        reason = "The service is silent: it does not answer the websocket's pings."
        return Failure(Kind.CLOSED, reason, close_code=sent, silence=PING + PONG)
    reason = "The websocket was cut off."
    if code or sent:
        reason = f"The websocket was closed (code {code or sent})."
    return Failure(Kind.CLOSED, reason, close_code=code or sent)


def failure_of(error: BaseException, words: Words) -> Failure:
    """Say why a websocket did not open."""
    if isinstance(error, InvalidStatus):
        answer = error.response
        status = answer.status_code
        headers = _as_bytes(answer.headers)
        verdict = words.answer(status, headers, bytes(answer.body or b""))
        refused = status in (401, 403) and verdict.ours
        kind = Kind.UNAUTHORIZED if refused else Kind.UPGRADE
        said = sentence(f"the websocket could not be opened: {verdict.words}")
        return Failure(kind, said, status)
    if isinstance(error, TimeoutError):
        return Failure(Kind.UPGRADE, "The websocket did not open in time.")
    said = sentence(f"the websocket could not be opened: {words.error(error)}")
    if isinstance(error, InvalidHandshake | InvalidURI | EOFError) and not isinstance(
        error, ProxyError | InvalidProxy
    ):
        return Failure(Kind.UPGRADE, said)
    if isinstance(error, OSError | ProxyError | InvalidProxy | ImportError | ValueError):
        return Failure(Kind.UNREACHABLE, said)
    return Failure(Kind.UNEXPECTED, said)
