"""An engine without a service: its table is fed by hand. For tests and pictures."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from statmon.domain.reading import Reading
from statmon.domain.statistic import Wanted
from statmon.domain.workspace import Workspace, parse
from statmon.engine.engine_state import Received
from statmon.live.table import LiveTable
from statmon.service.clock import epoch_ms
from statmon.service.event_log import EventLog
from statmon.service.wire.events import (
    Arrival,
    ConnectionChanged,
    ConnectionState,
    Event,
    ReadingsArrived,
    ServiceChanged,
    StatisticError,
)

SITE = "http://127.0.0.1:1"
AGENT_NAMES = ("CurrentAgentState", "InboundCalls", "AverageHandlingTime")
QUEUE_NAMES = ("CurrentNumberWaitingCalls", "Total_Answered", "ServiceLevel")


now = epoch_ms
"""The time that all parts of statmon see: a test can let it stand."""


@dataclass
class Status:
    said: str = "open"
    statistics: int = 0
    errors: tuple[StatisticError, ...] = ()
    message: str | None = None
    connected: bool = True

    @property
    def state(self) -> str:
        return self.said if self.connected or self.said not in ("open", "opening") else "lost"

    @state.setter
    def state(self, said: str) -> None:
        self.said = said

    @property
    def settled(self) -> int:
        return self.statistics if self.state == "open" else 0


@dataclass
class FakeEngine:
    """The engine's surface over a table that the test feeds."""

    workspace: Workspace
    table: LiveTable = field(default_factory=LiveTable)
    connection: ConnectionChanged = field(
        default_factory=lambda: ConnectionChanged("closed", "long-polling", None, now())
    )
    service_state: str | None = None
    subscriptions: dict[str, Status] = field(default_factory=dict)
    signed_in_as: str | None = None
    api: Any = None
    received: Received = field(default_factory=lambda: Received(1204, 3, 2, 17))
    event_log: EventLog = field(default_factory=EventLog)
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stopping = asyncio.Event()
        self.apply(self.workspace)

    def apply(self, workspace: Workspace) -> None:
        self.workspace = workspace
        kept, self.subscriptions = self.subscriptions, {}
        wanted = [
            item.statistic
            for subscription in workspace.subscriptions
            if subscription.enabled
            for item in subscription.statistics
        ]
        for subscription in workspace.subscriptions:
            state = "open" if self.connection.state == "connected" else "closed"
            status = kept.get(subscription.name, Status(state))
            status.statistics = len(subscription.statistics)
            status.connected = self.connection.state == "connected"
            self.subscriptions[subscription.name] = status
        for statistic in wanted:
            self.table.add(statistic, statistic.series(SITE))
        for series in set(self.table.series) - {item.series(SITE) for item in wanted}:
            self.table.remove(series)

    def look_back_in(self, past: Any) -> None:
        """It computes nothing."""

    def listen(self, listener: Callable[[Event], None]) -> None:
        self.listeners.append(listener)

    def unlisten(self, listener: Callable[[Event], None]) -> None:
        self.listeners.remove(listener)

    def tell(self, event: Event) -> None:
        self.event_log.take(event)
        for listener in list(self.listeners):
            listener(event)

    def go_up(self, who: str | None = "sue") -> None:
        """Connected, available, everything open."""
        self.signed_in_as = who
        self.connect("connected")
        self.service("AVAILABLE")
        self.table.set_open(self.table.series, is_open=True)
        for status in self.subscriptions.values():
            status.state = "open"

    def connect(
        self, state: ConnectionState, reason: str | None = None, silent_since: int | None = None
    ) -> None:
        self.connection = ConnectionChanged(state, "long-polling", reason, now(), silent_since)
        for status in self.subscriptions.values():
            status.connected = state == "connected"
        for status in self.subscriptions.values():
            status.connected = state == "connected"
        self.table.healthy = state == "connected" and self.service_state != "UNAVAILABLE"
        self.tell(self.connection)

    def service(self, state: str) -> None:
        self.service_state = state
        self.table.healthy = self.connection.state == "connected" and state != "UNAVAILABLE"
        if state == "UNAVAILABLE":
            self.table.set_open(self.table.series, is_open=False)
            for status in self.subscriptions.values():
                status.state = "lost"
        self.tell(ServiceChanged(state, now()))

    def feed(self, object_id: str, name: str, value: Any, *, ago: float = 0.0) -> int:
        """Let a value arrive, as of some seconds ago; return its row."""
        at = now() - int(ago * 1000)
        for row, statistic in enumerate(self.table.statistics):
            if statistic.ref.object_id == object_id and statistic.title == name:
                reading = Reading(self.table.series[row], value, at, at, "update")
                if self.table.apply([reading]):
                    arrival = Arrival(reading, (Wanted("", statistic, reading.series),))
                    self.tell(ReadingsArrived((arrival,), at))
                return row
        raise LookupError(f"{object_id} {name}")

    def owe(self, row: int, seconds: float) -> None:
        """Let the service owe a row's value every so many seconds."""
        self.table._period[row] = seconds

    def refuse(self, object_id: str, name: str, words: str) -> int:
        """Let the service refuse a statistic."""
        for row, statistic in enumerate(self.table.statistics):
            if statistic.ref.object_id == object_id and statistic.title == name:
                series = self.table.series[row]
                self.table.set_error(series, words)
                status = next(iter(self.subscriptions.values()))
                status.errors = (*status.errors, StatisticError(series, statistic, words))
                return row
        raise LookupError(f"{object_id} {name}")

    async def run(self) -> None:
        self.log.append("run")
        self.stopping.clear()
        self.connect("connecting")
        self.go_up()
        await self.stopping.wait()
        self.connect("closed")
        self.log.append("ended")

    async def stop(self) -> None:
        self.log.append("stop")
        self.stopping.set()


def state(name: str, *, since: float = 0.0, reason: str = "") -> dict[str, Any]:
    """An agent's state as the service sends it, entered some seconds ago."""
    body: dict[str, Any] = {"status": name, "time": now() / 1000 - since}
    if reason:
        body["reasons"] = {"Reason": reason}
    return {"stateValue": body}


def workspace(agents: int = 4, queues: int = 2) -> Workspace:
    def statistics(kind: str, ids: list[str], names: tuple[str, ...]) -> list[dict[str, Any]]:
        return [
            {"id": f"{i}-{name}", "objectType": kind, "objectId": i, "name": name}
            for i in ids
            for name in names
        ]

    queue_ids = [f"{7001 + i}@SIP_Switch" for i in range(queues)]
    waiting = [
        {"objectType": "Queue", "objectId": i, "name": "CurrentNumberWaitingCalls"}
        for i in queue_ids
    ]
    level = [{"objectType": "Queue", "objectId": i, "name": "ServiceLevel"} for i in queue_ids[:1]]
    return parse(
        {
            "schema": 1,
            "name": "Sales floor",
            "site": {"url": SITE},
            "subscriptions": [
                {
                    "name": "Sales agents",
                    "statistics": statistics(
                        "Agent", [f"agent{i + 1}" for i in range(agents)], AGENT_NAMES
                    ),
                },
                {"name": "Queues", "statistics": statistics("Queue", queue_ids, QUEUE_NAMES)},
            ],
            "objects": [
                {
                    "objectType": "Agent",
                    "objectId": "agent1",
                    "label": "Desk 1",
                    "groups": ["Early shift"],
                }
            ],
            "charts": [{"kind": "line", "title": "Queue", "series": waiting + level, "span": 900}],
        }
    )
