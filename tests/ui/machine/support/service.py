"""A simulated service in the process: the engine's calls are answered, its client is played.

Everything between the window and the wire is the real code: engine, account, calls, monitor,
reconciler, table. What is false are only HTTP and the CometD client.
"""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.ui.machine.support.virtual import EPOCH_NS, clock

AGENTS = tuple(f"agent{number}" for number in range(1, 7))
QUEUES = tuple(f"{number}@SIP_Switch" for number in range(7001, 7005))
TYPES = {"Agent": AGENTS, "Queue": QUEUES, "RoutePoint": QUEUES}
DETECTED = 2.0
"""Seconds at most until a line that is cut is noticed."""
STATES = ("WaitForNextCall", "CallInbound", "NotReadyForNextCall", "AfterCallWork", "LoggedOut")
ODD = (float("nan"), 1e308, -1e308, 10**30, "", "n/a", "<b>7</b>", None, True, [], {"a": [1]}, -0.0)

Key = tuple[str, str, str]
"""Object type, object id, and name or definition."""


@dataclass
class Open:
    """A subscription as it is open at the service."""

    statistics: dict[str, Key]
    heard: bool = True
    """Its values reach the client's session."""


@dataclass
class Truth:
    """What really happened, for who checks what is shown."""

    arrived: dict[Key, list[int]] = field(default_factory=dict)
    """When readings came to the client, by series; local epoch milliseconds."""
    last: dict[Key, float] = field(default_factory=dict)
    """When the last one came, monotonic seconds as in all that follows."""
    silent_since: float | None = 0.0
    """Since when the client knows that it hears nothing; None while it hears."""
    silent_at: int = 0
    """The same as the computer's clock has it, epoch milliseconds."""
    unproved_since: float = 0.0
    """What came before this is worth nothing: the client knows that its subscriptions are gone."""
    down_since: float | None = None
    """Since when the client knows that the service is unavailable."""
    certain_from: int = 0
    """Nothing is claimed of what was before, epoch milliseconds: the clock was set then."""

    def silence(self) -> None:
        """The client knows now that it hears nothing."""
        if self.silent_since is None:
            self.silent_since, self.silent_at = clock.seconds, now_ms()


