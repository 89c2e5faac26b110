"""Slow links, hanging upgrades and a loop that is not asyncio's own."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from http.cookiejar import CookieJar
from typing import Any

import pytest

from statmon.bayeux import websocket
from tests.bayeux.support.fake_cometd import FakeCometd, serving
from tests.bayeux.support.listening import UPDATES, Listener, make_client, running
from tests.faults.support.fault_proxy import FaultProxy, http
from tests.faults.support.feed import ENOUGH

LONG = os.environ.get("STATMON_TEST_LONG") == "1"
SCALE = 1.0 if LONG else 0.1


@contextlib.asynccontextmanager
async def behind_proxy(server: FakeCometd) -> AsyncIterator[FaultProxy]:
    async with serving(server) as url, FaultProxy(int(url.split(":")[2].split("/")[0])) as proxy:
        yield proxy


@pytest.mark.parametrize("transport", ["long-polling", "websocket"])
async def test_13_a_slow_link_is_not_a_dead_one(transport: str) -> None:
    """c#930: 2 MB at 100 kB/s take longer than any patience; the answer arrives, once."""
    server, listener = FakeCometd(timeout=2 * SCALE), Listener()
    async with behind_proxy(server) as proxy:
        delay = max(4 * SCALE, ENOUGH)
        client = make_client(proxy.url, listener, transport=transport, network_delay=delay)
        async with running(client):
            await listener.connected()
            proxy.rate = 100_000
            big = ["x" * 1000] * round(2000 * SCALE)
            server.publish(UPDATES, big)
            await listener.until(lambda: bool(listener.values), 60)
    assert listener.values == [big]
    assert client.counters.reconnects == 0


@pytest.mark.parametrize(
    "raw",
    [http("200 OK", b"<html>login</html>"), http("405 Method Not Allowed"), b"garbage\r\n\r\n"],
)
async def test_18_an_upgrade_answered_by_something_else(raw: bytes) -> None:
    """c#603: a page, a refusal or garbage for the upgrade: long-polling, same session."""
    server, listener = FakeCometd(), Listener()
    async with behind_proxy(server) as proxy:
        proxy.answer(b"Upgrade: websocket", raw)
        client = make_client(proxy.url, listener, transport="auto")
        async with running(client):
            change = await listener.connected()
    assert (change.transport, change.session) == ("long-polling", 1)
    assert client.websocket_blocked


async def test_18_an_upgrade_that_is_never_answered() -> None:
    """After five seconds long-polling takes over, with the same session."""
    server, listener = FakeCometd(), Listener()
    async with behind_proxy(server) as proxy:
        proxy.answer(b"Upgrade: websocket", None)
        client = make_client(proxy.url, listener, transport="auto")
        async with running(client):
            change = await listener.connected()
    assert (change.transport, change.session) == ("long-polling", 1)


async def test_15_an_answer_a_little_later_than_announced() -> None:
    """halley#2: the server holds the full timeout and the link adds to it."""
    server, listener = FakeCometd(timeout=0.5), Listener()
    async with behind_proxy(server) as proxy:
        client = make_client(proxy.url, listener, transport="long-polling", network_delay=1.0)
        async with running(client):
            await listener.connected()
            proxy.black_hole()
            asyncio.get_running_loop().call_later(0.8, proxy.restore)
            connects = client.counters.connects
            server.publish(UPDATES, 1)
            await listener.until(lambda: listener.values == [1])
    assert client.counters.reconnects == 0
    assert client.counters.connects >= connects


async def test_30_a_black_hole_is_noticed_by_the_ping(monkeypatch: pytest.MonkeyPatch) -> None:
    """c#1063: a half-open websocket is given up after ping and pong, long before the connect."""
    monkeypatch.setattr(websocket, "PING", 0.2)
    monkeypatch.setattr(websocket, "PONG", 0.2)
    server, listener = FakeCometd(timeout=60), Listener()
    async with behind_proxy(server) as proxy:
        client = make_client(proxy.url, listener, transport="websocket")
        async with running(client):
            await listener.connected()
            proxy.black_hole()
            await listener.until(lambda: client.counters.reconnects > 0)
            proxy.restore()
            again = await listener.connected(2)
    assert again.session == 1


async def test_a_real_black_hole_takes_25_seconds() -> None:
    """At the latest: in what the library has been told of an open socket."""
    async with serving(FakeCometd()) as url:
        opened = await websocket.open_websocket(url, {}, CookieJar())
        library = opened._socket
        assert library.ping_interval is not None
        assert library.ping_timeout is not None
        assert library.ping_interval + library.ping_timeout <= 25
        await opened.aclose()


def test_on_the_qt_loop(qapp: Any) -> None:
    """The client runs in Qt's loop as it does in asyncio's, over every transport."""
    from statmon.ui.start.loop import AppLoop

    async def play(transport: str) -> None:
        server, listener = FakeCometd(), Listener()
        async with (
            behind_proxy(server) as proxy,
            running(make_client(proxy.url, listener, transport=transport)),
        ):
            await listener.connected()
            server.publish(UPDATES, 1)
            await listener.until(lambda: listener.values == [1])
            server.drop_sessions()
            await listener.connected(2)
            proxy.cut()
            await listener.connected(3)

    loop = AppLoop(qapp)
    asyncio.set_event_loop(loop)
    try:
        for transport in ("long-polling", "websocket", "auto"):
            loop.run_until_complete(play(transport))
    finally:
        asyncio.set_event_loop(None)
        loop.close()
