"""Every error at every call, on real sockets: through a proxy that answers in the service's place.

First what the caller gets; then what becomes of the subscriptions.
"""

import contextlib
import dataclasses
import json

import httpx2
import pytest

from statmon.bayeux import backoff
from statmon.domain.statistic import ObjectRef
from statmon.domain.workspace import parse
from statmon.engine import Engine
from statmon.service.sign_in.auth import SignIn
from statmon.service.subscriptions import reconciler
from statmon.service.wire import http as https
from statmon.service.wire.api import Api
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.http import Http
from tests.engine.support.stage import Ear, running, simulated, workspace
from tests.faults.support.call_errors import ERRORS, answer, spring
from tests.faults.support.fault_proxy import FaultProxy

AGENT = ObjectRef("Agent", "agent1")
FLOOR = [(f"agent{number}", "InboundCalls") for number in range(1, 5)]
CALLS = {
    "create": (b"POST /statistics/v3/subscriptions", lambda api: api.create("id1", STATISTICS)),
    "delete": (b"DELETE /statistics/v3/subscriptions", lambda api: api.delete("id1")),
    "peek": (b"GET /statistics/v3/subscriptions", lambda api: api.peek("id0")),
    "get": (b"GET /statistics/v3/statistic-values", lambda api: api.value(AGENT, "InboundCalls")),
    "get-statistic-ex": (
        b"POST /statistics/v3/operations/get-statistic-ex",
        lambda api: api.values([(AGENT, "InboundCalls")]),
    ),
}
STATISTICS = [item.statistic for item in workspace(A=FLOOR).subscriptions[0].statistics]


@contextlib.asynccontextmanager
async def proxied(*arguments):
    """A simulator behind a proxy that misbehaves on demand."""
    async with (
        simulated(*arguments) as stage,
        FaultProxy(int(stage.url.rpartition(":")[2])) as proxy,
    ):
        stage.url = f"http://127.0.0.1:{proxy.port}"
        yield stage, proxy


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch):
    """What takes a minute takes a moment."""
    monkeypatch.setattr(https, "TIMEOUT", httpx2.Timeout(1.5))
    monkeypatch.setattr(backoff, "FIRST", 0.02)
    monkeypatch.setattr(backoff, "STEADY", 0.1)
    for name, seconds in {
        "JITTER": 0.01,
        "LONGEST_RETRY_AFTER": 0.1,
        "HALVING_PAUSE": 0.01,
        "REFUSED_PAUSE": 0.1,
    }.items():
        monkeypatch.setattr(reconciler, name, seconds)


@pytest.mark.parametrize("call", CALLS)
async def test_each_call_says_what_went_wrong(call):
    """One kind of error, with the service's own words, the call, and its numbers."""
    marker, perform = CALLS[call]
    async with proxied() as (stage, proxy):
        http = Http(stage.access())
        sign_in = SignIn(http)
        await sign_in.sign_in()
        api = Api(http, sign_in)
        await api.create("id0", STATISTICS)
        for name, expected in ERRORS.items():
            for _ in range(2):  # a refused token may be renewed, and the call tried again
                proxy.answer(marker, expected.raw)
            with pytest.raises(ServiceError) as caught:
                await perform(api)
            error = caught.value
            assert expected.words in error.message, name
            assert error.call, name
            assert (error.status, error.code) == (expected.status, expected.code), name
            assert error.retry_after == expected.retry_after, name
            proxy.forget()
            await perform(api)  # and nothing is broken by it
        await http.close()


