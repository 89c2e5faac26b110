"""CometD over long-polling: requests in, replies out, connects held.

All URL variants are accepted; what counts is each message's channel.
"""

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from statmon.simulator.service import answers
from statmon.simulator.service.bayeux import InvalidChannel, Message, Session, Turn
from statmon.simulator.service.rest import SESSION_COOKIE, set_session_cookie
from statmon.simulator.service.state import State, state_of

BROWSER_COOKIE = "BAYEUX_BROWSER"
MAX_MESSAGES = 1024 * 1024
"""Bytes of a CometD request; its messages are short."""


async def notifications(request: Request) -> Response:
    """Take one CometD request, and answer at once or when there is something to say."""
    state = state_of(request)
    messages = _messages(await answers.read_body(request, MAX_MESSAGES))
    if messages is None:
        return Response(status_code=400)
    browser = answers.cookies(request).get(BROWSER_COOKIE)
    try:
        turn = state.sessions.process(messages, browser, state.now())
    except InvalidChannel as error:
        text = f"java.lang.IllegalArgumentException: {error}"
        return answers.spring(500, "Internal Server Error", text, request.url.path)
    if turn.handshaken and turn.session is not None:
        return _handshaken(request, state, turn, turn.session)
    if turn.held is not None and turn.session is not None:
        status = await _hold(request, state, turn.session, turn.held)
        if status != 200:
            return Response(status_code=status)
        turn.replies.append(turn.held)
    delivered = turn.session.take() if turn.session is not None else []
    return _reply([*delivered, *turn.replies])


def _messages(body: bytes) -> list[Message] | None:
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    messages = [decoded] if isinstance(decoded, dict) else decoded
    if not isinstance(messages, list) or not messages or len(messages) > 1000:
        return None
    return messages if all(isinstance(message, dict) for message in messages) else None


def _handshaken(request: Request, state: State, turn: Turn, session: Session) -> Response:
    """Bind the Bayeux session to the HTTP session, and set the cookies of both."""
    cookies = answers.cookies(request)
    client = state.subscriptions.client(cookies.get(SESSION_COOKIE), state.now())
    client.sessions.append(session)
    session.owner = client
    response = _reply(turn.replies)
    if cookies.get(SESSION_COOKIE) != client.id:
        set_session_cookie(response, client)
    if cookies.get(BROWSER_COOKIE) != session.browser:
        response.set_cookie(BROWSER_COOKIE, session.browser, path="/", httponly=True, samesite=None)
    return response


async def _hold(request: Request, state: State, session: Session, reply: Message) -> int:
    """Hold a connect until a message, its timeout, or the client's going; return HTTP status.

    A newer connect of the same session ends the older one with 408, as CometD does.
    """
    woken = asyncio.Event()
    if session.wake is not None:
        replaced, session.wake = session.wake, None
        replaced()
    session.wake = woken.set
    gone = asyncio.ensure_future(_client_gone(request))
    waiting = asyncio.ensure_future(woken.wait())
    try:
        await asyncio.wait(
            {gone, waiting},
            timeout=state.sessions.advice.timeout,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if session.wake != woken.set:
            return 408
        session.wake = None
        session.expires = state.now() + state.sessions.advice.max_interval
        if state.stopping:
            return 503
        if gone.done() and not woken.is_set():
            return 408
        if session.lost:
            reply.update(state.sessions.forgotten(reply))
        elif session.closed:
            reply["advice"] = {"reconnect": "none", "interval": 0}
        return 200
    finally:
        for task in (gone, waiting):
            task.cancel()
        await asyncio.gather(gone, waiting, return_exceptions=True)


async def _client_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue


def _reply(messages: list[Any]) -> Response:
    return answers.json(messages)


_PATHS = ("", "/", "/{kind}", "/{kind}/")
ROUTES = [Route(f"/notifications{path}", notifications, methods=["POST"]) for path in _PATHS]
