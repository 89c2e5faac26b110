"""What is sent to a webhook and to a Prometheus Alertmanager: bodies, headers, signature. Pure.

docs/alert-webhook.md says it to whoever receives it.
"""

import hashlib
import hmac
import json
import uuid
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from statmon.alerts.lines import line_of
from statmon.alerts.telling import State, Transition

SIGNATURE: Final = "X-Statmon-Signature"
TIMESTAMP: Final = "X-Statmon-Timestamp"
DELIVERY: Final = "X-Statmon-Delivery"
VERSION: Final = 1
ALERTS: Final = "/api/v2/alerts"
"""The path of Alertmanager's API, below its base address."""
LIVES: Final = 5 * 60_000
"""Milliseconds after which an Alertmanager takes an alert for over that it hears no more of."""
AGAIN: Final = 60_000
"""Milliseconds after which it hears of an open one again."""
MOST_WAITING: Final = 1_000
"""Steps that are kept for an address where nobody answers; the oldest go first."""
_OPEN: Final = frozenset(State) - {State.ENDED, State.PENDING}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One body to POST."""

    id: str
    """The same at each attempt: whoever got it twice can tell."""
    body: bytes


def signed(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a body: HMAC-SHA256 of ``timestamp.body``, with its name.

    Args:
        secret: what both sides know.
        timestamp: of this attempt, epoch seconds: a receiver refuses what is old.
        body: the bytes as they are sent.
    """
    message = str(timestamp).encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def headers(delivery: Delivery, secret: str, timestamp: int) -> dict[str, str]:
    """Return the headers of one attempt; it is signed where there is a secret."""
    found = {
        "Content-Type": "application/json",
        TIMESTAMP: str(timestamp),
        DELIVERY: delivery.id,
    }
    return {**found, SIGNATURE: signed(secret, timestamp, delivery.body)} if secret else found


class Outgoing(Protocol):
    """What is to be sent to one address."""

    path: str
    """Below the address."""

    def take(self, step: Transition) -> None:
        """Take in a step of an alert's life."""

    def next(self, now: int) -> Delivery | None:
        """Return what is to be sent now, epoch milliseconds; None: nothing."""

    def done(self, delivery: Delivery) -> None:
        """It was taken, or will never be: it is not sent again."""


class Steps:
    """Sends each step of each alert, in its order, once it is taken the next one."""

    path = ""

    def __init__(self, site: str) -> None:
        self._site = site
        self._waiting: deque[Delivery] = deque()
        self._known: set[str] = set()
        self.lost = 0
        """Steps that were dropped, since nobody took the first ones for too long."""

    def take(self, step: Transition) -> None:
        """Take in a step of an alert's life; one that nobody is told of yet is none."""
        if step.state in _OPEN:
            self._known.add(step.id)
        elif step.id not in self._known:
            return
        if step.state is State.ENDED:
            self._known.discard(step.id)
        body = _json({"version": VERSION, "site": self._site, **line_of(step)})
        self._waiting.append(Delivery(uuid.uuid4().hex, body))
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1

    def next(self, _now: int) -> Delivery | None:
        """Return the first step that nobody took yet."""
        return self._waiting[0] if self._waiting else None

    def done(self, delivery: Delivery) -> None:
        """Go on with the step after it."""
        if self._waiting and self._waiting[0] is delivery:
            self._waiting.popleft()


class Firing:
    """Tells an Alertmanager which alerts are open, as they are when it is told.

    It forgets what it hears no more of. A change of level is the end of one alert and the
    beginning of another there, since the level is one of the labels by which it tells them apart.
    """

    path = ALERTS

    def __init__(self, site: str) -> None:
        self._site = site
        self._open: dict[str, Transition] = {}
        self._ended: list[tuple[Transition, int]] = []
        self._steps = 0
        """How many steps made a difference there, ever ..."""
        self._sent = self._told = (0, 0, 0)
        """... and when something was sent, or taken, of how many steps, with how many ends."""

    def take(self, step: Transition) -> None:
        """Take in a step of an alert's life; one that nobody is told of yet is none."""
        before = self._open.get(step.id)
        is_open = step.state in _OPEN
        moved = before is not None and _labels(before, self._site) != _labels(step, self._site)
        if before is not None and (moved or not is_open):
            self._ended.append((before, step.at))
            del self._ended[:-MOST_WAITING]
        if is_open:
            self._open[step.id] = step
        else:
            self._open.pop(step.id, None)
        self._steps += is_open if before is None else moved or not is_open

    def next(self, now: int) -> Delivery | None:
        """Return what is open and what ended, when that is news or has to be told again."""
        at, steps, _ = self._told
        again = bool(self._open) and not 0 <= now - at < AGAIN
        if steps == self._steps and not again:
            return None
        self._sent = now, self._steps, len(self._ended)
        posts = [self._post(step, end) for step, end in self._ended]
        posts += [self._post(step, now + LIVES) for step in self._open.values()]
        return Delivery(uuid.uuid4().hex, _json(posts))

    def done(self, _delivery: Delivery) -> None:
        """Forget the ends that it was told."""
        self._told = self._sent
        del self._ended[: self._sent[2]]
        self._sent = (*self._sent[:2], 0)

    def _post(self, step: Transition, ends: int) -> dict[str, Any]:
        return {
            "labels": _labels(step, self._site),
            "annotations": {
                "summary": f"{step.rule}: {step.series.object_id}",
                "number": "" if step.number is None else f"{step.number:g}",
                "limit": "" if step.limit is None else f"{step.limit:g}",
                "state": step.state.value,
            },
            "startsAt": _time(step.since),
            "endsAt": _time(ends),
        }


def _labels(step: Transition, site: str) -> dict[str, str]:
    series = step.series
    return {
        "alertname": step.rule or "statmon",
        "severity": "critical" if abs(step.level) > 1 else "warning",
        "side": "low" if step.level < 0 else "high",
        "object_type": series.object_type,
        "object_id": series.object_id,
        "statistic": step.statistic,
        "site": site,
        "source": "statmon",
    }


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
