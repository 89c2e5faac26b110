"""Faults on demand: what a trainer or a test lets go wrong.

Each kind has a value where one is needed, and lasts until it is undone; some happen at once and
leave nothing to undo. Durations are real seconds.
"""

import asyncio
import math
from dataclasses import dataclass, replace
from typing import Protocol

from statmon.simulator.clock import ServiceClock
from statmon.simulator.service.connections import Connections

LASTING = {
    "outage": "the service is UNAVAILABLE and drops all subscriptions",
    "slow": "every answer takes VALUE seconds longer (default 2)",
    "failing": "every call answers with HTTP status VALUE (default 503)",
    "page": "every call answers with a page of HTML and HTTP status VALUE (default 200)",
    "drop": "connections are cut, and new ones as soon as they ask for something",
    "late": "updates are held back for VALUE seconds (default 5)",
    "duplicate": "every update is sent twice",
    "clock": "the service's clock is off by VALUE seconds (default -3600)",
    "refuse": "statistics whose name or object id is VALUE cannot be opened (default: none can)",
}
SUDDEN = {
    "lose-sessions": "all CometD sessions are forgotten: the next message of each meets a 402",
    "expire-tokens": "all access tokens end; refresh tokens stay good",
    "end-sign-ins": "all access and refresh tokens end: everybody must sign in anew",
    "restart": "connections are cut, sessions, cookies and subscriptions forgotten",
}
KINDS = LASTING | SUDDEN
OF_CALLS = frozenset({"slow", "failing", "page"})
"""Kinds that strike calls, and may be limited to a path and to a number of them."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong, from second ``at`` after the start, for ``length`` seconds or for good.

    Those that strike calls may be limited to paths that contain ``path``, and to so many calls.
    """

    kind: str
    value: str | None = None
    at: float = 0.0
    length: float | None = None
    path: str = ""
    times: int | None = None


def parse_fault(text: str) -> Fault:
    """Read ``KIND[=VALUE[/PATH]]@AT[:FOR]``, such as ``slow=2@20:10``. Raises ValueError."""
    what, _, when = text.partition("@")
    kind, _, value = what.partition("=")
    at, _, length = when.partition(":")
    try:
        return checked(
            Fault(kind, value or None, float(at or 0), float(length) if length else None)
        )
    except ValueError as error:
        raise ValueError(f"'{text}' is no KIND[=VALUE[/PATH]]@AT[:FOR]: {error}") from None


def checked(fault: Fault) -> Fault:
    """Return the fault, its path apart from its value, if it makes sense.

    Raises ValueError saying what does not.
    """
    if fault.kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    if fault.kind in OF_CALLS and fault.value and "/" in fault.value:
        value, _, path = fault.value.partition("/")
        fault = replace(fault, value=value or None, path=f"/{path}")
    if fault.kind not in OF_CALLS and (fault.path or fault.times):
        raise ValueError(f"{fault.kind} does not strike single calls")
    if not 0 <= fault.at < 1e7 or not (fault.length is None or 0 < fault.length < 1e7):
        raise ValueError("times must be seconds, not negative")
    if fault.times is not None and fault.times < 1:
        raise ValueError("it must strike at least one call")
    _check_value(fault)
    return fault


def _check_value(fault: Fault) -> None:
    if fault.kind in ("slow", "late") and not 0 <= _number(fault.value or "0") < 1e6:
        raise ValueError("the value must be seconds, not negative")
    if fault.kind == "clock" and not abs(_number(fault.value or "0")) < 1e7:
        raise ValueError("the value must be seconds")
    lowest = {"failing": 400, "page": 200}.get(fault.kind)
    status = _number(fault.value or str(lowest))
    if lowest is not None and not (lowest <= status < 600 and status.is_integer()):
        raise ValueError(f"the value must be an HTTP status from {lowest} to 599")


def _number(text: str) -> float:
    """Return the number, or one that lies in no range."""
    try:
        return float(text)
    except ValueError:
        return math.nan


class Struck(Protocol):
    """The service that faults strike: it knows its parts, faults do not."""

    clock: ServiceClock

    def set_available(self, available: bool) -> None:
        """Be AVAILABLE, or UNAVAILABLE without any subscription."""

    def happen(self, kind: str) -> None:
        """Do what is over as soon as it has happened: one of ``SUDDEN``."""


class Faults:
    """The faults in force, and the timers of those to come or to end."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []
        self.in_force: dict[str, Fault] = {}
        self.connections = Connections()
        self._to_come: list[asyncio.TimerHandle] = []
        self._ends: dict[str, asyncio.TimerHandle] = {}
        self._strikes: dict[str, int] = {}

    def refuses(self, object_id: str, name: str | None) -> bool:
        """Whether this statistic must not be opened."""
        fault = self.in_force.get("refuse")
        return fault is not None and fault.value in (None, object_id, name)

    @property
    def late(self) -> float:
        """Seconds by which updates are held back."""
        fault = self.in_force.get("late")
        return float(fault.value or 5) if fault is not None else 0.0

    @property
    def clock(self) -> int:
        """Milliseconds by which the service's clock is off."""
        fault = self.in_force.get("clock")
        return round(float(fault.value or -3600) * 1000) if fault is not None else 0

    def strike(self, service: Struck, kind: str, path: str) -> Fault | None:
        """Return the fault of this kind if it hits a call of this path; it counts the calls."""
        fault = self.in_force.get(kind)
        if fault is None or fault.path not in path:
            return None
        if fault.times is not None:
            self._strikes[kind] = self._strikes.get(kind, 0) + 1
            if self._strikes[kind] >= fault.times:
                self.end(service, kind)
        return fault

    def schedule(self, service: Struck, fault: Fault) -> None:
        """Let a fault happen at its time, at once if that has come, and end."""
        delay = fault.at - service.clock.elapsed()
        if delay <= 0:
            self.begin(service, fault)
        else:
            loop = asyncio.get_running_loop()
            self._to_come.append(loop.call_later(delay, self.begin, service, fault))

    def stop(self) -> None:
        """End all timers."""
        for timer in [*self._to_come, *self._ends.values()]:
            timer.cancel()

    def begin(self, service: Struck, fault: Fault) -> None:
        """Let it go wrong now, in place of one of the same kind."""
        if fault.kind in SUDDEN:
            service.happen(fault.kind)
            return
        self._forget(fault.kind)
        self.in_force[fault.kind] = fault
        if fault.length is not None:
            loop = asyncio.get_running_loop()
            self._ends[fault.kind] = loop.call_later(fault.length, self.end, service, fault.kind)
        if fault.kind == "outage":
            service.set_available(False)
        elif fault.kind == "drop":
            self.connections.cut_all()

    def end(self, service: Struck, kind: str) -> None:
        """Let it be well again."""
        if self.in_force.pop(kind, None) is None:
            return
        self._forget(kind)
        if kind == "outage":
            service.set_available(True)

    def _forget(self, kind: str) -> None:
        self._strikes.pop(kind, None)
        if (timer := self._ends.pop(kind, None)) is not None:
            timer.cancel()
