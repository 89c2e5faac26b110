"""What clients have subscribed to, and the updates that wait to be sent to them."""

import secrets
from collections import deque
from collections.abc import Iterable
from typing import Any, Literal

from statmon.simulator.service.bayeux import Sessions
from statmon.simulator.service.clients import Client, Entry, Subscription
from statmon.simulator.service.faults import Faults
from statmon.simulator.service.quirks import Quirks, dressed
from statmon.simulator.service.session import Session
from statmon.simulator.statserver.server import Opened, StatServer
from statmon.simulator.statserver.statistic import Value, Watcher

UPDATES = "/statistics/v3/updates"
SERVICE = "/statistics/v3/service"
MAX_STATISTICS = 500_000
"""Statistics open at once, for all clients together."""
MAX_SUBSCRIPTIONS = 10_000
"""Subscriptions of one client."""
MAX_CLIENTS = 30_000
"""HTTP sessions at once; whoever would be one more is turned away."""
BATCH = 500
"""Values in one message at most."""
AtSessionEnd = Literal["keep", "drop", "new-cookie", "orphan"]
"""What becomes of a client's subscriptions when its last CometD session ends.

They are kept for the next session of the same cookie; closed; closed and the cookie forgotten
with them, so that the next handshake sets a new one; or they stay open, can be peeked and
deleted, but their updates reach nobody any more.
"""
EMPTY = 60.0
"""Seconds that a client without subscriptions and sessions is remembered."""


class TooMany(Exception):
    """There are more HTTP sessions than the service keeps."""


class Refused(Exception):
    """A statistic cannot be opened; the text is the server's words."""


