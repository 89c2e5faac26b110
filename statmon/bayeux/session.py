"""The session: what to do next, whatever the server and the network do. No I/O, no clock.

Theory of operation. There is one *main line*: handshake → (open the websocket) → connect → connect
→ …, and beside it the command lane (``commands``). At any moment exactly one of these is true of
the main line: a handshake, an opening or a connect is outstanding; the credentials are being
renewed; or its next step is scheduled. Each exchange has a key; whatever comes under another key
is late and ignored. Times are monotonic seconds and come in with the events.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

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
from statmon.bayeux.advice import Advice, advice_of, error_code, is_unknown_session, reconnect_of
from statmon.bayeux.backoff import Backoff
from statmon.bayeux.commands import Commands, Outcome
from statmon.bayeux.errors import Failure, Kind, State, StateChange, Transport
from statmon.bayeux.extensions import Acknowledge, TimeSync
from statmon.bayeux.frames import Message
from statmon.bayeux.lanes import Exchange, Phase, Step
from statmon.bayeux.pace import Cuts, Pace

Choice = Literal["auto", "long-polling", "websocket"]
FAREWELL: Final = 0.5
"""Seconds to wait, after an unsolicited disconnect, for the connect reply that explains it."""
OPENING: Final = 5.0
"""Seconds the websocket may take to open."""
HELD: Final = 1.0
"""A connect that lasted so many seconds was held: the credentials work."""
REFRESH: Final = 60.0
"""Seconds between two renewals of credentials that did not help."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a session behaves."""

    transport: Choice = "auto"
    ack: bool = True
    network_delay: float = 10.0
    """Seconds an answer may take beyond what the server announced."""
    refused_wait: float | None = 60.0
    """Seconds before a fresh session when the server said ``none``; None ends the session."""
    epoch: float = 0.0
    """Wall clock minus monotonic clock, for the timesync extension."""
    websocket_blocked: bool = False
    """Remembered from earlier: the websocket cannot be opened at this site."""


