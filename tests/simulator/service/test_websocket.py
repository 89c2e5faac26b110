import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from statmon.simulator.service.faults import Fault

UPDATES = "/statistics/v3/updates"


class Socket:
    """A Bayeux client over websocket."""

    def __init__(self, connection):
        self.connection = connection
        self.client_id = None

    async def send(self, channel, **fields):
        message = {"id": "1", "channel": channel, "clientId": self.client_id, **fields}
        await self.connection.send(json.dumps([message]))

    async def next(self, channel):
        while True:
            (message,) = json.loads(await self.connection.recv())
            if message["channel"] == channel:
                return message

    async def start(self):
        await self.send("/meta/handshake", supportedConnectionTypes=["websocket"])
        reply = await self.next("/meta/handshake")
        self.client_id = reply["clientId"]
        await self.send("/meta/connect", connectionType="websocket", advice={"timeout": 0})
        await self.next("/meta/connect")
        await self.send("/meta/subscribe", subscription=UPDATES)
        await self.next("/meta/subscribe")


@pytest.fixture
async def opened(simulator, connected):
    arguments = ("--agents", "12", "--speed", "60", "--websocket", "--poll-timeout", "0.2")
    async with connected(*arguments) as (client, running):
        client.http.cookies.clear()
        url = running.url.replace("http", "ws") + "/statistics/v3/notifications"
        headers = dict(client.http.headers)
        wanted = {k: v for k, v in headers.items() if k in ("x-api-key", "authorization")}
        yield client, running, lambda: connect(url, additional_headers=wanted, proxy=None)


async def test_values_are_pushed_without_waiting_for_a_connect(opened):
    client, _, dial = opened
    async with dial() as connection:
        socket = Socket(connection)
        await socket.start()
        cookie = connection.response.headers["set-cookie"].partition(";")[0]
        client.http.headers["cookie"] = cookie
        await client.open(
            [{"statisticId": "s", "objectType": "Agent", "objectId": "agent1",
              "name": "TimeInCurrentState"}]
        )  # fmt: skip
        event = await socket.next(UPDATES)
        assert event["data"]["data"]["statistics"][0]["statisticId"] == "s"


async def test_a_connect_is_a_heartbeat(opened):
    _, _, dial = opened
    async with dial() as connection:
        socket = Socket(connection)
        await socket.start()
        await socket.send("/meta/connect", connectionType="websocket")
        assert (await socket.next("/meta/connect"))["successful"] is True


async def test_a_session_goes_on_over_a_new_socket(opened, reached):
    _, running, dial = opened
    async with dial() as connection:
        socket = Socket(connection)
        await socket.start()
    session = running.state.sessions.all[socket.client_id]
    await reached(lambda: not session.held)
    async with dial() as connection:
        socket.connection = connection
        await socket.send("/meta/connect", connectionType="websocket", advice={"timeout": 0})
        assert (await socket.next("/meta/connect"))["successful"] is True


async def test_a_lost_session_is_a_402_at_once(opened):
    _, running, dial = opened
    async with dial() as connection:
        socket = Socket(connection)
        await socket.start()
        await socket.send("/meta/connect", connectionType="websocket")
        await asyncio.sleep(0)
        running.state.sessions.lose_all()
        reply = await socket.next("/meta/connect")
        if reply["successful"]:
            await socket.send("/meta/connect", connectionType="websocket")
            reply = await socket.next("/meta/connect")
        assert reply["error"].startswith("402")


async def test_without_a_token_the_upgrade_is_refused(opened):
    _, running, _ = opened
    url = running.url.replace("http", "ws") + "/statistics/v3/notifications"
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, proxy=None)
    assert refused.value.response.status_code == 403


async def test_nonsense_closes_the_socket_and_nothing_else(opened):
    _, _, dial = opened
    async with dial() as connection, dial() as other:
        await connection.send("nonsense")
        await connection.wait_closed()
        assert connection.close_code == 1003
        await Socket(other).start()


async def test_it_is_offered_only_when_asked_for(connected):
    async with connected("--agents", "1") as (client, running):
        answer = await client.bayeux("/", {"channel": "/meta/handshake"})
        assert answer.json()[0]["supportedConnectionTypes"] == ["long-polling"]
        url = running.url.replace("http", "ws") + "/statistics/v3/notifications"
        with pytest.raises(InvalidStatus):
            await connect(url, additional_headers=dict(client.http.headers), proxy=None)


async def test_cut_connections_break_off_websockets_too(opened):
    _, running, dial = opened
    async with dial() as connection:
        await Socket(connection).start()
        running.state.faults.begin(running.state, Fault("drop"))
        await connection.wait_closed()
        running.state.faults.end(running.state, "drop")
    async with dial() as connection:
        await Socket(connection).start()
