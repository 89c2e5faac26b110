"""A workspace at its service, kept open: sign-in, connection and monitor put together."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Final

from statmon import bayeux
from statmon.domain.statistic import Series
from statmon.domain.workspace import Workspace
from statmon.engine.engine_state import PART, EngineState
from statmon.service.access import Access
from statmon.service.clock import Absence, epoch_ms, steady
from statmon.service.sign_in.auth import Bearer, Newer, SignIn
from statmon.service.sign_in.auth_session import AuthSession
from statmon.service.sign_in.tokens import Tokens
from statmon.service.subscriptions.desired import Changes
from statmon.service.subscriptions.monitor import Monitor
from statmon.service.wire import masking
from statmon.service.wire.api import Api
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.events import (
    ClockFollowed,
    ConnectionChanged,
    ConnectionState,
    Event,
    ServiceChanged,
    Slept,
)
from statmon.service.wire.make_http import reach
from statmon.service.wire.notifications import (
    NOTIFICATIONS,
    SERVICE_CHANNEL,
    UPDATES_CHANNEL,
    Notification,
    state_in,
    values_in,
)
from statmon.service.wire.tap import Tap
from statmon.storage.machine.leftovers import Leftovers

if TYPE_CHECKING:
    from statmon.service.wire.http import Http

_log = logging.getLogger(__name__)

POLL_AFTER: Final = 30.0
"""Seconds without notifications after which values are fetched instead."""
BLOCKED_AFTER: Final = 10.0
"""The same where there never were any, and where somebody answers who does not know them."""
BLOCKED: Final = frozenset({200, 403, 404, 405, 501})
"""HTTP status of such answers: a page, a refusal."""
POLLING: Final = "polling"
UNKNOWN: Final = 86_400.0
"""Seconds of a silence of which only its bounds are known: what came last."""
FOLLOW_EVERY: Final = 1.0
"""Seconds between two looks at whether this computer's clock was set."""
END_WITHIN: Final = 2.0
"""Seconds in which the connection's sockets have to be closed at the end."""


