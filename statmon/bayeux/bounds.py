"""What anybody's HTTP answer may cost: bytes, headers, time. The one place for every answer.

REST, sign-in, long-polling, the announcement of an update and the doctor's question all come
through a ``BoundedClient``; a websocket has the same bound for a frame. A body is counted as it is
inflated, in slices that let the loop breathe, and never inflated beyond the bound.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import httpx2

_T = TypeVar("_T")

WITHIN: Final = 60.0
"""Seconds for a whole answer, however slowly it drips."""
SMALL: Final = 2**20
"""Bytes of an answer that is no list of values, inflated: a sign-in, an error, a page."""
LARGEST: Final = 8 * 2**20
"""Bytes of an answer with values, inflated: some 50,000 of them."""
MOST_HEADERS: Final = 500
"""Header fields of one answer; their bytes are limited by the HTTP library (100 KiB)."""
LARGEST_HERE: Final = "largest"
"""The extension of a request whose answer has a bound of its own."""
ONCE: Final = "once"
"""The extension of a request that is never repeated: whoever asked has to hear of a lost answer."""
PIECE: Final = 2**16
"""Bytes that are inflated at a time."""
BREATH: Final = 0.004
"""Seconds after which others have a turn (the window, for one)."""
_ASKED_FOR: Final = "gzip, deflate"
_KEPT_BROKE: Final = (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError)


class Unbearable(httpx2.RequestError):
    """An answer that goes beyond a bound; ``str()`` says which, to follow the address."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one client lets an answer cost."""

    largest: int = SMALL
    """Bytes of a body that is a success, inflated; of any other ``SMALL`` are read."""
    within: float | None = WITHIN
    """Seconds for the whole answer; None where the caller has a patience of its own."""


CALLS: Final = Bounds(LARGEST)
"""Of the service's REST calls."""
NOTIFICATIONS: Final = Bounds(LARGEST, None)
"""Of long-polling: an answer is held back until there is news, and ``bayeux`` gives up."""


class BoundedClient(httpx2.AsyncClient):
    """An HTTP client whose answers are bounded, and which repeats what a kept connection lost.

    A balancer may close a connection that was kept open without telling; whoever used it next
    hears nothing. That is no outage: when not a byte of an answer came, the request is repeated
    once, on a connection of its own, unless it says that it is sent ``ONCE``.
    """

    def __init__(self, bounds: Bounds | None = None, **options: Any) -> None:
        """Make a client; options are those of ``httpx2.AsyncClient``."""
        super().__init__(**options)
        self.headers["Accept-Encoding"] = _ASKED_FOR
        self._bounds, self._options = bounds or Bounds(), options

    async def send(
        self, request: httpx2.Request, *, stream: bool = False, **options: Any
    ) -> httpx2.Response:
        """Send a request; the body of the answer is bounded, whoever reads it.

        Raises:
            Unbearable: the answer goes beyond a bound.
            httpx2.RequestError: there is no answer.
        """
        limit = _Limit(request, self._bounds)
        response, close = await limit.wait_for(self._sent(request, options))
        try:
            body = response.stream = _Body(response, limit, close)
            if not stream:
                whole = bytearray()  # not a list of pieces, which may be of one byte each
                async with aclosing(body), aclosing(aiter(body)) as pieces:
                    async for piece in pieces:
                        whole += piece
                response.stream = httpx2.ByteStream(bytes(whole))
                await response.aread()
        except BaseException:
            await response.aclose()
            raise
        return response

    async def _sent(
        self, request: httpx2.Request, options: dict[str, Any]
    ) -> tuple[httpx2.Response, Callable[[], Awaitable[None]] | None]:
        """Return the answer, and what is to be closed after it."""
        kept = _Kept()
        request.extensions = {**request.extensions, "trace": kept}
        try:
            return await super().send(request, stream=True, **options), None
        except _KEPT_BROKE:
            if not kept.used or request.extensions.get(ONCE):
                raise
        single = httpx2.AsyncClient(
            **self._options | {"limits": httpx2.Limits(max_keepalive_connections=0)}
        )
        try:
            return await single.send(request, stream=True, **options), single.aclose
        except BaseException:
            await single.aclose()
            raise


class _Kept:
    """Hears from the HTTP library on which connection a request went."""

    def __init__(self) -> None:
        self.used = True
        """No connection was made for this request: it took one that was there."""

    async def __call__(self, event: str, _: Any) -> None:
        """Note an event of the HTTP library."""
        if event.startswith("connection.connect_"):
            self.used = False


