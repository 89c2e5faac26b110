import asyncio

import pytest

UPDATES = "/statistics/v3/updates"
SERVICE = "/statistics/v3/service"


def statistics(count=12, name="CurrentAgentState"):
    return [
        {"statisticId": f"s{n}", "objectType": "Agent", "objectId": f"agent{n}", "name": name}
        for n in range(1, count + 1)
    ]


async def test_changes_arrive_in_the_documented_nesting(client):
    await client.start()
    opened = await client.open(statistics())
    event = await client.until(lambda event: event["channel"] == UPDATES)
    assert event["data"]["name"] == "StatisticUpdate"
    assert event["data"]["topic"] == UPDATES
    item = event["data"]["data"]["statistics"][0]
    assert set(item) == {"subscriptionId", "statisticId", "value", "timestamp"}
    assert item["timestamp"] >= opened.json()["data"]["statistics"][0]["timestamp"]


async def test_messages_come_before_the_meta_reply(client, service):
    await client.start()
    service.state.subscriptions.set_available(False)
    answer = (await client.connect()).json()
    assert [one["channel"] for one in answer] == [SERVICE, "/meta/connect"]


async def test_messages_ride_on_any_reply(client, service):
    await client.start()
    service.state.subscriptions.set_available(False)
    answer = await client.bayeux("/", {"channel": "/meta/unsubscribe", "subscription": UPDATES})
    assert [one["channel"] for one in answer.json()] == [SERVICE, "/meta/unsubscribe"]


async def test_an_outage_drops_every_subscription_and_is_told_with_and_without_slash(
    client, service
):
    await client.start()
    await client.open(statistics())
    service.state.subscriptions.set_available(False)
    assert len(service.state.subscriptions.server) == 0
    down = await client.until(lambda event: event["channel"] == SERVICE)
    assert down["data"]["data"] == {"serviceState": "UNAVAILABLE"}
    assert down["data"]["topic"] == SERVICE
    assert (await client.open(statistics())).status_code == 503
    client.events.clear()
    service.state.subscriptions.set_available(True)
    up = await client.until(lambda event: event["channel"] == SERVICE)
    assert up["data"]["data"] == {"serviceState": "AVAILABLE"}
    assert up["data"]["topic"] == "statistics/v3/service"
    assert (await client.open(statistics())).status_code == 200


async def test_without_the_browser_cookie_a_session_is_unknown(client):
    await client.start()
    client.http.cookies.delete("BAYEUX_BROWSER")
    (answer,) = (await client.connect()).json()
    assert answer["successful"] is False
    assert answer["error"].startswith("402")
    assert answer["advice"]["reconnect"] == "handshake"
    (answer,) = (
        await client.bayeux("/", {"channel": "/meta/subscribe", "subscription": SERVICE})
    ).json()
    assert answer["error"].startswith("402")
    assert "advice" not in answer


async def test_advice_comes_with_the_first_connect_and_when_asked_for(client):
    await client.sign_in()
    await client.handshake()
    (first,) = (await client.connect()).json()
    assert first["advice"] == {"reconnect": "retry", "interval": 0, "timeout": 20000}
    (asked,) = (await client.connect(advice={"timeout": 0})).json()
    assert "advice" in asked


async def test_a_connect_among_other_messages_is_not_held(client):
    await client.start()
    answer = await client.bayeux(
        "/", {"channel": "/meta/connect"}, {"channel": "/meta/subscribe", "subscription": "/foo"}
    )
    assert [one["channel"] for one in answer.json()] == ["/meta/connect", "/meta/subscribe"]


async def test_a_session_without_polls_expires(connected, reached):
    async with connected("--agents", "1", "--max-interval", "0.05") as (client, running):
        await reached(lambda: not running.state.sessions.all)
        (answer,) = (await client.connect()).json()
        assert answer["error"].startswith("402")


async def test_a_connect_is_held_until_its_timeout(connected, reached):
    async with connected("--agents", "1", "--poll-timeout", "0.05") as (client, _):
        (answer,) = (await client.connect()).json()
        assert set(answer) == {"id", "channel", "successful"}


async def test_a_second_session_of_a_browser_is_told_to_poll(connected, reached):
    async with connected("--agents", "1", "--poll-timeout", "2") as (client, running):
        first = client.client_id
        held = asyncio.create_task(client.connect())
        await reached(lambda: running.state.sessions.all[first].held)
        await client.handshake()
        (answer,) = (await client.connect(advice={"timeout": 0})).json()
        assert answer["advice"]["multiple-clients"] is True
        assert answer["advice"]["interval"] == 2000
        await held


@pytest.mark.parametrize(
    ("arguments", "status"), [((), 500), (("--superseded-connect", "408"), 408)]
)
async def test_a_newer_connect_ends_the_older(connected, reached, arguments, status):
    async with connected("--agents", "1", "--poll-timeout", "0.5", *arguments) as (client, running):
        session = running.state.sessions.all[client.client_id]
        older = asyncio.create_task(client.connect())
        await reached(lambda: session.held)
        newer = await client.connect()
        assert (await older).status_code == status
        assert newer.status_code == 200


