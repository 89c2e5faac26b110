"""Each quirk: what is so with it, and not so without it."""

import inspect
import json

import pytest

from statmon.simulator.service.app import sweep
from statmon.simulator.service.quirks import QUIRKS, dressed

ROOT = "/statistics/v3"
AGENT = {"objectType": "Agent", "objectId": "agent1"}
TIME = {"statisticId": "s", "name": "TimeInCurrentState", **AGENT}
PEEK = f"{ROOT}/subscriptions/op/statistic-values"
ARGUMENTS = (
    "--agents", "2", "--queues", "1", "--speed", "60", "--poll-timeout", "0.3", "--warm-up", "60",
)  # fmt: skip


async def an_update(client):
    await client.open([TIME])
    return await client.until(lambda event: event["channel"] == f"{ROOT}/updates")


async def both_states(client, running):
    for available in (False, True):
        running.state.subscriptions.set_available(available)
    await client.until(lambda event: event["channel"] == f"{ROOT}/service")
    return [one for one in client.events if one["channel"] == f"{ROOT}/service"][-2:]


async def flat_events(client, _):
    return "statistics" in (await an_update(client))["data"]


async def topic_with_slash(client, running):
    return (await both_states(client, running))[-1]["data"]["topic"].startswith("/")


async def spelt_state(client, running):
    states = [one["data"]["data"]["serviceState"] for one in await both_states(client, running)]
    return states == ["Unavailable", "Available"]


async def state_on_subscribe(client, _):
    return any("serviceState" in one["data"]["data"] for one in client.events)


async def names_in_updates(client, _):
    return "objectId" in (await an_update(client))["data"]["data"]["statistics"][0]


async def names_in_get(client, _):
    url = f"{ROOT}/statistic-values/InboundCalls"
    return "name" in (await client.http.get(url, params=AGENT)).json()["data"]["statistic"]


async def off_is_info(client, _):
    await client.open([TIME])
    answer = await client.http.get(PEEK, params={"verbose": "OFF"})
    return "objectId" in answer.json()["data"]["statistics"][0]


async def refused_is_400(client, running):
    refused = await client.open([TIME | {"name": "Nonsense"}])
    partly = await client.open([TIME | {"name": "Nonsense"}, TIME | {"statisticId": "t"}], "other")
    assert partly.status_code == 200
    return refused.status_code == 400 and running.state.subscriptions.entries == 1


async def empty_unknown(client, _):
    answer = await client.http.get(PEEK)
    return answer.status_code == 200 and answer.json()["data"]["statistics"] == []


async def own_delete(client, running):
    await client.open([TIME])
    async with running.client() as other:
        other.headers["Authorization"] = client.http.headers["Authorization"]
        await other.delete(f"{ROOT}/subscriptions/op")
    return (await client.http.get(PEEK)).status_code == 200


async def seconds(client, _):
    (one,) = (await client.open([TIME])).json()["data"]["statistics"]
    assert one["timestamp"] > 1e12
    return one["value"]["timestamp"] < 1e11


async def no_interval_length(client, _):
    (one,) = (await client.open([TIME | {"name": "LoginDuration"}])).json()["data"]["statistics"]
    return one["value"]["intervalLength"] == 0


async def state_names(client, _):
    (one,) = (await client.open([TIME | {"name": "CurrentAgentState"}])).json()["data"][
        "statistics"
    ]
    state = one["value"]["stateValue"]
    kinds = {type(state["status"]), type(state["place"]["dnStatuses"][0]["status"])}
    assert len(kinds) == 1
    return kinds == {str}


async def secure_cookies(client, _):
    client.http.cookies.clear()
    answer = await client.bayeux("/handshake", {"channel": "/meta/handshake"})
    return all("Secure" in line for line in answer.headers.get_list("set-cookie"))


async def scoped_cookies(client, _):
    return {one.path for one in client.http.cookies.jar} == {ROOT, f"{ROOT}/notifications"}


async def ack(client, _):
    offer = {"channel": "/meta/handshake", "ext": {"ack": True}}
    (answer,) = (await client.bayeux("/handshake", offer)).json()
    return answer.get("ext") == {"ack": True}


async def timesync(client, running):
    (answer,) = (
        await client.connect(advice={"timeout": 0}, ext={"timesync": {"tc": 5, "l": 0, "o": 0}})
    ).json()
    stamp = answer.get("ext", {}).get("timesync", {})
    assert not stamp or (stamp["tc"] == 5 and stamp["ts"] <= running.state.clock.now())
    return bool(stamp)


