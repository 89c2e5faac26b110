"""What official clients put on the wire, request by request.

See docs/reference/statistics-api.md §6.
"""

import asyncio
import json
from dataclasses import dataclass

import pytest

ROOT = "/statistics/v3"
JSON = {"Content-Type": "application/json;charset=UTF-8"}
TALK = {"objectId": "agent2", "objectType": "Agent", "name": "TimeInCurrentState"}
STATE = {"objectId": "agent2", "objectType": "Agent", "name": "CurrentAgentState"}


@dataclass(frozen=True)
class Form:
    """How one of the official clients writes what can be written in two ways."""

    subscribe: str
    ids: str
    scheme: str
    cookies: str
    chunked: bool
    extra: dict[str, str]


FORMS = {
    "JavaScript 9.0.2": Form(
        "/", "statisticIds=s1&statisticIds=s2&verbose=OFF", "Bearer", ";", True, {}
    ),
    "JavaScript 9.0.84": Form(
        "/", "statisticIds=s1&statisticIds=s2&verbose=OFF", "Bearer", "; ", False, {}
    ),
    "Java": Form(
        "/subscribe", "statisticIds=s1,s2&verbose=OFF", "Bearer", "; ", False,
        {"X-B3-TraceId": "0123456789abcdef", "X-B3-SnapId": "0123456789abcdef"},
    ),
    "C#": Form("/subscribe", "statisticIds=s1%2Cs2&verbose=OFF", "bearer", "; ", False, {}),
}  # fmt: skip


class Wire:
    """Sends exactly what it is told; cookies are kept by hand."""

    def __init__(self, http, form):
        self.http, self.form = http, form
        self.cookies = {}

    async def bayeux(self, path, message):
        body = json.dumps([message]).encode()

        async def chunks():
            for start in range(0, len(body), 7):
                yield body[start : start + 7]

        answer = await self.http.post(
            f"{ROOT}/notifications{path}", content=chunks() if self.form.chunked else body,
            headers=JSON | self._headers(*self.cookies),
        )  # fmt: skip
        assert answer.status_code == 200
        return answer

    async def rest(self, method, path, **keywords):
        headers = {"Content-Type": "application/json", **self._headers("STATISTICS_SESSIONID")}
        answer = await self.http.request(method, f"{ROOT}{path}", headers=headers, **keywords)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == {"code": 0}
        return answer.json().get("data")

    def _headers(self, *names):
        cookie = self.form.cookies.join(f"{name}={self.cookies[name]}" for name in names)
        return self.form.extra | ({"Cookie": cookie} if cookie else {})

    def keep_cookies(self):
        self.cookies = dict(self.http.cookies)
        self.http.cookies.clear()


@pytest.fixture(params=sorted(FORMS))
def form(request):
    return FORMS[request.param]


async def test_the_documented_course_of_an_official_client_succeeds(client, form):
    await client.sign_in()
    token = client.http.headers["Authorization"].split()[1]
    client.http.headers["Authorization"] = f"{form.scheme} {token}"
    wire = Wire(client.http, form)

    handshake = (
        await wire.bayeux("/handshake", {
            "id": "1", "version": "1.0", "minimumVersion": "1.0", "channel": "/meta/handshake",
            "supportedConnectionTypes": ["long-polling", "callback-polling"],
            "advice": {"timeout": 60000, "interval": 0},
        })
    ).json()  # fmt: skip
    assert handshake[0]["id"] == "1"
    mine = {"clientId": handshake[0]["clientId"]}
    wire.keep_cookies()
    assert set(wire.cookies) == {"STATISTICS_SESSIONID", "BAYEUX_BROWSER"}

    connect = {"channel": "/meta/connect", "connectionType": "long-polling", **mine}
    (first,) = (
        await wire.bayeux("/connect", {"id": "4", **connect, "advice": {"timeout": 0}})
    ).json()
    assert (first["id"], first["advice"]["timeout"]) == ("4", 20000)
    subscribe = {"channel": "/meta/subscribe", **mine}
    (reply,) = (
        await wire.bayeux(form.subscribe, {
            "id": "2", "subscription": f"{ROOT}/service", **subscribe})
    ).json()  # fmt: skip
    assert reply == {"id": "2", "channel": "/meta/subscribe", "successful": True,
                     "subscription": f"{ROOT}/service"}  # fmt: skip

    # The subscription overtakes the channel's: it must be neither refused nor forgotten.
    body = {"operationId": "UUID1", "data": {"statistics": [
        {"statisticId": "s1", **TALK}, {"statisticId": "s2", **STATE},
    ]}}  # fmt: skip
    opened = await wire.rest("POST", "/subscriptions?verbose=INFO", json=body)
    assert (opened["subscriptionId"], opened["operationId"]) == ("UUID1", "UUID1")
    assert [one["statisticId"] for one in opened["statistics"]] == ["s1", "s2"]
    held = asyncio.create_task(wire.bayeux("/connect", {"id": "5", **connect}))
    await wire.bayeux(form.subscribe, {"id": "3", "subscription": f"{ROOT}/updates", **subscribe})

    # Deliveries may ride on any reply; the held connect brings them at the latest.
    *events, last = (await held).json()
    number = 6
    while not any(one["channel"] == f"{ROOT}/updates" for one in events):
        answer = await wire.bayeux("/connect", {"id": str(number), **connect})
        *events, last = answer.json()
        assert last["id"] == str(number)
        number += 1
    assert last["channel"] == "/meta/connect"
    (update,) = events[0]["data"]["data"]["statistics"][:1]
    assert set(update) == {"subscriptionId", "statisticId", "value", "timestamp"}

    values = "/subscriptions/UUID1/statistic-values"
    assert len((await wire.rest("GET", f"{values}?verbose=INFO"))["statistics"]) == 2
    some = (await wire.rest("GET", f"{values}?{form.ids}"))["statistics"]
    assert [set(one) for one in some] == [{"statisticId", "value", "timestamp"}] * 2
    one = await wire.rest(
        "GET", "/statistic-values/CurrentAgentState?objectId=agent2&objectType=Agent"
    )
    assert one["statistic"]["value"]["stateValue"]["agentId"] == "agent2"
    several = await wire.rest(
        "POST", "/operations/get-statistic-ex", json={"data": {"statistics": [STATE]}}
    )
    assert several["statistics"][0]["objectId"] == "agent2"
    assert await wire.rest("DELETE", "/subscriptions/UUID1") is None

    # What was queued before the deletion is taken first: the next connect is held.
    await wire.bayeux("/connect", {"id": "97", **connect, "advice": {"timeout": 0}})
    pending = asyncio.create_task(wire.bayeux("/connect", {"id": "98", **connect}))
    await asyncio.sleep(0)
    (bye,) = (
        await wire.bayeux("/disconnect", {"id": "99", "channel": "/meta/disconnect", **mine})
    ).json()[-1:]
    assert (bye["id"], bye["successful"]) == ("99", True)
    ended = (await pending).json()[-1]
    assert ended["advice"]["reconnect"] in ("none", "handshake")
