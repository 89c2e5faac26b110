import asyncio
from urllib.parse import quote

import pytest

AGENT = {"objectType": "Agent", "objectId": "agent2"}
STATE = {"statisticId": "s1", **AGENT, "name": "CurrentAgentState"}
WAITING = {
    "statisticId": "s2",
    **AGENT,
    "definition": {
        "notificationMode": "Periodical", "notificationFrequency": 10, "insensitivity": 1,
        "category": "TotalAdjustedTime", "subject": "DNStatus", "intervalType": "GrowingWindow",
        "mainMask": "WaitForNextCall", "dynamicTimeProfile": "00:00",
        "dynamicFilter": "Media=voice", "maskType": "DN",
    },
}  # fmt: skip


async def test_the_operation_id_becomes_the_subscription_id(client):
    await client.start()
    answer = (await client.open([STATE, WAITING], "UUID1")).json()
    assert answer["status"] == {"code": 0}
    assert answer["data"]["subscriptionId"] == answer["data"]["operationId"] == "UUID1"
    first, second = answer["data"]["statistics"]
    assert set(first) == {"statisticId", "name", "objectId", "objectType", "value", "timestamp"}
    assert set(second) == {"statisticId", "objectId", "objectType", "value", "timestamp"}
    assert isinstance(first["timestamp"], int)
    assert first["value"]["stateValue"]["agentId"] == "agent2"


async def test_failures_stay_with_their_statistics_and_the_others_work(client):
    await client.start()
    bad = [
        STATE | {"statisticId": "b1", "objectId": "nobody"},
        STATE | {"statisticId": "b2", "name": "NoSuchName"},
        WAITING | {"statisticId": "b3", "definition": {"category": "Nonsense"}},
        STATE,
        STATE | {"statisticId": ""},
        "text",
        {**STATE, "statisticId": "b4", "objectType": "Spaceship"},
        {**STATE, "statisticId": "b5", "definition": [1]},
    ]
    answer = (await client.open([STATE, *bad])).json()
    assert [one["statisticId"] for one in answer["data"]["statistics"]] == ["s1"]
    assert len(answer["errors"]) == len(bad)
    messages = [one["status"]["message"] for one in answer["errors"]]
    assert messages[0] == "Agent 'nobody' not found"
    assert "NoSuchName" in messages[1]
    assert answer["errors"][0]["status"]["detail"]["statisticId"] == "b1"
    assert "duplicate" in messages[3]


@pytest.mark.parametrize("form", ["a,b", "repeated"])
async def test_both_forms_of_statistic_ids_are_understood(client, form):
    await client.start()
    await client.open([STATE | {"statisticId": name} for name in "abc"])
    ids = [("statisticIds", "a,b")] if form == "a,b" else [("statisticIds", x) for x in "ab"]
    answer = await client.http.get("/statistics/v3/subscriptions/op/statistic-values", params=ids)
    data = answer.json()["data"]
    assert [one["statisticId"] for one in data["statistics"]] == ["a", "b"]
    assert data["subscriptionId"] == "op"
    assert "operationId" not in data


async def test_verbose_off_leaves_only_what_changes(client):
    await client.start()
    await client.open([STATE])
    path = "/statistics/v3/subscriptions/op/statistic-values?verbose=OFF"
    (one,) = (await client.http.get(path)).json()["data"]["statistics"]
    assert set(one) == {"statisticId", "value", "timestamp"}


async def test_deleting_always_succeeds_and_stops_the_values(client, service):
    await client.start()
    await client.open([STATE])
    for _ in range(2):
        answer = await client.http.delete("/statistics/v3/subscriptions/op")
        assert answer.json() == {"status": {"code": 0}}
    assert len(service.state.subscriptions.server) == 0
    peeked = await client.http.get("/statistics/v3/subscriptions/op/statistic-values")
    assert peeked.status_code == 404


@pytest.mark.parametrize("name", ["a/b", "a b", "ä?#%41", "/statistic-values"])
async def test_any_text_may_be_an_operation_id(client, name):
    await client.sign_in()
    await client.open([STATE], name)
    path = f"/statistics/v3/subscriptions/{quote(name, safe='')}"
    peeked = await client.http.get(f"{path}/statistic-values")
    assert peeked.json()["data"]["subscriptionId"] == name
    assert (await client.http.delete(path)).json() == {"status": {"code": 0}}
    assert (await client.http.get(f"{path}/statistic-values")).status_code == 404


async def test_single_and_several_values_come_without_a_subscription(client):
    await client.sign_in()
    one = await client.http.get("/statistics/v3/statistic-values/InboundCalls", params=AGENT)
    assert one.json()["data"]["statistic"]["value"]["tag"] == -1
    body = {"data": {"statistics": [{"name": "InboundCalls", **AGENT}, {"name": "No", **AGENT}]}}
    many = (await client.http.post("/statistics/v3/operations/get-statistic-ex", json=body)).json()
    assert many["data"]["statistics"][0]["name"] == "InboundCalls"
    assert len(many["errors"]) == 1
    missing = await client.http.get("/statistics/v3/statistic-values/InboundCalls")
    assert missing.status_code == 400


@pytest.mark.parametrize(
    ("drop", "arguments", "status"),
    [("x-api-key", (), 403), ("authorization", (), 403),
     ("authorization", ("--unauthorized", "401"), 401)],
)  # fmt: skip
async def test_nobody_comes_in_without_key_and_token(simulator, drop, arguments, status):
    async with simulator("--agents", "1", *arguments) as running, running.client() as http:
        http.headers.pop(drop, None)
        for method, path in [("GET", "/statistics/v3/statistic-values/x"),
                             ("POST", "/statistics/v3/notifications/handshake")]:  # fmt: skip
            answer = await http.request(method, path)
            assert answer.status_code == status
            assert answer.json() == {"status": {"code": 603, "message": "Unauthorized"}}


async def test_an_unknown_path_has_springs_error_body(client):
    await client.sign_in()
    answer = await client.http.get("/statistics/v3/nothing")
    assert answer.status_code == 404
    assert set(answer.json()) == {"timestamp", "status", "error", "message", "path"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"data":1}'])
async def test_a_body_that_is_no_request_is_refused(client, body):
    await client.sign_in()
    answer = await client.http.post("/statistics/v3/subscriptions", content=body)
    assert answer.status_code == 400
    assert answer.json()["status"]["message"]


async def test_chunked_bodies_are_read(client):
    await client.start()

    async def chunks():
        for byte in b'{"operationId":"c","data":{"statistics":[]}}':
            yield bytes([byte])
            await asyncio.sleep(0)

    answer = await client.http.post("/statistics/v3/subscriptions", content=chunks())
    assert answer.json()["data"]["subscriptionId"] == "c"


@pytest.mark.parametrize(("choice", "status"), [("replace", 200), ("refuse", 400)])
async def test_reusing_an_operation_id_is_a_choice(connected, choice, status):
    async with connected("--agents", "2", "--reused-operation", choice) as (client, running):
        await client.open([STATE])
        again = await client.open([STATE, STATE | {"statisticId": "s9"}])
        assert again.status_code == status
        assert running.state.subscriptions.entries == (2 if status == 200 else 1)


async def test_the_code_of_a_partial_failure_is_a_choice(connected):
    async with connected("--agents", "2", "--partial-code", "102") as (client, _):
        bad = STATE | {"statisticId": "b", "name": "No"}
        assert (await client.open([STATE, bad])).json()["status"] == {"code": 102}
        assert (await client.open([STATE])).json()["status"] == {"code": 0}
