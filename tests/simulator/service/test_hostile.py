"""Clients that mean ill: an error each, bounded memory, the others unharmed."""

import asyncio
import json
import os
import socket

import pytest

from statmon.simulator.service import bayeux, session, subscriptions
from statmon.simulator.service.bayeux import Advice, InvalidChannel, Sessions

SESSIONS = 10_000 if os.environ.get("STATMON_TEST_LONG") == "1" else 1_000
ONE = {"statisticId": "s", "objectType": "Agent", "objectId": "agent1", "name": "CurrentAgentState"}
ODD = [None, True, 3, -1.5, "", "x" * 10_000, [], {}, [{}], {"a": [1]}, "\x00", "../../etc"]


async def still_well(client):
    assert (await client.open([ONE], "well")).json()["data"]["statistics"]
    (reply,) = (await client.connect(advice={"timeout": 0})).json()[-1:]
    assert reply["successful"] is True


@pytest.mark.asyncio
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


@pytest.mark.asyncio
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


@pytest.mark.asyncio
async def test_an_oversized_request_is_refused(client):
    await client.start()
    body = b"[" + b" " * (1024 * 1024) + b"]"
    answer = await client.http.post("/statistics/v3/notifications", content=body)
    assert answer.status_code == 413
    await still_well(client)


@pytest.mark.asyncio
async def test_half_a_request_and_no_http_at_all_harm_nobody(client, service):
    await client.start()
    host, port = service.url.removeprefix("http://").split(":")
    for garbage in (b"", b"\x16\x03\x01\x02\x00", b"POST /statistics/v3/subs", b"GET / HTTP/9\r\n",
                    b"POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n{"):  # fmt: skip
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(garbage)
    await still_well(client)


@pytest.mark.asyncio
async def test_thousands_of_sessions_are_forgotten_and_harm_nobody(connected, reached):
    async with connected("--agents", "1", "--max-interval", "0.5") as (client, running):
        message = json.dumps([{"channel": "/meta/handshake"}])
        for _ in range(SESSIONS):
            client.http.cookies.clear()
            answer = await client.http.post("/statistics/v3/notifications", content=message)
            assert answer.status_code == 200
        await reached(lambda: not running.state.sessions.all)
        running.state.subscriptions.sweep(running.state.now() + 61, 1800)
        assert running.state.subscriptions.clients == {}
        await client.start()
        await still_well(client)


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


@pytest.mark.asyncio
async def test_too_many_statistics_are_refused_one_by_one(client, monkeypatch):
    monkeypatch.setattr(subscriptions, "MAX_STATISTICS", 3)
    await client.start()
    answer = (await client.open([ONE | {"statisticId": str(n)} for n in range(5)])).json()
    assert len(answer["data"]["statistics"]) == 3
    assert "too many" in answer["errors"][0]["status"]["message"]
    await client.http.delete("/statistics/v3/subscriptions/op")
    assert (await client.open([ONE])).json()["data"]["statistics"]


@pytest.mark.asyncio
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


def test_a_channel_that_is_no_text_is_an_invalid_channel():
    with pytest.raises(InvalidChannel):
        Sessions(Advice()).process([{"channel": 5}], None, 0.0)
