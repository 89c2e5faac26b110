"""What can go wrong, and how it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an HTTP answer that is no success means."""

    words: str
    """What it says, in a few words, or empty."""
    ours: bool = True
    """Whether it may be the service's; else somebody in between speaks."""


class Words:
    """The sentences of the client; whoever knows more of the service has better ones."""

    def error(self, error: BaseException) -> str:
        """Say why there is no answer, without a full stop."""
        return f"the connection broke ({type(error).__name__})"

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> Verdict:
        """Say what an answer that is no success means; never its text as it came."""
        del headers, body  # of no meaning where nothing is known of the service
        refused = "refused the credentials" if status in (401, 403) else "answered"
        return Verdict(f"the service {refused} (HTTP {status})")

    def said(self, text: str) -> str:
        """Return a text of the service's as it may be shown: what acts on a terminal is not."""
        return "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST])

    def masked(self, text: str) -> str:
        """Return a text without secrets, for whoever knows what is one."""
        return text


LONGEST: Final = 400
"""Characters of what a service says that are looked at, where nobody knows better."""


class Kind(StrEnum):
    """What sort of failure it was; the session decides by it, never by the sentence."""

    UNREACHABLE = "unreachable"
    """No connection could be made."""
    CUT = "cut"
    """The connection ended before the answer did."""
    TIMEOUT = "timeout"
    """Nothing was heard for longer than the patience."""
    STATUS = "status"
    """An HTTP status that is not 2xx."""
    UNAUTHORIZED = "unauthorized"
    """HTTP 401 or 403: the credentials were not accepted."""
    MALFORMED = "malformed"
    """An answer that is not Bayeux: a page, nothing, half a document, no reply."""
    CLOSED = "closed"
    """The websocket was closed."""
    UPGRADE = "upgrade"
    """The websocket was refused although the service could be reached."""
    UNBEARABLE = "unbearable"
    """An answer beyond a bound: the same would come again in this session."""
    UNEXPECTED = "unexpected"
    """Nobody foresaw it: a fault of statmon's, or of a library."""
    REFUSED = "refused"
    """A Bayeux reply that says ``successful: false``."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure with all that is known of it."""

    kind: Kind
    reason: str
    """One sentence for people."""
    status: int | None = None
    close_code: int | None = None
    channel: str | None = None
    message_id: str | None = None
    retry_after: float | None = None
    """Seconds the server asked to wait (HTTP ``Retry-After``)."""
    age: float | None = None
    """Seconds from sending to failing."""
    silence: float | None = None
    """Seconds since the last sign of life, where nothing but silence told of the failure."""


class TransportFailure(Exception):
    """A request or socket failed; carries the ``Failure``."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class PublishError(Exception):
    """A message was not accepted by the service, or it is not known whether it was."""


State = Literal["connecting", "connected", "reconnecting", "closed"]
Transport = Literal["long-polling", "websocket"]


@dataclass(frozen=True, slots=True)
class StateChange:
    """What the client tells about its connection.

    ``connected`` means: handshake done, every wanted channel acknowledged in this session, and a
    connect answered. What is set up at the server from then on misses nothing.
    """

    state: State
    transport: Transport
    reason: str | None = None
    retry_in: float | None = None
    """Seconds until the next attempt, if one is scheduled."""
    session: int = 0
    """Counts successful handshakes; a new number means that the server-side state is gone."""
    new_session: bool = False
    """True at the first ``connected`` of a session."""
    failure: Failure | None = None
