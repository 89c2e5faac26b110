"""Both transports on real sockets: cookies, refusals, big and slow answers, cancelling."""

import asyncio
import gc
import json
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any

import httpx2
import pytest

from statmon.bayeux import Kind
from statmon.bayeux.errors import TransportFailure
from statmon.bayeux.polling import Polling
from statmon.bayeux.websocket import open_websocket
from tests.bayeux.support.fake_cometd import Answer, FakeCometd, serving
from tests.bayeux.support.listening import UPDATES, Listener, make_client, running


def make_polling(url: str, headers: Callable[[], dict[str, str]] = dict) -> Polling:
    return Polling(
        url, lambda: httpx2.AsyncClient(trust_env=False), headers, lambda: None, lambda *_: None
    )


async def test_16_the_session_cookie_travels_on_both_transports() -> None:
    """c#127: BAYEUX_BROWSER of the handshake comes with every poll and with the upgrade."""
    server, listener = FakeCometd(), Listener()
    async with serving(server) as url, running(make_client(url, listener, transport="auto")):
        await listener.connected()
    assert server.cookies[0] == ""
    assert set(server.cookies[1:]) == {"BAYEUX_BROWSER=abc"}


async def test_cookies_of_the_upgrade_are_kept() -> None:
    """What the 101 answer sets is in the jar that REST calls use."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept", "headers": [(b"set-cookie", b"STICKY=7; Path=/")]})
        await receive()

    jar = CookieJar()
    async with serving(app) as url:
        socket = await open_websocket(url, {}, jar, proxy=None)
        await socket.aclose()
    assert [(cookie.name, cookie.value) for cookie in jar] == [("STICKY", "7")]


@pytest.mark.parametrize("status", [200, 403, 405, 500, 503])
async def test_18_a_refused_upgrade_falls_back_to_long_polling(status: int) -> None:
    """c#603: values arrive over long-polling in the same session; remembered for the site."""
    server, listener = FakeCometd(), Listener()
    server.upgrade = [status] * 5
    async with serving(server) as url:
        client = make_client(url, listener, transport="auto")
        async with running(client):
            change = await listener.connected()
            server.publish(UPDATES, 1)
            await listener.until(lambda: listener.values == [1])
    assert change.transport == "long-polling"
    assert change.session == 1
    assert client.websocket_blocked


async def test_a_server_mapped_to_one_path_only() -> None:
    """A 404 for the URL with the message type makes the client leave it out."""
    server, listener = FakeCometd(websocket=False), Listener()

    async def exact(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/cometd":
            await server(scope, receive, send)
        else:
            await server._send(send, Answer(404))

    async with serving(exact) as url, running(make_client(url, listener)):
        await listener.connected()


async def test_a_404_of_a_moment_does_not_change_the_address_for_good() -> None:
    """A gateway that starts answers 404; the service behind it may want the message type."""
    server, listener = FakeCometd(websocket=False), Listener()
    refused = []

    async def suffixed(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        if len(refused) < 3 or (path == "/cometd" and len(refused) < 9):
            refused.append(path)
            await server._send(send, Answer(404))
        else:
            await server(scope, receive, send)

    async with serving(suffixed) as url, running(make_client(url, listener)):
        await listener.connected()
    assert refused[:3] == ["/cometd/handshake", "/cometd", "/cometd/handshake"]


async def test_12_five_megabytes_in_one_answer() -> None:
    """c#562: a body and a frame of 5 MB arrive whole."""
    big = ["x" * 1000] * 5000
    for transport in ("long-polling", "websocket"):
        server, listener = FakeCometd(), Listener()
        server.ack = False
        async with (
            serving(server) as url,
            running(make_client(url, listener, transport=transport)),
        ):
            await listener.connected()
            server.publish(UPDATES, big)
            await listener.until(lambda seen=listener: seen.values == [big])


async def test_a_bad_frame_on_the_websocket_costs_nothing() -> None:
    """The official JavaScript client dies of this one: here the frame is counted, that is all."""
    server, listener = FakeCometd(), Listener()
    server.ack = False
    async with serving(server) as url:
        client = make_client(url, listener, transport="websocket")
        async with running(client):
            await listener.connected()
            (peer,) = server.peers.values()
            assert peer.outbox is not None
            peer.outbox.put_nowait("this is not JSON")
            server.publish(UPDATES, 1)
            await listener.until(lambda: listener.values == [1])
    assert client.counters.bad_frames == 1
    assert client.counters.handshakes == 1


async def test_on_a_websocket_with_ack_a_broken_batch_is_not_delivered_twice() -> None:
    """Deliveries are handed over when the connect reply completes them, not before."""
    server, listener = FakeCometd(timeout=5), Listener()
    async with serving(server) as url:
        client = make_client(url, listener, transport="websocket")
        async with running(client):
            await listener.connected()
            (peer,) = server.peers.values()
            assert peer.outbox is not None
            peer.outbox.put_nowait({"channel": UPDATES, "data": "half"})
            server.publish(UPDATES, "whole")
            await listener.until(lambda: "whole" in listener.values)
    assert listener.values == ["half", "whole"]


async def test_29_after_500_cancelled_requests_one_more_works() -> None:
    """httpcore#1093: cancelling at any moment leaks no slot of the pool."""
    server = FakeCometd()
    handshake = json.dumps([{"channel": "/meta/handshake", "id": "1"}]).encode()
    async with serving(server) as url:
        polling = make_polling(url)
        for turn in range(500):
            task = asyncio.create_task(polling.post("/meta/handshake", handshake))
            for _ in range(turn % 25):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        answer = await polling.post("/meta/handshake", handshake)
        await polling.aclose()
    assert json.loads(answer)[0]["successful"]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(401), Kind.UNAUTHORIZED, "credentials"),
        (Answer(403, b'{"status":{"code":603}}'), Kind.UNAUTHORIZED, "credentials"),
        (Answer(500, b'{"status":500,"error":"Internal Server Error"}'), Kind.STATUS, "HTTP 500"),
        (Answer(302, headers=[(b"location", b"/login")]), Kind.STATUS, "HTTP 302"),
    ],
)
async def test_http_answers_have_their_meaning(answer: Answer, kind: Kind, words: str) -> None:
    """Each refusal is told as what it is."""
    server = FakeCometd()
    server.next("/meta/connect", answer)
    async with serving(server) as url:
        polling = make_polling(url)
        with pytest.raises(TransportFailure, match=words) as caught:
            await polling.post("/meta/connect", b'[{"channel":"/meta/connect"}]')
        await polling.aclose()
    assert caught.value.failure.kind is kind