class Session:
    """A Bayeux session that is restored until it is closed."""

    def __init__(self, options: Options, *, random: Callable[[], float]) -> None:
        self.options = options
        self.phase = Phase.IDLE
        self.generation = 0
        self.client_id: str | None = None
        self.advice = Advice()
        self.commands = Commands()
        self.ack = Acknowledge(wanted=options.ack)
        self.timesync = TimeSync(epoch=options.epoch)
        self.websocket_blocked = options.websocket_blocked
        self.cuts = Cuts()
        self._transport: Transport = self._first_transport()
        self._backoff = Backoff(random)
        self._pace = Pace()
        self._actions: list[Action] = []
        self._line: Exchange | None = None
        self._command: Exchange | None = None
        self._step = Step.HANDSHAKE
        self._step_at: float | None = None
        self._opening_at = 0.0
        self._socket = False
        self._sockets_failed = 0
        self._socket_worked = False
        self._ids = 0
        self._heard = float("-inf")
        self._probe = True
        self._answered = False
        self._doomed = False
        self._unconnected_since: float | None = None
        self._healthy = False
        self._stillborn = 0
        self._forgiven = False
        self._refreshed_at: float | None = None
        self._forced_refresh = False
        self._state: State = "closed"
        self._announced = 0

    # What happens. Each event may leave actions behind.

    def actions(self) -> list[Action]:
        """Take what is to be done, in this order."""
        taken, self._actions = self._actions, []
        return taken

    def expects(self, key: int) -> bool:
        """Whether an answer under this key is still wanted."""
        return any(lane and lane.key == key for lane in (self._line, self._command))

    @property
    def wake_at(self) -> float | None:
        """When ``tick`` has something to do, or None."""
        delay = self.options.network_delay
        due = [x.deadline(self._heard, delay) for x in (self._line, self._command) if x]
        if self._step_at is not None:
            due.append(self._step_at)
        if self.phase is Phase.OPENING:
            due.append(self._opening_at + OPENING + 1)
        pending = self.commands.wake_at()
        if pending is not None and self._can_command():
            due.append(pending)
        return min(due, default=None)

    def start(self, now: float) -> None:
        """Begin."""
        self._report("connecting")
        self._schedule(Step.HANDSHAKE, now)
        self.tick(now)

    def heard(self, now: float) -> None:
        """Bytes arrived: whoever waits may wait longer."""
        self._heard = now

    def tick(self, now: float) -> None:
        """Do what is due."""
        if self.phase is Phase.CLOSED:
            return
        delay = self.options.network_delay
        for lane in (self._line, self._command):
            if lane is not None and lane.deadline(self._heard, delay) <= now:
                self._emit(Cancel(lane.key))
                waited = f"No answer to {lane.channel} within {now - lane.sent_at:.0f} s."
                self.failed(lane.key, Failure(Kind.TIMEOUT, waited), now)
        if self.phase is Phase.OPENING and now >= self._opening_at + OPENING + 1:
            self._emit(CloseSocket())
            self.socket_lost(Failure(Kind.UPGRADE, "The websocket did not open in time."), now)
        if self._step_at is not None and now >= self._step_at:
            self._take_step(now)
        self._flush(now)

    def received(self, messages: Sequence[Message[Any]], now: float, *, delivered: int = 0) -> None:
        """Take replies of the current exchanges (deliveries are already handed over)."""
        for message in messages:
            if message.channel == "/meta/handshake":
                self._on_handshake(message, now)
            elif message.channel == "/meta/connect":
                self._on_connect(message, now, delivered=delivered)
            elif message.channel == "/meta/disconnect":
                self._on_disconnect(message, now)
            else:
                self._on_command(message, now)
        self._announce()
        self._flush(now)

    def completed(self, key: int, now: float) -> None:
        """The HTTP answer has ended: what it did not answer will not be."""
        if self.expects(key):
            reason = "The answer did not contain the expected reply."
            self.failed(key, Failure(Kind.MALFORMED, reason), now)

    def failed(self, key: int, failure: Failure, now: float) -> None:
        """An exchange failed."""
        if self._line is not None and self._line.key == key:
            line, self._line = self._line, None
            self._line_failed(line, self._about(failure, line, now), now)
        elif self._command is not None and self._command.key == key:
            lane, self._command = self._command, None
            self._command_failed(self._about(failure, lane, now), now)
        self._flush(now)

    def socket_opened(self, now: float) -> None:
        """The websocket is open."""
        if self.phase is not Phase.OPENING:
            self._emit(CloseSocket())
            return
        self._socket, self._socket_worked, self._sockets_failed = True, True, 0
        self._schedule(Step.CONNECT if self.client_id else Step.HANDSHAKE, now)
        self.tick(now)

    def socket_lost(self, failure: Failure, now: float) -> None:
        """The websocket could not be opened, or was closed."""
        opening, self._socket = self.phase is Phase.OPENING, False
        command = self._command
        if command is not None and command.transport == "websocket":
            self.failed(command.key, failure, now)
        if opening:
            self._opening_failed(failure, now)
        elif self._line is not None and self._line.transport == "websocket":
            self.failed(self._line.key, failure, now)
        self._flush(now)

    def resumed(self, now: float) -> None:
        """The computer slept: every connection is suspect, the session may have expired."""
        if self.phase in (Phase.IDLE, Phase.AUTHORIZING, Phase.CLOSING, Phase.CLOSED):
            return
        self._backoff.forget()
        if self._command is not None:
            self._settle(self.commands.failed("The computer slept.", now))
        self._drop_connections()
        self._report("reconnecting", "The computer slept; connecting afresh.")
        self._schedule(Step.CONNECT if self.client_id else Step.HANDSHAKE, now)
        self.tick(now)

    def authorized(self, renewed: bool, now: float) -> None:
        """The attempt to renew the credentials has ended."""
        if self.phase is not Phase.AUTHORIZING:
            return
        self._refreshed_at = now
        step = Step.CONNECT if self.client_id else Step.HANDSHAKE
        if renewed:
            self._schedule(step, now)
            self.tick(now)
        else:
            reason = "The credentials were not accepted and could not be renewed."
            self._retry(step, Failure(Kind.UNAUTHORIZED, reason), now)
        self._flush(now)

    def subscribe(self, channel: str, now: float) -> None:
        """Want a channel."""
        self.commands.want(channel)
        self._flush(now)

    def unsubscribe(self, channel: str, now: float) -> None:
        """Want a channel no more."""
        self.commands.unwant(channel)
        self._announce()
        self._flush(now)

    def publish(self, token: int, channel: str, data: Any, now: float) -> None:
        """Send a message; a ``Settle`` with this token follows in any case."""
        if self.client_id is None or self.phase in (Phase.CLOSING, Phase.CLOSED):
            self._emit(Settle(token, "There is no session at the moment."))
            return
        self.commands.publish(token, channel, data)
        self._flush(now)

    def close(self, now: float) -> None:
        """Say good-bye, if there is somebody to say it to; ``Finish`` follows within 2 s."""
        if self.phase in (Phase.CLOSING, Phase.CLOSED):
            return
        self._settle(self.commands.close())
        if self._command is not None:
            self._emit(Cancel(self._command.key))
            self._command = None
        if self.client_id is None or (self._transport == "websocket" and not self._socket):
            self._finish(None)
            return
        self.phase, self._step_at = Phase.CLOSING, None
        farewell = {"id": self._next_id(), "channel": "/meta/disconnect"}
        self._command = self._send([farewell], now, 2.0)
        self._command.extendable = False

    # The main line.

    def _take_step(self, now: float) -> None:
        step, self._step_at = self._step, None
        if self._line is not None:
            self._emit(Cancel(self._line.key))
            self._line = None
        if step is Step.HANDSHAKE:
            if self.client_id is not None:
                self._forget_session()
            if self._forced_refresh:
                self._forced_refresh = False
                self._authorize()
                return
            self._transport = self._first_transport()
        if self._transport == "websocket" and not self._socket:
            self.phase, self._opening_at = Phase.OPENING, now
            self._emit(OpenSocket())
        elif step is Step.HANDSHAKE:
            self._send_handshake(now)
        else:
            self._send_connect(now)

    def _send_handshake(self, now: float) -> None:
        self.phase = Phase.HANDSHAKING
        types = ["long-polling"] if self.options.transport == "long-polling" else []
        if self.options.transport != "long-polling":
            types = (
                ["websocket"] if self._transport == "websocket" else ["websocket", "long-polling"]
            )
        message = {
            "id": self._next_id(),
            "channel": "/meta/handshake",
            "version": "1.0",
            "minimumVersion": "1.0",
            "supportedConnectionTypes": types,
            "advice": {"timeout": 60000, "interval": 0},
            "ext": {**self.ack.offer(), **self.timesync.fields(now)},
        }
        self._line = self._send([message], now, self.options.network_delay)

    def _send_connect(self, now: float) -> None:
        self.phase = Phase.CONNECTING
        hold = min(self.advice.timeout, self.cuts.hold or self.advice.timeout)
        message: dict[str, Any] = {
            "id": self._next_id(),
            "channel": "/meta/connect",
            "connectionType": self._transport,
            "ext": {**self.ack.fields(), **self.timesync.fields(now)},
        }
        if self._probe:
            message["advice"], hold = {"timeout": 0}, 0.0
        elif self.cuts.hold is not None:
            message["advice"] = {"timeout": round(hold * 1000)}
        self._line = self._send([message], now, hold + self.options.network_delay)
        self._line.probe = self._probe

    def _on_handshake(self, message: Message[Any], now: float) -> None:
        if self.phase is not Phase.HANDSHAKING or not self._is_line(message):
            return
        line, self._line = self._line, None
        self._take_advice(message)
        self.timesync.received(message.ext, now)
        if not message.ok or not isinstance(message.client_id, str):
            self._unsuccessful(message, line, now)
            return
        self.client_id = message.client_id
        self.generation += 1
        self.ack.agreed(message.ext)
        self._choose_transport(message.supported_connection_types)
        self._schedule(Step.CONNECT, now)
        self.tick(now)

    def _on_connect(self, message: Message[Any], now: float, *, delivered: int) -> None:
        line = self._line
        if self.phase is not Phase.CONNECTING or line is None or not self._is_line(message):
            return
        self._line = None
        self._take_advice(message)
        self.timesync.received(message.ext, now)
        reconnect = reconnect_of(message.advice, self._transport)
        if not message.ok:
            self._unsuccessful(message, line, now)
        elif reconnect == "none":
            self._refused("The service ended the session and asked not to reconnect.", now)
        elif reconnect == "handshake" or self._doomed:
            self._session_gone("The service ended the session.", now)
        else:
            self.ack.received(message.ext)
            self._connected(line, now, delivered=delivered)

    def _connected(self, line: Exchange, now: float, *, delivered: int) -> None:
        age = now - line.sent_at
        self._probe, self._answered, self._healthy, self._forgiven = False, True, True, False
        self._unconnected_since, self._stillborn = None, 0
        if age > HELD:
            self._refreshed_at = None
        self._backoff.succeeded(now)
        self.cuts.survived(age)
        pause = 0.0 if line.probe else self._pace.answered(age, delivered=delivered)
        self._schedule(Step.CONNECT, now + max(self.advice.interval, pause))
        self.tick(now)

    def _on_disconnect(self, message: Message[Any], now: float) -> None:
        if self.phase is Phase.CLOSING:
            self._finish(None)
        elif self.client_id is not None and message.key is None and not self._doomed:
            if self.phase is Phase.CONNECTING:
                self._doomed = True
                self._report("reconnecting", "The service ended the session.", FAREWELL)
                self._schedule(Step.HANDSHAKE, now + FAREWELL)
            else:
                self._session_gone("The service ended the session.", now)

    def _unsuccessful(self, message: Message[Any], line: Exchange | None, now: float) -> None:
        """Obey the advice of a failed handshake or connect; guess only where there is none."""
        error = str(message.error or "the service gave no reason")
        reason = f"The service refused {message.channel}: {error}"
        reconnect = reconnect_of(message.advice, self._transport)
        gone = is_unknown_session(message.error)
        failure = Failure(Kind.REFUSED, reason, advice=message.advice)
        if line is not None:
            failure = self._about(failure, line, now)
        if self.client_id is None:
            if reconnect == "none":
                self._refused(reason, now)
            elif error_code(message.error) in (401, 403) and self._may_refresh(now):
                self._authorize()
            else:
                self._retry(Step.HANDSHAKE, failure, now)
        elif reconnect == "none" and (self._forgiven or not gone):
            self._refused(reason, now)
        elif gone or reconnect in ("handshake", "none"):
            self._forgiven = self._forgiven or reconnect == "none"
            self._session_gone(reason, now)
        else:
            self._retry(Step.CONNECT, failure, now)

    def _session_gone(self, reason: str, now: float) -> None:
        """Handshake again: at once if all was well, else slower and slower."""
        if not self._answered:
            self._stillborn += 1
            if self._stillborn == 2:
                self._emit(ClearCookies())
        self._forget_session()
        delay = self.advice.interval + self._backoff.failed(now, free=True)
        self._report("reconnecting", reason, delay)
        self._schedule(Step.HANDSHAKE, now + delay)
        self.tick(now)

    def _refused(self, reason: str, now: float) -> None:
        """The server said ``none``: what follows is the application's policy."""
        self._forget_session()
        wait = self.options.refused_wait
        if wait is None:
            self._finish(reason)
            return
        self._forced_refresh = True
        self._report("reconnecting", f"{reason} A fresh session follows.", wait)
        self._schedule(Step.HANDSHAKE, now + wait)

    def _line_failed(self, line: Exchange, failure: Failure, now: float) -> None:
        if self.phase is Phase.CLOSING:
            return
        step = Step.HANDSHAKE if line.channel == "/meta/handshake" else Step.CONNECT
        if failure.kind is Kind.UNAUTHORIZED and self._may_refresh(now):
            self._report("reconnecting", failure.reason, failure=failure)
            self._authorize()
            return
        cut = failure.kind is Kind.CUT or failure.status in (408, 502, 504)
        if cut and line.transport == "long-polling" and not line.probe:
            self.cuts.cut(failure.age or 0.0)
        if failure.kind in (Kind.TIMEOUT, Kind.CUT, Kind.UNREACHABLE):
            self._emit(RenewConnections())
        if line.transport == "websocket" and self._socket:
            self._socket = False
            self._emit(CloseSocket())
        self._retry(step, failure, now)

    def _retry(self, step: Step, failure: Failure, now: float) -> None:
        """Try the step again later, in the same session as long as it can be alive."""
        self._probe = True
        if self._unconnected_since is None:
            self._unconnected_since = now
        expired = now - self._unconnected_since > self.advice.lifetime
        if expired or failure.kind is Kind.UNAUTHORIZED:
            step = Step.HANDSHAKE
        cap = self.advice.max_interval / 2
        delay = self._backoff.failed(now, cap=cap if step is Step.CONNECT else 10.0)
        delay += self.advice.interval if self.client_id else 0.0
        delay = max(delay, min(failure.retry_after or 0.0, 60.0))
        self._report("reconnecting", failure.reason, delay, failure)
        self._schedule(step, now + delay)

    def _opening_failed(self, failure: Failure, now: float) -> None:
        self._sockets_failed += 1
        step = Step.CONNECT if self.client_id else Step.HANDSHAKE
        if failure.kind is Kind.UNAUTHORIZED and self._may_refresh(now):
            self._report("reconnecting", failure.reason, failure=failure)
            self._authorize()
        elif self.options.transport == "auto" and self._give_up_socket(failure):
            self._transport = "long-polling"
            self._schedule(step, now)
            self.tick(now)
        else:
            self._retry(step, failure, now)

    def _give_up_socket(self, failure: Failure) -> bool:
        """Fall back at once when it never worked here, on the second failure when it did."""
        if self._socket_worked:
            return self._sockets_failed >= 2
        self.websocket_blocked = failure.kind is not Kind.UNREACHABLE
        return True

    # Small parts.

    def _emit(self, action: Action) -> None:
        self._actions.append(action)

    def _settle(self, outcomes: list[Outcome]) -> None:
        self._actions.extend(Settle(outcome.token, outcome.error) for outcome in outcomes)

    def _next_id(self) -> str:
        self._ids += 1
        return str(self._ids)

    def _send(self, messages: list[dict[str, Any]], now: float, patience: float) -> Exchange:
        key = self._ids
        if self.client_id is not None:
            for message in messages:
                message["clientId"] = self.client_id
        first = messages[0]
        exchange = Exchange(key, first["channel"], first["id"], now, patience, self._transport)
        self._emit(Send(key, self._transport, messages))
        return exchange

    def _is_line(self, message: Message[Any]) -> bool:
        """Only the answer to the current exchange acts (c#800); a missing id is forgiven."""
        return self._line is not None and message.key in (None, self._line.message_id)

    def _about(self, failure: Failure, exchange: Exchange, now: float) -> Failure:
        return replace(
            failure,
            channel=exchange.channel,
            message_id=exchange.message_id,
            age=now - exchange.sent_at,
        )

    def _schedule(self, step: Step, at: float) -> None:
        self._step, self._step_at = step, at
        if self._line is None:
            self.phase = Phase.WAITING

    def _first_transport(self) -> Transport:
        return "websocket" if self.options.transport == "websocket" else "long-polling"

    def _choose_transport(self, offered: Any) -> None:
        types = offered if isinstance(offered, list) else []
        usable = self.options.transport == "auto" and not self.websocket_blocked
        if usable and "websocket" in types:
            self._transport = "websocket"

    def _take_advice(self, message: Message[Any]) -> None:
        self.advice = advice_of(message.advice, self._transport) or self.advice

    def _authorize(self) -> None:
        # Connected has to be known at once, not when a held connect ends.
        self.phase, self._step_at, self._probe = Phase.AUTHORIZING, None, True
        self._emit(Authorize())

    def _may_refresh(self, now: float) -> bool:
        return self._refreshed_at is None or now - self._refreshed_at >= REFRESH

    def _forget_session(self) -> None:
        if self._line is not None:
            self._emit(Cancel(self._line.key))
            self._line = None
        if self._command is not None:
            self._emit(Cancel(self._command.key))
            self._command = None
        if self._socket:
            self._socket = False
            self._emit(CloseSocket())
        self._settle(self.commands.new_session())
        self.client_id, self._unconnected_since = None, None
        self._probe, self._answered, self._doomed = True, False, False

    def _drop_connections(self) -> None:
        for lane in (self._line, self._command):
            if lane is not None:
                self._emit(Cancel(lane.key))
        if self._socket or self.phase is Phase.OPENING:
            self._emit(CloseSocket())
        self._line, self._command, self._socket, self._probe = None, None, False, True
        self._emit(RenewConnections())

    def _finish(self, reason: str | None) -> None:
        if self._line is not None:
            self._emit(Cancel(self._line.key))
        self._line, self._command, self._step_at = None, None, None
        self._settle(self.commands.close())
        self._emit(CloseSocket())
        self.phase = Phase.CLOSED
        self._report("closed", reason)
        self._emit(Finish())

    # The command lane.

    def _can_command(self) -> bool:
        ready = self.client_id is not None and self._command is None and not self._doomed
        reachable = self._transport == "long-polling" or self._socket
        return ready and reachable and self.phase in (Phase.CONNECTING, Phase.WAITING)

    def _flush(self, now: float) -> None:
        if self._can_command():
            messages = self.commands.batch(now, self._next_id)
            if messages:
                self._command = self._send(messages, now, self.options.network_delay)

    def _on_command(self, message: Message[Any], now: float) -> None:
        if self._command is None:
            return
        gone = not message.ok and is_unknown_session(message.error)
        if gone and self.phase is not Phase.CLOSING:
            self._session_gone(f"The service refused {message.channel}: {message.error}", now)
            return
        outcome = self.commands.answered(message, now)
        if outcome is not None:
            self._settle([outcome])
        if not self.commands.unanswered and self.phase is not Phase.CLOSING:
            self._command = None
        if self.commands.refusal and self._state != "closed" and not message.ok:
            self._report("connecting", f"A channel was refused: {self.commands.refusal}")

    def _command_failed(self, failure: Failure, now: float) -> None:
        if self.phase is Phase.CLOSING:
            self._finish(None)
            return
        self._settle(self.commands.failed(failure.reason, now))
        if failure.kind is Kind.TIMEOUT:
            self._emit(RenewConnections())
        if failure.kind is Kind.UNAUTHORIZED and self._may_refresh(now) and self.client_id:
            if self._line is not None:
                self._emit(Cancel(self._line.key))
                self._line = None
            self._authorize()

    # What the application is told.

    def _announce(self) -> None:
        """Report "connected" once all of it is true."""
        if self._healthy and self.commands.settled and self._state != "connected":
            warning = None
            if self.advice.multiple_clients:
                warning = "Another CometD session shares the cookies: updates come slowly."
            self._report("connected", warning)

    def _report(
        self,
        state: State,
        reason: str | None = None,
        retry_in: float | None = None,
        failure: Failure | None = None,
    ) -> None:
        self._state = state
        self._healthy = self._healthy and state not in ("reconnecting", "closed")
        new = state == "connected" and self._announced != self.generation
        if new:
            self._announced = self.generation
        self._emit(
            Report(
                StateChange(state, self._transport, reason, retry_in, self.generation, new, failure)
            )
        )
