import asyncio
import contextlib

import httpx2
import pytest

from statmon.simulator.service.faults import Fault, parse_fault

STATE = {
    "statisticId": "s", "objectType": "Agent", "objectId": "agent1", "name": "CurrentAgentState",
}  # fmt: skip
SERVICE = "/statistics/v3/service"


async def fault(client, kind, **fields):
    answer = await client.http.post("/simulator/v1/faults", json={"kind": kind, **fields})
    assert answer.json() == {"status": {"code": 0}}


async def mend(client, kind):
    await client.http.delete(f"/simulator/v1/faults/{kind}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("outage@20:10", Fault("outage", None, 20, 10)), ("slow=2.5@3", Fault("slow", "2.5", 3)),
     ("restart@9", Fault("restart", None, 9)), ("drop", Fault("drop"))],
)  # fmt: skip
def test_a_fault_is_read_from_an_option(text, expected):
    assert parse_fault(text) == expected


@pytest.mark.parametrize(
    "text", ["nonsense@1", "slow=x@1", "slow=-1@1", "outage@x", "outage@1:0", "failing=200@1"]
)
def test_a_fault_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match="KIND"):
        parse_fault(text)


async def test_an_outage_by_option_comes_and_goes_by_itself(connected):
    async with connected("--agents", "1", "--outage", "9000:1") as (client, running):
        assert running.state.faults.planned == [Fault("outage", None, 9000, 1)]
        running.state.faults.schedule(running.state, Fault("outage", None, 0, 0.1))
        await client.until(lambda event: event["data"]["topic"] == SERVICE)
        await client.until(lambda event: event["data"]["topic"] == SERVICE[1:])
        assert running.state.faults.in_force == {}


async def test_lost_sessions_meet_a_402_and_may_begin_anew(connected, reached):
    async with connected("--agents", "1") as (client, running):
        held = asyncio.create_task(client.connect())
        await reached(lambda: running.state.sessions.all[client.client_id].held)
        await fault(client, "lose-sessions")
        (reply,) = (await held).json()
        assert reply["error"].startswith("402")
        assert reply["advice"]["reconnect"] == "handshake"
        await client.handshake()
        (reply,) = (await client.connect()).json()
        assert reply["successful"] is True


async def test_expired_tokens_are_refused_until_refreshed(connected):
    async with connected("--agents", "1") as (client, _):
        await fault(client, "expire-tokens")
        answer = await client.open([STATE])
        while answer.status_code == 200:
            answer = await client.open([STATE])
        assert answer.status_code == 403
        await client.sign_in()
        assert (await client.open([STATE])).status_code == 200


async def test_failing_calls_answer_with_the_status_asked_for(connected):
    async with connected("--agents", "1") as (client, running):
        running.state.faults.begin(running.state, Fault("failing", "502"))
        assert (await client.open([STATE])).status_code == 502
        await mend(client, "failing")
        assert (await client.open([STATE])).status_code == 200


async def test_slow_calls_take_longer(connected):
    async with connected("--agents", "1") as (client, running):
        running.state.faults.begin(running.state, Fault("slow", "60"))
        with pytest.raises(httpx2.ReadTimeout):
            await client.http.get("/auth/v3/ping", timeout=0.05)
        await mend(client, "slow")
        assert (await client.http.get("/auth/v3/ping")).status_code == 200


async def test_cut_connections_break_off_what_is_held(connected, reached):
    async with connected("--agents", "1") as (client, running):
        held = asyncio.create_task(client.connect())
        await reached(lambda: running.state.sessions.all[client.client_id].held)
        running.state.faults.begin(running.state, Fault("drop"))
        with pytest.raises(httpx2.TransportError):
            await held
        with pytest.raises(httpx2.TransportError):
            await client.connect()
        running.state.faults.end(running.state, "drop")
        (reply,) = (await client.connect(advice={"timeout": 0})).json()
        assert reply["successful"] is True


async def test_a_restart_forgets_sessions_and_subscriptions(connected):
    async with connected("--agents", "1") as (client, running):
        await client.open([STATE])
        running.state.faults.begin(running.state, Fault("restart"))
        assert len(running.state.subscriptions.server) == 0
        with contextlib.suppress(httpx2.TransportError):  # the client may find out only now
            await client.http.get("/auth/v3/ping")
        (reply,) = (await client.connect()).json()
        assert reply["error"].startswith("402")


