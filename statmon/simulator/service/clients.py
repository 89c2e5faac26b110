"""What the service keeps for each HTTP session: its subscriptions and who hears of them."""

from dataclasses import dataclass, field
from typing import Any

from statmon.simulator.service.quirks import Quirks, dressed
from statmon.simulator.service.session import Session
from statmon.simulator.statserver.server import Opened
from statmon.simulator.statserver.statistic import Watcher


@dataclass
class Entry:
    """A statistic of a subscription, by the client's own id."""

    id: str
    object_type: str
    object_id: str
    name: str | None
    opened: Opened
    watcher: Watcher | None = None

    def reading(self, quirks: Quirks, off: int, *, verbose: bool) -> dict[str, Any]:
        """Return the statistic as REST replies show it; ``off``: by so many ms the clock is."""
        value = self.opened.statistic.payload()
        reading = {
            "statisticId": self.id,
            "value": dressed(value, quirks, off),
            "timestamp": value["timestamp"] + off,
        }
        if verbose:
            reading |= self.names()
        return reading

    def names(self) -> dict[str, str]:
        """Return what the statistic was asked for by."""
        names = {"objectId": self.object_id, "objectType": self.object_type}
        return names if self.name is None else names | {"name": self.name}


@dataclass
class Subscription:
    """Open statistics by their ids. An orphan is open, but nobody is sent its updates."""

    id: str
    entries: dict[str, Entry]
    orphan: bool = False


@dataclass
class Client:
    """An HTTP session: its subscriptions and the Bayeux sessions that hear their updates."""

    id: str
    last_used: float
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)

    def hears(self, subscription: Subscription) -> bool:
        """Whether a session that is alive is sent the updates of this subscription."""
        return not subscription.orphan and any(not one.closed for one in self.sessions)
