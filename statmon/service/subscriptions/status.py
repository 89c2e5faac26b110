"""How the user's subscriptions stand, gathered from what happens to their chunks."""

from dataclasses import dataclass, field, replace
from itertools import chain

from statmon.domain.statistic import Series
from statmon.domain.workspace import Workspace
from statmon.service.subscriptions.desired import Wishes
from statmon.service.wire.events import (
    ConnectionState,
    StatisticError,
    SubscriptionChanged,
    SubscriptionState,
)


@dataclass(slots=True)
class SubscriptionStatus:
    """How a subscription of the user's stands, all its chunks together."""

    said: SubscriptionState = "closed"
    """What its chunks came to, as long as there is a connection."""
    connected: bool = False
    """Whether a living connection proves what was said."""
    statistics: int = 0
    message: str | None = None
    chunks: dict[str, SubscriptionChanged] = field(default_factory=dict)
    refused: dict[Series, StatisticError] = field(default_factory=dict)

    @property
    def state(self) -> SubscriptionState:
        """How it stands: what no living connection proves is not open, nor being opened."""
        proved = self.connected or self.said not in {"open", "opening"}
        return self.said if proved else "lost"

    @property
    def errors(self) -> tuple[StatisticError, ...]:
        """What the service refused, in its words."""
        return tuple(self.refused.values())

    @property
    def settled(self) -> int:
        """How many of its statistics are open or refused; one that stands there twice is one."""
        chunks = self.chunks.values() if self.connected else ()
        opened = (one.series for one in chunks if one.state == "open")
        return len(self.refused.keys() | set(chain.from_iterable(opened)))

    def line_is(self, state: ConnectionState) -> None:
        """Take in how the connection is; with its end all chunks are gone."""
        self.connected = state == "connected"
        if state == "closed":
            self.chunks.clear()
            self.said = "closed"

    def take(self, event: SubscriptionChanged) -> None:
        """Take in what happened to one chunk."""
        if event.state in {"lost", "closed", "failed"}:
            self.chunks.pop(event.subscription_id, None)
        else:
            self.chunks[event.subscription_id] = event
        if event.state == "open" and self.refused:
            for series in event.series:
                self.refused.pop(series, None)
        self.refused.update({error.series: error for error in event.errors})
        self.message = event.message
        states = {chunk.state for chunk in self.chunks.values()}
        self.said = "opening" if "opening" in states else "open" if states else event.state


def follow(
    statuses: dict[str, SubscriptionStatus],
    workspace: Workspace,
    wishes: Wishes,
    line: ConnectionState,
) -> None:
    """Have one status for each of a workspace's subscriptions, and none but these.

    What was refused stays attached to whatever subscription wants it now.
    """
    asked: dict[str, dict[Series, StatisticError]] = {}
    for status in statuses.values():
        for series, error in status.refused.items():
            for item in wishes[series].wanted if series in wishes else ():
                own = asked.setdefault(item.subscription, {})
                own[series] = replace(error, statistic=item.statistic)
    counts: dict[str, int] = {}
    for subscription in workspace.subscriptions:
        counts[subscription.name] = counts.get(subscription.name, 0) + len(subscription.statistics)
    for name in statuses.keys() - counts.keys():
        del statuses[name]
    for name, count in counts.items():
        status = statuses.setdefault(name, SubscriptionStatus())
        status.statistics, status.refused = count, asked.get(name, {})
        status.connected = line == "connected"
