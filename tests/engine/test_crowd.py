"""Many desktops hear AVAILABLE at once, and the service does not notice that they are many."""

import asyncio
import contextlib
import os
from collections import Counter

from statmon.engine import Engine
from statmon.service.subscriptions import reconciler
from tests.engine.support.stage import all_open, running, simulated, workspace

LONG = bool(os.environ.get("STATMON_TEST_LONG"))
CLIENTS = 200 if LONG else 25
PARTS = 10
"""Parts into which the jitter is cut, to see that requests are spread over it."""
FLOOR = [(f"agent{number}", "InboundCalls") for number in range(1, 5)]


async def test_what_is_opened_at_available_is_spread_and_never_refused(monkeypatch):
    """One request for each client, over the whole of the two seconds; all open soon after."""
    async with simulated() as stage, contextlib.AsyncExitStack() as stack:
        engines = [Engine(workspace(A=FLOOR).at(stage.url), stage.access()) for _ in range(CLIENTS)]
        ears = [await stack.enter_async_context(running(engine)) for engine in engines]
        for ear in ears:
            await ear.until(lambda engine=ear.engine: all_open(engine), 60)

        loop, asked = asyncio.get_running_loop(), []
        opening = stage.state.subscriptions.begin

        def opened(*args):
            asked.append(loop.time() - began)
            return opening(*args)

        monkeypatch.setattr(stage.state.subscriptions, "begin", opened)
        stage.fault("outage")
        for ear in ears:
            await ear.until(lambda engine=ear.engine: engine.service_state == "UNAVAILABLE", 60)
        began = loop.time()
        stage.well("outage")
        for ear in ears:
            await ear.until(lambda engine=ear.engine: all_open(engine), 60)
        took = loop.time() - began

        assert len(asked) == CLIENTS
        assert sum(len(ear.changes("failed")) for ear in ears) == 0
        counts = Counter(int(at / reconciler.JITTER * PARTS) for at in asked)
        # No burst, although a busy machine may join some of the ten parts.
        assert max(counts.values()) <= CLIENTS * 2 / 3
        assert len(counts) >= 3
        if LONG:
            assert took < 5.0