async def callback_polling(client, _):
    message = json.dumps([{"channel": "/meta/handshake",
                           "supportedConnectionTypes": ["callback-polling"]}])  # fmt: skip
    url = f"{ROOT}/notifications/handshake"
    client.http.cookies.clear()
    answer = await client.http.get(url, params={"message": message, "jsonp": "back"})
    if answer.status_code == 400:
        return False
    assert answer.headers["content-type"].startswith("text/javascript")
    (reply,) = json.loads(answer.text.removeprefix("back(").removesuffix(")"))
    assert set(client.http.cookies) == {"STATISTICS_SESSIONID", "BAYEUX_BROWSER"}
    assert reply["supportedConnectionTypes"] == ["long-polling", "callback-polling"]
    odd = await client.http.get(url, params={"message": message, "jsonp": "alert(1)//"})
    assert odd.status_code == 400
    return reply["successful"] is True


async def connect_only(client, running):
    session = running.state.sessions.all[client.client_id]
    session.put({"channel": f"{ROOT}/updates", "data": {}})
    answer = await client.bayeux("/", {"channel": "/meta/subscribe", "subscription": "/x"})
    return len(answer.json()) == 1


async def replies_first(client, running):
    running.state.sessions.all[client.client_id].put({"channel": "/x", "data": {}})
    return (await client.connect()).json()[0]["channel"] == "/meta/connect"


async def advice_always(client, _):
    return "advice" in (await client.connect()).json()[-1]


async def silent_402(client, _):
    client.client_id = "nobody"
    (answer,) = (await client.connect()).json()
    return "advice" not in answer


async def one_object(client, _):
    message = [{"id": "1", "channel": "/meta/handshake"}]
    return isinstance((await client.http.post(f"{ROOT}/notifications", json=message)).json(), dict)


async def two_channels(client, _):
    answer = await client.bayeux("/", {"channel": "/meta/subscribe", "subscription": "/foo"})
    return answer.json()[-1]["successful"] is False


async def token_ends_session(client, running):
    running.state.tokens.expire_all()
    sweep(running.state, running.state.now())
    return client.client_id not in running.state.sessions.all


OF_VALUES = {"whole-numbers"}
PROBES = [probe for probe in dict(globals()).values() if inspect.iscoroutinefunction(probe)]
NAMED = {probe.__name__.replace("_", "-"): probe for probe in PROBES}
TOLD = sorted(set(QUIRKS) - OF_VALUES)


def test_every_quirk_has_a_probe():
    assert set(TOLD) <= set(NAMED)


@pytest.mark.parametrize("on", [False, True])
@pytest.mark.parametrize("quirk", TOLD)
async def test_a_quirk_is_so_only_when_it_is_on(connected, quirk, on):
    wanted = ("--quirk", quirk) if on else ()
    # Such a client cannot go on: cookies that are Secure do not come back over http.
    bare = quirk in ("secure-cookies", "one-object") and on
    async with connected(*ARGUMENTS, *wanted, begin=not bare) as (client, running):
        if bare:
            await client.sign_in()
        assert await NAMED[quirk](client, running) is on


def test_whole_numbers_cut_the_text_as_well():
    value = {"intValue": 2, "stringValue": "2.75", "intervalLength": 0, "timestamp": 1}
    assert dressed(value, frozenset())["stringValue"] == "2.75"
    assert dressed(value, frozenset({"whole-numbers"}))["stringValue"] == "2"
    assert value["stringValue"] == "2.75"


async def test_what_is_not_acknowledged_comes_again_and_only_on_connects(connected):
    async with connected(*ARGUMENTS, "--quirk", "ack") as (client, running):
        answer = await client.bayeux(
            "/handshake", {"channel": "/meta/handshake", "ext": {"ack": True}}
        )
        client.client_id = answer.json()[0]["clientId"]
        session = running.state.sessions.all[client.client_id]
        await client.connect(advice={"timeout": 0}, ext={"ack": 0})
        for number in (1, 2):
            session.put({"channel": "/x", "data": number})
        (reply,) = (
            await client.bayeux("/", {"channel": "/meta/subscribe", "subscription": "/x"})
        ).json()
        assert reply["successful"] is True

        async def connect(batch):
            *events, last = (await client.connect(ext={"ack": batch})).json()
            return [one["data"] for one in events], last["ext"]["ack"]

        first, batch = await connect(1)
        assert first == [1, 2]
        session.put({"channel": "/x", "data": 3})
        again, later = await connect(1)
        assert again == [1, 2, 3]
        assert await connect(batch) == ([3], later + 1)
        assert await connect(later) == ([], later + 2)
        assert session.waiting == 0
