"""A simulator on a real socket, and a client that knows only HTTP."""

import argparse
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from statmon.simulator import add_arguments
from statmon.simulator.running import assemble
from statmon.simulator.service.state import State
from statmon.simulator.serving import listen, serving
from tests.waiting import until

BOTH = ("/statistics/v3/service", "/statistics/v3/updates")


def options(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(["--port", "0", "--now", "1700000000000", *arguments])


@pytest.fixture
def options_of():
    """Return a function that reads the options of a command line."""
    return options


@dataclass
class Service:
    """A running simulator."""

    state: State
    url: str

    def client(self, **keywords: Any) -> httpx2.AsyncClient:
        headers = {"x-api-key": self.state.tokens.credentials.api_key}
        return httpx2.AsyncClient(base_url=self.url, headers=headers, trust_env=False, **keywords)


@dataclass
class Client:
    """Speaks to the service; keeps cookies, the clientId and all events that came."""

    http: httpx2.AsyncClient
    client_id: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    sequence: int = 0

    async def sign_in(self, username: str = "tenant\\supervisor") -> None:
        response = await self.http.post(
            "/auth/v3/oauth/token",
            data={"grant_type": "password", "username": username, "scope": "*",
                  "password": "supervisor-password", "client_id": "statmon-client"},
            auth=("statmon-client", "statmon-secret"),
        )  # fmt: skip
        response.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {response.json()['access_token']}"

    async def bayeux(self, path: str, *messages: dict[str, Any]) -> httpx2.Response:
        body = []
        for message in messages:
            self.sequence += 1
            body.append({"id": str(self.sequence), "clientId": self.client_id} | message)
        response = await self.http.post(f"/statistics/v3/notifications{path}", json=body)
        if response.status_code == 200:
            self.events += [one for one in response.json() if "data" in one]
        return response

    async def handshake(self) -> None:
        answer = await self.bayeux(
            "/handshake",
            {"channel": "/meta/handshake", "version": "1.0",
             "supportedConnectionTypes": ["long-polling"]},
        )  # fmt: skip
        self.client_id = answer.json()[0]["clientId"]

    async def subscribe(self, *channels: str) -> None:
        for channel in channels or BOTH:
            await self.bayeux("/", {"channel": "/meta/subscribe", "subscription": channel})

    async def connect(self, **fields: Any) -> httpx2.Response:
        message = {"channel": "/meta/connect", "connectionType": "long-polling"} | fields
        return await self.bayeux("/connect", message)

    async def start(self) -> None:
        await self.sign_in()
        await self.handshake()
        await self.connect(advice={"timeout": 0})
        await self.subscribe()

    async def open(self, statistics: list[Any], operation_id: str = "op") -> httpx2.Response:
        body = {"operationId": operation_id, "data": {"statistics": statistics}}
        return await self.http.post("/statistics/v3/subscriptions?verbose=INFO", json=body)

    async def until_lost(self) -> None:
        """Poll until the session is unknown."""
        while (await self.connect()).json()[-1]["successful"]:
            continue

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Poll until an event satisfies the wish; return it."""
        while True:
            for event in self.events:
                if wanted(event):
                    return event
            response = await self.connect()
            response.raise_for_status()


@pytest.fixture
def simulator():
    """Return a function that starts a simulator with options, within the test."""

    @contextlib.asynccontextmanager
    async def start(*arguments: str) -> AsyncIterator[Service]:
        listener = listen("127.0.0.1", 0)
        state = assemble(options(*arguments))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with listener:
            async with serving(state, listener):
                yield Service(state, url)

    return start


@pytest.fixture
async def service(simulator):
    async with simulator("--agents", "12", "--queues", "2", "--speed", "60") as running:
        yield running


@pytest.fixture
async def client(service):
    async with service.client() as http:
        yield Client(http)


@pytest.fixture
def connected(simulator):
    """Return a function that starts a simulator and connects a client to it."""

    @contextlib.asynccontextmanager
    async def start(*arguments: str, begin: bool = True) -> AsyncIterator[tuple[Client, Service]]:
        async with simulator(*arguments) as running, running.client() as http:
            client = Client(http)
            if begin:
                await client.start()
            yield client, running

    return start


@pytest.fixture
def reached():
    """Wait until a condition holds: the simulator has no event for a test to await."""
    return until
