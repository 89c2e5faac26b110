"""CometD over long-polling: requests in, replies out, connects held.

All URL variants are accepted; what counts is each message's channel.
"""

import asyncio
import re

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from statmon.simulator.service import answers
from statmon.simulator.service.bayeux import InvalidChannel
from statmon.simulator.service.cookies import (
    BROWSER_COOKIE,
    SESSION_COOKIE,
    set_browser_cookie,
    set_session_cookie,
)
from statmon.simulator.service.session import Message, Session, Turn
from statmon.simulator.service.state import State, state_of

MAX_MESSAGES = 1024 * 1024
"""Bytes of a CometD request; its messages are short."""


async def notifications(request: Request) -> Response:
    """Take one CometD request, and answer at once or when there is something to say."""
    return await _answer(request, await answers.read_body(request, MAX_MESSAGES))


async def callback_polling(request: Request) -> Response:
    """Take a request by GET, for pages of other origins: the answer is a script."""
    state, query = state_of(request), request.query_params
    if "callback-polling" not in state.choices.quirks or "message" not in query:
        return Response("Unknown Bayeux Transport", 400)
    callback = query.get("jsonp", "jsonp")
    if not _CALLBACK.fullmatch(callback):
        return Response(status_code=400)
    response = await _answer(request, query["message"].encode())
    if response.status_code != 200:
        return response
    script = b"%s(%s)" % (callback.encode(), bytes(response.body))
    response = Response(script, headers=response.headers, media_type="text/javascript")
    response.headers["Content-Length"] = str(len(script))
    response.headers["Content-Type"] = "text/javascript;charset=UTF-8"
    return response


async def _answer(request: Request, body: bytes) -> Response:
    state = state_of(request)
    if not body:
        return Response()
    messages = _messages(body)
    if messages is None:
        return Response(status_code=400)
    browser = answers.cookies(request).get(BROWSER_COOKIE)
    try:
        turn = state.sessions.process(messages, browser, state.now())
    except InvalidChannel as error:
        text = f"java.lang.IllegalArgumentException: {error}"
        return answers.spring(500, "Internal Server Error", text, request.url.path)
    if turn.session is not None:
        turn.session.credential = request.headers.get("authorization")
    if turn.handshaken and turn.session is not None:
        return _handshaken(request, state, turn, turn.session)
    if turn.held is not None and turn.session is not None:
        status = await _hold(request, state, turn.session, turn.held)
        if status != 200:
            return Response(status_code=status)
        turn.replies.append(turn.held)
    return _reply(state, turn)


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
    response = _reply(state, turn)
    if cookies.get(SESSION_COOKIE) != client.id:
        set_session_cookie(response, client.id, state.choices.quirks)
    if cookies.get(BROWSER_COOKIE) != session.browser:
        set_browser_cookie(response, session.browser, state.choices.quirks)
    return response


async def _hold(request: Request, state: State, session: Session, reply: Message) -> int:
    """Hold a connect until a message, its timeout, or the client's going; return HTTP status.

    A newer connect of the same session ends the older one, as CometD does.
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
            return state.choices.superseded
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


def _reply(state: State, turn: Turn) -> Response:
    quirks = state.choices.quirks
    messages = turn.answer(replies_first="replies-first" in quirks)
    lone = "one-object" in quirks and len(messages) == 1
    return answers.json(messages[0] if lone else messages)


_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)
_PATHS = ("", "/", "/{kind}", "/{kind}/")
ROUTES = [
    Route(f"/notifications{path}", handler, methods=[method])
    for path in _PATHS
    for method, handler in (("POST", notifications), ("GET", callback_polling))
]
