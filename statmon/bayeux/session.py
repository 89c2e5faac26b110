"""The session: what to do next, whatever the server and the network do. No I/O, no clock.

Theory of operation. There is one *main line*: handshake → (open the websocket) → connect → connect
→ …, and beside it the command lane (``commands``). At any moment exactly one of these is true of
the main line: a handshake, an opening or a connect is outstanding; the credentials are being
renewed; or its next step is scheduled. Each exchange has a key; whatever comes under another key
is late and ignored. Times are monotonic seconds and come in with the events.
"""

from collections.abc import Sequence
from typing import Any, Final

from statmon.bayeux import actions as act
from statmon.bayeux import messages
from statmon.bayeux.advice import error_code, is_unknown_session, reconnect_of
from statmon.bayeux.errors import Failure, Kind
from statmon.bayeux.exchanges import Exchange, Phase, Step
from statmon.bayeux.frames import Message
from statmon.bayeux.machine import Machine

FAREWELL: Final = 0.5
"""Seconds to wait, after an unsolicited disconnect, for the connect reply that explains it."""
OPENING: Final = 5.0
"""Seconds the websocket may take to open."""
_SUSPECT: Final = frozenset({Kind.TIMEOUT, Kind.CUT, Kind.UNREACHABLE, Kind.UNEXPECTED})
"""After these nobody knows what the other connections are worth."""
LAST_WORD: Final = 1.0
"""Seconds to wait, when closing, for the answer to a handshake: it names the session to end."""


