"""Whatever a service does to subscriptions when a session ends, they are open again, once each."""

import os

import pytest

from statmon.bayeux import client as bayeux_client
from statmon.engine import Engine
from statmon.engine import engine as engines
from statmon.service.subscriptions import reconciler
from statmon.service.wire.events import ReadingsArrived
from tests.engine.support.stage import running, simulated, workspace

LONG = bool(os.environ.get("STATMON_TEST_LONG"))
FLOOR = {
    "A": [(f"agent{number}", "TimeInCurrentState") for number in range(1, 9)],
    "B": [("7001@SIP_Switch", "CurrentNumberWaitingCalls"), ("agent1", "TimeInCurrentState")],
}
WANTED = sorted({item for items in FLOOR.values() for item in items})


def held(stage):
    """What the service has open, each as often as it does."""
    return sorted((id_, name) for items in stage.open.values() for _, id_, name in items)


def all_heard(stage):
    """Whether the updates of all that is open reach somebody."""
    clients = stage.state.subscriptions.clients.values()
    return all(client.hears(one) for client in clients for one in client.subscriptions.values())


def flows(ear, since):
    """Whether an update has come since that event, of the many statistics that tick."""
    return any(
        isinstance(event, ReadingsArrived) and event.arrivals[0].reading.origin == "update"
        for event in ear.events[since:]
    )


async def be_well_again(stage, ear, since):
    """Wait until opened equals wanted, each exactly once, no orphans, and values flow."""
    await ear.open()
    await ear.until(lambda: held(stage) == WANTED and all_heard(stage))
    await ear.until(lambda: flows(ear, since))


@pytest.mark.parametrize("end", ["keep", "drop", "new-cookie", "orphan"])
async def test_after_a_lost_session_opened_equals_wanted(end, monkeypatch):
    """Again and again, whichever of the four the service is."""
    monkeypatch.setattr(reconciler, "CHUNK", 3)
    async with simulated("--speed", "60", "--at-session-end", end) as stage:
        engine = Engine(workspace(**FLOOR).at(stage.url), stage.access())
        engine_chunks(monkeypatch)
        async with running(engine) as ear:
            await be_well_again(stage, ear, 0)
            for _ in range(25 if LONG else 4):
                since, lost = len(ear.events), len(ear.changes("lost"))
                stage.fault("lose-sessions")
                await ear.until(lambda lost=lost: len(ear.changes("lost")) > lost)
                await be_well_again(stage, ear, since)
        assert stage.open == {}


def engine_chunks(monkeypatch):
    """Let requests be of three statistics, so that there are several chunks."""
    make = reconciler.Reconciler
    monkeypatch.setattr(
        "statmon.service.subscriptions.monitor.Reconciler",
        lambda *args, **options: make(*args, **options, chunk_limit=3, chunk_size=3),
    )


@pytest.fixture
def sleep(monkeypatch):
    """Return a function that lets the clock jump over so many seconds, as a closed lid does."""
    jump = [0.0]

    def client(*args, **options):
        return real(*args, **options, slept=lambda: loop_time() + jump[0])

    real, loop_time = engines.bayeux.Client, bayeux_client.time.monotonic
    monkeypatch.setattr(engines.bayeux, "Client", client)
    monkeypatch.setattr(bayeux_client, "TICK", 0.05)

    def asleep(seconds):
        jump[0] += seconds

    return asleep


async def test_after_the_lid_was_closed_all_is_open_again(sleep):
    """The clock has jumped, the session has expired meanwhile: connect and open anew."""
    async with simulated("--speed", "60", "--at-session-end", "drop") as stage:
        engine = Engine(workspace(**FLOOR).at(stage.url), stage.access())
        async with running(engine) as ear:
            await be_well_again(stage, ear, 0)
            before, since = set(stage.open), len(ear.events)
            for session in list(stage.state.sessions.all.values()):
                session.lost = True
                stage.state.sessions.close(session)
            sleep(3600.0)
            await ear.until(lambda: ear.changes("lost"))
            await be_well_again(stage, ear, since)

            assert not before & set(stage.open)
            reasons = [getattr(event, "reason", None) or "" for event in ear.events]
            assert any("slept" in reason or "Unknown client" in reason for reason in reasons)


async def test_a_nap_in_which_the_session_lived_on_costs_no_subscription(sleep, monkeypatch):
    """The connection is made afresh, what is open is proved, nothing is opened anew."""
    monkeypatch.setattr(reconciler, "JITTER", 0.0)
    async with simulated("--speed", "60") as stage:
        engine = Engine(workspace(**FLOOR).at(stage.url), stage.access())
        async with running(engine) as ear:
            await be_well_again(stage, ear, 0)
            before, since = set(stage.open), len(ear.events)
            sleep(60.0)
            await ear.until(
                lambda: any("slept" in (getattr(e, "reason", None) or "") for e in ear.events)
            )
            await ear.until(lambda: engine.connection.state == "connected")
            await be_well_again(stage, ear, since)

            assert set(stage.open) == before
            assert not ear.changes("lost")
