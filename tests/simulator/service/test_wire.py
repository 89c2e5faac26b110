"""What an official client puts on the wire, request by request (reference §9)."""

import json

import pytest

ROOT = "/statistics/v3"
JSON = {"Content-Type": "application/json;charset=UTF-8"}


async def bayeux(http, path, message, **keywords):
    body = json.dumps([message]).encode()

    async def chunked():
        yield body

    answer = await http.post(
        f"{ROOT}/notifications{path}", content=chunked(), headers={**JSON, **keywords}
    )
    assert answer.status_code == 200
    return answer


@pytest.mark.asyncio
async def test_the_documented_course_of_an_official_client_succeeds(client):
    await client.sign_in()
    http = client.http
    answer = await bayeux(
        http, "/handshake",
        {"id": "1", "version": "1.0", "minimumVersion": "1.0", "channel": "/meta/handshake",
         "supportedConnectionTypes": ["long-polling", "callback-polling"],
         "advice": {"timeout": 60000, "interval": 0}},
    )  # fmt: skip
    client_id = answer.json()[0]["clientId"]
    both = dict(http.cookies)
    assert set(both) == {"STATISTICS_SESSIONID", "BAYEUX_BROWSER"}
    http.cookies.clear()
    http.headers["Cookie"] = ";".join(f"{name}={value}" for name, value in both.items())
    only_session = {"Cookie": f"STATISTICS_SESSIONID={both['STATISTICS_SESSIONID']}"}

    first = await bayeux(
        http, "/connect",
        {"id": "4", "channel": "/meta/connect", "connectionType": "long-polling",
         "advice": {"timeout": 0}, "clientId": client_id},
    )  # fmt: skip
    assert first.json()[0]["advice"]["timeout"] == 20000
    await bayeux(
        http, "/",
        {"id": "2", "channel": "/meta/subscribe", "subscription": f"{ROOT}/service",
         "clientId": client_id},
    )  # fmt: skip
    agent = {"objectId": "agent2", "objectType": "Agent", "name": "CurrentAgentState"}
    body = {"operationId": "UUID1", "data": {"statistics": [
        {"statisticId": "s1", **agent}, {"statisticId": "s2", **agent, "name": "InboundCalls"},
    ]}}  # fmt: skip
    opened = await http.post(f"{ROOT}/subscriptions?verbose=INFO", json=body, headers=only_session)
    assert len(opened.json()["data"]["statistics"]) == 2
    await bayeux(
        http, "/",
        {"id": "3", "channel": "/meta/subscribe", "subscription": f"{ROOT}/updates",
         "clientId": client_id},
    )  # fmt: skip
    values = f"{ROOT}/subscriptions/UUID1/statistic-values"
    answer = await http.get(f"{values}?verbose=INFO", headers=only_session)
    assert len(answer.json()["data"]["statistics"]) == 2
    answer = await http.get(f"{values}?statisticIds=s1&statisticIds=s2&verbose=OFF")
    assert len(answer.json()["data"]["statistics"]) == 2
    answer = await http.get(
        f"{ROOT}/statistic-values/CurrentAgentState?objectId=agent2&objectType=Agent"
    )
    assert answer.json()["data"]["statistic"]["value"]["stateValue"]["agentId"] == "agent2"
    body = {"data": {"statistics": [agent]}}
    answer = await http.post(f"{ROOT}/operations/get-statistic-ex", json=body)
    assert answer.json()["data"]["statistics"][0]["objectId"] == "agent2"
    answer = await http.delete(f"{ROOT}/subscriptions/UUID1")
    assert answer.json() == {"status": {"code": 0}}
    answer = await bayeux(
        http, "/disconnect", {"id": "9", "channel": "/meta/disconnect", "clientId": client_id}
    )
    assert answer.json()[-1]["successful"] is True
