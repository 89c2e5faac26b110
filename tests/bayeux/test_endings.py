"""Every exchange ends in the session, whatever happened in it, on both transports."""

import asyncio
import gc
import ssl
import warnings
from http.cookiejar import CookieJar
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection

from statmon.bayeux import websocket
from statmon.bayeux.errors import Kind
from statmon.bayeux.frames import FrameDecoder
from statmon.bayeux.polling import Polling
from tests.bayeux.support.fake_cometd import Answer, FakeCometd, serving
from tests.bayeux.support.listening import UPDATES, Listener, make_client, running

UNFORESEEN = (
    OverflowError("raw"),
    ssl.SSLError(1, "raw"),
    httpx2.CookieConflict("raw"),
    UnicodeEncodeError("ascii", "raw", 0, 1, "raw"),
    UnicodeDecodeError("ascii", b"raw", 0, 1, "raw"),
    RecursionError("raw"),
    MemoryError("raw"),
    KeyError("raw"),
    AssertionError("raw"),
    StopAsyncIteration("raw"),
    ExceptionGroup("raw", [ValueError("raw")]),
)
"""One could come from the HTTP library, from TLS, from a cookie, from a decoder, from us."""


def named(error: Exception) -> str:
    return type(error).__name__


def well_again(listener: Listener) -> bool:
    told = any(change.failure is not None for change in listener.states)
    return told and listener.states[-1].state == "connected"


def failing(error: Exception, after: int, inner: Any) -> Any:
    """Raise it once, at the call after so many."""
    calls = 0

    async def fails(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == after:
            raise error
        return await inner(*arguments, **options)

    return fails


@pytest.mark.parametrize("error", UNFORESEEN, ids=named)
async def test_a_poll_that_breaks_in_any_way_is_told_and_tried_again(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the request: a cookie that could not be sent left «connected» with nothing coming."""
    server, listener = FakeCometd(websocket=False, timeout=0.05), Listener()
    monkeypatch.setattr(Polling, "_post", failing(error, 4, Polling._post))
    async with serving(server) as url, running(make_client(url, listener)):
        await listener.until(lambda: well_again(listener))
        server.publish(UPDATES, 1)
        await listener.until(lambda: listener.values == [1])
    told = next(change for change in listener.states if change.failure is not None)
    assert "raw" not in str(told.reason)


async def test_an_exchange_that_is_cancelled_before_it_began_leaves_nothing() -> None:
    """The client is ended in the turn of the loop in which it sends: Python warned of that."""

    def sent(_way: str, _transport: str, _status: object, body: bytes) -> None:
        if b"/meta/connect" in body:
            run.cancel()

    server = FakeCometd(websocket=False, timeout=0.05)
    with warnings.catch_warnings(record=True) as warned:
        async with serving(server) as url:
            run = asyncio.create_task(make_client(url, Listener(), tap=sent).run())
            with pytest.raises(asyncio.CancelledError):
                await run
        gc.collect()
    assert not [warning for warning in warned if issubclass(warning.category, RuntimeWarning)]


@pytest.mark.parametrize("error", UNFORESEEN, ids=named)
@pytest.mark.parametrize("transport", ["long-polling", "websocket"])
async def test_an_answer_that_breaks_in_any_way_is_told_and_tried_again(
    transport: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the reading of it."""
    server, listener = FakeCometd(timeout=0.05), Listener()
    decode, calls = FrameDecoder.decode, 0

    def fails(self: Any, body: bytes) -> Any:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise error
        return decode(self, body)

    monkeypatch.setattr(FrameDecoder, "decode", fails)
    async with (
        serving(server) as url,
        running(make_client(url, listener, transport=transport)),
    ):
        await listener.until(lambda: well_again(listener))
        server.publish(UPDATES, 1)
        await listener.until(lambda: listener.values == [1])
    told = next(change for change in listener.states if change.failure is not None)
    assert told.failure.kind is Kind.UNEXPECTED


@pytest.mark.parametrize("error", UNFORESEEN, ids=named)
@pytest.mark.parametrize("place", ["opening", "sending", "cookies"])
async def test_a_websocket_that_breaks_in_any_way_is_told_and_tried_again(
    place: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is opened, while something is sent, while its cookies are kept."""
    server, listener = FakeCometd(timeout=0.05), Listener()
    if place == "opening":
        connect = websocket._Here.open_tcp_connection
        monkeypatch.setattr(websocket._Here, "open_tcp_connection", failing(error, 1, connect))
    elif place == "sending":
        send = ClientConnection.send
        monkeypatch.setattr(ClientConnection, "send", failing(error, 3, send))
    else:
        extract, calls = httpx2.Cookies.extract_cookies, 0

        def fails(self: Any, response: Any) -> None:
            nonlocal calls
            calls += 1
            if calls == 1:
                raise error
            extract(self, response)

        monkeypatch.setattr(httpx2.Cookies, "extract_cookies", fails)
    async with (
        serving(server) as url,
        running(make_client(url, listener, transport="websocket")),
    ):
        await listener.until(lambda: well_again(listener))
        server.publish(UPDATES, 1)
        await listener.until(lambda: listener.values == [1])


@pytest.mark.parametrize("transport", ["long-polling", "websocket"])
async def test_an_answer_beyond_the_bound_ends_the_session_that_would_send_it_again(
    transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With acknowledgements the service repeats what was not taken: for ever, and never news."""
    from statmon.bayeux import bounds

    server, listener = FakeCometd(timeout=0.05), Listener()
    monkeypatch.setattr(websocket, "LARGEST", 100_000)

    def client() -> bounds.BoundedClient:
        return bounds.BoundedClient(bounds.Bounds(100_000, None), cookies=jar, trust_env=False)

    jar = CookieJar()
    async with (
        serving(server) as url,
        running(make_client(url, listener, transport=transport, http=client, cookies=jar)),
    ):
        await listener.connected()
        server.publish(UPDATES, "x" * 200_000)
        again = await listener.connected(2)
        server.publish(UPDATES, 1)
        await listener.until(lambda: listener.values == [1])
    assert again.session == 2
    told = next(change for change in listener.states if change.state == "reconnecting")
    assert told.failure is not None
    assert told.failure.kind is Kind.UNBEARABLE


async def test_a_session_whose_timer_breaks_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due is all that drives it: one exception there must not be the last."""
    server, listener = FakeCometd(websocket=False, timeout=0.05), Listener()
    server.next("/meta/connect", Answer(500), Answer(500))
    async with serving(server) as url:
        client = make_client(url, listener)
        tick, calls = client._session.tick, 0

        def fails(now: float) -> None:
            nonlocal calls
            calls += 1
            if calls == 2:
                raise RuntimeError("raw")
            tick(now)

        monkeypatch.setattr(client._session, "tick", fails)
        async with running(client):
            await listener.connected()
    assert calls > 2


async def test_what_a_hostile_service_says_does_not_stay_in_memory() -> None:
    """The journal keeps 200 events; each may have had an error of eight megabytes."""
    server, listener = FakeCometd(websocket=False, timeout=0.05), Listener()
    huge = {"successful": False, "error": "x" * 100_000, "id": 10**400}
    advice = {"reconnect": "retry", "interval": 0, "y" * 100_000: ["z" * 100_000] * 100}
    server.next("/meta/connect", {**huge, "advice": advice})
    async with serving(server) as url:
        client = make_client(url, listener)
        async with running(client):
            await listener.connected()
        assert len(client.journal.report()) < 100_000
    assert all(len(change.reason or "") <= 400 for change in listener.states)
