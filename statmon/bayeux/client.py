"""The client: a thin shell that performs what the session decides."""

import asyncio
import logging
import random as _random
import ssl as _ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from http.cookiejar import CookieJar
from typing import Any, Generic, Literal, TypeVar

import httpx2

from statmon.bayeux.actions import (
    Action,
    Authorize,
    Cancel,
    ClearCookies,
    CloseSocket,
    Finish,
    OpenSocket,
    RenewConnections,
    Report,
    Send,
    Settle,
)
from statmon.bayeux.channels import check_channel
from statmon.bayeux.errors import (
    Failure,
    Kind,
    PublishError,
    StateChange,
    TransportFailure,
    Words,
)
from statmon.bayeux.frames import Batches, FrameDecoder, HeavyFrame, MalformedFrame, encode, split
from statmon.bayeux.journal import Counters, Journal
from statmon.bayeux.options import Choice, Options
from statmon.bayeux.polling import Polling, sentence
from statmon.bayeux.session import Session
from statmon.bayeux.sleep_detector import TICK, SleepDetector, elapsed
from statmon.bayeux.tasks import Tasks
from statmon.bayeux.websocket import WebSocket, open_websocket

logger = logging.getLogger(__name__)

D = TypeVar("D")
Tap = Callable[[Literal["sent", "received"], str, int | None, bytes], None]
GOODBYE = 3.0
"""Seconds that a polite end may take."""


