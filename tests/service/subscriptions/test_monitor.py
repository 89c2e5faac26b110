"""The monitor tells its state how each call ended, whatever happens in it."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest

from statmon.domain.statistic import ObjectRef, Statistic, Wanted
from statmon.service.subscriptions import reconciler
from statmon.service.subscriptions.desired import wishes_of
from statmon.service.subscriptions.monitor import Monitor
from statmon.service.wire.api import Answer

ITEM = Statistic("s1", ObjectRef("Agent", "agent1"), "InboundCalls")


class Service:
    """Takes every call; one kind of them breaks, in a way that nobody foresaw, the first time."""

    def __init__(self, breaks: str) -> None:
        self._breaks = breaks
        self.calls = Counter[str]()
        self.called = asyncio.Event()

    async def create(self, *_: object) -> Answer:
        return await self._call("create")

    async def peek(self, *_: object) -> Answer:
        return await self._call("peek")

    async def delete(self, *_: object) -> None:
        await self._call("delete")

    async def _call(self, kind: str) -> Answer:
        self.calls[kind] += 1
        self.called.set()
        if kind == self._breaks and self.calls[kind] == 1:
            raise KeyError("raw")
        return Answer()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                self.called.clear()
                await self.called.wait()


@pytest.mark.parametrize("call", ["create", "peek", "delete"])
async def test_a_call_that_breaks_in_any_way_is_made_again(call, monkeypatch):
    """Else it would count as under way for ever."""
    for name in ("JITTER", "PROOF_EVERY", "CLOSE_SOON", "PROVE_SOON"):
        monkeypatch.setattr(reconciler, name, 0.01)
    service = Service(call)
    monitor = Monitor(service, lambda _: None, leftovers=["old"])
    monitor.want(wishes_of([Wanted("A", ITEM, ITEM.series("site"))]))
    run = asyncio.create_task(monitor.run())
    monitor.connection_up(1, told=False)
    try:
        await service.until(lambda: service.calls[call] >= 2)
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
