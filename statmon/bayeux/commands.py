"""The command lane: subscribe, unsubscribe and publish, one request at a time (no I/O).

Level-triggered: what to send is the difference between the wanted channels and those that this
session acknowledged, so nothing is ever forgotten after a failure.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from statmon.bayeux.channels import check_channel
from statmon.bayeux.frames import Message

LONGEST: Final = 60.0
"""Seconds between attempts at a channel that the service keeps refusing."""


@dataclass(slots=True)
class _Refusal:
    count: int
    again_at: float
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a publish."""

    token: int
    error: str | None


class Commands:
    """What the application wants of the service, and how much of it is done."""

    def __init__(self) -> None:
        self.wanted: dict[str, None] = {}
        self.subscribed: set[str] = set()
        self._refused: dict[str, _Refusal] = {}
        self._publishes: deque[tuple[int, str, Any]] = deque()
        self._sent: dict[str, tuple[str, str, int]] = {}
        self._failures = 0
        self._again_at = 0.0

    def want(self, channel: str) -> None:
        """Want a channel subscribed.

        Raises:
            ValueError: Not a channel.
        """
        self.wanted[check_channel(channel)] = None

    def unwant(self, channel: str) -> None:
        """Want a channel no more."""
        self.wanted.pop(channel, None)
        self._refused.pop(channel, None)

    def publish(self, token: int, channel: str, data: Any) -> None:
        """Queue a message.

        Raises:
            ValueError: Not a channel.
        """
        self._publishes.append((token, check_channel(channel), data))

    @property
    def settled(self) -> bool:
        """Whether every wanted channel is acknowledged in this session."""
        return self.wanted.keys() <= self.subscribed

    @property
    def refusal(self) -> str | None:
        """Why a wanted channel is not subscribed, in the server's words."""
        return next((refused.reason for refused in self._refused.values()), None)

    def new_session(self) -> list[Outcome]:
        """Forget what the old session acknowledged; what was being published is lost."""
        lost = self._abandon("The session ended before the message was acknowledged.")
        self.subscribed.clear()
        self._refused.clear()
        self._failures, self._again_at = 0, 0.0
        return lost

    def close(self) -> list[Outcome]:
        """Settle everything: nothing will be sent any more."""
        reason = "The client is closed."
        queued = [Outcome(token, reason) for token, _, _ in self._publishes]
        self._publishes.clear()
        return self._abandon(reason) + queued

    def wake_at(self) -> float | None:
        """Return when something can be sent, or None."""
        due = [self._again_at] if self._publishes or self._stray() else []
        for channel in self.wanted.keys() - self.subscribed:
            refused = self._refused.get(channel)
            due.append(max(refused.again_at if refused else 0.0, self._again_at))
        return min(due, default=None)

    def batch(self, now: float, next_id: Any) -> list[dict[str, Any]]:
        """Return the messages to send now, without ``clientId``."""
        if now < self._again_at:
            return []
        messages = [self._order("unsubscribe", channel, next_id()) for channel in self._stray()]
        for channel in self.wanted:
            refused = self._refused.get(channel)
            if channel not in self.subscribed and (not refused or refused.again_at <= now):
                messages.append(self._order("subscribe", channel, next_id()))
        while self._publishes:
            token, channel, data = self._publishes.popleft()
            key = next_id()
            self._sent[key] = ("publish", channel, token)
            messages.append({"id": key, "channel": channel, "data": data})
        if self._failures:  # one poisoned order must not spoil its neighbours
            for message in messages[1:]:
                self._put_back(message)
            return messages[:1]
        return messages

    def answered(self, message: Message[Any], now: float) -> Outcome | None:
        """Take a reply that is not about the session itself."""
        key = self._match(message)
        if key is None:
            return None
        verb, channel, token = self._sent.pop(key)
        self._failures = 0
        reason = message.refusal
        if verb == "publish":
            return Outcome(token, None if message.ok else reason)
        if verb == "unsubscribe":
            self.subscribed.discard(channel)
        elif message.ok:
            self.subscribed.add(channel)
            self._refused.pop(channel, None)
        else:
            self._refuse(channel, reason, now)
        return None

    def failed(self, reason: str, now: float) -> list[Outcome]:
        """Note that the whole request failed; wait longer each time."""
        self._failures += 1
        self._again_at = now + min(0.5 * 2 ** (self._failures - 1), LONGEST)
        return self._abandon(reason)

    @property
    def unanswered(self) -> bool:
        """Whether replies are still missing."""
        return bool(self._sent)

    def _stray(self) -> list[str]:
        return sorted(self.subscribed - self.wanted.keys())

    def _order(self, verb: str, channel: str, key: str) -> dict[str, Any]:
        self._sent[key] = (verb, channel, 0)
        return {"id": key, "channel": f"/meta/{verb}", "subscription": channel}

    def _put_back(self, message: dict[str, Any]) -> None:
        verb, channel, token = self._sent.pop(message["id"])
        if verb == "publish":
            self._publishes.append((token, channel, message["data"]))

    def _match(self, message: Message[Any]) -> str | None:
        if message.key is not None:
            return message.key if message.key in self._sent else None
        verb = message.channel.removeprefix("/meta/")
        for key, (sent, channel, _) in self._sent.items():  # some servers leave the id out
            if sent == verb and message.subscription in (None, channel, [channel]):
                return key
            if sent == "publish" and channel == message.channel:
                return key
        return None

    def _refuse(self, channel: str, reason: str, now: float) -> None:
        count = self._refused[channel].count + 1 if channel in self._refused else 1
        again_at = now + min(2.0 ** (count - 1), LONGEST)
        self._refused[channel] = _Refusal(count, again_at, f"{channel}: {reason}")

    def _abandon(self, reason: str) -> list[Outcome]:
        lost = [
            Outcome(token, reason) for verb, _, token in self._sent.values() if verb == "publish"
        ]
        self._sent.clear()
        return lost
