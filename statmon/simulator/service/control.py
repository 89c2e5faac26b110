"""The simulator's own control API, for trainers and tests: ``/simulator/v1``.

* ``GET /state``: time, sizes, faults in force
* ``GET /subscriptions``: every open subscription, and whether anybody is sent its updates
* ``POST /faults`` with ``{"kind", "value", "seconds", "path", "times"}``: let something go wrong
  now, for so many real seconds or until it is undone, at calls whose path contains this, so often
* ``DELETE /faults/{kind}``: let it be well again

Every call needs the API key, so that no web page can reach it through a browser.
"""

from dataclasses import asdict

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from statmon.simulator.service import answers
from statmon.simulator.service.faults import KINDS, Fault, checked
from statmon.simulator.service.state import State, state_of

PREFIX = "/simulator/v1"


class _Wish(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    value: str | int | float | None = None
    seconds: float | None = None
    path: str = ""
    times: int | None = None


def _allowed(request: Request, state: State) -> bool:
    return request.headers.get("x-api-key") == state.tokens.credentials.api_key


async def show(request: Request) -> Response:
    """Say what the simulator is doing."""
    state = state_of(request)
    if not _allowed(request, state):
        return state.unauthorized()
    clients = state.subscriptions.clients.values()
    return answers.json(
        {
            "now": state.clock.now(),
            "speed": state.clock.speed,
            "available": state.subscriptions.available,
            "sessions": len(state.sessions.all),
            "subscriptions": sum(len(client.subscriptions) for client in clients),
            "statistics": len(state.subscriptions.server),
            "faults": [asdict(fault) for fault in state.faults.in_force.values()],
            "kinds": KINDS,
        }
    )


async def subscriptions(request: Request) -> Response:
    """List what is open, of every client: what a test compares with what it wanted."""
    state = state_of(request)
    if not _allowed(request, state):
        return state.unauthorized()
    return answers.json(
        [
            {
                "subscriptionId": one.id,
                "httpSession": client.id,
                "statistics": sorted(one.entries),
                "heard": client.hears(one),
            }
            for client in state.subscriptions.clients.values()
            for one in client.subscriptions.values()
        ]
    )


async def begin(request: Request) -> Response:
    """Let something go wrong."""
    state = state_of(request)
    if not _allowed(request, state):
        return state.unauthorized()
    try:
        wish = msgspec.json.decode(await answers.read_body(request, 10_000), type=_Wish)
        value = f"{wish.value:g}" if isinstance(wish.value, int | float) else wish.value
        fault = checked(Fault(wish.kind, value, 0.0, wish.seconds, wish.path, wish.times))
    except (msgspec.DecodeError, ValueError) as error:
        return answers.failure(400, str(error))
    state.faults.schedule(state, fault)
    return answers.success()


async def end(request: Request) -> Response:
    """Let it be well again."""
    state = state_of(request)
    if not _allowed(request, state):
        return state.unauthorized()
    state.faults.end(state, request.path_params["kind"])
    return answers.success()


ROUTES = [
    Route("/state", show, methods=["GET"]),
    Route("/subscriptions", subscriptions, methods=["GET"]),
    Route("/faults", begin, methods=["POST"]),
    Route("/faults/{kind}", end, methods=["DELETE"]),
]
