"""The five REST calls of ``/statistics/v3``."""

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from statmon.simulator.service import answers
from statmon.simulator.service.clients import Client
from statmon.simulator.service.cookies import SESSION_COOKIE, set_session_cookie
from statmon.simulator.service.quirks import dressed
from statmon.simulator.service.state import State, state_of
from statmon.simulator.service.subscriptions import Refused

INVALID = 400
SLICE = 500
"""Statistics that are opened before others get a turn."""


async def create(request: Request) -> Response:
    """``POST /subscriptions``: operationId becomes the subscriptionId."""
    state = state_of(request)
    body = await _body(request)
    statistics = _statistics(body, state)
    subscription_id = body.get("operationId")
    if not isinstance(subscription_id, str) or not subscription_id:
        return answers.failure(400, "operationId is missing")
    client, is_new = _client(request, state)
    if state.choices.reused_operation == "refuse" and subscription_id in client.subscriptions:
        return answers.failure(400, f"Subscription '{subscription_id}' already exists")
    quirks = state.choices.quirks
    try:
        refused = await _open(state, client, subscription_id, statistics)
    except Refused as error:
        return answers.failure(state.choices.unavailable, str(error))
    if refused and len(refused) == len(statistics) and "refused-is-400" in quirks:
        state.subscriptions.close(client, subscription_id)
        return answers.failure(400, refused[0][1])
    response = answers.success(
        {
            "subscriptionId": subscription_id,
            "operationId": subscription_id,
            "statistics": _readings(
                state, client, subscription_id, None, verbose=_verbose(request, state)
            ),
        },
        [_refusal(item, reason) for item, reason in refused],
        code=state.choices.partial_code if refused else 0,
    )
    if is_new:
        set_session_cookie(response, client.id, quirks)
    return response


async def _open(
    state: State, client: Client, subscription_id: str, statistics: list[Any]
) -> list[tuple[Any, str]]:
    """Open in slices, so that a large request does not keep the others waiting."""
    subscription = state.subscriptions.begin(client, subscription_id)
    refused = []
    for start in range(0, len(statistics), SLICE):
        state.catch_up()
        part = statistics[start : start + SLICE]
        refused += state.subscriptions.add(client, subscription, part)
        await asyncio.sleep(0)
    return refused


def _statistics(body: dict[str, Any], state: State) -> list[Any]:
    """Return what a request asks for. Raises BadRequest, or TooLarge if it is too much."""
    data = body.get("data")
    statistics = data.get("statistics") if isinstance(data, dict) else None
    if not isinstance(statistics, list):
        raise BadRequest("data.statistics is missing")
    if len(statistics) > state.choices.max_statistics:
        raise answers.TooLarge
    return statistics


async def delete(request: Request) -> Response:
    """``DELETE /subscriptions/{id}``: always a success.

    Whether another HTTP session may delete is not documented; here it may, so that a client can
    tidy up what it left open when it crashed (unless by the quirk ``own-delete``).
    """
    state = state_of(request)
    state.catch_up()
    own, _ = _client(request, state, create=False)
    for client in list(state.subscriptions.clients.values()):
        if client is own or "own-delete" not in state.choices.quirks:
            state.subscriptions.close(client, request.path_params["id"])
    return answers.success()


async def peek(request: Request) -> Response:
    """``GET /subscriptions/{id}/statistic-values``: ids as CSV, repeated, or none for all."""
    state = state_of(request)
    client, _ = _client(request, state, create=False)
    subscription_id = request.path_params["id"]
    if client is None or subscription_id not in client.subscriptions:
        if "empty-unknown" in state.choices.quirks:
            return answers.success({"subscriptionId": subscription_id, "statistics": []})
        return answers.failure(404, f"Subscription '{subscription_id}' not found")
    state.catch_up()
    asked = [
        part.strip()
        for text in request.query_params.getlist("statisticIds")
        for part in text.split(",")
        if part.strip()
    ]
    known = client.subscriptions[subscription_id].entries
    unknown = [
        answers.error(f"statistic '{one}' not found", INVALID, {"statisticId": one})
        for one in asked
        if one not in known
    ]
    wanted = [one for one in asked if one in known] if asked else None
    readings = _readings(state, client, subscription_id, wanted, verbose=_verbose(request, state))
    code = state.choices.partial_code if unknown else 0
    data = {"subscriptionId": subscription_id, "statistics": readings}
    return answers.success(data, unknown, code=code)


