"""Where the browser comes back to: one page on this computer, for one sign-in."""

import asyncio
import errno
import html
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from statmon.domain.problem import Problem
from statmon.service.access import Access
from statmon.service.sign_in.browser import BrowserRequest, browser_request
from statmon.service.sign_in.tokens import Code
from statmon.service.wire.errors import ServiceError, SignInRefused

PATIENCE: Final = 300.0
"""Seconds that the user has in the browser."""
_CALL: Final = "sign in"
_ADDRESSES: Final = {"127.0.0.1": ("127.0.0.1",), "localhost": ("127.0.0.1", "::1")}
"""Where to listen, by what a redirect names: a browser takes ``localhost`` for either."""
_NO_IPV6: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_TRIES: Final = 20
"""Attempts to find a port that is free on every address."""
_LONGEST_HEAD: Final = 16_384
_READ_WITHIN: Final = 5.0
_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>statmon</title>'
    '<body style="font-family:sans-serif;margin:4em"><h1>{title}</h1><p>{words}</html>'
)

_Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Visit:
    """One sign-in in the browser: what to open, and what it brought back."""

    def __init__(self, request: BrowserRequest) -> None:
        self.request = request
        self._path = request.access.browser.path
        self._came: asyncio.Future[Code] = asyncio.get_running_loop().create_future()
        self._writers: set[asyncio.StreamWriter] = set()

    async def code(self, patience: float = PATIENCE) -> Code:
        """Wait for the browser.

        Raises:
            SignInRefused: the service said no there, in its words.
            ServiceError: it did not come back in time.
        """
        try:
            async with asyncio.timeout(patience):
                return await asyncio.shield(self._came)
        except TimeoutError:
            raise ServiceError(
                _CALL, Problem("the browser did not come back", "try again")
            ) from None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self._writers.add(writer)
        try:
            with suppress(TimeoutError, OSError, asyncio.IncompleteReadError):
                async with asyncio.timeout(_READ_WITHIN):
                    head = await reader.readuntil(b"\r\n\r\n")
                    writer.write(self._answer(_target(head)))
                    await writer.drain()
        except asyncio.LimitOverrunError:
            pass  # a head that long is no browser's: it gets no answer
        finally:
            self._writers.discard(writer)
            writer.close()

    def end(self) -> None:
        """Hang up on who is still there, and wait no more."""
        for writer in self._writers:
            writer.close()
        if not self._came.cancel() and not self._came.cancelled():
            self._came.exception()  # whoever was to hear of it may be gone

    def _answer(self, target: str) -> bytes:
        if target.partition("?")[0] != self._path:
            return _response("404 Not Found", "Not found", "")
        if self._came.done():
            return _response("410 Gone", "Over", "This sign-in is over.")
        try:
            code = self.request.code_in(target)
        except SignInRefused as error:
            self._came.set_exception(error)
            return _response("200 OK", "Not signed in", error.message)
        except ServiceError as error:
            # Anybody on this computer can call here: what is not ours changes nothing.
            return _response("400 Bad Request", "Not this sign-in", error.message)
        self._came.set_result(code)
        return _response("200 OK", "Signed in", "You can close this page and go back to statmon.")


@asynccontextmanager
async def listening(access: Access) -> AsyncIterator[Visit]:
    """Listen for the browser while the context lasts.

    Raises:
        ServiceError: none of the site's ports is free here.
    """
    visit: Visit | None = None

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if visit is None:
            writer.close()
        else:
            await visit.serve(reader, writer)

    browser = access.browser
    servers = await _bind(serve, _ADDRESSES[browser.host], browser.ports)
    port = servers[0].sockets[0].getsockname()[1]
    visit = Visit(browser_request(access, f"http://{browser.host}:{port}{browser.path}"))
    try:
        yield visit
    finally:
        for server in servers:
            server.close()
        visit.end()
        for server in servers:
            await server.wait_closed()


async def _bind(
    serve: _Serve, addresses: Sequence[str], ports: Iterable[int]
) -> list[asyncio.Server]:
    """Listen at one of the ports, on all of the addresses: nobody else may hear the code there."""
    for port in ports:
        for _ in range(1 if port else _TRIES):
            if servers := await _bind_all(serve, addresses, port):
                return servers
    tried = ", ".join(map(str, ports))
    raise ServiceError(
        _CALL,
        Problem(
            f"port {tried} of this computer is in use, and the browser has to come back to it",
            "close what uses it, or paste the code instead",
        ),
    )


async def _bind_all(serve: _Serve, addresses: Sequence[str], port: int) -> list[asyncio.Server]:
    """Listen at a port (0 for any) on all of the addresses; nothing if one is taken."""
    servers: list[asyncio.Server] = []
    for address in addresses:
        try:
            server = await asyncio.start_server(serve, address, port, limit=_LONGEST_HEAD)
        except OSError as error:
            if servers and error.errno in _NO_IPV6:
                continue
            for server in servers:
                server.close()
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return []
            raise ServiceError(_CALL, f"no page can be served here ({error})") from None
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
    return servers


def _target(head: bytes) -> str:
    """Return what a request asks for; other methods than GET ask for nothing."""
    method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    return rest.partition(b" ")[0].decode("ascii", "replace") if method == b"GET" else ""


def _response(status: str, title: str, words: str) -> bytes:
    body = _PAGE.format(title=html.escape(title), words=html.escape(words)).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n"
        "Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
