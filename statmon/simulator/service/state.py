"""All that the web service's handlers share."""

import time
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection
from starlette.responses import Response

from statmon.simulator.agenda import Agenda
from statmon.simulator.clock import ServiceClock
from statmon.simulator.service.answers import failure
from statmon.simulator.service.auth import Browsers, Token, Tokens
from statmon.simulator.service.bayeux import Sessions
from statmon.simulator.service.faults import Faults
from statmon.simulator.service.quirks import Quirks
from statmon.simulator.service.subscriptions import Subscriptions

STEP = 100
"""Milliseconds of the service's time that are computed before the clock is looked at."""


@dataclass(frozen=True)
class Choices:
    """What the documents leave open, chosen by options (see ``statmon simulate --help``)."""

    unauthorized: int = 403
    session_lifetime: float = 1800
    superseded: int = 500
    reused_operation: str = "replace"
    partial_code: int = 0
    unavailable: int = 503
    max_statistics: int = 20_000
    quirks: Quirks = frozenset()


@dataclass
class State:
    """The running service."""

    agenda: Agenda
    clock: ServiceClock
    tokens: Tokens
    sessions: Sessions
    subscriptions: Subscriptions
    choices: Choices = field(default_factory=Choices)
    faults: Faults = field(default_factory=Faults)
    browsers: Browsers = field(default_factory=Browsers)
    stopping: bool = False

    def stop(self) -> None:
        """Let the held connects go: the service ends."""
        self.stopping = True
        for session in self.sessions.all.values():
            if session.wake is not None:
                session.wake()

    def set_available(self, available: bool) -> None:
        """Be AVAILABLE, or UNAVAILABLE without any subscription."""
        self.subscriptions.set_available(available)

    def happen(self, kind: str) -> None:
        """Let a sudden fault happen (``faults.SUDDEN``)."""
        match kind:
            case "lose-sessions":
                self.sessions.lose_all()
            case "expire-tokens":
                self.tokens.expire_all()
            case "end-sign-ins":
                self.tokens.revoke_all()
                self.browsers.users.clear()
            case "restart":
                self.faults.connections.cut_all()
                self.sessions.lose_all()
                self.subscriptions.end_all()

    def now(self) -> float:
        """Return real time in seconds, for tokens and sessions."""
        return time.monotonic()

    def token(self, request: HTTPConnection) -> Token | None:
        """Return the caller's token if both API key and token are right."""
        if request.headers.get("x-api-key") != self.tokens.credentials.api_key:
            return None
        return self.tokens.find(request.headers.get("authorization"), self.now())

    def unauthorized(self) -> Response:
        """Answer as the sibling API does: code 603 (the Statistics API's own is unknown)."""
        return failure(self.choices.unauthorized, "Unauthorized", 603)

    def lose_without_token(self, now: float) -> None:
        """Let go the CometD sessions whose token is good no more."""
        for session in list(self.sessions.all.values()):
            if self.tokens.find(session.credential, now) is None:
                self.sessions.lose(session)

    def catch_up(self, limit: float = 0.02) -> None:
        """Let the contact centre come up to the service's time.

        But for so many real seconds at most: with more to compute than there is time for, it
        falls behind, and those who ask are answered all the same.
        """
        target = self.clock.now()
        deadline = time.monotonic() + limit
        while self.agenda.now < target and time.monotonic() < deadline:
            self.agenda.run_until(min(target, self.agenda.now + STEP))


def state_of(request: HTTPConnection) -> State:
    """Return the service that a request came to."""
    state = request.app.state.simulator
    assert isinstance(state, State)  # noqa: S101 - set where the app is built
    return state
