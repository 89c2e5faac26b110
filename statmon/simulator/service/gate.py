"""What stands before every call: faults that strike calls, then the API key and the token."""

import asyncio
import contextlib

from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from statmon.simulator.service import answers, control
from statmon.simulator.service.faults import Fault
from statmon.simulator.service.state import State

RETRY_AFTER = 1
"""Seconds that a refusal for now (429, 503) asks its client to wait."""
_PAGE = (
    "<!doctype html><html><head><title>Welcome to the guest network</title></head>"
    "<body><p>Please accept our terms.</p></body></html>"
)


class Gate:
    """Lets nobody into ``/statistics/v3`` without an API key and a live token."""

    def __init__(self, app: ASGIApp, simulator: State) -> None:
        self.app = app
        self.simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, refuse it, or let a fault have it."""
        faults = self.simulator.faults
        if scope["path"].startswith(control.PREFIX):
            faults.connections.spare(scope.get("client"))
            await self.app(scope, receive, send)
        elif "drop" in faults.in_force:
            faults.connections.cut(scope.get("client"))
            while not (await receive())["type"].endswith(".disconnect"):
                continue
        else:
            refusal = await self._refusal(scope)
            # Nobody is there any more to be answered, if a client leaves amid its request.
            with contextlib.suppress(ClientDisconnect):
                await (refusal or self.app)(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        if scope["type"] == "http" and (struck := await self._struck(scope["path"])) is not None:
            return struck
        state = self.simulator
        if not scope["path"].startswith("/statistics/v3"):
            return None
        if state.token(HTTPConnection(scope)) is None:
            return state.unauthorized()
        if not state.subscriptions.available and _needs_stat_server(scope):
            return answers.failure(state.choices.unavailable, "Statistics service is unavailable")
        return None

    async def _struck(self, path: str) -> Response | None:
        faults, state = self.simulator.faults, self.simulator
        if (slow := faults.strike(state, "slow", path)) is not None:
            await asyncio.sleep(float(slow.value or 2))
        if (failing := faults.strike(state, "failing", path)) is not None:
            return _failure(failing)
        if (page := faults.strike(state, "page", path)) is not None:
            return HTMLResponse(_PAGE, int(float(page.value or 200)))
        return None


def _failure(fault: Fault) -> Response:
    status = int(float(fault.value or 503))
    response = answers.failure(status, "simulated fault")
    if status in (429, 503):
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _needs_stat_server(scope: Scope) -> bool:
    return scope.get("method") != "DELETE" and "/notifications" not in scope["path"]
