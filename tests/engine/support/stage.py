"""A simulator and engines in this process, talking over real sockets."""

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from statmon.domain.workspace import Workspace, parse
from statmon.engine import Engine
from statmon.service.access import Access
from statmon.service.wire.events import Event, SubscriptionChanged
from statmon.simulator import add_arguments
from statmon.simulator.running import assemble
from statmon.simulator.service.faults import Fault, checked
from statmon.simulator.serving import listen, serving

PATIENCE = 90.0
LOOK_EVERY = 0.02


class Stage:
    """A running simulator."""

    def __init__(self, state: Any, url: str) -> None:
        self.state, self.url = state, url

    def access(self, **options: Any) -> Access:
        """Return how to reach it."""
        known = self.state.tokens.credentials
        return Access(
            self.url,
            api_key=known.api_key,
            username=known.username,
            password=known.password,
            client_id=known.client_id,
            client_secret=known.client_secret,
            **options,
        )

    def fault(self, kind: str, value: str | None = None) -> None:
        """Let something go wrong, until it is undone."""
        self.state.faults.begin(self.state, checked(Fault(kind, value)))

    def well(self, kind: str) -> None:
        """Undo a fault."""
        self.state.faults.end(self.state, kind)

    @property
    def open(self) -> dict[str, list[tuple[str, str, str | None]]]:
        """What is open at the service: the statistics of each subscription, by its id."""
        return {
            id_: [(one.object_type, one.object_id, one.name) for one in found.entries.values()]
            for client in self.state.subscriptions.clients.values()
            for id_, found in client.subscriptions.items()
        }


@contextlib.asynccontextmanager
async def simulated(*arguments: str) -> AsyncIterator[Stage]:
    """Run a simulator with these options."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    ordinary = ("--agents", "12", "--queues", "2", "--warm-up", "60")
    state = assemble(parser.parse_args([*ordinary, *arguments]))
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with serving(state, listener):
            yield Stage(state, url)


class Ear:
    """Notes what an engine tells, and waits for what is expected."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.events: list[Event] = []
        self._news = asyncio.Event()
        engine.listen(self._heard)

    def _heard(self, event: Event) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, holds: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait until something holds; what the service does has no event here, so look often."""
        async with asyncio.timeout(patience):
            while not holds():
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOK_EVERY)

    async def open(self) -> None:
        """Wait until all that is wanted is open."""
        await self.until(lambda: all_open(self.engine))

    def changes(self, state: str) -> list[SubscriptionChanged]:
        """Return what was told of subscriptions coming into a state."""
        found = (event for event in self.events if isinstance(event, SubscriptionChanged))
        return [event for event in found if event.state == state]


def all_open(engine: Engine) -> bool:
    """Whether every subscription is open."""
    return all(status.state == "open" for status in engine.subscriptions.values())


@contextlib.asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[Ear]:
    """Run an engine while the context lasts."""
    ear = Ear(engine)
    task = asyncio.create_task(engine.run())
    try:
        yield ear
    finally:
        await engine.stop()
        await task


def workspace(**subscriptions: list[tuple[str, str]]) -> Workspace:
    """Return a workspace: each subscription with its (object id, predefined name) pairs."""
    return parse(
        {
            "schema": 1,
            "subscriptions": [
                {"name": name, "statistics": [_statistic(*item) for item in items]}
                for name, items in subscriptions.items()
            ],
        }
    )


def _statistic(object_id: str, name: str) -> dict[str, str]:
    kind = "Queue" if "@" in object_id else "Agent"
    return {
        "id": f"{object_id}/{name}",
        "objectType": kind,
        "objectId": object_id,
        "name": name,
    }
