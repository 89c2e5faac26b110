"""Long-polling: every exchange is one HTTP POST, nothing is retried behind the session's back."""

import html
import re
from collections.abc import Callable, Mapping
from typing import Final

import httpx2
import msgspec

from statmon.bayeux.errors import NO_PROXY, Explain, Failure, Kind, TransportFailure, plainly
from statmon.bayeux.waiting import retry_after

CONTENT_TYPE: Final = "application/json;charset=UTF-8"
TIMEOUT: Final = httpx2.Timeout(connect=10.0, write=10.0, pool=5.0, read=None)
"""Seconds; the patience for answers is the session's, since any byte received extends it."""
MOST_WORDS: Final = 65536
LONGEST_WORDS: Final = 200
SUFFIXES: Final[Mapping[str, str]] = {
    "/meta/handshake": "/handshake",
    "/meta/connect": "/connect",
    "/meta/disconnect": "/disconnect",
}
"""The message type appended to the URL, as the official clients do."""

# Bounded: what is none of ours may be thousands of titles that never end.
_TITLE: Final = re.compile(r"<title[^>]{0,200}>([^<]{0,400})", re.IGNORECASE)
_SECRET: Final = ("Authorization", "X-Api-Key")
"""Headers whose values are never repeated, whoever says them."""
_UNREACHABLE: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, *NO_PROXY)


class Polling:
    """Posts messages. Cookies are those of the jar that the clients of ``http`` share."""

    def __init__(
        self,
        url: str,
        http: Callable[[], httpx2.AsyncClient],
        headers: Callable[[], Mapping[str, str]],
        heard: Callable[[], None],
        came: Callable[[int, bytes], None],
        explain: Explain = plainly,
    ) -> None:
        """Post to a URL.

        Args:
            url: the CometD endpoint.
            http: makes a client.
            headers: asked at every request.
            heard: called whenever bytes arrive.
            came: called with status and body of every answer.
            explain: says why the service cannot be reached.
        """
        self._url = url.rstrip("/")
        self._http = http
        self._headers = headers
        self._heard = heard
        self._came = came
        self._explain = explain
        self._suffixes = SUFFIXES
        self._pool: _Pool | None = None

    async def post(self, channel: str, body: bytes) -> bytes:
        """Return the body of the answer.

        Raises:
            TransportFailure: No answer, or one that is not 200.
        """
        if self._pool is None:
            self._pool = self._new_pool()
        pool = self._pool
        pool.users += 1
        try:
            return await self._post(pool.client, channel, body)
        except httpx2.PoolTimeout as error:
            self.renew()
            raise TransportFailure(failure_of(error, self._explain)) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise TransportFailure(failure_of(error, self._explain)) from None
        finally:
            pool.users -= 1
            if pool.retired and not pool.users:
                await pool.client.aclose()

    def _new_pool(self) -> "_Pool":
        try:
            return _Pool(self._http())
        except NO_PROXY as error:
            raise TransportFailure(failure_of(error, self._explain)) from None

    async def _post(self, client: httpx2.AsyncClient, channel: str, body: bytes) -> bytes:
        suffixes = self._suffixes
        suffix = suffixes.get(channel, "")
        url = self._url + suffix
        headers = {**self._headers(), "Content-Type": CONTENT_TYPE}
        async with client.stream(
            "POST", url, content=body, headers=headers, timeout=TIMEOUT, follow_redirects=False
        ) as response:
            chunks = []
            async for chunk in response.aiter_bytes():
                self._heard()
                chunks.append(chunk)
            if response.status_code == 404 and self._suffixes is suffixes:
                self._suffixes = _other(suffixes, suffix)
            body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
            self._came(response.status_code, body)
            if response.status_code != 200:
                raise TransportFailure(status_failure(response, body))
            return body

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


def failure_of(error: Exception, explain: Explain = plainly) -> Failure:
    """Say what an exception of the HTTP library means; ``explain`` has the words for it."""
    text = plainly(error).rstrip(".")
    if isinstance(error, _UNREACHABLE):
        return Failure(Kind.UNREACHABLE, f"The service cannot be reached: {explain(error)}.")
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return Failure(Kind.UNREACHABLE, f"The address of the service is not usable: {text}.")
    if isinstance(error, httpx2.LocalProtocolError):  # not its text: it repeats the header
        return Failure(Kind.UNREACHABLE, "A header cannot be sent: check what was given as secret.")
    if isinstance(error, httpx2.TimeoutException):
        return Failure(Kind.TIMEOUT, f"The service took too long: {text}.")
    if isinstance(error, httpx2.DecodingError):
        return Failure(Kind.MALFORMED, f"The answer is damaged: {text}.")
    return Failure(Kind.CUT, f"The connection broke: {text}.")


def status_failure(response: httpx2.Response, body: bytes) -> Failure:
    """Say what an HTTP status means, in the service's words if it gave any.

    401 and 403 ask for new credentials.
    """
    status = response.status_code
    words = "" if _repeats_a_secret(response, body) else words_in(body)
    said = f"HTTP {status}{f': {words}' if words else ''}"
    if status in (401, 403):
        return Failure(Kind.UNAUTHORIZED, f"The service refused the credentials ({said}).", status)
    if 300 <= status < 400:
        return Failure(
            Kind.STATUS,
            f"The service redirects to another page (HTTP {status}): is a login page in between?",
            status,
        )
    reason = f"The service answered {said}."
    return Failure(Kind.STATUS, reason, status, retry_after=retry_after(response.headers))


def _repeats_a_secret(response: httpx2.Response, body: bytes) -> bool:
    sent = (response.request.headers.get(name, "") for name in _SECRET)
    secrets = (value.rpartition(" ")[2].encode() for value in sent)  # without "Bearer"
    return any(secret and secret in body for secret in secrets)


def _visible(text: str) -> str:
    """Leave out what would act on a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def words_in(body: bytes) -> str:
    """Return what a body says of an error.

    A Java server puts the cause in ``message``; a page of a proxy has it in its title.
    """
    try:
        data = msgspec.json.decode(body[:MOST_WORDS])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        title = _TITLE.search(body[:MOST_WORDS].decode("utf-8", "replace"))
        return f"a web page, «{_line(html.unescape(title[1]))}»" if title else ""
    for key in ("message", "error"):
        words = data.get(key) if isinstance(data, dict) else None
        if isinstance(words, str) and words:
            return _line(words).rstrip(".")
    return ""


def _line(words: str) -> str:
    return " ".join(_visible(words).split())[:LONGEST_WORDS]