async def value(request: Request) -> Response:
    """``GET /statistic-values/{statisticName}``: one predefined statistic, without subscription."""
    state = state_of(request)
    item = {
        "name": request.path_params["name"],
        "objectId": request.query_params.get("objectId"),
        "objectType": request.query_params.get("objectType"),
    }
    try:
        reading = _peek(state, item)
    except (LookupError, ValueError, Refused) as error:
        return answers.failure(400, str(error.args[0]), detail=item)
    if "names-in-get" not in state.choices.quirks:
        reading = {key: reading[key] for key in ("value", "timestamp")}
    return answers.success({"statistic": reading})


async def values(request: Request) -> Response:
    """``POST /operations/get-statistic-ex``: several predefined statistics at once."""
    state = state_of(request)
    statistics = _statistics(await _body(request), state)
    readings, errors = [], []
    for number, item in enumerate(statistics):
        if number % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        try:
            readings.append(_peek(state, item))
        except (LookupError, ValueError, Refused) as error:
            errors.append(_refusal(item, str(error.args[0])))
    code = state.choices.partial_code if errors else 0
    return answers.success({"statistics": readings}, errors, code=code)


def _peek(state: State, item: Any) -> dict[str, Any]:
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise Refused("a statistic needs a name")
    state.catch_up()
    opened = state.subscriptions.open_statistic({**item, "definition": None})
    try:
        payload = dressed(opened.statistic.payload(), state.choices.quirks, state.faults.clock)
    finally:
        state.subscriptions.server.close(opened)
    return {
        "name": item["name"],
        "objectType": item["objectType"],
        "objectId": item["objectId"],
        "value": payload,
        "timestamp": state.agenda.now + state.faults.clock,
    }


def _readings(
    state: State,
    client: Client,
    subscription_id: str,
    wanted: list[str] | None,
    *,
    verbose: bool,
) -> list[dict[str, Any]]:
    subscription = client.subscriptions.get(subscription_id)
    entries = subscription.entries if subscription is not None else {}
    chosen = entries.values() if wanted is None else [entries[one] for one in wanted]
    quirks, off = state.choices.quirks, state.faults.clock
    return [entry.reading(quirks, off, verbose=verbose) for entry in chosen]


def _refusal(item: Any, reason: str) -> dict[str, Any]:
    known = item if isinstance(item, dict) else {}
    keys = ("statisticId", "name", "objectType", "objectId")
    return answers.error(reason, INVALID, {key: known[key] for key in keys if key in known})


def _verbose(request: Request, state: State) -> bool:
    off = request.query_params.get("verbose", "INFO").upper() == "OFF"
    return not off or "off-is-info" in state.choices.quirks


class BadRequest(Exception):
    """The body is not what the call needs; the text says why."""


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(await answers.read_body(request))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest("the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def _client(request: Request, state: State, *, create: bool = True) -> tuple[Any, bool]:
    cookie = answers.cookies(request).get(SESSION_COOKIE)
    known = state.subscriptions.clients.get(cookie or "")
    if known is None and not create:
        return None, False
    return state.subscriptions.client(cookie, state.now()), known is None


ROUTES = [
    Route("/subscriptions", create, methods=["POST"]),
    # An id is any text of the client's, slashes included.
    Route("/subscriptions/{id:path}/statistic-values", peek, methods=["GET"]),
    Route("/subscriptions/{id:path}", delete, methods=["DELETE"]),
    Route("/statistic-values/{name}", value, methods=["GET"]),
    Route("/operations/get-statistic-ex", values, methods=["POST"]),
]
