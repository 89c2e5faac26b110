"""Clients that mean ill: an error each, bounded memory, the others unharmed."""

import asyncio
import contextlib
import json
import logging
import os
import socket
from pathlib import Path

import pytest

from statmon.simulator.service import bayeux, session, subscriptions
from statmon.simulator.service.bayeux import Advice, InvalidChannel, Sessions
from statmon.simulator.service.session import Session

SESSIONS = 10_000 if os.environ.get("STATMON_TEST_LONG") == "1" else 1_000
ONE = {"statisticId": "s", "objectType": "Agent", "objectId": "agent1", "name": "CurrentAgentState"}
ODD = [None, True, 3, -1.5, "", "x" * 10_000, [], {}, [{}], {"a": [1]}, "\x00", "../../etc"]


async def still_well(client):
    assert (await client.open([ONE], "well")).json()["data"]["statistics"]
    (reply,) = (await client.connect(advice={"timeout": 0})).json()[-1:]
    assert reply["successful"] is True


async def test_any_odd_field_of_a_message_is_an_answer_not_a_crash(client):
    await client.start()
    channels = ["/meta/handshake", "/meta/connect", "/meta/subscribe", "/meta/unsubscribe", "/x",
                "/meta/nonsense"]  # fmt: skip
    for channel in channels:
        for field in ("id", "clientId", "advice", "subscription", "supportedConnectionTypes",
                      "ext", "channel"):  # fmt: skip
            for odd in ODD:
                message = {"channel": channel, "advice": {"timeout": 0}, field: odd}
                answer = await client.bayeux("/", message, {"channel": "/meta/nothing"})
                assert answer.status_code in (200, 500)
                if answer.status_code == 500:
                    assert "Invalid channel id" in answer.json()["message"]
    await still_well(client)


async def test_any_odd_field_of_a_subscription_is_an_answer_not_a_crash(client):
    await client.start()
    statistics = [ONE | {key: odd} for key in [*ONE, "definition"] for odd in ODD]
    statistics += [
        {**ONE, "name": None, "definition": {"category": "TotalNumber", "subject": "DNAction",
                                             "mainMask": "*", key: odd}}
        for key in ("mainMask", "category", "intervalType", "insensitivity", "timeRangeLeft",
                    "dynamicTimeProfile", "notificationFrequency", "dynamicFilter")
        for odd in ODD
    ]  # fmt: skip
    answer = await client.open([*statistics, *ODD])
    assert answer.status_code == 200
    for field in ("operationId", "data"):
        for odd in ODD:
            body = {"operationId": "o", "data": {"statistics": []}, field: odd}
            answer = await client.http.post("/statistics/v3/subscriptions", json=body)
            assert answer.status_code in (200, 400)
    await still_well(client)


async def test_an_oversized_request_is_refused(client):
    await client.start()
    body = b"[" + b" " * (1024 * 1024) + b"]"
    answer = await client.http.post("/statistics/v3/notifications", content=body)
    assert answer.status_code == 413
    await still_well(client)


async def test_half_a_request_and_no_http_at_all_harm_nobody(client, service, caplog):
    await client.start()
    key = client.http.headers["x-api-key"].encode()
    host, port = service.url.removeprefix("http://").split(":")
    for garbage in (b"", b"\x16\x03\x01\x02\x00", b"POST /statistics/v3/subs", b"GET / HTTP/9\r\n",
                    b"POST /auth/v3/oauth/token HTTP/1.1\r\nHost: localhost\r\nx-api-key: " + key
                    + b"\r\nContent-Length: 1000000\r\n\r\n{"):  # fmt: skip
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(garbage)
        writer.write_eof()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()
    await still_well(client)
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


async def test_thousands_of_sessions_are_forgotten_and_harm_nobody(connected, reached):
    async with connected("--agents", "1", "--max-interval", "600") as (client, running):
        message = json.dumps([{"channel": "/meta/handshake"}])
        memory = resident()
        for _ in range(SESSIONS):
            client.http.cookies.clear()
            answer = await client.http.post("/statistics/v3/notifications", content=message)
            assert answer.status_code == 200
        assert len(running.state.sessions.all) > SESSIONS
        assert resident() - memory < SESSIONS * 16_384
        async with running.client() as http:
            other = type(client)(http)
            await other.start()
            await still_well(other)
        running.state.sessions.sweep(running.state.now() + 601)
        assert running.state.sessions.all == {}
        running.state.subscriptions.sweep(running.state.now() + 61, 1800)
        assert len(running.state.subscriptions.clients) == 1
        await client.start()
        await still_well(client)


