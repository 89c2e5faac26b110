"""An application that remembers what the client told it, and can wait for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from http.cookiejar import CookieJar
from typing import Any

import httpx2

from statmon.bayeux import Client, StateChange

UPDATES = "/test/updates"


class Listener:
    """Collects values and states."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.batches: list[tuple[str, list[Any]]] = []
        self.states: list[StateChange] = []
        self._changed = asyncio.Event()

    def on_messages(self, channel: str, items: list[Any]) -> None:
        self.batches.append((channel, items))
        self.values += items
        self._changed.set()

    def on_state(self, change: StateChange) -> None:
        self.states.append(change)
        self._changed.set()

    async def until(self, condition: Callable[[], bool], seconds: float = 90) -> None:
        """Wait until the condition holds; checked at every event."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def connected(self, times: int = 1) -> StateChange:
        """Wait until "connected" was reported so many times."""
        await self.until(lambda: len(self.connections) >= times)
        return self.connections[-1]

    @property
    def connections(self) -> list[StateChange]:
        return [change for change in self.states if change.state == "connected"]


def make_client(url: str, listener: Listener, **options: Any) -> Client[Any]:
    """Make a client of plain data whose HTTP clients share one jar."""
    jar = CookieJar()
    settings: dict[str, Any] = {
        "data_type": Any,
        "http": lambda: httpx2.AsyncClient(cookies=jar, trust_env=False),
        "headers": lambda: {"x-api-key": "secret-key"},
        "on_messages": listener.on_messages,
        "on_state": listener.on_state,
        "cookies": jar,
        **options,
    }
    client: Client[Any] = Client(url, **settings)
    client.subscribe(UPDATES)
    return client


@contextlib.asynccontextmanager
async def running(client: Client[Any]) -> AsyncIterator[None]:
    """Run a client while the context lasts; it leaves politely."""
    task = asyncio.create_task(client.run())
    try:
        yield
    finally:
        await client.close()
        await task