class _Limit:
    """The time in which an answer has to be there, and the words when it is not."""

    def __init__(self, request: httpx2.Request, bounds: Bounds) -> None:
        self.request = request
        self.largest: int = request.extensions.get(LARGEST_HERE, bounds.largest)
        self._within = bounds.within
        now = asyncio.get_running_loop().time()
        self._ends = None if bounds.within is None else now + bounds.within

    async def wait_for(self, work: Awaitable[_T]) -> _T:
        """Return what comes in time."""
        try:
            async with asyncio.timeout_at(self._ends) as patience:
                return await work
        except TimeoutError:
            if not patience.expired():
                raise
            raise self.broken(f"was not all there within {self._within:.0f} s") from None

    def broken(self, words: str) -> Unbearable:
        """Return the error that says so."""
        return Unbearable(words, request=self.request)


class _Body(httpx2.AsyncByteStream):
    """A body that is counted while it is inflated."""

    def __init__(
        self,
        response: httpx2.Response,
        limit: _Limit,
        close: Callable[[], Awaitable[None]] | None,
    ) -> None:
        if not isinstance(response.stream, httpx2.AsyncByteStream):
            raise TypeError("an answer of an asynchronous client is read asynchronously")
        self._source, self._limit, self._close = response.stream, limit, close
        if len(response.headers) > MOST_HEADERS:
            raise limit.broken(f"has more than {MOST_HEADERS} header fields")
        self._refused = not response.is_success
        """It is no success: as much of it is read as may be worth showing."""
        self._largest = SMALL if self._refused else limit.largest
        self._inflate = self._inflater(response)

    def _inflater(self, response: httpx2.Response) -> "_Inflate | None":
        """Take the packing on, away from the HTTP library."""
        coding = response.headers.get("Content-Encoding", "").strip().lower()
        if coding in ("", "identity"):
            return None
        response.headers.pop("Content-Encoding")
        if coding not in ("gzip", "x-gzip", "deflate"):
            name = "".join(sign for sign in coding if sign.isalnum() or sign in "-, ")[:40]
            raise self._limit.broken(f"is packed as «{name}», which nobody asked for")
        return _Inflate()

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        time = asyncio.get_running_loop().time
        size, breath = 0, time() + BREATH
        # A generator, like those of the library below: closed with it, not some time later.
        async with aclosing(cast("AsyncGenerator[bytes]", aiter(self._source))) as source:
            while (packed := await self._limit.wait_for(anext(source, None))) is not None:
                for piece in self._unpacked(packed):
                    size += len(piece)
                    if size > self._largest:
                        if self._refused:
                            return
                        raise self._limit.broken(f"is larger than {_size(self._largest)}")
                    yield piece
                    if time() >= breath:
                        await asyncio.sleep(0)
                        breath = time() + BREATH
        if self._inflate is not None and not self._inflate.complete:
            raise httpx2.DecodingError("it was cut off", request=self._limit.request)

    def _unpacked(self, packed: bytes) -> Iterator[bytes]:
        if self._inflate is None:
            yield packed
            return
        try:
            yield from self._inflate.pieces(packed)
        except zlib.error as error:
            raise httpx2.DecodingError(str(error), request=self._limit.request) from None

    async def aclose(self) -> None:
        """Let the connection go."""
        try:
            await self._source.aclose()
        finally:
            if self._close is not None:
                await self._close()


def _size(number: int) -> str:
    return f"{number >> 20} MB" if number >= SMALL else f"{number // 1000} kB"


class _Inflate:
    """Inflates gzip, zlib, and what some servers send as «deflate»: without a head."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._began = False

    @property
    def complete(self) -> bool:
        """Whether what was packed has come to its end, or nothing came at all."""
        return self._zlib.eof or not self._began

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """Yield what is in there, at most ``PIECE`` at a time.

        Raises:
            zlib.error: it is damaged.
        """
        first, self._began = not self._began, True
        try:
            piece = self._zlib.decompress(packed, PIECE)
        except zlib.error:
            if not first:
                raise
            self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
            piece = self._zlib.decompress(packed, PIECE)
        while piece:
            yield piece
            piece = self._zlib.decompress(self._zlib.unconsumed_tail, PIECE)