class Service:
    """The service as it is, whatever its client thinks."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.line_up = self.available = True
        self.broken = self.slow = False
        self.session, self.session_lost = 1, True
        self.keeps = True
        """Subscriptions outlive their session."""
        self.open: dict[str, Open] = {}
        self.values: dict[Key, Any] = {}
        self.refused: set[Key] = set()
        self.loud = False
        """Numbers are beyond every threshold."""
        self.truth = Truth(silent_since=clock.seconds, silent_at=now_ms())
        self.calls = 0
        """Calls that wait for their answer."""
        self.changed = asyncio.Event()
        self.client: Client | None = None
        self.cut_at: float | None = None
        self.dropped: Callable[[], int] = lambda: 0
        """How many values the client has dropped, since their subscription is not its own."""

    @property
    def well(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.line_up and self.available and not (self.broken or self.slow)

    def heal(self) -> None:
        """Let all be well."""
        self.broken = self.slow = False
        self.restore()
        self.be(available=True)

    # What happens to it.

    def cut(self, *, lose_session: bool) -> None:
        """The line is cut."""
        if self.line_up:
            self.line_up, self.cut_at = False, clock.seconds
        self.session_lost = self.session_lost or lose_session
        self.changed.set()

    def restore(self) -> None:
        """The line is there again."""
        self.line_up, self.cut_at = True, None
        if self.session_lost:
            for id_, one in list(self.open.items()):
                one.heard = False
                if not self.keeps:
                    del self.open[id_]
        self.changed.set()

    def be(self, *, available: bool) -> None:
        """Become available, or not: then all that is open goes."""
        if self.available != available:
            self.available = available
            if not available:
                self.open.clear()
            self.say_state()

    def say_state(self) -> None:
        """Tell the client how it is."""
        if self.client is not None and self.client.connected:
            self.client.hear_state("AVAILABLE" if self.available else "UNAVAILABLE")

    def forget(self) -> None:
        """Lose subscriptions without a word, as a service that was restarted."""
        self.open.clear()

    # Values.

    def value(self, key: Key) -> Any:
        """Return the present value of a series."""
        if key not in self.values:
            self.values[key] = self._next(key)
        return self.values[key]

    def _next(self, key: Key) -> Any:
        chance = self.random
        if key[2] == "CurrentAgentState":
            body: dict[str, Any] = {"status": chance.choice(STATES), "time": clock.epoch_ns / 1e9}
            return {"stateValue": body}
        return chance.randint(40, 90) if self.loud else chance.randint(0, 9)

    def move(self, share: float, odd: float = 0.0) -> None:
        """Let some of the values move, and tell of them."""
        chance = self.random
        for id_, one in list(self.open.items()):
            moved = {}
            for statistic_id, key in one.statistics.items():
                if chance.random() < share:
                    self.values[key] = (
                        chance.choice(ODD) if chance.random() < odd else self._next(key)
                    )
                    moved[statistic_id] = key
            if moved and one.heard:
                self.tell(id_, moved)

    def tell(self, id_: str, statistics: Mapping[str, Key]) -> None:
        """Send values to the client, if it hears."""
        if self.client is not None and self.client.connected and self.line_up:
            before = self.dropped()
            self.client.hear_values([self._wire(id_, *item) for item in statistics.items()])
            # What it deletes may go on for a while, if deleting fails: that is nobody's by then.
            if self.dropped() == before:
                self.note(statistics.values())

    def note(self, keys: Any, *, heard: bool = True) -> None:
        """Note that readings came; what is only answered may come too late to be taken."""
        for key in keys:
            if heard:
                self.truth.arrived.setdefault(key, []).append(now_ms())
            self.truth.last[key] = clock.seconds

    def _wire(self, id_: str, statistic_id: str, key: Key) -> dict[str, Any]:
        return {
            "subscriptionId": id_,
            "statisticId": statistic_id,
            "objectType": key[0],
            "objectId": key[1],
            "value": self.value(key),
            "timestamp": (clock.now + EPOCH_NS) // 1_000_000,
        }

    # Its calls.

    async def call(self, call: str, method: str, path: str, arguments: Mapping[str, Any]) -> bytes:
        """Answer a call as HTTP would."""
        from statmon.service.wire.errors import ServiceError

        self.calls += 1
        try:
            lot = self.random.random()
            await asyncio.sleep(lot * 6 if self.slow else 0.0 if lot < 0.5 else (lot - 0.5) / 2)
            if not self.line_up:
                raise ServiceError(call, "the service cannot be reached; is the network there?")
            if self.broken:
                raise ServiceError(call, "Internal Server Error", status=500)
            status, answer = self._answer(method, path.partition("?")[0], arguments)
            if status != 200:
                words = answer["status"]["message"]
                raise ServiceError(call, words, status=status, code=answer["status"]["code"])
            return json.dumps(answer).encode()
        finally:
            self.calls -= 1

    def _answer(self, method: str, path: str, arguments: Mapping[str, Any]) -> tuple[int, Any]:
        if path.startswith("/auth"):
            return 200, {"loginName": "sue"}
        if not self.available:
            return 503, _error("the service is unavailable", 503)
        content = arguments.get("content")
        body = json.loads(content) if content else {}
        parts = path.split("/")[3:]
        match method, parts:
            case "POST", ["subscriptions"]:
                return self._create(body)
            case "DELETE", ["subscriptions", id_]:
                self.open.pop(id_, None)
                return 200, {"status": {"code": 0}}
            case "GET", ["subscriptions", id_, "statistic-values"]:
                return self._peek(id_)
            case "GET", ["statistic-values", name]:
                asked = arguments.get("params") or {}
                key = (asked.get("objectType", ""), asked.get("objectId", ""), name)
                if why := self.refusal(key):
                    return 400, _error(why, 400)
                return 200, {"status": {"code": 0}, "data": {"statistic": self._wire("", "", key)}}
            case "POST", ["operations", _]:
                return self._values(body)
        return 404, _error("not found", 404)

    def _create(self, body: Any) -> tuple[int, Any]:
        id_ = body["operationId"]
        asked = {item["statisticId"]: key_of(item) for item in body["data"]["statistics"]}
        refused = {name: why for name, key in asked.items() if (why := self.refusal(key))}
        opened = {name: key for name, key in asked.items() if name not in refused}
        if opened:
            self.open[id_] = Open(opened)
            self.truth.down_since = None  # who is answered knows, told or not
            self.note(opened.values(), heard=False)
        answer = {
            "status": {"code": 0},
            "data": {
                "subscriptionId": id_,
                "statistics": [self._wire(id_, *item) for item in opened.items()],
            },
        }
        if refused:
            answer["errors"] = [_error(why, 400, {"statisticId": n}) for n, why in refused.items()]
        return 200, answer

    def _peek(self, id_: str) -> tuple[int, Any]:
        one = self.open.get(id_)
        if one is None:
            return 404, _error(f"Subscription '{id_}' not found", 404)
        self.note(one.statistics.values(), heard=False)
        values = [self._wire(id_, *item) for item in one.statistics.items()]
        return 200, {"status": {"code": 0}, "data": {"subscriptionId": id_, "statistics": values}}

    def _values(self, body: Any) -> tuple[int, Any]:
        keys = [key_of(item) for item in body["data"]["statistics"]]
        there = [key for key in keys if not self.refusal(key)]
        values = [{**self._wire("", "", key), "name": key[2]} for key in there]
        errors = [_error(self.refusal(key), 400) for key in keys if key not in there]
        return 200, {"status": {"code": 0}, "data": {"statistics": values}, "errors": errors}

    def refusal(self, key: Key) -> str:
        """Return why a statistic is refused, or nothing."""
        if key[1] not in TYPES.get(key[0], ()):
            return f"{key[0]} '{key[1]}' does not exist"
        return f"Statistic {key[2]} of {key[1]} cannot be computed" if key in self.refused else ""


def now_ms() -> int:
    """Return the time as all parts of statmon see it."""
    from statmon.service.clock import epoch_ms

    return epoch_ms()


def key_of(item: Mapping[str, Any]) -> Key:
    """Return the series that a statistic on the wire asks for."""
    from statmon.domain.definition import Definition

    name = item.get("name")
    measure = name if name else f"#{Definition(item['definition']).digest}"
    return item["objectType"], item["objectId"], measure


def _error(message: str, code: int, detail: Any = None) -> dict[str, Any]:
    return {"status": {"code": code, "message": message, **({"detail": detail} if detail else {})}}


class Client:
    """Plays statmon's CometD client: tells of the connection, hands over what comes."""

    def __init__(
        self, service: Service, on_messages: Callable[..., None], on_state: Callable[..., None]
    ) -> None:
        from statmon import bayeux

        self._service, self._heard, self._changed = service, on_messages, on_state
        self.journal = bayeux.Journal(str)
        self.connected = False
        self._closed = False

    def subscribe(self, channel: str) -> None:
        """Both channels are heard."""

    async def run(self) -> None:
        """Keep the connection, as the service lets it."""
        service = self._service
        service.client, service.session_lost = self, True
        while not self._closed:
            service.changed.clear()
            if service.line_up and not self.connected:
                await asyncio.sleep(service.random.choice((0.0, 0.05, 0.6)))
                if service.line_up and not self._closed:
                    self._connect()
                continue
            if not service.line_up and self.connected:
                await asyncio.sleep(service.random.uniform(0.0, DETECTED))
                if not self._closed and not service.line_up:
                    self._disconnect()
                    continue
                if service.session_lost and not self._closed:
                    self._disconnect()
                continue
            await service.changed.wait()

    def _connect(self) -> None:
        service = self._service
        fresh = service.session_lost
        if fresh:
            service.session += 1
            service.session_lost = False
            service.truth.unproved_since = clock.seconds
        self.connected = True
        service.truth.silent_since = None
        self._state("connected", session=service.session, new_session=fresh)
        if fresh and service.random.random() < 0.7:
            service.say_state()

    def _disconnect(self) -> None:
        self.connected = False
        self._service.truth.silence()
        self._state("reconnecting", reason="the connection was cut")

    def _state(self, state: str, **more: Any) -> None:
        from statmon import bayeux

        self._changed(bayeux.StateChange(state, "websocket", **more))  # type: ignore[arg-type]

    def hear_state(self, state: str) -> None:
        from statmon.service.wire.notifications import SERVICE_CHANNEL, Notification

        truth = self._service.truth
        if state == "UNAVAILABLE":
            truth.unproved_since = clock.seconds
        truth.down_since = clock.seconds if state == "UNAVAILABLE" else None
        self._heard(SERVICE_CHANNEL, [Notification(service_state=state)])

    def hear_values(self, items: list[dict[str, Any]]) -> None:
        from statmon.service.wire.api import value_in
        from statmon.service.wire.notifications import UPDATES_CHANNEL, Notification

        values = [value for item in items if (value := value_in(item)) is not None]
        self._heard(UPDATES_CHANNEL, [Notification(statistics=values)])

    async def close(self) -> None:
        self._closed = True
        self.connected = False
        self._service.truth.silence()
        self._state("closed")
        self._service.changed.set()


def play(service: Service) -> None:
    """Let the engines of this process talk to this service from now on."""
    from statmon import bayeux
    from statmon.service.wire import http, make_http

    class Http(http.Http):
        """Statmon's own, but for the calls."""

        async def call(
            self, call: str, method: str, path: str, *, headers: Any = None, **arguments: Any
        ) -> bytes:
            return await service.call(call, method, path, arguments)

    make_http._make = Http  # type: ignore[assignment]
    bayeux.Client = lambda _url, *, on_messages, on_state, **_rest: Client(  # type: ignore[attr-defined]
        service, on_messages, on_state
    )