class Client(Generic[D]):
    """A CometD client that keeps the wanted channels subscribed until it is closed.

    Args:
        url: The CometD endpoint, ``http://`` or ``https://``.
        data_type: The msgspec type of the data of deliveries; data that does not fit is handed
            over as plain dictionaries, lists and scalars.
        http: Makes an HTTP client; all of them must share ``cookies``.
        headers: Asked at every request, since a token may have been renewed.
        on_messages: Called with a channel and its data once per response or frame.
        on_state: Called with every change of the connection.
        on_unauthorized: Renews the credentials after an HTTP 401 or 403; True: try again.
        transport: ``auto`` starts with long-polling and moves to a websocket if it can.
        cookies: The jar that REST calls and both transports share.
        ack: Use the acknowledge extension if the server has it: nothing is lost in a session.
        refused_wait: Seconds before a fresh session after the server said "none", or None: end.
        network_delay: Seconds an answer may take beyond what the server announced.
        websocket_blocked: Remembered from ``Client.websocket_blocked`` of an earlier run.
        ssl_context: For ``wss://``; the HTTP clients have their own.
        proxy: For the websocket; True asks the system.
        tap: Called with every frame: "sent" or "received", transport, HTTP status, body.
        words: Says in words for people what went wrong.
        clock: Monotonic seconds.
        wall: Seconds since the epoch.
        slept: Seconds that run on through sleep.
        random: Uniform in [0, 1).
    """

    def __init__(
        self,
        url: str,
        *,
        data_type: type[D] | Any,
        http: Callable[[], httpx2.AsyncClient],
        headers: Callable[[], Mapping[str, str]],
        on_messages: Callable[[str, list[D]], None],
        on_state: Callable[[StateChange], None],
        on_unauthorized: Callable[[], Awaitable[bool]] | None = None,
        transport: Choice = "auto",
        cookies: CookieJar | None = None,
        ack: bool = True,
        refused_wait: float | None = 60.0,
        network_delay: float = 10.0,
        websocket_blocked: bool = False,
        ssl_context: _ssl.SSLContext | None = None,
        proxy: str | Literal[True] | None = None,
        tap: Tap | None = None,
        words: Words | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        slept: Callable[[], float] = elapsed,
        random: Callable[[], float] = _random.random,
    ) -> None:
        options = Options(
            transport=transport,
            ack=ack,
            refused_wait=refused_wait,
            network_delay=network_delay,
            epoch=wall() - clock(),
            websocket_blocked=websocket_blocked,
        )
        self._url = url
        self._headers = headers
        self._on_messages = on_messages
        self._on_state = on_state
        self._on_unauthorized = on_unauthorized
        self._cookies = CookieJar() if cookies is None else cookies
        self._ssl_context, self._proxy = ssl_context, proxy
        self._clock, self._slept = clock, slept
        self._session = Session(options, random=random)
        self._decoder: FrameDecoder[D] = FrameDecoder(data_type)
        self._tap = tap
        self._words = words or Words()
        self.journal = Journal(self._words.masked)
        self._polling = Polling(url, http, headers, self._heard, self._came, self._words)
        self._sleep_detector = SleepDetector(slept(), clock())
        self._socket: WebSocket | None = None
        self._socket_task: asyncio.Task[None] | None = None
        self._exchanges: dict[int, asyncio.Task[None]] = {}
        self._held: list[Batches] = []
        self._publishes: dict[int, asyncio.Future[None]] = {}
        self._tokens = 0
        self._tasks = Tasks()
        self._timer: asyncio.Handle | None = None
        self._timer_at = float("inf")
        self._finished: asyncio.Event | None = None
        self._running = self._closed = False

    @property
    def counters(self) -> Counters:
        """What happened since the start."""
        return self.journal.counters

    @property
    def websocket_blocked(self) -> bool:
        """Whether the websocket cannot be opened here; remember it for the site."""
        return self._session.upgrade.blocked

    @property
    def clock_offset(self) -> float | None:
        """Seconds by which the server's clock is ahead, where it supports timesync."""
        return self._session.timesync.offset

    def subscribe(self, channel: str) -> None:
        """Want a channel, now and in every later session.

        Raises:
            ValueError: Not a channel.
        """
        self._session.subscribe(channel, self._clock())
        self._perform()

    def unsubscribe(self, channel: str) -> None:
        """Want a channel no more."""
        self._session.unsubscribe(channel, self._clock())
        self._perform()

    async def publish(self, channel: str, data: Any) -> None:
        """Send a message and wait until the service accepted it.

        Raises:
            PublishError: It was refused, or nobody knows whether it arrived.
            ValueError: Not a channel.
        """
        check_channel(channel)
        if not self._running:
            raise PublishError("The client does not run.")
        self._tokens += 1
        token = self._tokens
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._publishes[token] = answer
        self._session.publish(token, channel, data, self._clock())
        self._perform()
        try:
            await answer
        finally:
            self._publishes.pop(token, None)

    async def run(self) -> None:
        """Stay connected until ``close``, the policy for "none", or cancellation; run it once."""
        if self._closed:
            return
        self._finished = asyncio.Event()
        self._running = True
        self._session.start(self._clock())
        self._perform()
        try:
            await self._finished.wait()
        finally:
            self._running = False
            await self._clean_up()

    async def close(self) -> None:
        """Disconnect politely within 3 s; ``run`` returns."""
        self._closed = True
        if self._finished is None or self._finished.is_set():
            return
        self._session.close(self._clock())
        self._perform()
        try:
            async with asyncio.timeout(GOODBYE):
                await self._finished.wait()
        except TimeoutError:
            self._finished.set()

    async def _clean_up(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for answer in self._publishes.values():
            if not answer.done():
                answer.set_exception(PublishError("The client ended."))
        await self._tasks.stop()
        await self._polling.aclose()

    # Performing what the session wants.

    def _perform(self) -> None:
        if not self._running:
            return
        while actions := self._session.actions():
            for action in actions:
                self._do(action)
        self._arm()

    def _do(self, action: Action) -> None:
        match action:
            case Send():
                self._send(action)
            case Cancel(key):
                if task := self._exchanges.pop(key, None):
                    task.cancel()
            case OpenSocket():
                self._close_socket()
                work = self._heard_of(self._run_socket, self._socket_lost)
                self._socket_task = self._tasks.start(work)
            case CloseSocket():
                self._close_socket()
            case RenewConnections():
                self._polling.renew()
            case ClearCookies():
                self._cookies.clear()
            case Authorize():
                self._tasks.start(self._authorize())
            case Report(change):
                self._report(change)
            case Settle(token, error):
                self._settle(token, error)
            case Finish():
                if self._finished is not None:
                    self._finished.set()

    def _send(self, send: Send) -> None:
        self.journal.sent(self._clock(), send.transport, send.messages)
        channel = send.messages[0]["channel"]
        self.counters.handshakes += channel == "/meta/handshake"
        self.counters.connects += channel == "/meta/connect"
        body = encode(send.messages)
        if self._tap is not None:
            self._tap("sent", send.transport, None, body)
        failed = partial(self._failed, send.key)
        if send.transport == "long-polling":
            work = self._heard_of(partial(self._post, send.key, channel, body), failed)
            self._exchanges[send.key] = self._tasks.start(work)
        elif self._socket is not None:
            self._tasks.start(self._heard_of(partial(self._socket.send, body), failed))

    async def _heard_of(
        self, exchange: Callable[[], Awaitable[None]], failed: Callable[[Failure], None]
    ) -> None:
        """Begin an exchange and let it end in the session, whatever happens in it.

        One that ended unheard would leave a connection that looks alive, and nothing coming.
        """
        try:
            await exchange()
        except TransportFailure as error:
            failed(error.failure)
        except MalformedFrame as error:
            self.counters.bad_frames += 1
            kind = Kind.UNBEARABLE if isinstance(error, HeavyFrame) else Kind.MALFORMED
            failed(Failure(kind, str(error), 200))
        except Exception as error:
            logger.exception("An exchange failed unexpectedly.")
            failed(Failure(Kind.UNEXPECTED, sentence(self._words.error(error))))

    async def _post(self, key: int, channel: str, body: bytes) -> None:
        messages = self._decoder.decode(await self._polling.post(channel, body))
        self._exchanges.pop(key, None)
        if not self._session.expects(key):
            self.counters.dropped += len(messages)
            return
        batches, replies = split(messages)
        self._deliver(batches)
        now = self._clock()
        self.journal.received(now, replies)
        delivered = sum(len(items) for _, items in batches)
        self._session.received(replies, now, delivered=delivered)
        self._session.completed(key, now)
        self._perform()

    def _failed(self, key: int, failure: Failure) -> None:
        self._exchanges.pop(key, None)
        now = self._clock()
        self.journal.note(now, "failed", id=key, kind=failure.kind, reason=failure.reason)
        self._session.failed(key, failure, now)
        self._perform()

    async def _run_socket(self) -> None:
        """Open the socket and read it; being cancelled means that the session closed it."""
        socket = await open_websocket(
            self._url,
            self._headers(),
            self._cookies,
            ssl_context=self._ssl_context,
            proxy=self._proxy,
            words=self._words,
        )
        try:
            self._socket = socket
            self.counters.sockets += 1
            self._session.socket_opened(self._clock())
            self._perform()
            failure = await socket.read(self._on_frame)
        finally:
            if self._socket is socket:
                self._socket = None
            await socket.aclose()
        self._socket_lost(failure)

    def _socket_lost(self, failure: Failure) -> None:
        self._socket_task = None
        now = self._clock()
        self.journal.note(now, "socket lost", kind=failure.kind, reason=failure.reason)
        self._held.clear()
        self._session.socket_lost(failure, now)
        self._perform()

    def _close_socket(self) -> None:
        task, socket = self._socket_task, self._socket
        self._socket_task = self._socket = None
        if self._session.client_id is None:
            self._deliver_held()  # the session is gone: nobody will send them again
        self._held.clear()
        if socket is not None:
            socket.abandon()
        if task is not None:
            task.cancel()

    def _came(self, status: int, body: bytes) -> None:
        if self._tap is not None:
            self._tap("received", "long-polling", status, body)

    def _on_frame(self, frame: bytes) -> None:
        if self._tap is not None:
            self._tap("received", "websocket", None, frame)
        try:
            messages = self._decoder.decode(frame)
        except HeavyFrame:
            raise  # it ends the socket: the session that sent it would send it again
        except MalformedFrame as error:
            self.counters.bad_frames += 1
            logger.warning("A websocket frame was ignored: %s", error)
            self._heard()
            return
        now = self._clock()
        self._session.heard(now)
        batches, replies = split(messages)
        if batches:
            if self._session.ack.batch is None:
                self._deliver(batches)
            else:
                self._held.append(batches)
        if replies:
            self._replied(replies, now)

    def _replied(self, replies: list[Any], now: float) -> None:
        if any(reply.channel == "/meta/connect" for reply in replies):
            self._deliver_held()
        self.journal.received(now, replies)
        self._session.received(replies, now)
        self._perform()

    def _deliver_held(self) -> None:
        """Hand over what the connect reply completes; without it the server sends it again."""
        held, self._held = self._held, []
        for batches in held:
            self._deliver(batches)

    def _deliver(self, batches: Batches) -> None:
        for channel, items in batches:
            self.counters.deliveries += len(items)
            try:
                self._on_messages(channel, items)
            except Exception:
                # Whatever the application does wrong must not stop the numbers.
                self.counters.listener_errors += 1
                logger.exception("The listener of %s failed.", channel)

    async def _authorize(self) -> None:
        renewed = False
        if self._on_unauthorized is not None:
            try:
                renewed = await self._on_unauthorized()
            except Exception:
                # The application's sign-in may fail in any way; the session goes on without it.
                logger.exception("The credentials could not be renewed.")
        self._session.authorized(renewed, self._clock())
        self._perform()

    def _report(self, change: StateChange) -> None:
        if change.reason is not None:
            change = replace(change, reason=self._words.said(change.reason))
        self.counters.reconnects += change.state == "reconnecting"
        self.journal.note(
            self._clock(),
            change.state,
            transport=change.transport,
            reason=change.reason,
            retry_in=change.retry_in,
            session=change.session,
        )
        try:
            self._on_state(change)
        except Exception:
            # As in _deliver: the listener's fault, not the connection's.
            self.counters.listener_errors += 1
            logger.exception("The listener of the connection state failed.")

    def _settle(self, token: int, error: str | None) -> None:
        answer = self._publishes.get(token)
        if answer is None or answer.done():
            return
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(PublishError(self._words.said(error)))

    # Time.

    def _heard(self) -> None:
        self._session.heard(self._clock())

    def _arm(self) -> None:
        """Keep one timer, armed for the earliest need.

        It is never moved later: with qasync a cancelled timer lives on until it is due
        (docs/reference/qt.md §2).
        """
        wake_at = self._session.wake_at
        now = self._clock()
        wanted = min(now + TICK if wake_at is None else wake_at, now + TICK)
        if self._finished is None or self._finished.is_set() or wanted >= self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = wanted
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(0.001, wanted - now), self._on_timer)

    def _on_timer(self) -> None:
        self._timer, self._timer_at = None, float("inf")
        if not self._running:
            return
        now = self._clock()
        try:
            if self._sleep_detector.tick(self._slept(), now):
                self._session.resumed(now)
            self._session.tick(now)
            self._perform()
        except Exception:
            # Without its timer the session would never try again.
            logger.exception("What was due could not be done.")
            self._arm()
