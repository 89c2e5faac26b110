"""The engine's sign-in against a simulator on real sockets, by TLS, through a proxy, for many."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from statmon.bayeux.renewal_limit import FEW
from statmon.domain.statistic import ObjectRef
from statmon.engine import Engine
from statmon.service.sign_in.tokens import Tokens
from statmon.service.wire import events
from statmon.service.wire.errors import ServiceError, SignInRefused
from statmon.simulator.service.faults import Fault
from tests.engine.support.stage import running, simulated, workspace
from tests.service.support.wires import Authority, Proxy, tunnel

FLOOR = {"A": [("agent1", "InboundCalls"), ("agent2", "CurrentAgentState")]}
AGENT = ObjectRef("Agent", "agent1")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@asynccontextmanager
async def at_work(stage, **options):
    """Run an engine on a workspace of two agents until everything is open."""
    access = replace(stage.access(), **options)
    engine = Engine(workspace(**FLOOR).at(access.base), access)
    async with running(engine) as ear:
        await ear.open()
        yield engine, ear


@pytest.mark.parametrize("transport", ["long-polling", "websocket"])
async def test_tls_and_a_proxy_with_a_password(authority, transport):
    """REST, long-polling and wss all go through the tunnel, trusting the named authority."""
    async with simulated("--websocket") as stage, Proxy().running() as proxy:
        port = int(stage.url.rpartition(":")[2])
        async with (
            tunnel(port, authority.context()) as tls_port,
            at_work(
                stage,
                url=f"https://localhost:{tls_port}",
                ca_bundle=str(authority.file),
                proxy=f"http://proxyuser:p%40ss%3Aw%2Frd@127.0.0.1:{proxy.port}",
                transport=transport,
            ) as (engine, ear),
        ):
            await ear.until(lambda: engine.table.applied >= 2)
            assert engine.connection.transport == transport
            await ear.until(lambda: engine.signed_in_as == "supervisor")

        assert {line.split()[0] for line in proxy.asked} == {"CONNECT"}
        assert len(proxy.asked) >= 2
        assert proxy.refused == []


async def test_a_hundred_callers_meet_an_expired_token_and_one_renews_it():
    """None of them fails, and the subscriptions stay as they are."""
    async with simulated() as stage, at_work(stage) as (engine, _):
        before = sorted(stage.open)
        renewed = []
        engine.keep_tokens = renewed.append
        stage.fault("expire-tokens")
        answers = await asyncio.gather(
            *(engine.api.value(AGENT, "InboundCalls") for _ in range(100))
        )

        assert len(renewed) == 1
        assert all(answer.statistics for answer in answers)
        assert sorted(stage.open) == before


async def test_a_service_that_refuses_every_call_asks_for_a_person_once():
    """REST answers 403 to good tokens as well: told once, and taken back when that has passed."""
    async with simulated() as stage, at_work(stage) as (engine, ear):
        renewed = []
        engine.keep_tokens = renewed.append
        stage.state.faults.begin(stage.state, Fault("failing", "403", path="/statistic-values"))

        def needed():
            return [event for event in ear.events if isinstance(event, events.SignInNeeded)]

        while not needed():
            with pytest.raises(ServiceError):
                await engine.api.value(AGENT, "InboundCalls")
        assert len(renewed) == FEW
        for _ in range(10):
            with pytest.raises(ServiceError):
                await engine.api.value(AGENT, "InboundCalls")
        assert len(needed()) == 1

        stage.well("failing")
        assert (await engine.api.value(AGENT, "InboundCalls")).statistics
        await ear.until(lambda: isinstance(ear.events[-1], events.SignedIn))


async def test_a_pasted_token_that_was_never_accepted_ends_the_engine():
    """As a wrong password does; the window asks for another, `watch` says so."""
    async with simulated() as stage:
        access = replace(stage.access(), username="", token="no-such-token")
        engine = Engine(workspace(**FLOOR).at(access.base), access)
        heard = []
        engine.listen(heard.append)
        with pytest.raises(SignInRefused, match="does not accept the token"):
            await engine.run()

    assert [event for event in heard if isinstance(event, events.SignInNeeded)]
    assert engine.connection.state == "closed"


async def test_a_pasted_token_that_ends_later_leaves_the_engine_at_work():
    """Nothing that is known is given up: a person signs in, and it goes on."""
    async with simulated() as stage:
        pasted, another = (stage.state.tokens.issue("sue", float("inf")).access for _ in "ab")
        async with at_work(stage, username="", token=pasted) as (engine, ear):
            stage.state.tokens.revoke(stage.state.tokens.find(f"Bearer {pasted}", 0.0))
            await ear.until(
                lambda: any(isinstance(event, events.SignInNeeded) for event in ear.events)
            )
            engine.go_on_as(replace(engine.access, token=another), Tokens(another))
            await ear.until(lambda: engine.connection.state == "connected")

            assert (await engine.api.value(AGENT, "InboundCalls")).statistics


async def test_a_token_is_renewed_ahead_of_its_end():
    """Nobody is refused meanwhile: at four fifths of a life of one second."""
    async with simulated("--token-lifetime", "1") as stage, at_work(stage) as (engine, ear):
        renewed = []
        engine.keep_tokens = renewed.append
        await ear.until(lambda: len(renewed) >= 2)

        assert engine.connection.state == "connected"
        assert not [event for event in ear.events if isinstance(event, events.SignInNeeded)]


async def test_a_disconnected_engine_goes_on_with_its_token():
    """Connecting again takes no new sign-in."""
    async with simulated() as stage:
        access = stage.access()
        engine = Engine(workspace(**FLOOR).at(stage.url), access)
        async with running(engine) as ear:
            await ear.open()
        first = engine.tokens
        async with running(engine) as ear:
            await ear.until(lambda: engine.connection.state == "connected")
            assert engine.tokens is first
