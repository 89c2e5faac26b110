"""All that may go wrong, drawn by a seed: links, service, tokens, replies, alone and at once.

A round lets some faults happen beside each other and waits until all is well again; then it says
how long nothing came, and how long that may have been.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise

from statmon.domain.workspace import Workspace, parse
from statmon.engine import Engine
from statmon.service.subscriptions.reconciler import JITTER
from statmon.service.wire.events import ReadingsArrived
from tests.engine.support.stage import Ear, Stage, all_open
from tests.faults.support.fault_proxy import FaultProxy
from tests.waiting import until

PERIOD = 0.25
"""Seconds between two values of a statistic: what is silence without any fault."""
GRACE = 1.0
"""Seconds that the end of a silence may take beside the outage and the delay of a retry."""
RETRY = 1.0
"""Seconds that an attempt may wait for its turn in the first half minute of trouble."""
BEAT = 0.02
AGENTS = 12
SETTLED_WITHIN = 60.0
"""Seconds after which something that is still open, or not yet, is a fault of ours."""
DEFINITION = {
    "category": "CurrentTime",
    "subject": "AgentStatus",
    "mainMask": "*",
    "notificationMode": "Periodical",
    "notificationFrequency": 1,
    "insensitivity": 0,
}


def floor() -> Workspace:
    """Two subscriptions that share a statistic: 48 values a second at fourfold speed."""

    def statistic(number: int) -> dict[str, object]:
        return {
            "id": f"s{number}",
            "objectType": "Agent",
            "objectId": f"agent{number}",
            "definition": DEFINITION,
        }

    parts = {"A": range(1, 7), "B": range(6, AGENTS + 1)}
    return parse(
        {
            "schema": 1,
            "subscriptions": [
                {"name": name, "statistics": [statistic(number) for number in part]}
                for name, part in parts.items()
            ],
        }
    )


@dataclass
class Fault:
    """What went wrong: from when to when, in monotonic seconds."""

    kind: str
    begin: float
    end: float = float("inf")


@dataclass
class Round:
    """What came of some faults at once."""

    faults: list[Fault]
    silence: float
    """Seconds without a value: the time that took most of what it was allowed."""
    allowed: float
    settled_after: float
    """Seconds after the last fault until all was open once and nothing else."""

    def __str__(self) -> str:
        first = min(fault.begin for fault in self.faults)
        kinds = ", ".join(
            f"{fault.kind} {fault.begin - first:.1f}-{fault.end - first:.1f}"
            for fault in sorted(self.faults, key=lambda fault: fault.begin)
        )
        figures = f"silence {self.silence:.2f} of {self.allowed:.2f} s"
        return f"{figures}, settled after {self.settled_after:.1f} s: {kinds}"


@dataclass
class Chaos:
    """Draws faults and lets them happen to an engine and its service, behind a proxy."""

    seed: int
    stage: Stage
    proxy: FaultProxy
    ear: Ear
    engine: Engine
    arrivals: list[float] = field(default_factory=list)
    told: set[tuple[object, ...]] = field(default_factory=set)
    double: list[tuple[object, ...]] = field(default_factory=list)
    values: int = 0
    late: list[tuple[float, float]] = field(default_factory=list)
    """When the loop came back late, and by how many seconds: nobody's fault but the machine's."""

    def __post_init__(self) -> None:
        """Listen."""
        self.random = random.Random(self.seed)
        self.engine.listen(self._heard)

    def _heard(self, event: object) -> None:
        self.ear.events.clear()
        if not isinstance(event, ReadingsArrived):
            return
        self.arrivals.append(time.monotonic())
        for arrival in event.arrivals:
            reading = arrival.reading
            for one in arrival.wanted:
                key = (one.subscription, reading.series, reading.timestamp, str(reading.value))
                if key in self.told:
                    self.double.append(key)
                self.told.add(key)
        self.values += event.values

    async def beat(self) -> None:
        """Note when the machine was busy with something else, for ever."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(BEAT)
            over = time.monotonic() - before - BEAT
            if over > BEAT:
                self.late.append((time.monotonic(), over))

    async def round(self) -> Round:
        """Let some faults happen, wait until all is well, and say how it was."""
        self.arrivals, self.late = self.arrivals[-1:], []
        kinds = self.random.sample(list(KINDS), self.random.choice([1, 1, 2, 2, 3]))
        faults: list[Fault] = []
        await asyncio.gather(*(KINDS[kind](self, kind, faults) for kind in kinds))
        over = max(fault.end for fault in faults)
        try:
            await self.ear.until(lambda: self.arrivals[-1] > over and self._well(), SETTLED_WITHIN)
        except TimeoutError:
            raise AssertionError(f"not well: {self._how_it_is(faults)}") from None
        settled = time.monotonic() - over
        mark = len(self.arrivals)
        await self.ear.until(lambda: len(self.arrivals) > mark + 2, SETTLED_WITHIN)
        silence, allowed = self._longest(faults)
        return Round(faults, silence, allowed, max(0.0, settled))

    def _how_it_is(self, faults: list[Fault]) -> str:
        """Say what a person would ask for who looks for the fault."""
        engine, account = self.engine, self.engine.account
        return "\n".join(
            [
                str(Round(faults, time.monotonic() - self.arrivals[-1], 0, 0)),
                f"{engine.connection}, service {engine.service_state}",
                f"sign-in needed: {account.sign_in.needed if account else None}",
                *(f"{name}: {status.state}" for name, status in engine.subscriptions.items()),
                f"open at the service: {[(i, len(o)) for i, o in self.stage.open.items()]}",
                *(str(line) for line in (engine.journal.lines() if engine.journal else [])[-40:]),
            ]
        )

    def _well(self) -> bool:
        """All that is wanted is open, each once, and nothing else."""
        open_there = [item for items in self.stage.open.values() for item in items]
        return (
            all_open(self.engine)
            and len(open_there) == len(self.engine.wishes)
            and len({object_id for _, object_id, _ in open_there}) == AGENTS
        )

    def _longest(self, faults: list[Fault]) -> tuple[float, float]:
        """Return the silence that took most of what it was allowed, and what that was."""
        found = [
            (later - earlier, self._allowed(earlier, later, faults))
            for earlier, later in pairwise(self.arrivals)
        ]
        return max(found, key=lambda pair: pair[0] / pair[1])

    def _allowed(self, begin: float, end: float, faults: list[Fault]) -> float:
        """Return how long nothing may have come between two times."""
        inside = [one for one in faults if one.begin < end and one.end > begin - GRACE - RETRY]
        allowed = PERIOD + GRACE
        if inside:
            late = JITTER if any(one.kind == "outage" for one in inside) else 0.0
            first = last = max(begin, min(one.begin for one in inside))
            for one in sorted(inside, key=lambda fault: fault.begin):
                if one.begin > last + GRACE + RETRY + late:
                    break  # before it all was well, or ought to have been
                last = max(last, min(end, one.end))
            allowed += last - first + RETRY + late
        return allowed + sum(over for at, over in self.late if begin <= at <= end)

    # What may happen.

    async def _lasting(
        self, kind: str, faults: list[Fault], begin: Callable[[], object], end: Callable[[], object]
    ) -> None:
        await asyncio.sleep(self.random.uniform(0, 1.5))
        length = self.random.uniform(0.2, 3.0)
        fault = Fault(kind, time.monotonic())
        faults.append(fault)
        for act in (begin, end):
            done = act()
            if isinstance(done, Awaitable):
                await done
            if act is begin:
                await asyncio.sleep(length)
        fault.end = time.monotonic()

    async def _sudden(
        self, kind: str, faults: list[Fault], act: Callable[[], object], times: int = 1
    ) -> None:
        for number in range(times):
            # Every spacing counts: the shortest ones are the most frequent.
            longest = 1.5 if number == 0 else self.random.choice([0.5, 1.5, 4.0, 12.0])
            await asyncio.sleep(self.random.uniform(0.1, longest))
            act()
            faults.append(Fault(kind, time.monotonic(), time.monotonic()))

    async def refuse(self, kind: str, faults: list[Fault]) -> None:
        """The network is down."""
        await self._lasting(kind, faults, self.proxy.refuse, self.proxy.listen)

    async def hole(self, kind: str, faults: list[Fault]) -> None:
        """Nothing comes through, and nothing breaks."""
        await self._lasting(kind, faults, self.proxy.black_hole, self.proxy.restore)

    async def cut(self, kind: str, faults: list[Fault]) -> None:
        """Connections end, one way or another."""
        act = self.random.choice([self.proxy.cut, self.proxy.reset, self.proxy.half_close])
        await self._sudden(f"{kind} ({act.__name__})", faults, act, self.random.choice([1, 2, 3]))

    async def lose(self, kind: str, faults: list[Fault]) -> None:
        """Replies get lost, with their connections."""
        for _ in range(self.random.choice([1, 2, 4])):
            await self._sudden(kind, faults, self.proxy.lose_reply)
            await until(lambda: not self.proxy.losing, within=None)
            # It goes wrong when the next reply comes, not before.
            faults.append(Fault(kind, time.monotonic(), time.monotonic()))

    async def service(self, kind: str, faults: list[Fault]) -> None:
        """The service, or its gateway, is down."""
        value = "503" if kind == "failing" else None
        await self._lasting(
            kind, faults, lambda: self.stage.fault(kind, value), lambda: self.stage.well(kind)
        )

    async def forget(self, kind: str, faults: list[Fault]) -> None:
        """The service forgets sessions."""
        await self._sudden(kind, faults, lambda: self.stage.fault(kind))

    async def tokens(self, kind: str, faults: list[Fault]) -> None:
        """Tokens end, in any spacing."""
        times = self.random.choice([1, 2, 3])
        await self._sudden(kind, faults, lambda: self.stage.fault(kind), times)


KINDS: dict[str, Callable[[Chaos, str, list[Fault]], Awaitable[None]]] = {
    "refused": Chaos.refuse,
    "black hole": Chaos.hole,
    "cut": Chaos.cut,
    "lost reply": Chaos.lose,
    "outage": Chaos.service,
    "failing": Chaos.service,
    "lose-sessions": Chaos.forget,
    "restart": Chaos.forget,
    "expire-tokens": Chaos.tokens,
    "end-sign-ins": Chaos.tokens,
}