class Session(Machine):
    """A Bayeux session that is restored until it is closed."""

    # What happens. Each event may leave actions behind.

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
                self._emit(act.Cancel(lane.key))
                waited = f"No answer to {lane.channel} within {now - lane.sent_at:.0f} s."
                self.failed(lane.key, Failure(Kind.TIMEOUT, waited), now)
        if self.phase is Phase.OPENING and now >= self._opening_at + OPENING + 1:
            self._emit(act.CloseSocket())
            self.socket_lost(Failure(Kind.UPGRADE, "The websocket did not open in time."), now)
        if self._step_at is not None and now >= self._step_at:
            self._take_step(now)
        self._flush(now)

    def received(self, replies: Sequence[Message[Any]], now: float, *, delivered: int = 0) -> None:
        """Take replies of the current exchanges (deliveries are already handed over)."""
        for message in replies:
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
            self._emit(act.CloseSocket())
            return
        self.upgrade.opened()
        self._schedule(Step.CONNECT if self.client_id else Step.HANDSHAKE, now)
        self.tick(now)

    def socket_lost(self, failure: Failure, now: float) -> None:
        """The websocket could not be opened, or was closed."""
        opening, self.upgrade.open = self.phase is Phase.OPENING, False
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
        self._renewing.renewed(now, done=renewed)
        step = Step.CONNECT if self.client_id else Step.HANDSHAKE
        if renewed:
            self._schedule(step, max(now, self._renewed_until))
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
            self._emit(act.Settle(token, "There is no session at the moment."))
            return
        self.commands.publish(token, channel, data)
        self._flush(now)

    def close(self, now: float) -> None:
        """Say good-bye, if there is somebody to say it to; ``Finish`` follows within 2 s."""
        if self.phase in (Phase.CLOSING, Phase.CLOSED):
            return
        self._settle(self.commands.close())
        self._cancel_command()
        if self.phase is Phase.HANDSHAKING and self._line is not None:
            self.phase, self._line.extendable = Phase.CLOSING, False
            self._line.patience = now - self._line.sent_at + LAST_WORD
        elif self.client_id is None or self.upgrade.needed:
            self._finish(None)
        else:
            self._say_goodbye(now)

    def _say_goodbye(self, now: float) -> None:
        self.phase, self._step_at = Phase.CLOSING, None
        self._command = self._send([messages.disconnect(self._next_id())], now, 2.0)
        self._command.extendable = False

    # The main line.

    def _take_step(self, now: float) -> None:
        step, self._step_at = self._step, None
        self._cancel_line()
        if step is Step.HANDSHAKE:
            if self.client_id is not None:
                self._forget_session()
            if self._credentials.due:
                self._credentials.due = False
                self._authorize()
                return
            self.upgrade.begin()
        if self.upgrade.needed:
            self.phase, self._opening_at = Phase.OPENING, now
            self._emit(act.OpenSocket())
        elif step is Step.HANDSHAKE:
            self._send_handshake(now)
        else:
            self._send_connect(now)

    def _send_handshake(self, now: float) -> None:
        self.phase = Phase.HANDSHAKING
        ext = {**self.ack.offer(), **self.timesync.fields(now)}
        message = messages.handshake(self._next_id(), self.upgrade.offered, ext)
        self._line = self._send([message], now, self.options.network_delay)

    def _send_connect(self, now: float) -> None:
        self.phase = Phase.CONNECTING
        hold = 0.0 if self._probe else self.cuts.hold
        patience = min(self.advice.timeout, self.advice.timeout if hold is None else hold)
        ext = {**self.ack.fields(), **self.timesync.fields(now)}
        message = messages.connect(self._next_id(), self.upgrade.transport, ext, hold)
        self._line = self._send([message], now, patience + self.options.network_delay)
        self._line.probe = self._probe

    def _on_handshake(self, message: Message[Any], now: float) -> None:
        if self.phase not in (Phase.HANDSHAKING, Phase.CLOSING) or not self._is_line(message):
            return
        line, self._line = self._line, None
        if self.phase is Phase.CLOSING:
            self._end_at_birth(message, now)
            return
        self._take_advice(message)
        self.timesync.received(message.ext, now)
        if not message.ok or not isinstance(message.client_id, str):
            self._unsuccessful(message, line, now)
            return
        self.client_id = message.client_id
        self.generation += 1
        self._denials.accepted()
        self.ack.agreed(message.ext)
        self.upgrade.agree(message.supported_connection_types)
        self._schedule(Step.CONNECT, now)
        self.tick(now)

    def _end_at_birth(self, message: Message[Any], now: float) -> None:
        """The session that a handshake has made is not needed any more."""
        if message.ok and isinstance(message.client_id, str):
            self.client_id = message.client_id
            self._say_goodbye(now)
        else:
            self._finish(None)

    def _on_connect(self, message: Message[Any], now: float, *, delivered: int) -> None:
        line = self._line
        if self.phase is not Phase.CONNECTING or line is None or not self._is_line(message):
            return
        self._line = None
        self._take_advice(message)
        self.timesync.received(message.ext, now)
        reconnect = reconnect_of(message.advice, self.upgrade.transport)
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
        self._probe, self._answered, self._forgiven = False, True, False
        self._announcer.well = True
        self._unconnected_since, self._stillborn = None, 0
        self._credentials.accepted()
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
        reason = f"The service refused {message.channel}: {message.refusal}"
        reconnect = reconnect_of(message.advice, self.upgrade.transport)
        gone = is_unknown_session(message.error)
        failure = Failure(Kind.REFUSED, reason)
        if line is not None:
            failure = self._about(failure, line, now)
        if self.client_id is None:
            if reconnect == "none":
                self._refused(reason, now, failure)
            elif error_code(message.error) in (401, 403) and self._denials.refused(now):
                self._authorize(self._denials, now + self.advice.interval)
            else:
                self._retry(Step.HANDSHAKE, failure, now, advised=bool(message.advice))
        elif reconnect == "none" and (self._forgiven or not gone):
            self._refused(reason, now, failure)
        elif gone or reconnect in ("handshake", "none"):
            self._forgiven = self._forgiven or reconnect == "none"
            self._session_gone(reason, now, failure)
        else:
            self._retry(Step.CONNECT, failure, now)

    def _session_gone(self, reason: str, now: float, failure: Failure | None = None) -> None:
        """Handshake again: at once if all was well or was waited for, else slower and slower."""
        waited = self._unconnected_since is not None
        if not self._answered:
            self._stillborn += 1
            if self._stillborn == 2:
                self._emit(act.ClearCookies())
        self._forget_session()
        delay = self.advice.interval
        if not waited:
            delay += self._backoff.failed(now, free=True)
        self._report("reconnecting", reason, delay, failure)
        self._schedule(Step.HANDSHAKE, now + delay)
        self.tick(now)

    def _refused(self, reason: str, now: float, failure: Failure | None = None) -> None:
        """The server said ``none``: what follows is the application's policy."""
        self._forget_session()
        wait = self.options.refused_wait
        if wait is None:
            self._finish(reason)
            return
        self._credentials.due = True
        reason = f"{reason} A fresh session follows in {wait:.0f} s."
        self._report("reconnecting", reason, wait, failure)
        self._schedule(Step.HANDSHAKE, now + wait)

    def _line_failed(self, line: Exchange, failure: Failure, now: float) -> None:
        if self.phase is Phase.CLOSING:
            if self._command is None:
                self._finish(None)
            return
        step = Step.HANDSHAKE if line.channel == "/meta/handshake" else Step.CONNECT
        if failure.kind is Kind.UNAUTHORIZED and self._credentials.refused(now):
            self._renew_credentials(failure)
            return
        cut = failure.kind is Kind.CUT or failure.status in (408, 502, 504)
        if cut and line.transport == "long-polling" and not line.probe:
            self.cuts.cut(failure.age or 0.0)
        if failure.kind in _SUSPECT:
            self._emit(act.RenewConnections())
        if line.transport == "websocket" and self.upgrade.open:
            self.upgrade.open = False
            self._emit(act.CloseSocket())
        if failure.kind is Kind.UNBEARABLE and self.client_id is not None:
            self._session_gone(failure.reason, now, failure)  # here it would come again
            return
        self._retry(step, failure, now)

    def _retry(self, step: Step, failure: Failure, now: float, *, advised: bool = False) -> None:
        """Try the step again later, in the same session as long as it can be alive."""
        failure = self._with_silence(failure, now)
        self._probe = True
        if self._unconnected_since is None:
            self._unconnected_since = now
        expired = now - self._unconnected_since > self.advice.lifetime
        if expired or (failure.kind is Kind.UNAUTHORIZED and self._credentials.in_vain):
            step = Step.HANDSHAKE
        cap = self.advice.max_interval / 2
        delay = self._backoff.failed(now, cap=cap if step is Step.CONNECT else 10.0)
        if failure.kind is Kind.UNAUTHORIZED:
            delay = min(delay, self._credentials.renew_in(now) or delay)
        delay += self.advice.interval if self.client_id or advised else 0.0
        delay = max(delay, min(failure.retry_after or 0.0, 60.0))
        self._report("reconnecting", failure.reason, delay, failure)
        self._schedule(step, now + delay)

    def _opening_failed(self, failure: Failure, now: float) -> None:
        step = Step.CONNECT if self.client_id else Step.HANDSHAKE
        if self.upgrade.falls_back(failure):
            self._schedule(step, now)
            self.tick(now)
        elif failure.kind is Kind.UNAUTHORIZED and self._credentials.refused(now):
            self._renew_credentials(failure)
        else:
            self._retry(step, failure, now)

    def _renew_credentials(self, failure: Failure) -> None:
        if self._announcer.state != "reconnecting":  # else that they were not renewed says more
            self._report("reconnecting", failure.reason, failure=failure)
        self._authorize()

    # The command lane.

    def _can_command(self) -> bool:
        ready = self.client_id is not None and self._command is None and not self._doomed
        reachable = not self.upgrade.needed
        return ready and reachable and self.phase in (Phase.CONNECTING, Phase.WAITING)

    def _flush(self, now: float) -> None:
        if self._can_command():
            orders = self.commands.batch(now, self._next_id)
            if orders:
                self._command = self._send(orders, now, self.options.network_delay)

    def _on_command(self, message: Message[Any], now: float) -> None:
        if self._command is None:
            return
        gone = not message.ok and is_unknown_session(message.error)
        if gone and self.phase is not Phase.CLOSING:
            self._session_gone(f"The service refused {message.channel}: {message.refusal}", now)
            return
        outcome = self.commands.answered(message, now)
        if outcome is not None:
            self._settle([outcome])
        if not self.commands.unanswered and self.phase is not Phase.CLOSING:
            self._command = None
        if self.commands.refusal and self._announcer.state != "closed" and not message.ok:
            self._report("connecting", f"A channel was refused: {self.commands.refusal}")

    def _command_failed(self, failure: Failure, now: float) -> None:
        if self.phase is Phase.CLOSING:
            self._finish(None)
            return
        self._settle(self.commands.failed(failure.reason, now))
        if not self.commands.settled and self._announcer.state in ("connecting", "reconnecting"):
            # The connection will not be called connected until this works: say why.
            self._report("connecting", f"{failure.channel}: {failure.reason}", failure=failure)
        if failure.kind is Kind.TIMEOUT:
            self._emit(act.RenewConnections())
        refused = failure.kind is Kind.UNAUTHORIZED and self.client_id is not None
        if refused and self._credentials.refused(now):
            self._cancel_line()
            self._authorize()

    # What the application is told.

    def _announce(self) -> None:
        """Report "connected" once all of it is true."""
        if self._announcer.pending and self.commands.settled:
            warning = None
            if self.advice.multiple_clients:
                warning = "Another CometD session shares the cookies: updates come slowly."
            self._report("connected", warning)
