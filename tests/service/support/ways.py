"""Every way on which statmon hears an HTTP answer, each as: ask, and give the sentence."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from statmon.bayeux.errors import TransportFailure
from statmon.bayeux.polling import Polling
from statmon.bayeux.websocket import open_websocket
from statmon.service.access import Access
from statmon.service.sign_in.auth import SignIn
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.http import Http
from statmon.support import connection
from statmon.updates.fetch import fetch
from statmon.updates.manifest import Refused

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WAYS = ("rest", "sign-in", "long-polling", "websocket", "update", "doctor")
HTTP_WAYS = tuple(way for way in WAYS if way != "websocket")


async def said(way: str, url: str, http: Http | None = None, **options: str) -> str:
    """Ask on one of the ways; return the sentence of the failure, or nothing after a success."""
    http = http or Http(Access(url, "key-canary", username="u", password="canary", **options))
    try:
        return await _ASK[way](url, http)
    finally:
        await http.close()


async def _rest(_: str, http: Http) -> str:
    try:
        await http.call("read", "GET", "/statistics/v3", headers={"x-api-key": "key-canary"})
    except ServiceError as error:
        return error.message
    return ""


async def _sign_in(_: str, http: Http) -> str:
    try:
        await SignIn(http).sign_in()
    except ServiceError as error:
        return error.message
    return ""


async def _polling(url: str, http: Http) -> str:
    polling = Polling(
        f"{url}/statistics/v3/notifications",
        http.polling_client,
        dict,
        lambda: None,
        lambda *_: None,
        http.words,
    )
    try:
        await polling.post("/meta/connect", b"[]")
    except TransportFailure as error:
        return error.failure.reason
    finally:
        await polling.aclose()
    return ""


async def _websocket(url: str, http: Http) -> str:
    try:
        socket = await open_websocket(
            f"{url}/statistics/v3/notifications",
            {"x-api-key": "key-canary"},
            http.cookies,
            ssl_context=http.ssl_context if url.startswith("https:") else None,
            proxy=http.websocket_proxy,
            words=http.words,
        )
    except TransportFailure as error:
        return error.failure.reason
    await socket.aclose()
    return ""


async def _update(url: str, _: Http) -> str:
    try:
        await fetch(f"{url}/updates.json", None)
    except Refused as error:
        return str(error)
    return ""


async def _doctor(_: str, http: Http) -> str:
    findings = [finding async for finding in connection.examine(http.access)]
    return next((found.line for found in findings if found.outcome == "failed"), "")


_ASK = {
    "rest": _rest,
    "sign-in": _sign_in,
    "long-polling": _polling,
    "websocket": _websocket,
    "update": _update,
    "doctor": _doctor,
}


@asynccontextmanager
async def raw(serve: Serve) -> AsyncIterator[str]:
    """Serve whatever bytes a test wants, each connection by itself; give the address."""
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # who asked has gone, as it should
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await server.wait_closed()


async def head(reader: asyncio.StreamReader) -> str:
    """Read the head of a request, and its body."""
    text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    for line in text.casefold().split("\r\n"):
        if line.startswith("content-length:"):
            await reader.readexactly(int(line.partition(":")[2]))
    return text


def always(answer: bytes, chunks: bytes = b"", pause: float = 0.0, most: int = 2**33) -> Serve:
    """Answer every request so, and go on with these bytes until the other side has enough."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await head(reader)
            writer.write(answer)
            sent = 0
            while chunks and sent < most:
                writer.write(chunks)
                sent += len(chunks)
                await writer.drain()
                await asyncio.sleep(pause)
            await writer.drain()
            if b"Connection: close" in answer:
                return

    return serve