class Subscriptions:
    """All clients, their subscriptions, and the service's state."""

    def __init__(
        self,
        server: StatServer,
        sessions: Sessions,
        time_tick: int,
        faults: Faults,
        *,
        quirks: Quirks = frozenset(),
        at_session_end: AtSessionEnd = "keep",
    ) -> None:
        self._quirks = quirks
        self._at_session_end = at_session_end
        self.server = server
        self._faults = faults
        self._late: deque[tuple[float, list[Session], dict[str, Any], int]] = deque()
        self.bayeux = sessions
        sessions.on_end = self.session_ended
        if "state-on-subscribe" in quirks:
            sessions.on_subscribe = self._tell_state
        self.clients: dict[str, Client] = {}
        self.available = True
        self.entries = 0
        self._time_tick = time_tick
        self._dirty: dict[str, Client] = {}

    def client(self, cookie: str | None, now: float) -> Client:
        """Return the client of this cookie, a new one if it is unknown.

        Raises TooMany: those who are there keep their places.
        """
        found = self.clients.get(cookie or "")
        if found is None:
            if len(self.clients) >= MAX_CLIENTS:
                raise TooMany
            found = Client(secrets.token_hex(16), now)
            self.clients[found.id] = found
        found.last_used = now
        return found

    def begin(self, client: Client, subscription_id: str) -> Subscription:
        """Open an empty subscription; one of the same id is replaced. Raises Refused."""
        self.close(client, subscription_id)
        if len(client.subscriptions) >= MAX_SUBSCRIPTIONS:
            raise Refused("too many subscriptions")
        subscription = Subscription(subscription_id, {})
        client.subscriptions[subscription_id] = subscription
        return subscription

    def add(
        self, client: Client, subscription: Subscription, statistics: Iterable[Any]
    ) -> list[tuple[Any, str]]:
        """Open statistics under a subscription; return (item, reason) of those refused.

        Raises Refused if the subscription was closed meanwhile.
        """
        if client.subscriptions.get(subscription.id) is not subscription:
            raise Refused("the subscription was closed while it was being opened")
        refused = []
        for item in statistics:
            try:
                entry = self._entry(item)
                if entry.id in subscription.entries:
                    self.server.close(entry.opened)
                    raise Refused(f"duplicate statisticId '{entry.id}'")
                subscription.entries[entry.id] = entry
                self.entries += 1
                self._watch(client, subscription, entry)
            except (LookupError, ValueError, Refused) as error:
                refused.append((item, str(error.args[0] if error.args else error)))
        return refused

    def _entry(self, item: Any) -> Entry:
        if not isinstance(item, dict):
            raise Refused("a statistic must be an object")
        if self.entries >= MAX_STATISTICS:
            raise Refused("too many statistics are open")
        statistic_id = _text(item, "statisticId")
        opened = self.open_statistic(item)
        return Entry(statistic_id, item["objectType"], item["objectId"], item.get("name"), opened)

    def open_statistic(self, item: dict[str, Any]) -> Opened:
        """Open the statistic that an item of a request describes. Raises the reason if not."""
        object_type, object_id = _text(item, "objectType"), _text(item, "objectId")
        if self._faults.refuses(object_id, item.get("name")):
            raise Refused("the statistic is refused (simulated fault)")
        definition, name = item.get("definition"), item.get("name")
        if definition is not None and not isinstance(definition, dict):
            raise Refused("definition must be an object")
        if name is not None and not isinstance(name, str):
            raise Refused("name must be a text")
        if definition is not None:
            return self.server.open(object_type, object_id, definition=definition)
        return self.server.open(object_type, object_id, name=name)

    def _watch(self, client: Client, subscription: Subscription, entry: Entry) -> None:
        def deliver(value: Value) -> None:
            if subscription.orphan:
                return
            item = {
                "subscriptionId": subscription.id,
                "statisticId": entry.id,
                "value": dressed(value, self._quirks, self._faults.clock),
                "timestamp": value["timestamp"] + self._faults.clock,
            }
            if "names-in-updates" in self._quirks:
                item |= entry.names()
            client.pending.append(item)
            self._dirty[client.id] = client

        entry.watcher = Watcher(
            entry.opened.statistic, entry.opened.definition.notification, deliver, self._time_tick
        )

    def close(self, client: Client, subscription_id: str) -> bool:
        """Close a subscription; False if there was none of this id."""
        subscription = client.subscriptions.pop(subscription_id, None)
        if subscription is None:
            return False
        for entry in subscription.entries.values():
            if entry.watcher is not None:
                entry.watcher.close()
            self.server.close(entry.opened)
            self.entries -= 1
        return True

    def session_ended(self, session: Session) -> None:
        """Do what the documents leave open when a client's last Bayeux session has ended."""
        client = session.owner
        if client is None or any(not other.closed for other in client.sessions):
            return
        if self._at_session_end == "new-cookie":
            self.end(client)
        elif self._at_session_end == "drop":
            for subscription_id in list(client.subscriptions):
                self.close(client, subscription_id)
        elif self._at_session_end == "orphan":
            for subscription in client.subscriptions.values():
                subscription.orphan = True

    def end(self, client: Client) -> None:
        """Close everything a client has, and forget it."""
        for subscription_id in list(client.subscriptions):
            self.close(client, subscription_id)
        self.clients.pop(client.id, None)
        self._dirty.pop(client.id, None)

    def end_all(self) -> None:
        """Forget every client, as a restart does."""
        for client in list(self.clients.values()):
            self.end(client)

    def sweep(self, now: float, lifetime: float) -> None:
        """End the clients that have no Bayeux session and were silent for so long (s).

        One without subscriptions has nothing to lose, and goes sooner.
        """
        for client in list(self.clients.values()):
            client.sessions = [session for session in client.sessions if not session.closed]
            if client.sessions:
                client.last_used = now
            elif client.last_used + (lifetime if client.subscriptions else EMPTY) <= now:
                self.end(client)

    def flush(self, now: float) -> int:
        """Hand the updates that have come up to the Bayeux sessions; return how many."""
        sent = 0
        while self._late and self._late[0][0] <= now:
            _, ears, event, weight = self._late.popleft()
            self._send(ears, event, weight)
        for client in self._dirty.values():
            pending, client.pending = client.pending, []
            ears = [one for one in client.sessions if one.hears(UPDATES)]
            if not ears:
                continue
            for start in range(0, len(pending), BATCH):
                statistics = {"statistics": pending[start : start + BATCH]}
                weight = len(statistics["statistics"])
                event = self._event("StatisticUpdate", UPDATES, statistics)
                if self._faults.late:
                    self._late.append((now + self._faults.late, ears, event, weight))
                else:
                    self._send(ears, event, weight)
            sent += len(pending)
        self._dirty.clear()
        return sent

    def _event(self, name: str, topic: str, data: dict[str, Any]) -> dict[str, Any]:
        if "flat-events" in self._quirks:
            return data
        return {"data": data, "name": name, "topic": topic}

    def _send(self, ears: list[Session], event: dict[str, Any], weight: int) -> None:
        for _ in range(2 if "duplicate" in self._faults.in_force else 1):
            self.bayeux.publish(UPDATES, event, ears, weight)

    def set_available(self, available: bool) -> None:
        """Change the service's state and tell it; UNAVAILABLE drops every subscription.

        The AVAILABLE event's topic lacks its leading slash, as the documented sample does.
        """
        if available == self.available:
            return
        self.available = available
        if not available:
            for client in list(self.clients.values()):
                for subscription_id in list(client.subscriptions):
                    self.close(client, subscription_id)
                client.pending.clear()
        self.bayeux.publish(SERVICE, self._state_event())

    def _tell_state(self, session: Session, channel: str) -> None:
        """Tell one session the state, as soon as it subscribes to it."""
        if channel == SERVICE:
            self.bayeux.publish(SERVICE, self._state_event(), [session])

    def _state_event(self) -> dict[str, Any]:
        state = "AVAILABLE" if self.available else "UNAVAILABLE"
        if "spelt-state" in self._quirks:
            state = state.title()
        whole = not self.available or "topic-with-slash" in self._quirks
        topic = SERVICE if whole else SERVICE.lstrip("/")
        return self._event("ServiceStateChange", topic, {"serviceState": state})


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value:
        raise Refused(f"{key} is missing")
    return value
