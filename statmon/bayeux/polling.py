"""Long-polling: every exchange is one HTTP POST.

No connect is repeated behind the session's back: its lost answer may have held messages.
"""

from collections.abc import Callable, Mapping
from typing import Final

import httpx2

from statmon.bayeux.bounds import ONCE, Unbearable
from statmon.bayeux.errors import Failure, Kind, TransportFailure, Words
from statmon.bayeux.retry_after import retry_after

CONTENT_TYPE: Final = "application/json;charset=UTF-8"
TIMEOUT: Final = httpx2.Timeout(connect=10.0, write=10.0, pool=5.0, read=None)
"""Seconds; the patience for answers is the session's, since any byte received extends it."""
SUFFIXES: Final[Mapping[str, str]] = {
    "/meta/handshake": "/handshake",
    "/meta/connect": "/connect",
    "/meta/disconnect": "/disconnect",
}
"""The message type appended to the URL, as the official clients do."""
_KINDS: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Kind], ...]] = (
    (Unbearable, Kind.UNBEARABLE),
    (httpx2.PoolTimeout, Kind.TIMEOUT),
    ((httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError), Kind.UNREACHABLE),
    ((httpx2.UnsupportedProtocol, httpx2.InvalidURL), Kind.UNREACHABLE),
    (httpx2.LocalProtocolError, Kind.UNREACHABLE),
    (httpx2.TimeoutException, Kind.TIMEOUT),
    (httpx2.DecodingError, Kind.MALFORMED),
    ((httpx2.TransportError, httpx2.StreamError, OSError), Kind.CUT),
    ((ImportError, ValueError, OverflowError), Kind.UNREACHABLE),
)
"""What an exception means to the session; the first that fits. An alert of TLS that comes after
the handshake is an ``OSError``. Whatever is in none of the rows is unexpected."""


class Polling:
    """Posts messages. Cookies are those of the jar that the clients of ``http`` share."""

    def __init__(
        self,
        url: str,
        http: Callable[[], httpx2.AsyncClient],
        headers: Callable[[], Mapping[str, str]],
        heard: Callable[[], None],
        came: Callable[[int, bytes], None],
        words: Words | None = None,
    ) -> None:
        """Post to a URL.

        Args:
            url: the CometD endpoint.
            http: makes a client.
            headers: asked at every request.
            heard: called whenever bytes arrive.
            came: called with status and body of every answer.
            words: says what went wrong.
        """
        self._url = url.rstrip("/")
        self._http = http
        self._headers = headers
        self._heard = heard
        self._came = came
        self._words = words or Words()
        self._suffixes = SUFFIXES
        self._pool: _Pool | None = None

    async def post(self, channel: str, body: bytes) -> bytes:
        """Return the body of the answer.

        Raises:
            TransportFailure: No answer, or one that is not 200.
        """
        try:
            if self._pool is None:
                self._pool = _Pool(self._http())
            return await self._through(self._pool, channel, body)
        except TransportFailure:
            raise
        except Exception as error:  # noqa: BLE001
            # Whatever it is: an exchange that ends unheard leaves a connection that looks alive.
            if isinstance(error, httpx2.PoolTimeout):
                self.renew()
            raise TransportFailure(failure_of(error, self._words)) from None

    async def _through(self, pool: "_Pool", channel: str, body: bytes) -> bytes:
        pool.users += 1
        try:
            return await self._post(pool.client, channel, body)
        finally:
            pool.users -= 1
            if pool.retired and not pool.users:
                await pool.client.aclose()

    async def _post(self, client: httpx2.AsyncClient, channel: str, body: bytes) -> bytes:
        suffixes = self._suffixes
        suffix = suffixes.get(channel, "")
        url = self._url + suffix
        headers = {**self._headers(), "Content-Type": CONTENT_TYPE}
        async with client.stream(
            "POST",
            url,
            content=body,
            headers=headers,
            timeout=TIMEOUT,
            follow_redirects=False,
            extensions={ONCE: channel == "/meta/connect"},
        ) as response:
            answer = bytearray()  # not a list of pieces, which may be of one byte each
            async for piece in response.aiter_bytes():
                self._heard()
                answer += piece
            if response.status_code == 404 and self._suffixes is suffixes:
                self._suffixes = _other(suffixes, suffix)
            said = bytes(answer)
            self._came(response.status_code, said)
            if response.status_code != 200:
                raise TransportFailure(status_failure(response, said, self._words))
            return said

    def renew(self) -> None:
        """Use new connections from now on; the old ones close when their last request ends."""
        if self._pool is not None and self._pool.users:
            self._pool.retired = True
            self._pool = None

    async def aclose(self) -> None:
        """Close idle connections."""
        if self._pool is not None:
            await self._pool.client.aclose()
            self._pool = None


def _other(suffixes: Mapping[str, str], tried: str) -> Mapping[str, str]:
    """Return the suffixes to use after a 404, which may also be of a moment (a restart)."""
    if not suffixes:
        return SUFFIXES
    return {} if tried else suffixes  # mapped to exactly this path


class _Pool:
    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self.users = 0
        self.retired = False


def failure_of(error: BaseException, words: Words | None = None) -> Failure:
    """Say what an exception means, in sentences that never repeat its text."""
    kind = next((kind for types, kind in _KINDS if isinstance(error, types)), Kind.UNEXPECTED)
    return Failure(kind, sentence((words or Words()).error(error)))


def status_failure(response: httpx2.Response, body: bytes, words: Words) -> Failure:
    """Say what an HTTP status means: 401 and 403 of the service's ask for new credentials."""
    status = response.status_code
    verdict = words.answer(status, response.headers, body)
    if status in (401, 403) and verdict.ours:
        return Failure(Kind.UNAUTHORIZED, sentence(verdict.words), status)
    wait = retry_after(response.headers)
    return Failure(Kind.STATUS, sentence(verdict.words), status, retry_after=wait)


def sentence(words: str) -> str:
    """Return words as a sentence of their own."""
    end = "" if words.endswith((".", "?", "!")) else "."
    first = words[:1] if words.startswith("http") else words[:1].upper()  # an address stays one
    return f"{first}{words[1:]}{end}"