def resident():
    """Return the resident bytes of this process, 0 where that cannot be told."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0


async def test_messages_out_of_order_meet_an_error_each(client):
    await client.sign_in()
    subscribe = {"channel": "/meta/subscribe", "subscription": "/statistics/v3/updates"}
    for message in ({"channel": "/meta/connect"}, subscribe, {"channel": "/meta/disconnect"},
                    {"channel": "/meta/unsubscribe", "subscription": "/x"}):  # fmt: skip
        (reply,) = (await client.bayeux("/", message)).json()
        assert (reply["successful"], reply["error"]) == (False, "402::Unknown client")
    await client.handshake()
    (reply,) = (await client.bayeux("/disconnect", {"channel": "/meta/disconnect"})).json()
    assert reply["successful"] is True
    (reply,) = (await client.bayeux("/", subscribe)).json()
    assert reply["error"] == "402::Unknown client"
    await client.start()
    (reply,) = (await client.bayeux("/", {"channel": "/foo", "data": 1})).json()
    assert reply["error"] == "403:/foo:publish_denied"
    peek = "/statistics/v3/subscriptions/nothing/statistic-values"
    assert (await client.http.get(peek)).status_code == 404
    await still_well(client)


async def test_who_asks_for_answers_and_never_reads_them_harms_nobody(connected):
    """Its connection may fill up; every other client is served as before."""
    arguments = ("--agents", "40", "--speed", "20", "--quirk", "names-in-updates")
    async with connected(*arguments) as (client, running):
        many = [
            ONE | {"statisticId": f"s{n}", "objectId": f"agent{n % 40 + 1}",
                   "name": "TimeInCurrentState"} for n in range(4000)
        ]  # fmt: skip
        await client.open(many)
        host, port = running.url.removeprefix("http://").split(":")
        head = "".join(f"{key}: {value}\r\n" for key, value in client.http.headers.items()
                       if key in ("x-api-key", "authorization"))  # fmt: skip
        cookies = ";".join(f"{name}={value}" for name, value in client.http.cookies.items())
        peek = (f"GET /statistics/v3/subscriptions/op/statistic-values HTTP/1.1\r\nHost: {host}\r\n"
                f"{head}Cookie: {cookies}\r\n\r\n").encode()  # fmt: skip
        with contextlib.ExitStack() as opened:
            deaf = []
            for _ in range(5):
                raw = opened.enter_context(socket.create_connection((host, int(port))))
                raw.sendall(peek * 20)
                deaf.append(raw)
            async with running.client() as http:
                other = type(client)(http)
                await other.start()
                for _ in range(5):
                    await still_well(other)
            for raw in deaf:
                raw.setblocking(False)
                assert raw.recv(12) == b"HTTP/1.1 200"


def test_a_reply_brings_a_bounded_number_of_values_and_the_next_the_rest(monkeypatch):
    monkeypatch.setattr(session, "MAX_REPLY", 10)
    one = Session("id", "browser", 0.0)
    for number in range(7):
        one.put({"data": number}, weight=4)
    taken = [[message["data"] for message in one.take(None)] for _ in range(4)]
    assert taken == [[0, 1, 2], [3, 4, 5], [6], []]
    assert one.waiting == 0


def test_the_slowest_readers_end_when_too_much_waits_for_all(monkeypatch):
    monkeypatch.setattr(bayeux, "MAX_WAITING", 100)
    sessions = Sessions(Advice())
    turns = [sessions.process([{"channel": "/meta/handshake"}], None, 0.0) for _ in range(5)]
    for weight, turn in zip((10, 60, 20, 30, 5), turns, strict=True):
        turn.session.put({}, weight)
    assert sessions.sweep(0.0) == [turns[1].session]
    assert len(sessions.all) == 4


async def test_beyond_the_limit_new_http_sessions_are_turned_away_and_old_ones_stay(
    connected, monkeypatch
):
    async with connected("--agents", "1") as (client, running):
        monkeypatch.setattr(subscriptions, "MAX_CLIENTS", 1)
        async with running.client() as http:
            http.headers["Authorization"] = client.http.headers["Authorization"]
            body = {"operationId": "x", "data": {"statistics": []}}
            answer = await http.post("/statistics/v3/subscriptions", json=body)
            assert answer.status_code == 503
            handshake = [{"channel": "/meta/handshake"}]
            answer = await http.post("/statistics/v3/notifications", json=handshake)
            assert answer.status_code == 503
        await still_well(client)


async def test_too_many_statistics_in_one_request_are_a_413(connected):
    async with connected("--agents", "1", "--max-statistics", "3") as (client, running):
        items = [ONE | {"statisticId": str(n)} for n in range(4)]
        assert (await client.open(items)).status_code == 413
        assert (await client.open(items[:3])).status_code == 200
        body = {"data": {"statistics": items}}
        peek = "/statistics/v3/operations/get-statistic-ex"
        assert (await client.http.post(peek, json=body)).status_code == 413
        assert running.state.subscriptions.entries == 3


async def test_a_large_request_lets_others_have_their_turn(connected):
    """And what it opens is closed when the service fails meanwhile."""
    async with connected("--agents", "40") as (client, running):
        items = [ONE | {"statisticId": str(n), "objectId": f"agent{n % 40 + 1}"}
                 for n in range(15_000)]  # fmt: skip
        opening = asyncio.create_task(client.open(items))
        async with running.client() as other:
            while not running.state.subscriptions.entries:
                assert (await other.get("/auth/v3/ping")).status_code == 403
            assert not opening.done()
            running.state.subscriptions.set_available(False)
        assert (await opening).status_code == 503
        assert running.state.subscriptions.entries == 0
        assert len(running.state.subscriptions.server) == 0


def test_a_session_that_nobody_reads_ends_and_its_queue_is_bounded(monkeypatch):
    monkeypatch.setattr(session, "MAX_QUEUE", 10)
    sessions = Sessions(Advice())
    turn = sessions.process([{"channel": "/meta/handshake"}], None, 0.0)
    turn.session.channels.add("/a/b")
    turn.session.wake = lambda: None
    for _ in range(100):
        sessions.publish("/a/b", {}, weight=3)
    assert len(turn.session.queue) == 3
    assert sessions.sweep(0.0) == [turn.session]
    assert sessions.all == {}


def test_handshakes_beyond_the_limit_are_denied(monkeypatch):
    monkeypatch.setattr(bayeux, "MAX_SESSIONS", 2)
    sessions = Sessions(Advice())
    replies = [
        sessions.process([{"channel": "/meta/handshake"}], None, 0.0).replies[0] for _ in range(3)
    ]
    assert [reply["successful"] for reply in replies] == [True, True, False]
    assert replies[2]["error"] == "403::Handshake denied"


async def test_too_many_statistics_are_refused_one_by_one(client, monkeypatch):
    monkeypatch.setattr(subscriptions, "MAX_STATISTICS", 3)
    await client.start()
    answer = (await client.open([ONE | {"statisticId": str(n)} for n in range(5)])).json()
    assert len(answer["data"]["statistics"]) == 3
    assert "too many" in answer["errors"][0]["status"]["message"]
    await client.http.delete("/statistics/v3/subscriptions/op")
    assert (await client.open([ONE])).json()["data"]["statistics"]


async def test_clients_that_break_off_leave_nothing_behind(client, service, reached):
    await client.start()
    session = service.state.sessions.all[client.client_id]
    for _ in range(20):
        held = asyncio.create_task(client.connect())
        await reached(lambda: session.held)
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        await reached(lambda: not session.held)
    await still_well(client)


@pytest.mark.parametrize(("channel", "called"), [(5, "5"), (None, "null"), ("foo", "foo")])
def test_a_channel_that_is_no_channel_is_called_as_java_does(channel, called):
    with pytest.raises(InvalidChannel, match=f"^Invalid channel id: {called}$"):
        Sessions(Advice()).process([{"channel": channel}], None, 0.0)
