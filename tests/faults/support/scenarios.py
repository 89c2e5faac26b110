"""The faults of the table in docs/performance.md, each a coroutine that returns when it is over.

``unit`` scales the seconds: 1.0 for the published table, less in the tests.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bayeux.support.fake_cometd import Answer, FakeCometd
from tests.faults.support.fault_proxy import FaultProxy, http

PAGE = b"<html><body>503 Service Unavailable</body></html>"
CONNECT = "/meta/connect"


@dataclass
class Stage:
    """What a scenario can play with."""

    server: FakeCometd
    proxy: FaultProxy
    unit: float


Scenario = Callable[[Stage], Awaitable[None]]


def _now(act: Callable[[Stage], object]) -> Scenario:
    async def scenario(stage: Stage) -> None:
        act(stage)

    return scenario


def _answers(times: int, raw: bytes | None) -> Scenario:
    async def scenario(stage: Stage) -> None:
        for _ in range(times):
            stage.proxy.answer(b"/meta/connect", raw)
        stage.proxy.cut()

    return scenario


def _hole(seconds: float) -> Scenario:
    async def scenario(stage: Stage) -> None:
        stage.proxy.black_hole()
        await asyncio.sleep(seconds * stage.unit)
        stage.proxy.restore()

    return scenario


async def _refused(stage: Stage) -> None:
    await stage.proxy.refuse()
    await asyncio.sleep(4 * stage.unit)
    await stage.proxy.listen()


async def _restart(stage: Stage) -> None:
    await stage.proxy.refuse()
    stage.server.drop_sessions()
    await asyncio.sleep(3 * stage.unit)
    await stage.proxy.listen()


async def _denied(stage: Stage) -> None:
    advice = {"reconnect": "handshake", "interval": round(500 * stage.unit)}
    denied = {"successful": False, "error": "403::handshake_denied", "advice": advice}
    stage.server.next("/meta/handshake", denied, denied)
    stage.server.drop_sessions()


async def _hang(stage: Stage) -> None:
    stage.server.next(CONNECT, Answer(hang=True))
    stage.proxy.cut()


SAME_SESSION: dict[str, Scenario] = {
    "none": _now(lambda stage: None),
    "TCP cut (FIN)": _now(lambda stage: stage.proxy.cut()),
    "TCP reset": _now(lambda stage: stage.proxy.reset()),
    "half-close": _now(lambda stage: stage.proxy.half_close()),
    "black hole 5 s": _hole(5),
    "refused 4 s": _refused,
    "lost reply x1": _now(lambda stage: stage.proxy.lose_reply()),
    "connect hang x1": _hang,
}
"""Faults after which the session must be the same, on every transport."""

POLLING_ONLY: dict[str, Scenario] = {
    "connect 503 x3": _answers(3, http("503 Service Unavailable", PAGE)),
    "connect 401 x2": _answers(2, http("401 Unauthorized")),
    "connect HTML 200 x2": _answers(2, http("200 OK", PAGE, "Content-Type: text/html")),
    "connect empty 200 x2": _answers(2, http("200 OK")),
    "connect truncated x2": _answers(2, http("200 OK", b'[{"channel":', length=500)),
    "connect not JSON x2": _answers(2, http("200 OK", b"]nonsense[")),
    "redirect to a login page x2": _answers(2, http("302 Found", b"", "Location: /login")),
}
"""HTTP answers instead of Bayeux ones."""

NEW_SESSION: dict[str, Scenario] = {
    "session dropped (402)": _now(lambda stage: stage.server.drop_sessions()),
    "black hole 14 s (> session)": _hole(14),
    "server restart 3 s": _restart,
    "drop + handshake denied x2": _denied,
}
"""Faults that end the session."""
