"""One suite on servers that nobody here wrote, over each transport they offer."""

import contextlib
import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.bayeux.support.listening import UPDATES, Listener, make_client, running
from tests.faults.support.fault_proxy import FaultProxy
from tests.waiting import until

pytestmark = pytest.mark.interop
CASES = [
    ("cometd", "long-polling"),
    ("cometd", "auto"),
    ("faye", "long-polling"),
    ("faye", "websocket"),
    ("faye", "auto"),
]
LONG = os.environ.get("STATMON_TEST_LONG") == "1"
FAULTS = ["cut", "lose_reply", *(["reset", "half_close"] if LONG else [])]
Start = Callable[[str], contextlib.AbstractAsyncContextManager[Any]]


@pytest.mark.parametrize(("kind", "transport"), CASES)
async def test_values_arrive_in_order(start_peer: Start, kind: str, transport: str) -> None:
    """A thousand values, each once, in order, with every transport and the ack extension."""
    listener = Listener()
    async with start_peer(kind) as peer:
        client = make_client(peer.url, listener, transport=transport)
        async with running(client):
            first = await listener.connected()
            for start in range(1, 1001, 100):
                await peer.publish(UPDATES, *range(start, start + 100))
            await listener.until(lambda: len(listener.values) >= 1000)
    assert listener.values == list(range(1, 1001))
    on_socket = kind == "faye" and transport != "long-polling"
    assert first.transport == ("websocket" if on_socket else "long-polling")


@pytest.mark.parametrize(("kind", "transport"), CASES)
async def test_an_idle_session_stays(start_peer: Start, kind: str, transport: str) -> None:
    """Two held connects long, nothing is said and nothing reconnects."""
    listener = Listener()
    async with start_peer(kind) as peer:
        client = make_client(peer.url, listener, transport=transport)
        async with running(client):
            await listener.connected()
            await until(lambda: client.counters.connects >= 5, within=None)
            await peer.publish(UPDATES, "still here")
            await listener.until(lambda: listener.values == ["still here"])
        assert client.counters.handshakes == 1
        assert client.counters.reconnects == 0


@pytest.mark.parametrize("how", ["drop", "disconnect"])
@pytest.mark.parametrize(("kind", "transport"), CASES)
async def test_a_session_the_server_forgot_is_replaced(
    start_peer: Start, kind: str, transport: str, how: str
) -> None:
    """Dropped silently or by a disconnect: a new session, subscribed again."""
    listener = Listener()
    async with (
        start_peer(kind) as peer,
        running(make_client(peer.url, listener, transport=transport)),
    ):
        await listener.connected()
        await peer.tell(how)
        again = await listener.connected(2)
        assert again.session == 2
        await peer.publish(UPDATES, "back")
        await listener.until(lambda: "back" in listener.values)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("kind", "transport"), CASES)
async def test_a_broken_connection_costs_no_session(
    start_peer: Start, kind: str, transport: str, fault: str
) -> None:
    """After a break values come again, in the same session."""
    listener = Listener()
    async with (
        start_peer(kind) as peer,
        FaultProxy(peer.port) as proxy,
        running(make_client(proxy.url, listener, transport=transport)),
    ):
        await listener.connected()
        getattr(proxy, fault)()
        await peer.publish(UPDATES, "during")
        again = await listener.connected(2)
        await peer.publish(UPDATES, "after")
        await listener.until(lambda: "after" in listener.values)
        assert again.session == 1
        if kind == "cometd":  # with its ack extension
            assert listener.values == ["during", "after"]


@pytest.mark.parametrize(("kind", "transport"), CASES)
async def test_publishing_is_acknowledged(start_peer: Start, kind: str, transport: str) -> None:
    """What one publishes comes back through the subscription."""
    listener = Listener()
    async with start_peer(kind) as peer:
        client = make_client(peer.url, listener, transport=transport)
        async with running(client):
            await listener.connected()
            await client.publish(UPDATES, {"n": 1})
            await listener.until(lambda: listener.values == [{"n": 1}])
