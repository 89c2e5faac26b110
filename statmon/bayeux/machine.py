"""What the session's decisions are written with: its state, and the small steps that change it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from statmon.bayeux import actions as act
from statmon.bayeux.advice import Advice, advice_of
from statmon.bayeux.backoff import Backoff
from statmon.bayeux.commands import Commands, Outcome
from statmon.bayeux.errors import Failure, Kind, State
from statmon.bayeux.exchanges import Exchange, Phase, Step
from statmon.bayeux.extensions import Acknowledge, TimeSync
from statmon.bayeux.frames import Message
from statmon.bayeux.options import Options
from statmon.bayeux.poll_pacing import Cuts, PollPacing
from statmon.bayeux.renewal_limit import RenewalLimit
from statmon.bayeux.state_report import StateReport
from statmon.bayeux.transport_choice import TransportChoice

_SILENT: Final = frozenset({Kind.TIMEOUT, Kind.UNREACHABLE})
"""Failures at which nobody has said anything: what was there may be away for long already."""


class Machine:
    """State and vocabulary of a session; it decides nothing."""

    def __init__(self, options: Options, *, random: Callable[[], float]) -> None:
        self.options = options
        self.phase = Phase.IDLE
        self.generation = 0
        self.client_id: str | None = None
        self.advice = Advice()
        self.commands = Commands()
        self.ack = Acknowledge(wanted=options.ack)
        self.timesync = TimeSync(epoch=options.epoch)
        self.cuts = Cuts()
        self.upgrade = TransportChoice(options.transport, blocked=options.websocket_blocked)
        self._announcer = StateReport()
        self._credentials = RenewalLimit()
        self._denials = RenewalLimit()
        """Of handshakes that Bayeux denied, which says less of the credentials than HTTP does."""
        self._renewing = self._credentials
        self._renewed_until = 0.0
        self._backoff = Backoff(random)
        self._pace = PollPacing()
        self._actions: list[act.Action] = []
        self._line: Exchange | None = None
        self._command: Exchange | None = None
        self._step = Step.HANDSHAKE
        self._step_at: float | None = None
        self._opening_at = 0.0
        self._ids = 0
        self._heard = float("-inf")
        self._probe = True
        self._answered = False
        self._doomed = False
        self._unconnected_since: float | None = None
        self._stillborn = 0
        self._forgiven = False

    def actions(self) -> list[act.Action]:
        """Take what is to be done, in this order."""
        taken, self._actions = self._actions, []
        return taken

    def _emit(self, action: act.Action) -> None:
        self._actions.append(action)

    def _cancel_line(self) -> None:
        if self._line is not None:
            self._emit(act.Cancel(self._line.key))
            self._line = None

    def _cancel_command(self) -> None:
        if self._command is not None:
            self._emit(act.Cancel(self._command.key))
            self._command = None

    def _settle(self, outcomes: list[Outcome]) -> None:
        self._actions.extend(act.Settle(outcome.token, outcome.error) for outcome in outcomes)

    def _next_id(self) -> str:
        self._ids += 1
        return str(self._ids)

    def _send(self, outgoing: list[dict[str, Any]], now: float, patience: float) -> Exchange:
        key = self._ids
        if self.client_id is not None:
            for message in outgoing:
                message["clientId"] = self.client_id
        transport, first = self.upgrade.transport, outgoing[0]
        exchange = Exchange(key, first["channel"], first["id"], now, patience, transport)
        self._emit(act.Send(key, transport, outgoing))
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

    def _with_silence(self, failure: Failure, now: float) -> Failure:
        """Say how long nothing has been heard, where that is all that is known of a failure."""
        known = float("inf") if failure.kind in _SILENT else failure.silence
        if known is None or self._heard == float("-inf"):
            return failure
        return replace(failure, silence=min(known, now - self._heard))

    def _schedule(self, step: Step, at: float) -> None:
        self._step, self._step_at = step, at
        if self._line is None:
            self.phase = Phase.WAITING

    def _take_advice(self, message: Message[Any]) -> None:
        self.advice = advice_of(message.advice, self.upgrade.transport) or self.advice

    def _authorize(self, guard: RenewalLimit | None = None, until: float = 0.0) -> None:
        """Have the credentials renewed, and go on with them, but not before ``until``."""
        self._renewing, self._renewed_until = guard or self._credentials, until
        # Connected has to be known at once, not when a held connect ends.
        self.phase, self._step_at, self._probe = Phase.AUTHORIZING, None, True
        self._emit(act.Authorize())

    def _forget_session(self) -> None:
        self._cancel_line()
        self._cancel_command()
        if self.upgrade.open:
            self.upgrade.open = False
            self._emit(act.CloseSocket())
        self._settle(self.commands.new_session())
        self.client_id, self._unconnected_since = None, None
        self._probe, self._answered, self._doomed = True, False, False

    def _drop_connections(self) -> None:
        self._cancel_line()
        self._cancel_command()
        if self.upgrade.open or self.phase is Phase.OPENING:
            self._emit(act.CloseSocket())
        self.upgrade.open, self._probe = False, True
        self._emit(act.RenewConnections())

    def _finish(self, reason: str | None) -> None:
        self._cancel_line()
        self._command, self._step_at = None, None
        self._settle(self.commands.close())
        self._emit(act.CloseSocket())
        self.phase = Phase.CLOSED
        self._report("closed", reason)
        self._emit(act.Finish())

    def _report(
        self,
        state: State,
        reason: str | None = None,
        retry_in: float | None = None,
        failure: Failure | None = None,
    ) -> None:
        report = self._announcer.report
        transport = self.upgrade.transport
        self._emit(report(state, transport, self.generation, reason, retry_in, failure))