async def test_disconnecting_ends_the_held_connect(connected, reached):
    async with connected("--agents", "1") as (client, running):
        held = asyncio.create_task(client.connect())
        await reached(lambda: running.state.sessions.all[client.client_id].held)
        (answer,) = (await client.bayeux("/disconnect", {"channel": "/meta/disconnect"})).json()
        assert answer["successful"] is True
        (reply,) = (await held).json()
        assert reply["successful"] is True
        assert reply["advice"]["reconnect"] == "none"


async def test_a_client_that_goes_away_frees_its_connect(connected, reached):
    async with connected("--agents", "1") as (client, running):
        session = running.state.sessions.all[client.client_id]
        held = asyncio.create_task(client.connect())
        await reached(lambda: session.held)
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        await reached(lambda: not session.held)


async def test_a_channel_without_slash_is_springs_500(client):
    await client.start()
    answer = await client.bayeux("/", {"channel": "/meta/subscribe", "subscription": "pepe"})
    assert answer.status_code == 500
    body = answer.json()
    assert body["message"] == "java.lang.IllegalArgumentException: Invalid channel id: pepe"
    assert body["path"] == "/statistics/v3/notifications/"


@pytest.mark.parametrize("name", ["/foo/**/bar", "/a//b", "/a/", "/", "/a/b*"])
async def test_an_illegal_channel_is_a_500_too(client, name):
    await client.start()
    answer = await client.bayeux("/", {"channel": "/meta/subscribe", "subscription": name})
    assert answer.status_code == 500


@pytest.mark.parametrize("name", ["/**", "/*", "/a/**", "/a/*", "/a/b-c_d!~()$@ e"])
async def test_wildcards_and_odd_characters_are_legal(client, name):
    await client.start()
    answer = await client.bayeux("/", {"channel": "/meta/subscribe", "subscription": name})
    assert answer.json()[-1]["successful"] is True


async def test_an_unknown_meta_channel_is_a_500(client):
    await client.start()
    assert (await client.bayeux("/", {"channel": "/meta/publish"})).status_code == 500


async def test_a_numeric_id_comes_back_as_a_text(client):
    await client.start()
    (answer,) = (await client.connect(id=77, advice={"timeout": 0})).json()
    assert answer["id"] == "77"


async def test_an_empty_body_is_answered_by_an_empty_one(client):
    await client.sign_in()
    answer = await client.http.post("/statistics/v3/notifications", content=b"")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_the_text_of_an_unknown_session_is_a_choice(connected):
    arguments = ("--agents", "1", "--unknown-session", "402::session_unknown")
    async with connected(*arguments) as (client, _):
        client.client_id = "nobody"
        assert (await client.connect()).json()[0]["error"] == "402::session_unknown"


@pytest.mark.parametrize(
    "path", ["", "/", "/handshake", "/handshake/", "/connect", "/subscribe", "/unsubscribe/"]
)
async def test_every_url_variant_goes_by_the_channel_alone(client, path):
    await client.sign_in()
    message = {"channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"]}
    (answer,) = (await client.bayeux(path, message)).json()
    assert answer["successful"] is True


async def test_one_message_without_an_array_is_understood(client):
    await client.sign_in()
    answer = await client.http.post(
        "/statistics/v3/notifications", json={"channel": "/meta/handshake"}
    )
    assert answer.json()[0]["successful"] is True


async def test_cookies_joined_without_a_blank_are_understood(client):
    await client.start()
    joined = ";".join(f"{name}={value}" for name, value in client.http.cookies.items())
    client.http.cookies.clear()
    client.http.headers["cookie"] = joined
    (answer,) = (await client.connect(advice={"timeout": 0})).json()
    assert answer["successful"] is True


async def test_a_subscription_may_arrive_before_its_channel(client):
    await client.sign_in()
    await client.handshake()
    await client.connect()
    assert (await client.open(statistics())).status_code == 200
    await client.subscribe()
    await client.until(lambda event: event["channel"] == UPDATES)


@pytest.mark.parametrize("body", [b"nonsense", b"[]", b"[1]", b"[[]]", b"[" * 50_000])
async def test_what_is_no_bayeux_is_400(client, body):
    await client.sign_in()
    answer = await client.http.post("/statistics/v3/notifications", content=body)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("subscription", "error"),
    [(None, "403::subscription_missing"), ("", "403::subscription_invalid"),
     (5, "403::subscription_invalid")],
)  # fmt: skip
async def test_a_bad_subscription_is_a_bayeux_error(client, subscription, error):
    await client.start()
    message = {"channel": "/meta/subscribe", "subscription": subscription}
    (answer,) = (await client.bayeux("/", message)).json()
    assert (answer["successful"], answer["error"]) == (False, error)