@pytest.mark.parametrize("header", ["Authorization", "x-api-key"])
async def test_a_refusal_that_repeats_the_secret_is_told_without_its_words(header: str) -> None:
    """Some gateways say which token is wrong: it would stand in logs and on standard output."""
    server = FakeCometd()
    server.next("/meta/connect", Answer(401, b'{"message":"Invalid access token: canary-1c"}'))
    async with serving(server) as url:
        polling = make_polling(url, lambda: {header: "Bearer canary-1c"})
        with pytest.raises(TransportFailure) as caught:
            await polling.post("/meta/connect", b'[{"channel":"/meta/connect"}]')
        await polling.aclose()
    assert caught.value.failure.reason == "The service refused the credentials (HTTP 401)."


async def test_retry_after_is_read() -> None:
    """Seconds of a 503, for the session to honour."""
    server = FakeCometd()
    server.next("/meta/connect", Answer(503, b"<html>", [(b"retry-after", b"7")]))
    async with serving(server) as url:
        polling = make_polling(url)
        with pytest.raises(TransportFailure) as caught:
            await polling.post("/meta/connect", b'[{"channel":"/meta/connect"}]')
        await polling.aclose()
    assert caught.value.failure.retry_after == 7


async def test_nobody_there_is_unreachable() -> None:
    """A refused connection, on either transport."""
    polling = make_polling("http://127.0.0.1:9/cometd")
    with pytest.raises(TransportFailure) as caught:
        await polling.post("/meta/connect", b"[]")
    await polling.aclose()
    assert caught.value.failure.kind is Kind.UNREACHABLE
    with pytest.raises(TransportFailure) as caught:
        await open_websocket("http://127.0.0.1:9/cometd", {}, CookieJar(), proxy=None)
    assert caught.value.failure.kind is Kind.UNREACHABLE


@pytest.mark.parametrize("transport", ["long-polling", "websocket"])
async def test_nothing_is_left_behind(transport: str) -> None:
    """After many reconnects and the end: no task, no socket, no timer of the client."""
    server, listener = FakeCometd(timeout=0.05), Listener()
    async with serving(server) as url:
        before = len(asyncio.all_tasks())
        client = make_client(url, listener, transport=transport)
        async with running(client):
            await listener.connected()
            for _ in range(10):
                server.drop_sessions()
                seen = len(listener.connections)
                client._session._backoff.forget()
                await listener.connected(seen + 1)
            assert len(client._tasks) <= 4
            assert len(client._exchanges) <= 2
        await asyncio.sleep(0)
        assert len(client._tasks) == 0
        assert client._exchanges == {}
        assert client._timer is None or client._timer.cancelled()
    gc.collect()
    assert len(asyncio.all_tasks()) <= before


async def test_sleep_is_noticed_by_the_clocks() -> None:
    """The clock that counts sleep jumps by five minutes: a new connection within a tick."""
    server, listener = FakeCometd(timeout=30), Listener()
    shift = 0.0

    def slept() -> float:
        return 1_700_000_000.0 + asyncio.get_running_loop().time() + shift

    async with (
        serving(server) as url,
        running(make_client(url, listener, slept=slept, transport="long-polling")),
    ):
        await listener.connected()
        shift = 300.0
        again = await listener.connected(2)
        assert again.session == 1
    assert any("slept" in (change.reason or "") for change in listener.states)


@pytest.mark.parametrize("value", ["Bearer canary\n", " canary ", "can\0ary"])
async def test_a_header_that_cannot_be_sent_is_not_repeated(value: str) -> None:
    """The library's own words would print the token."""
    async with serving(FakeCometd()) as url:
        polling = make_polling(url, lambda: {"Authorization": value})
        with pytest.raises(TransportFailure) as caught:
            await polling.post("/meta/connect", b"[]")
        await polling.aclose()
    assert "can" not in caught.value.failure.reason.replace("cannot", "")
    assert caught.value.failure.kind is Kind.UNREACHABLE