async def test_refused_statistics_are_partial_failures(connected):
    async with connected("--agents", "2") as (client, running):
        running.state.faults.begin(running.state, Fault("refuse", "agent2"))
        other = STATE | {"statisticId": "t", "objectId": "agent2"}
        answer = (await client.open([STATE, other])).json()
        assert [one["statisticId"] for one in answer["data"]["statistics"]] == ["s"]
        assert "refused" in answer["errors"][0]["status"]["message"]


async def test_duplicated_updates_come_twice(connected):
    async with connected("--agents", "12", "--speed", "100") as (client, running):
        await client.open([STATE | {"name": "TimeInCurrentState"}])
        running.state.faults.begin(running.state, Fault("duplicate"))
        await client.until(lambda event: "statistics" in event["data"]["data"])
        events = [event["data"] for event in client.events]
        assert events.count(events[-1]) == 2


async def test_late_updates_keep_their_old_timestamps(connected):
    async with connected("--agents", "12", "--speed", "100") as (client, running):
        running.state.faults.begin(running.state, Fault("late", "0.3"))
        await client.open([STATE | {"name": "TimeInCurrentState"}])
        event = await client.until(lambda event: "statistics" in event["data"]["data"])
        late_by = running.state.clock.now() - event["data"]["data"]["statistics"][0]["timestamp"]
        assert late_by >= 0.3 * 100 * 1000


async def test_the_control_api_needs_the_key_and_sensible_wishes(connected):
    async with connected("--agents", "1") as (client, _):
        state = (await client.http.get("/simulator/v1/state")).json()
        assert state["faults"] == []
        assert state["available"] is True
        for body in ({}, {"kind": "nonsense"}, {"kind": "slow", "value": -1}, {"odd": 1}, []):
            answer = await client.http.post("/simulator/v1/faults", json=body)
            assert answer.status_code == 400
        del client.http.headers["x-api-key"]
        for method, path in (("GET", "state"), ("POST", "faults"), ("DELETE", "faults/slow")):
            assert (await client.http.request(method, f"/simulator/v1/{path}")).status_code == 403


def test_a_fault_of_calls_may_be_limited_to_a_path():
    assert parse_fault("failing=429/subscriptions@5:1") == Fault(
        "failing", "429", 5, 1, "/subscriptions"
    )
    assert parse_fault("slow=/notifications") == Fault("slow", path="/notifications")


async def test_a_fault_of_one_path_and_two_calls_strikes_no_other(connected):
    async with connected("--agents", "2") as (client, running):
        await fault(client, "failing", value=429, path="/operations", times=2)
        peek = "/statistics/v3/operations/get-statistic-ex"
        body = {"data": {"statistics": []}}
        statuses = []
        for _ in range(3):
            assert (await client.open([STATE])).status_code == 200
            answer = await client.http.post(peek, json=body)
            statuses.append((answer.status_code, answer.headers.get("Retry-After")))
        assert statuses == [(429, "1"), (429, "1"), (200, None)]
        assert running.state.faults.in_force == {}


async def test_a_page_stands_in_for_every_answer(connected):
    async with connected("--agents", "1") as (client, _):
        await fault(client, "page")
        answer = await client.open([STATE])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        await mend(client, "page")
        assert (await client.open([STATE])).json()["status"] == {"code": 0}


@pytest.mark.parametrize(
    "wish",
    [{"kind": "outage", "path": "/x"}, {"kind": "failing", "times": 0},
     {"kind": "page", "value": 42}, {"kind": "slow", "surprise": 1}],
)  # fmt: skip
async def test_a_wish_that_makes_no_sense_is_an_error(client, wish):
    answer = await client.http.post("/simulator/v1/faults", json=wish)
    assert answer.status_code == 400
    assert answer.json()["status"]["message"]


async def test_cut_connections_leave_the_control_api_alone(connected):
    """Else nobody could undo it."""
    async with connected("--agents", "1") as (client, running), running.client() as other:
        await fault(client, "drop")
        with pytest.raises(httpx2.TransportError):
            await other.get("/auth/v3/ping")
        await mend(client, "drop")
        assert (await other.get("/auth/v3/ping")).status_code == 403
