"""What becomes of subscriptions when a CometD session ends: each of the four guesses."""

import asyncio

STATE = {
    "statisticId": "s", "objectType": "Agent", "objectId": "agent1",
    "name": "TimeInCurrentState",
}  # fmt: skip
ARGUMENTS = ("--agents", "2", "--queues", "1", "--speed", "60", "--at-session-end")


async def lose_session(client):
    """Let the session end, and begin another as a client does that got a 402."""
    await client.http.post("/simulator/v1/faults", json={"kind": "lose-sessions"})
    await client.until_lost()
    client.events.clear()
    await client.handshake()
    await client.connect(advice={"timeout": 0})
    await client.subscribe()


async def listed(client):
    return (await client.http.get("/simulator/v1/subscriptions")).json()


async def peek(client):
    return await client.http.get("/statistics/v3/subscriptions/op/statistic-values")


async def test_kept_subscriptions_are_heard_by_the_next_session(connected):
    async with connected(*ARGUMENTS, "keep") as (client, _):
        await client.open([STATE])
        before = dict(client.http.cookies)
        await lose_session(client)
        assert client.http.cookies["STATISTICS_SESSIONID"] == before["STATISTICS_SESSIONID"]
        event = await client.until(lambda one: one["channel"].endswith("updates"))
        assert event["data"]["data"]["statistics"][0]["subscriptionId"] == "op"


async def test_dropped_subscriptions_are_gone_and_the_cookie_stays(connected):
    async with connected(*ARGUMENTS, "drop") as (client, running):
        await client.open([STATE])
        before = client.http.cookies["STATISTICS_SESSIONID"]
        await lose_session(client)
        assert client.http.cookies["STATISTICS_SESSIONID"] == before
        assert await listed(client) == []
        assert (await peek(client)).status_code == 404
        assert running.state.subscriptions.entries == 0
        await client.open([STATE], "op2")
        await client.until(lambda one: one["channel"].endswith("updates"))


async def test_with_a_new_cookie_nothing_of_the_old_one_is_left(connected):
    async with connected(*ARGUMENTS, "new-cookie") as (client, running):
        await client.open([STATE])
        before = client.http.cookies["STATISTICS_SESSIONID"]
        await lose_session(client)
        assert client.http.cookies["STATISTICS_SESSIONID"] != before
        assert await listed(client) == []
        assert running.state.subscriptions.entries == 0


async def test_orphans_stay_open_but_nobody_hears_them_until_they_are_deleted(connected):
    async with connected(*ARGUMENTS, "orphan") as (client, _):
        await client.open([STATE])
        await lose_session(client)
        (orphan,) = await listed(client)
        assert (orphan["subscriptionId"], orphan["heard"]) == ("op", False)
        assert (await peek(client)).status_code == 200
        await client.open([STATE], "again")
        event = await client.until(lambda one: one["channel"].endswith("updates"))
        assert {one["subscriptionId"] for one in event["data"]["data"]["statistics"]} == {"again"}
        await client.http.delete("/statistics/v3/subscriptions/op")
        assert [one["subscriptionId"] for one in await listed(client)] == ["again"]


async def test_what_is_opened_after_a_new_handshake_survives_the_old_sessions_end(connected):
    """The end acts at once, not at the next sweep: it must not hit the new session's work."""
    async with connected(*ARGUMENTS, "drop") as (client, running):
        await lose_session(client)
        await client.open([STATE])
        await asyncio.sleep(0)
        running.state.sessions.sweep(running.state.now())
        assert [one["subscriptionId"] for one in await listed(client)] == ["op"]
        assert (await listed(client))[0]["heard"] is True


async def test_one_session_of_two_on_a_cookie_may_end_without_harm(connected):
    async with connected(*ARGUMENTS, "drop") as (client, running):
        await client.open([STATE])
        first = running.state.sessions.all[client.client_id]
        await client.handshake()
        running.state.sessions.close(first)
        assert len(await listed(client)) == 1
