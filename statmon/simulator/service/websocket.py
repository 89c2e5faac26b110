"""CometD over websocket, on the same address as long-polling.

Messages are pushed as they come, one in each frame as CometD does by default; the connect is
only a heartbeat. A session survives its socket for the maximal interval, and may go on over a
new one.
"""

import asyncio
from collections.abc import Iterable

import msgspec
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from statmon.simulator.service import answers
from statmon.simulator.service.bayeux import InvalidChannel
from statmon.simulator.service.clients import Client
from statmon.simulator.service.cookies import SESSION_COOKIE, session_cookie_header
from statmon.simulator.service.session import Message, Session, Turn
from statmon.simulator.service.state import State, state_of


class Line:
    """One socket and the session that speaks over it."""

    def __init__(self, socket: WebSocket, state: State, client: Client) -> None:
        self._socket = socket
        self._state = state
        self._client = client
        self._session: Session | None = None
        self._held: Message | None = None
        self._due = 0.0
        self._news = asyncio.Event()

    async def listen(self) -> None:
        """Take what comes until the socket closes."""
        while True:
            messages = _decode(await self._socket.receive_text())
            if messages is None:
                await self._socket.close(1003, "not Bayeux")
                return
            await self._take(messages)

    async def _take(self, messages: list[Message]) -> None:
        state = self._state
        browser = self._session.browser if self._session else None
        try:
            turn = state.sessions.process(messages, browser, state.now(), trusted=True)
        except InvalidChannel as error:
            await self._socket.close(1011, str(error)[:100])
            return
        if turn.handshaken and self._client.id not in state.subscriptions.clients:
            # Its cookie ended with its last session: only a new socket can be given another.
            await self._socket.close(1000, "the HTTP session has ended")
            return
        if turn.session is not None and turn.session is not self._session:
            self._adopt(turn.session, bind=turn.handshaken)
        await self._send_turn(turn)
        if turn.held is not None:
            await self._answer_held()
            self._held = turn.held
            self._due = state.now() + state.sessions.advice.timeout
            self._news.set()

    def _adopt(self, session: Session, *, bind: bool) -> None:
        self._session = session
        session.credential = self._socket.headers.get("authorization")
        session.transport = "websocket"
        session.wake = self._news.set
        if bind:
            session.owner = self._client
            self._client.sessions.append(session)

    async def speak(self) -> None:
        """Push what is queued; answer the held connect when its time is over."""
        while True:
            left = max(0.0, self._due - self._state.now()) if self._held else None
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                await self._answer_held()
                continue
            self._news.clear()
            session = self._session
            if session is None:
                continue
            while messages := session.take(None):
                await self._send(messages)
            if session.closed or (session.has_news and not session.lost):
                await self._answer_held()

    async def _answer_held(self) -> None:
        reply, self._held = self._held, None
        if reply is None:
            return
        if self._session is not None and self._session.lost:
            reply |= self._state.sessions.forgotten(reply)
        elif self._session is not None and self._session.closed:
            reply["advice"] = {"reconnect": "none", "interval": 0}
        await self._send_turn(Turn([reply], self._session))

    async def _send_turn(self, turn: Turn) -> None:
        first = "replies-first" in self._state.choices.quirks
        await self._send(turn.answer(replies_first=first))

    async def _send(self, messages: Iterable[Message]) -> None:
        for message in messages:
            await self._socket.send_text(msgspec.json.encode([message]).decode())

    def hang_up(self) -> None:
        """The socket is gone: the session lives on for a while."""
        session = self._session
        if session is not None and session.wake == self._news.set:
            session.wake = None
            session.expires = self._state.now() + self._state.sessions.advice.max_interval


def _decode(text: str) -> list[Message] | None:
    try:
        decoded = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    messages = [decoded] if isinstance(decoded, dict) else decoded
    if not isinstance(messages, list) or not messages:
        return None
    return messages if all(isinstance(message, dict) for message in messages) else None


async def websocket(socket: WebSocket) -> None:
    """Serve one socket, if the simulator offers any."""
    state = state_of(socket)
    if "websocket" not in state.sessions.advice.transports:
        await socket.close(1000)
        return
    client = state.subscriptions.client(answers.cookies(socket).get(SESSION_COOKIE), state.now())
    cookie = session_cookie_header(client.id, state.choices.quirks)
    await socket.accept(headers=[(b"set-cookie", cookie)])
    line = Line(socket, state, client)
    tasks = [asyncio.create_task(line.listen()), asyncio.create_task(line.speak())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if not isinstance(task.exception(), WebSocketDisconnect | None):
                task.result()
    finally:
        line.hang_up()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


ROUTES = [WebSocketRoute(f"/notifications{path}", websocket) for path in ("", "/", "/{kind}")]
