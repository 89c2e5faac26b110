"""Numbered values through a fault: what was lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from statmon.bayeux import Client
from tests.bayeux.support.fake_cometd import FakeCometd, serving
from tests.bayeux.support.listening import UPDATES, Listener, make_client
from tests.faults.support.fault_proxy import FaultProxy
from tests.faults.support.scenarios import Scenario, Stage

ENOUGH = 1.0
"""Seconds of patience that a busy machine needs: with less, no answer ever comes in time."""


class Feed:
    """A server that counts, behind the proxy, and a client that listens."""

    def __init__(
        self, stage: Stage, client: Client[Any], listener: Listener, interval: float
    ) -> None:
        self.interval = interval
        self.stage, self.client, self.listener = stage, client, listener
        self.published = 0

    async def count(self) -> None:
        """Publish the next number, for ever."""
        while True:
            self.published += 1
            self.stage.server.publish(UPDATES, self.published)
            await asyncio.sleep(self.interval)

    async def suffer(self, scenario: Scenario) -> None:
        """Let it happen and wait until numbers published afterwards arrive."""
        before = len(self.listener.values)
        await self.listener.until(lambda: len(self.listener.values) > before)
        await scenario(self.stage)
        mark = self.published + 4
        await self.listener.until(lambda: bool(self.values) and max(self.values) >= mark, 60)

    @property
    def values(self) -> list[int]:
        return self.listener.values

    @property
    def lost(self) -> int:
        """How many numbers between the first and the last never came."""
        return max(self.values) - min(self.values) + 1 - len(set(self.values))

    @property
    def duplicates(self) -> int:
        return len(self.values) - len(set(self.values))


@contextlib.asynccontextmanager
async def feeding(
    transport: str,
    unit: float,
    *,
    ack: bool = True,
    max_interval: float = 6.0,
    interval: float = 0.02,
) -> AsyncIterator[Feed]:
    """Run everything; connected when it begins."""
    server = FakeCometd(timeout=4 * unit, max_interval=max_interval)
    server.ack = ack
    listener = Listener()
    async with serving(server) as url, FaultProxy(int(url.split(":")[2].split("/")[0])) as proxy:
        client = make_client(
            proxy.url,
            listener,
            transport=transport,
            network_delay=max(2 * unit, ENOUGH),
            ack=ack,
        )
        feed = Feed(Stage(server, proxy, unit), client, listener, interval)
        running = asyncio.create_task(client.run())
        await listener.connected()
        counting = asyncio.create_task(feed.count())
        try:
            yield feed
        finally:
            counting.cancel()
            await client.close()
            await asyncio.gather(running, counting, return_exceptions=True)