class Engine(EngineState):
    """One workspace at one service, kept open from ``run`` to ``stop``."""

    keep_tokens: Callable[[Tokens], None] | None = None
    """Called with every new token, to be kept where secrets are kept; must be quick."""
    newer_refresh: Newer | None = None
    """Looks there for another refresh token when one was refused."""

    def __init__(
        self,
        workspace: Workspace,
        access: Access,
        leftovers: Leftovers | None = None,
        tap: Tap | None = None,
    ) -> None:
        self._monitor: Monitor | None = None
        self._foreign_before = 0
        super().__init__(workspace, ConnectionChanged("closed", access.transport, None, epoch_ms()))
        self._leftovers = leftovers
        self._tap = tap
        self.access = access
        self.account: AuthSession | None = None
        """The sign-in, while the engine runs."""
        self.tokens: Tokens | None = None
        """Of the last sign-in: the next run goes on with them."""
        self.journal: bayeux.Journal | None = None
        """The last events of the protocol, for people who look for a fault."""
        self._stopping: asyncio.Event | None = None
        self._fall_back: asyncio.Handle | None = None
        self._absence: Absence | None = None
        self._session_number = 0
        """Counts the CometD sessions of a run."""
        self._blocked = False
        """Notifications have met somebody who does not know them."""
        self._told = False
        """The service has said how it is since the line was last down."""

    @property
    def running(self) -> bool:
        """Whether ``run`` is at work."""
        return self._stopping is not None

    async def run(self) -> None:
        """Sign in, connect, and keep everything open until ``stop`` or cancellation.

        A service that is not there is waited for. Before it returns, what is open is deleted
        and the connection closed.

        Raises:
            SignInRefused: the service never accepted these secrets.
            ServiceError: an option cannot work at all, for instance an unreadable CA file.
        """
        if self._stopping is not None:
            raise RuntimeError("the engine runs already")
        self._stopping = asyncio.Event()
        try:
            http = await reach(self.access, self._tap)
            await asyncio.to_thread(import_module, "statmon.bayeux.client")
        except BaseException:
            self._stopping = None
            raise
        session = asyncio.create_task(self._session(http), name="session")
        stop = asyncio.create_task(self._stopping.wait(), name="stop")
        try:
            await asyncio.wait({session, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (session, stop):
                task.cancel()
            await asyncio.gather(session, stop, return_exceptions=True)
            self._cancel_fall_back()
            await http.close()
            self._stopping = self.account = None
            self._connection("closed", self.connection.transport, None)
        if not session.cancelled() and (error := session.exception()) is not None:
            raise error.exceptions[0] if isinstance(error, ExceptionGroup) else error

    def go_on_as(self, access: Access, tokens: Tokens) -> None:
        """Use what a person has just signed in with, now and for later runs; nothing is closed."""
        self.access, self.tokens = access, tokens
        if self.account is not None:
            self.account.go_on_as(access, tokens)

    def _renewed(self, tokens: Tokens) -> None:
        self.tokens = tokens
        masking.hide([tokens.access, tokens.refresh])
        if self.keep_tokens is not None:
            self.keep_tokens(tokens)

    async def stop(self) -> None:
        """Leave politely; ``run`` returns soon after."""
        if self._stopping is not None:
            self._stopping.set()

    async def _session(self, http: "Http") -> None:
        account = self.account = AuthSession(
            http,
            self._tell,
            tokens=self.tokens,
            renewed=self._renewed,
            newer=self.newer_refresh,
        )
        transport = self.access.transport
        self._connection("connecting", transport, None)
        await account.enter(lambda e: self._connection("reconnecting", transport, str(e)))
        keep = self._leftovers
        self.api = Api(http, account.sign_in)
        monitor = Monitor(
            self.api,
            self._tell,
            leftovers=await asyncio.to_thread(keep.take) if keep else (),
            keep=keep.keep if keep else None,
            polled=self._polled,
            service_time=self.table.clock.at,
        )
        self._monitor = monitor
        client = self._client(http, account.sign_in, monitor)
        try:
            await self._tell_wishes(monitor)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow_clock(), name="clock")
                group.create_task(account.keep(), name="account")
                group.create_task(account.doubt(), name="doubt")
                group.create_task(_run_then_close(client, monitor), name="connection")
        finally:
            self._foreign_before += monitor.foreign
            self._monitor = self.api = self._absence = None

    def _client(
        self, http: "Http", sign_in: SignIn, monitor: Monitor
    ) -> "bayeux.Client[Notification]":
        bearer = Bearer(sign_in)

        def on_messages(channel: str, messages: list[Notification]) -> None:
            if channel == UPDATES_CHANNEL:
                monitor.updates([value for message in messages for value in values_in(message)])
            elif channel == SERVICE_CHANNEL:
                for message in messages:
                    self._service(state_in(message), monitor)

        def on_state(change: bayeux.StateChange) -> None:
            if change.state == "connected":
                self._cancel_fall_back()
                bearer.accepted()
                self._session_number = change.session
                if change.new_session and not self._told:
                    self.service_state = None
                # What is lost with the session is told first: with a connection it would be open.
                monitor.connection_up(change.session, told=self._told)
                self._connection(change.state, change.transport, change.reason)
                return
            self._told = False
            if self._fall_back is None:
                self._fall_back_in(POLL_AFTER, monitor)
            status = change.failure.status if change.failure else None
            if status in BLOCKED and not (self._session_number or self._blocked):
                self._blocked = True
                self._fall_back_in(BLOCKED_AFTER, monitor)
            monitor.connection_down()
            if not monitor.polling or change.state == "closed":
                silence = change.failure.silence if change.failure else None
                self._connection(change.state, change.transport, change.reason, silence)

        client = bayeux.Client(
            self.access.base + NOTIFICATIONS,
            data_type=Notification,
            http=http.polling_client,
            headers=bearer.headers,
            on_messages=on_messages,
            on_state=on_state,
            on_unauthorized=bearer.renew,
            transport=self.access.transport,
            cookies=http.cookies,
            ssl_context=http.ssl_context if self.access.base.startswith("https") else None,
            proxy=http.websocket_proxy,
            words=http.words,
            tap=self._tap.cometd if self._tap else None,
        )
        self.journal = client.journal
        client.subscribe(SERVICE_CHANNEL)
        client.subscribe(UPDATES_CHANNEL)
        return client

    async def _follow_clock(self) -> None:
        """Take over a clock that was set, without anything becoming older or younger by it."""
        self._absence = Absence()
        while True:
            await asyncio.sleep(FOLLOW_EVERY)
            self._notice_sleep()
            if jump := steady.follow():
                _log.info("this computer's clock was set by %.1f s", jump / 1000)
                self.table.shift(jump)
                super()._tell(ClockFollowed(jump, epoch_ms()))
            self._follow_service(epoch_ms())

    def _tell(self, event: Event) -> None:
        """Tell of a sleep before anything that is heard after it."""
        self._notice_sleep()
        super()._tell(event)

    def _notice_sleep(self) -> None:
        if self._absence is None or not (away := self._absence.ended()):
            return
        now = epoch_ms()
        _log.info("this computer slept, or statmon was stopped, for %.0f s", away / 1000)
        super()._tell(Slept(now - away, now))

    def _fall_back_in(self, seconds: float, monitor: Monitor) -> None:
        self._cancel_fall_back()
        self._fall_back = asyncio.get_running_loop().call_later(seconds, monitor.poll)

    def _cancel_fall_back(self) -> None:
        if self._fall_back is not None:
            self._fall_back.cancel()
            self._fall_back = None

    def _polled(self, error: ServiceError | None) -> None:
        if error is None:
            reason = "notifications do not come through, so values are fetched every few seconds"
            self._connection("connected", POLLING, reason)
        else:
            silence = UNKNOWN if error.unreachable else None
            self._connection("reconnecting", POLLING, str(error), silence)

    def _connection(
        self, state: ConnectionState, transport: str, reason: str | None,
        silence: float | None = None,
    ) -> None:  # fmt: skip
        """Tell of a change; of a line that silence told to be lost, since when it was silent."""
        change, last = ConnectionChanged(state, transport, reason, epoch_ms()), self.connection
        if silence is not None and last.state == "connected":
            heard = max(change.at - round(silence * 1000), last.at, self._alive_at)
            change = replace(change, silent_since=heard)
        if (last.state, last.transport, last.reason) == (state, transport, reason):
            return
        if self._tap is not None:
            self._tap.connection(change, self._session_number)
        self._tell(change)

    def _service(self, state: str | None, monitor: Monitor) -> None:
        if state is None:
            return
        self._told = True
        self._tell(ServiceChanged(state, epoch_ms()))
        monitor.service_is(state)

    async def _tell_wishes(self, monitor: Monitor) -> None:
        """Tell a new monitor what is wanted, in parts: what changes meanwhile it hears as well."""
        every = list(self.wishes)
        for first in range(0, len(every), PART):
            monitor.want({series: self.wishes.get(series) for series in every[first:][:PART]})
            await asyncio.sleep(0)

    def _want(self, changes: Changes) -> None:
        if self._monitor is not None:
            self._monitor.want(changes)

    def _foreign(self) -> int:
        return self._foreign_before + (self._monitor.foreign if self._monitor else 0)

    def _open(self, series: Series) -> bool:
        return self._monitor is not None and self._monitor.is_open(series)


async def _run_then_close(client: "bayeux.Client[Notification]", monitor: Monitor) -> None:
    """Run connection and monitor; on the way out delete what is open before disconnecting."""
    connection = asyncio.create_task(client.run(), name="cometd")
    keeping = asyncio.create_task(monitor.run(), name="monitor")
    try:
        await asyncio.wait({connection, keeping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await client.close()
        # It still closes its sockets: cancelling at once would leave them open.
        await asyncio.wait({connection}, timeout=END_WITHIN)
        connection.cancel()
        ended = await asyncio.gather(keeping, connection, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error
