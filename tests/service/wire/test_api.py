"""Each call is what the API describes, and each failure one sentence in the service's words."""

import json

import httpx2
import pytest

from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.service.wire.errors import ServiceError

AGENT = ObjectRef("Agent", "agent2")
NAMED = Statistic("s1", AGENT, "CurrentAgentState")
DEFINED = Statistic(
    "s2", AGENT, definition=Definition({"category": "TotalNumber", "odd": {"x": 1}})
)
OK = {"status": {"code": 0}, "data": {"subscriptionId": "id1", "statistics": []}}


async def test_an_opening_sends_names_and_definitions_exactly_as_written(service):
    """The operation's id becomes the subscription's."""
    service.on("/subscriptions", OK)
    await service.api.create("id1", [NAMED, DEFINED])

    (request,) = service.asked("/subscriptions")
    assert request.url.query == b"verbose=INFO"
    assert json.loads(request.content) == {
        "operationId": "id1",
        "data": {
            "statistics": [
                {
                    "statisticId": "s1",
                    "objectId": "agent2",
                    "objectType": "Agent",
                    "name": "CurrentAgentState",
                },
                {
                    "statisticId": "s2",
                    "objectId": "agent2",
                    "objectType": "Agent",
                    "definition": {"category": "TotalNumber", "odd": {"x": 1}},
                },
            ]
        },
    }


async def test_ids_and_names_are_quoted_in_paths(service):
    """An id with a slash is no other path."""
    service.on("", OK)
    await service.api.delete("a/b?c")
    await service.api.value(ObjectRef("Queue", "7001@SIP Switch"), "Current/Queue")

    assert [request.url.raw_path for request in service.requests] == [
        b"/statistics/v3/subscriptions/a%2Fb%3Fc",
        b"/statistics/v3/statistic-values/Current%2FQueue"
        b"?objectId=7001%40SIP+Switch&objectType=Queue",
    ]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        ({"statistic": {"value": {"intValue": 5}, "timestamp": 1}}, 1),
        ({"statistics": [{"statisticId": "s1", "value": 1}, {"statisticId": "s2"}]}, 2),
        ({"statistics": [{"statisticId": "s1", "value": None, "timestamp": None, "new": 1}]}, 1),
        ({"statistics": [{"statisticId": 7, "subscriptionId": None, "timestamp": "15.5"}, 3]}, 1),
        (None, 0),
    ],
)
async def test_answers_are_read_whatever_they_leave_out(service, data, count):
    """Unknown fields are no reason to lose a value."""
    service.on("/statistic-values", {"status": {"code": 0}, "data": data})

    answer = await service.api.peek("id1")

    assert len(answer.statistics) == count


@pytest.mark.parametrize(
    "value", [b"NaN", b"-Infinity", b"1e999", b'"\xe4\xf6"', b'"\\ud800"', b"9" * 5000]
)
async def test_one_value_that_is_no_json_does_not_cost_its_neighbours(service, value):
    """Nor does a byte order mark."""
    body = b'\xef\xbb\xbf{"data": {"statistics": [{"value": 1}, {"value": %s}]}}' % value
    service.on("/statistic-values", httpx2.Response(200, content=body))

    first, second = (await service.api.peek("id1")).statistics

    assert first.value == 1
    assert second.value in (None, "\ufffd\ufffd", "?")


@pytest.mark.parametrize("status", [401, 403, 200, 400])
async def test_a_refused_token_is_renewed_once_and_the_call_repeated(service, status):
    """The caller does not notice; code 603 says it under any HTTP status."""
    await service.sign_in.sign_in()

    def answer(request):
        if request.headers["authorization"] == "Bearer token1":
            return httpx2.Response(status, json={"status": {"code": 603, "message": "no"}})
        return httpx2.Response(200, json=OK)

    service.on("/subscriptions", answer)
    await service.api.create("id1", [NAMED])

    assert service.tokens == 2


async def test_a_token_that_stays_refused_is_an_error_after_one_renewal(service):
    """No loop of renewals."""
    service.on("/subscriptions", httpx2.Response(403, json={"status": {"code": 603}}))
    with pytest.raises(ServiceError) as caught:
        await service.api.create("id1", [NAMED])

    assert caught.value.unauthorized
    assert service.tokens == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx2.Response(400, json={"status": {"code": 2, "message": "bad mask"}}), "bad mask"),
        (
            httpx2.Response(500, json={"status": 500, "error": "Internal Server Error"}),
            "Internal Server Error",
        ),
        (httpx2.Response(503, content=b""), "HTTP status 503"),
        (httpx2.Response(200, json={"status": {"code": 9, "message": "no"}}), "no"),
        (httpx2.Response(200, content=b""), "what came is not data"),
        (httpx2.Response(200, content=b"<html>"), "login page"),
        (httpx2.Response(502, content=b"<html><title>Bad  gate</title>"), "«Bad gate»"),
        (httpx2.Response(302, headers={"Location": "http://login/"}), "redirects"),
        (httpx2.Response(200, content=b'{"status": \xff}'), "not what the API describes"),
        (httpx2.Response(200, json=[1]), "not what the API describes"),
        (httpx2.Response(200, content=b"[" * 100_000), "not what the API describes"),
    ],
)
async def test_every_failure_is_one_sentence(service, answer, words):
    """It names the call and has the service's own words where it has any."""
    service.on("/subscriptions", answer)
    with pytest.raises(ServiceError) as caught:
        await service.api.create("id1", [NAMED])

    assert str(caught.value).startswith("open a subscription: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        httpx2.ConnectError,
        httpx2.ReadTimeout,
        httpx2.ReadError,
        httpx2.ProxyError,
        httpx2.DecodingError,
        httpx2.TooManyRedirects,
        UnicodeEncodeError,
    ],
)
async def test_no_answer_is_an_error_without_a_status(service, error):
    """So the monitor knows that the service may have done it all the same."""

    def fail(_request):
        raise (
            error("ascii", "é", 0, 1, "broken") if error is UnicodeEncodeError else error("broken")
        )

    service.on("/subscriptions", fail)
    with pytest.raises(ServiceError) as caught:
        await service.api.create("id1", [NAMED])

    assert caught.value.unreachable
