"""Faults on demand: what a trainer or a test lets go wrong.

Each kind has a value where one is needed, and lasts until it is undone; some happen at once and
leave nothing to undo. Durations are real seconds.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from statmon.simulator.service.state import State

LASTING = {
    "outage": "the service is UNAVAILABLE and drops all subscriptions",
    "slow": "every answer takes VALUE seconds longer (default 2)",
    "failing": "every call answers with HTTP status VALUE (default 503)",
    "drop": "connections are cut, and new ones as soon as they are made",
    "late": "updates are held back for VALUE seconds (default 5)",
    "duplicate": "every update is sent twice",
    "refuse": "statistics whose name or object id is VALUE cannot be opened (default: none can)",
}
SUDDEN = {
    "lose-sessions": "all CometD sessions are forgotten: the next message of each meets a 402",
    "expire-tokens": "all access tokens end; refresh tokens stay good",
    "end-sign-ins": "all access and refresh tokens end: everybody must sign in anew",
    "restart": "connections are cut, sessions, cookies and subscriptions forgotten",
}
KINDS = LASTING | SUDDEN


@dataclass(frozen=True)
class Fault:
    """What goes wrong, from second ``at`` after the start, for ``length`` seconds or for good."""

    kind: str
    value: str | None = None
    at: float = 0.0
    length: float | None = None


def parse_fault(text: str) -> Fault:
    """Read ``KIND[=VALUE]@AT[:FOR]``, such as ``slow=2@20:10``. Raises ValueError."""
    what, _, when = text.partition("@")
    kind, _, value = what.partition("=")
    at, _, length = when.partition(":")
    try:
        return checked(
            Fault(kind, value or None, float(at or 0), float(length) if length else None)
        )
    except ValueError as error:
        raise ValueError(f"'{text}' is no KIND[=VALUE]@AT[:FOR]: {error}") from None


def checked(fault: Fault) -> Fault:
    """Return the fault if it makes sense. Raises ValueError saying what does not."""
    if fault.kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    if not 0 <= fault.at < 1e7 or not (fault.length is None or 0 < fault.length < 1e7):
        raise ValueError("times must be seconds, not negative")
    if fault.kind in ("slow", "late") and not 0 <= float(fault.value or 0) < 1e6:
        raise ValueError("the value must be seconds, not negative")
    if fault.kind == "failing" and not 400 <= int(fault.value or 503) < 600:
        raise ValueError("the value must be an HTTP status from 400 to 599")
    return fault


class Faults:
    """The faults in force, and the timers of those to come or to end."""

    def __init__(self) -> None:
        self.slow = 0.0
        self.failing: int | None = None
        self.late = 0.0
        self.duplicate = False
        self.refuse: str | None = None
        self.dropping = False
        self.planned: list[Fault] = []
        self.in_force: dict[str, Fault] = {}
        self.cut_connections: Callable[[], None] = lambda: None
        self._jobs: set[asyncio.Task[None]] = set()

    def refuses(self, object_id: str, name: str | None) -> bool:
        """Whether this statistic must not be opened."""
        return self.refuse is not None and self.refuse in ("", object_id, name)

    def schedule(self, state: "State", fault: Fault) -> None:
        """Let a fault happen at its time, and end."""
        job = asyncio.get_running_loop().create_task(self._run(state, fault))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _run(self, state: "State", fault: Fault) -> None:
        delay = fault.at - state.clock.elapsed()
        if delay > 0:
            await asyncio.sleep(delay)
        self.begin(state, fault)
        if fault.length is not None and fault.kind in LASTING:
            await asyncio.sleep(fault.length)
            if self.in_force.get(fault.kind) is fault:
                self.end(state, fault.kind)

    async def stop(self) -> None:
        """End all timers."""
        for job in self._jobs:
            job.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._jobs)

    def begin(self, state: "State", fault: Fault) -> None:
        """Let it go wrong now."""
        if fault.kind in LASTING:
            self.in_force[fault.kind] = fault
            self._set(state, fault.kind, fault.value)
        elif fault.kind == "lose-sessions":
            state.sessions.lose_all()
        elif fault.kind == "expire-tokens":
            state.tokens.expire_all()
        elif fault.kind == "end-sign-ins":
            state.tokens.revoke_all()
            state.browsers.users.clear()
        else:
            self.cut_connections()
            state.sessions.lose_all()
            state.subscriptions.end_all()

    def end(self, state: "State", kind: str) -> None:
        """Let it be well again."""
        if self.in_force.pop(kind, None) is not None:
            self._unset(state, kind)

    def _set(self, state: "State", kind: str, value: str | None) -> None:
        if kind == "outage":
            state.subscriptions.set_available(False)
        elif kind == "drop":
            self.dropping = True
            self.cut_connections()
        elif kind == "slow":
            self.slow = float(value or 2)
        elif kind == "late":
            self.late = float(value or 5)
        elif kind == "failing":
            self.failing = int(value or 503)
        elif kind == "duplicate":
            self.duplicate = True
        else:
            self.refuse = value or ""

    def _unset(self, state: "State", kind: str) -> None:
        if kind == "outage":
            state.subscriptions.set_available(True)
        elif kind == "drop":
            self.dropping = False
        else:
            setattr(self, kind, getattr(Faults(), kind))
