"""The client against a small server on real sockets."""

import asyncio
from typing import Any

import pytest

from statmon.bayeux import PublishError
from tests.bayeux.support.fake_cometd import Answer, FakeCometd, serving
from tests.bayeux.support.listening import UPDATES, Listener, make_client, running

TRANSPORTS = ["long-polling", "websocket", "auto"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_values_arrive(transport: str) -> None:
    """What is published after "connected" arrives, over every transport."""
    server, listener = FakeCometd(), Listener()
    async with serving(server) as url:
        client = make_client(url, listener, transport=transport)
        async with running(client):
            first = await listener.connected()
            server.publish(UPDATES, 1, 2, 3)
            await listener.until(lambda: listener.values == [1, 2, 3])
            assert first.session == 1
            assert first.new_session
            assert first.transport == ("websocket" if transport == "auto" else transport)
    assert listener.states[-1].state == "closed"
    assert not server.peers
    assert server.most_held == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_dropped_session_is_replaced(transport: str) -> None:
    """After 402 there is a new session, with its number, and values arrive again."""
    server, listener = FakeCometd(), Listener()
    async with serving(server) as url, running(make_client(url, listener, transport=transport)):
        await listener.connected()
        server.drop_sessions()
        again = await listener.connected(2)
        assert again.session == 2
        assert again.new_session
        server.publish(UPDATES, "back")
        await listener.until(lambda: "back" in listener.values)


async def test_credentials_are_renewed_once_and_the_session_goes_on() -> None:
    """A 403 on a connect asks for new credentials; the same session continues."""
    server, listener = FakeCometd(), Listener()
    asked = []

    async def renew() -> bool:
        asked.append(True)
        return True

    async with serving(server) as url:
        client = make_client(url, listener, transport="long-polling", on_unauthorized=renew)
        async with running(client):
            await listener.connected()
            server.next("/meta/connect", Answer(403, b'{"status":{"code":603}}'))
            again = await listener.connected(2)
    assert asked == [True]
    assert again.session == 1
    assert not again.new_session


async def test_publish_is_answered() -> None:
    """A publish returns when the service accepted it and raises what it refused."""
    server, listener = FakeCometd(), Listener()
    async with serving(server) as url:
        client = make_client(url, listener)
        async with running(client):
            await listener.connected()
            await client.publish(UPDATES, {"a": 1})
            await listener.until(lambda: listener.values == [{"a": 1}])
            server.next("/test/no", {"successful": False, "error": "403::denied"})
            with pytest.raises(PublishError, match="403::denied"):
                await client.publish("/test/no", 1)
    with pytest.raises(PublishError):
        await client.publish(UPDATES, 1)


async def test_a_listener_that_raises_is_outlived(caplog: pytest.LogCaptureFixture) -> None:
    """An exception in the application's callback is logged and the next batch arrives (c#1018)."""
    server, listener = FakeCometd(), Listener()

    def on_messages(channel: str, items: list[Any]) -> None:
        listener.on_messages(channel, items)
        raise RuntimeError("listener")

    async with serving(server) as url:
        client = make_client(url, listener, on_messages=on_messages)
        async with running(client):
            await listener.connected()
            server.publish(UPDATES, 1)
            await listener.until(lambda: listener.values == [1])
            server.publish(UPDATES, 2)
            await listener.until(lambda: listener.values == [1, 2])
    assert client.counters.listener_errors == 2
    assert "listener" in caplog.text


async def test_closed_before_it_runs() -> None:
    """A client that is closed before its task begins does not begin."""
    client = make_client("http://127.0.0.1:9/cometd", Listener())
    task = asyncio.create_task(client.run())
    await client.close()
    await task


async def test_what_happened_can_be_shown() -> None:
    """Counters and events as one text, without data and without secrets."""
    server, listener = FakeCometd(), Listener()
    async with serving(server) as url:
        client = make_client(url, listener)
        async with running(client):
            await listener.connected()
            server.publish(UPDATES, "private")
            await listener.until(lambda: listener.values == ["private"])
            server.drop_sessions()
            await listener.connected(2)
    report = client.journal.report()
    assert '"handshakes":2' in report
    assert "402::session_unknown" in report
    assert "private" not in report
    assert "secret-key" not in report
    gone = next(change for change in listener.states if change.failure)
    assert gone.failure is not None
    assert (gone.failure.channel, gone.failure.kind) == ("/meta/connect", "refused")
    assert '"reconnect":"handshake"' in report
    assert gone.failure.message_id
