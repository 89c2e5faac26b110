"""The web application, and the driver that lets simulated time go by."""

import asyncio
import logging
import time

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from statmon.simulator.service import answers, cometd, control, rest, signin, websocket
from statmon.simulator.service.gate import Gate
from statmon.simulator.service.state import State
from statmon.simulator.service.subscriptions import TooMany

log = logging.getLogger(__name__)
TICK = 0.02
"""Real seconds between two looks at the agenda: what happens meanwhile is sent together."""
SWEEP = 1.0
BUSY = 0.1
"""Real seconds that the contact centre may take before others get a turn."""


def build(state: State) -> Starlette:
    """Return the application around a service."""
    app = Starlette(
        routes=[
            Mount("/statistics/v3", routes=[*rest.ROUTES, *cometd.ROUTES, *websocket.ROUTES]),
            Mount(control.PREFIX, routes=control.ROUTES),
            Mount("/auth/v3", routes=signin.ROUTES),
        ],
        middleware=[Middleware(Gate, simulator=state)],
        exception_handlers={
            HTTPException: _http_error,
            rest.BadRequest: _bad_request,
            answers.TooLarge: _too_large,
            TooMany: _too_many,
        },
    )
    app.state.simulator = state
    app.router.redirect_slashes = False
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    title = {404: "Not Found", 405: "Method Not Allowed"}.get(error.status_code, "Error")
    return answers.spring(error.status_code, title, "No message available", request.url.path)


async def _bad_request(_request: Request, error: Exception) -> Response:
    return answers.failure(400, str(error))


async def _too_large(_request: Request, _error: Exception) -> Response:
    return answers.failure(413, "the request is too large")


async def _too_many(_request: Request, _error: Exception) -> Response:
    return answers.failure(503, "there are too many sessions")


async def drive(state: State) -> None:
    """Let simulated time follow the clock, send updates, end what is forgotten; for ever."""
    swept = time.monotonic()
    while True:
        state.catch_up(BUSY)
        now = time.monotonic()
        state.subscriptions.flush(now)
        if now - swept >= SWEEP:
            swept = now
            sweep(state, now)
        await asyncio.sleep(TICK)


def sweep(state: State, now: float) -> None:
    """End the sessions and clients that are forgotten."""
    if "token-ends-session" in state.choices.quirks:
        state.lose_without_token(now)
    for session in state.sessions.sweep(now):
        log.debug("CometD session %s ended", session.id)
    state.subscriptions.sweep(now, state.choices.session_lifetime)
