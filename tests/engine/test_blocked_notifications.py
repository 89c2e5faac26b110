"""Where a company's proxy lets REST through and CometD not, values are fetched."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from statmon.domain.workspace import parse
from statmon.engine import engine as engines
from statmon.live.freshness import Freshness
from statmon.service.access import Access
from statmon.service.clock import epoch_ms
from statmon.service.subscriptions import reconciler as reconcilers
from statmon.service.wire.events import ReadingsArrived


class Blocked:
    """A service that opens and answers, and whose notifications meet a proxy's page."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.peeks = 0
        self.open: set[str] = set()
        root = "/statistics/v3"
        self.app = Starlette(
            routes=[
                Route(root + "/notifications{rest:path}", self.page, methods=["POST", "GET"]),
                Route(root + "/subscriptions", self.create, methods=["POST"]),
                Route(root + "/subscriptions/{id}", self.delete, methods=["DELETE"]),
                Route(root + "/subscriptions/{id}/statistic-values", self.peek),
            ]
        )

    async def page(self, _: Request) -> Response:
        return Response("<html><title>Blocked by policy</title></html>", self.status)

    async def create(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.open.add(body["operationId"])
        return self.values(body["operationId"])

    async def delete(self, request: Request) -> Response:
        self.open.discard(request.path_params["id"])
        return JSONResponse({"status": {"code": 0}})

    async def peek(self, request: Request) -> Response:
        self.peeks += 1
        return self.values(request.path_params["id"])

    def values(self, id_: str) -> Response:
        value = {
            "statisticId": "s1",
            "value": {"intValue": self.peeks},
            "timestamp": 1000 + self.peeks,
        }
        return JSONResponse(
            {"status": {"code": 0}, "data": {"subscriptionId": id_, "statistics": [value]}}
        )


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """Serve an application on a free port of this computer."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error", ws="none"))
    # Connections wait in the socket until the server takes them.
    listening = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.mark.parametrize("status", [200, 403, 404, 405, 502])
async def test_values_are_fetched_and_said_to_be(status, monkeypatch):
    """The line is called connected, over polling, and says why; blocked or forbidden."""
    soon = "POLL_AFTER" if status == 502 else "BLOCKED_AFTER"
    for name in ("POLL_AFTER", "BLOCKED_AFTER"):
        monkeypatch.setattr(engines, name, 0.5 if name == soon else 3600)
    monkeypatch.setattr(reconcilers, "POLL_EVERY", 0.02)
    monkeypatch.setattr(reconcilers, "POLL_AT_MOST", 0.01)
    statistic = {"id": "s1", "objectType": "Agent", "objectId": "a", "name": "InboundCalls"}
    service = Blocked(status)
    third = asyncio.Event()

    def heard(event):
        if isinstance(event, ReadingsArrived) and service.peeks >= 3:
            third.set()

    async with served(service.app) as url:
        workspace = parse(
            {"schema": 1, "subscriptions": [{"name": "A", "statistics": [statistic]}]}
        )
        engine = engines.Engine(workspace.at(url), Access(url, token="t"))
        engine.listen(heard)
        running = asyncio.create_task(engine.run())
        await third.wait()
        connection, now = engine.connection, epoch_ms()
        fresh = engine.table.freshness_of(0, now)
        await engine.stop()
        await running

    assert "notifications do not come through" in connection.reason
    assert (connection.state, connection.transport) == ("connected", "polling")
    assert fresh is Freshness.LIVE
    assert service.open == set()
