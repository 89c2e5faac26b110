"""A service that goes and comes, over and over, leaves nothing behind."""

import asyncio
import gc
import os
import types
from pathlib import Path

import pytest

from statmon.engine import Engine
from statmon.service.subscriptions import reconciler
from tests.engine.support.stage import all_open, running, simulated, workspace

LONG = bool(os.environ.get("STATMON_TEST_LONG"))
FLAPS = {"websocket": 1000 if LONG else 60, "long-polling": 300 if LONG else 40}
"""A websocket has no pause between two polls, so it flaps faster."""
WARM_UP = 20
"""Flaps after which nothing may grow any more."""
SOME = 500
"""Objects of which the last answers may hold more or fewer."""
FOREIGN = (type, types.ModuleType, types.FunctionType, asyncio.AbstractEventLoop, asyncio.Future)
FLOOR = {
    "A": [(f"agent{number}", "InboundCalls") for number in range(1, 9)],
    "B": [("7001@SIP_Switch", "CurrentNumberWaitingCalls"), ("agent1", "InboundCalls")],
}


def reach(engine):
    """How many objects an engine holds on to, directly or not; the simulator is not its own."""
    seen, found = set(), [engine]
    while found:
        item = found.pop()
        kind = type(item)
        apart = isinstance(item, FOREIGN) or kind.__module__.startswith(
            ("statmon.simulator", "uvicorn")
        )
        if id(item) not in seen and not apart:
            seen.add(id(item))
            found += gc.get_referents(item)
    return len(seen)


def burdens(stage, engine):
    """What must not grow: objects, tasks, sockets, and what the service holds for us."""
    gc.collect()
    subscriptions = stage.state.subscriptions
    return {
        "objects": reach(engine) // SOME,
        "tasks": len(asyncio.all_tasks()),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "clients": len(subscriptions.clients),
        "entries": subscriptions.entries,
        "sessions": len(stage.state.sessions.all),
    }


@pytest.mark.parametrize("transport", FLAPS)
async def test_after_many_flaps_all_is_as_after_few(transport, monkeypatch, caplog):
    """The same end state; memory, sockets and tasks flat."""
    caplog.set_level("WARNING", "httpx2")  # what pytest keeps of the log would grow
    monkeypatch.setattr(reconciler, "JITTER", 0.01)
    async with simulated("--websocket") as stage:
        engine = Engine(workspace(**FLOOR).at(stage.url), stage.access(transport=transport))
        async with running(engine) as ear:
            await ear.open()
            early = {}
            for flap in range(FLAPS[transport]):
                if flap == WARM_UP:
                    early = burdens(stage, engine)
                stage.fault("outage")
                await ear.until(lambda: engine.service_state == "UNAVAILABLE")
                stage.well("outage")
                await ear.until(lambda: all_open(engine) and engine.service_state == "AVAILABLE")
                ear.events.clear()
            late = burdens(stage, engine)

            assert {key: late[key] for key in late if late[key] > early[key] + 4} == {}
            assert sum(map(len, stage.open.values())) == 9
            assert len(stage.open) == 2
            status = {name: (s.state, len(s.chunks)) for name, s in engine.subscriptions.items()}
            assert status == {"A": ("open", 1), "B": ("open", 2)}
