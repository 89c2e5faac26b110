"""What happened to connection and service of late: outages, and the last events in words.

Kept in memory for people who look for a fault; readings are no events here.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from statmon.domain.value import format_duration
from statmon.service.wire.events import (
    ClockStepped,
    ConnectionChanged,
    Event,
    ServiceChanged,
    SignedIn,
    SignInNeeded,
    Slept,
    SubscriptionChanged,
)

_log = logging.getLogger(__name__)

MOST_OUTAGES: Final = 200
MOST_EVENTS: Final = 200

Part = Literal["connection", "service", "sign-in", "computer"]


_BEGUN: Final[dict[Part, str]] = {
    "connection": "the connection was lost",
    "service": "the service went away",
    "sign-in": "the service wants a sign-in",
    "computer": "the computer slept",
}
_ENDED: Final[dict[Part, str]] = {
    "connection": "the connection is back",
    "service": "the service is back",
    "sign-in": "the sign-in is done",
    "computer": "the computer is awake",
}


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which something did not work; local epoch milliseconds."""

    part: Part
    start: int
    reason: str
    """In one sentence, or empty."""
    end: int | None = None
    """None while it lasts."""

    def seconds(self, now: int) -> float:
        """Return how long it lasted, or has lasted by now."""
        return max(0.0, ((now if self.end is None else self.end) - self.start) / 1000)


@dataclass(frozen=True, slots=True)
class Happening:
    """An event in words."""

    at: int
    words: str


class EventLog:
    """Hears every event, before anybody else does: the one list of outages, read by all."""

    def __init__(self) -> None:
        self._over: deque[Outage] = deque(maxlen=MOST_OUTAGES)
        self._lasting: dict[Part, Outage] = {}
        self._events: deque[Happening] = deque(maxlen=MOST_EVENTS)

    def take(self, event: Event) -> None:
        """Take in what happened."""
        words = _words(event)
        if words is not None:
            self._events.append(Happening(event.at, words))
        match event:
            case ConnectionChanged():
                self._connection(event)
            case Slept(since, at):
                self._over.append(Outage("computer", since, "it slept, or statmon was stopped", at))
            case ServiceChanged(state, at):
                self._set("service", at, f"it says {state}" if state == "UNAVAILABLE" else None)
            case SubscriptionChanged(state="open", at=at):
                self._set("service", at, None)  # it opens, so it is there: its word was lost
            case SignInNeeded(reason, at):
                self._set("sign-in", at, reason)
            case SignedIn(_, at):
                self._set("sign-in", at, None)

    def recall(self, outages: Iterable[Outage]) -> None:
        """Add what an earlier run has seen: outages that are over, the oldest first."""
        began = min([outage.start for outage in self.outages()], default=None)
        earlier = [one for one in outages if began is None or (one.end or one.start) <= began]
        self._over = deque([*earlier, *self._over], maxlen=MOST_OUTAGES)

    @property
    def feed_down(self) -> list[Outage]:
        """What keeps values from coming now, the connection before the service."""
        parts: tuple[Part, ...] = ("connection", "service")
        return [self._lasting[part] for part in parts if part in self._lasting]

    def outages(self) -> list[Outage]:
        """Return the outages, those that last first, then the newest first."""
        return [*self._lasting.values(), *reversed(self._over)]

    def events(self) -> list[Happening]:
        """Return the last events, the newest first."""
        return list(reversed(self._events))

    def _connection(self, event: ConnectionChanged) -> None:
        if event.state == "connected":
            self._set("connection", event.at, None)
        elif event.state == "closed":
            for part in list(self._lasting):  # nobody wants it to work now
                self._set(part, event.at, None)
        elif event.state == "reconnecting":
            self._set("connection", event.since, event.reason or "")

    def _set(self, part: Part, at: int, reason: str | None) -> None:
        """Begin, go on with (the newest reason counts), or end a part's outage."""
        lasting = self._lasting.get(part)
        if reason is None:
            if lasting is not None:
                del self._lasting[part]
                self._over.append(ended := replace(lasting, end=at))
                _log.info("%s", _over_in_words(ended))
        elif lasting is None:
            self._lasting[part] = Outage(part, at, reason)
            _log.info("%s", _joined(_BEGUN[part], reason))
        else:
            self._lasting[part] = replace(lasting, reason=reason or lasting.reason)


def _over_in_words(outage: Outage) -> str:
    """Return what a help desk reads of an outage that is over: from when to when, how long, why."""
    end = outage.start if outage.end is None else outage.end
    times = " to ".join(
        time.strftime("%H:%M:%S", time.localtime(at / 1000)) for at in (outage.start, end)
    )
    lasted = format_duration(outage.seconds(end))
    return _joined(f"{_ENDED[outage.part]}: it was away from {times} ({lasted})", outage.reason)


def _words(event: Event) -> str | None:
    match event:
        case ConnectionChanged(state, transport, reason):
            return _joined(f"connection {state} by {transport}", reason)
        case Slept(since, at):
            return f"the computer slept, or statmon was stopped, for {(at - since) / 1000:.0f} s"
        case ClockStepped(by):
            way = "back" if by < 0 else "ahead"
            return f"the service's clock went {way} by {format_duration(abs(by) / 1000)}"
        case ServiceChanged(state):
            return f"service {state}"
        case SubscriptionChanged():
            counted = f"subscription «{event.name}» {event.state}, {len(event.series)} statistics"
            refused = f"{len(event.errors)} refused" if event.errors else None
            return _joined(counted, event.message or refused)
        case SignInNeeded(reason):
            return _joined("sign-in needed", reason)
        case SignedIn(user):
            return f"signed in as {user}" if user else "signed in"
    return None


def _joined(*parts: str | None) -> str:
    return ": ".join(_flat([part for part in parts if part]))


def _flat(parts: Iterable[str]) -> list[str]:
    return [" ".join(part.split()) for part in parts]