@pytest.mark.parametrize("call", ["create", "peek", "delete"])
async def test_whatever_a_call_meets_opened_equals_wanted_once_it_is_quiet(call, monkeypatch):
    """Each statistic exactly once, no orphans, and no word of it left."""
    monkeypatch.setattr(reconciler, "PROOF_EVERY", 0.1)
    marker, _ = CALLS[call]
    async with proxied("--speed", "60") as (stage, proxy):
        less, more = workspace(A=FLOOR[:1]), workspace(A=FLOOR[:1], B=FLOOR[1:])
        engine = Engine(less.at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            for name, error in ERRORS.items():
                for _ in range(3):
                    proxy.answer(marker, error.raw)
                for wanted in (more, less, more, less):
                    engine.apply(wanted)
                    await be_right(stage, ear, wanted)
                await ear.until(lambda: not proxy.answers_left, 30)
                await be_right(stage, ear, less)
                assert engine.subscriptions["A"].errors == (), name
        assert stage.open == {}


async def be_right(stage, ear: Ear, wanted):
    """Wait until exactly what is wanted is open at the service, and the engine knows it."""
    statistics = [item for part in wanted.subscriptions for item in part.statistics]
    expected = sorted(item.statistic.ref.object_id for item in statistics)
    await ear.open()
    await ear.until(
        lambda: sorted(id_ for items in stage.open.values() for _, id_, _ in items) == expected, 30
    )


async def test_a_partly_refused_opening_keeps_its_neighbours(monkeypatch):
    """The refused one has the service's words, and is open as soon as the service takes it."""
    async with simulated("--speed", "60") as stage:
        engine = Engine(workspace(A=FLOOR).at(stage.url), stage.access())
        stage.fault("refuse", "agent2")
        async with running(engine) as ear:
            await ear.open()
            (error,) = engine.subscriptions["A"].errors
            assert (error.statistic.ref.object_id, "refused" in error.message) == ("agent2", True)
            assert len(engine.table.errors) == 1

            stage.well("refuse")
            await ear.until(lambda: not engine.subscriptions["A"].errors)
            await be_right(stage, ear, engine.workspace)
            assert engine.table.errors == {}


@pytest.mark.parametrize("code", [0, 1, 206])
async def test_success_has_two_codes_and_partial_success_any(code):
    """0 is synchronous, 1 asynchronous; with values and errors[] in it, any code is partial."""
    async with proxied("--partial-code", str(code)) as (stage, _):
        http = Http(stage.access())
        sign_in = SignIn(http)
        await sign_in.sign_in()
        api = Api(http, sign_in)
        bad = dataclasses.replace(STATISTICS[0], id="bad", ref=ObjectRef("Agent", "nobody"))

        opened = await api.create("id1", [*STATISTICS, bad])
        assert len(opened.statistics) == len(STATISTICS)
        assert len(opened.failures) == 1
        fetched = await api.values([(AGENT, "InboundCalls"), (bad.ref, "InboundCalls")])
        assert (len(fetched.statistics), len(fetched.failures)) == (1, 1)
        peeked = await api.peek("id1", [STATISTICS[0].id, "unknown"])
        assert (len(peeked.statistics), len(peeked.failures)) == (1, 1)
        await http.close()


async def test_a_subscribe_that_breaks_the_service_says_why(monkeypatch):
    """A Spring body on the way to "connected" is in the connection's reason.

    See docs/reference/statistics-api.md §3.
    """
    async with proxied() as (stage, proxy):
        body = spring(500, "Internal Server Error", "Invalid channel id: pepe")
        proxy.answer(b'"channel":"/meta/subscribe"', answer("500 Internal Server Error", body))
        engine = Engine(workspace(A=FLOOR).at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.open()
            reasons = [getattr(event, "reason", None) or "" for event in ear.events]
            assert any(
                "/meta/subscribe" in reason and "Invalid channel id: pepe" in reason
                for reason in reasons
            )


async def test_what_we_do_not_know_survives_both_ways():
    """Keys of a definition go out as written; fields of a value come through to whoever listens."""
    definition = {
        "notificationMode": "Immediate",
        "category": "CurrentState",
        "subject": "AgentStatus",
        "mainMask": "*",
        "dynamicProfile": "0:00",
        "features": ["a", {"b": 1.5}],
        "\u00fcber": None,
    }
    value = {"intValue": 5, "stringValue": None, "news": {"deep": [1, {"x": None}]}, "tag": -1}
    reply = {"statisticId": "s1", "value": value, "timestamp": 1490830620000, "unit": "calls"}
    async with proxied() as (stage, proxy):
        proxy.answer(
            b"POST /statistics/v3/subscriptions",
            answer("200 OK", {"status": {"code": 0}, "data": {"statistics": [reply]}, "more": 1}),
        )
        whole = parse(
            {
                "schema": 1,
                "subscriptions": [
                    {
                        "name": "A",
                        "statistics": [
                            {
                                "id": "s1",
                                "objectType": "Agent",
                                "objectId": "agent1",
                                "definition": definition,
                            }
                        ],
                    }
                ],
            }
        )
        engine = Engine(whole.at(stage.url), stage.access())
        async with running(engine) as ear:
            await ear.until(lambda: engine.table.timestamp(0))
            assert engine.table.raw[0] == value

    (asked,) = [json.loads(body) for body in proxy.bodies(b"POST /statistics/v3/subscriptions")]
    assert asked["data"]["statistics"][0]["definition"] == definition
