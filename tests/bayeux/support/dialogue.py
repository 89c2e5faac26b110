"""Plays a session's dialogue with a server and a network that are written down in the test."""

from typing import Any

import msgspec

from statmon.bayeux.actions import Action, Cancel, CloseSocket, Report, Send, Settle
from statmon.bayeux.errors import Failure, Kind, StateChange
from statmon.bayeux.frames import Message
from statmon.bayeux.options import Options
from statmon.bayeux.session import Session

HANDSHAKE, CONNECT = "/meta/handshake", "/meta/connect"
SUBSCRIBE, DISCONNECT = "/meta/subscribe", "/meta/disconnect"
RETRY = {"reconnect": "retry", "interval": 0, "timeout": 20000, "maxInterval": 10000}
AGAIN = {"reconnect": "handshake", "interval": 0}
NONE = {"reconnect": "none"}
GONE: dict[str, Any] = {"successful": False, "error": "402::Unknown client", "advice": AGAIN}


class Dialogue:
    """A session, its clock, and what it has outstanding."""

    def __init__(self, *channels: str, **options: Any) -> None:
        settings = {"transport": "long-polling", "ack": False, **options}
        self.session = Session(Options(**settings), random=lambda: 0.5)
        self.now = 100.0
        self.outstanding: dict[int, Send] = {}
        self.sent: list[Send] = []
        self.states: list[StateChange] = []
        self.others: list[Action] = []
        self.settled: dict[int, str | None] = {}
        self.clients = 0
        for channel in channels or ("/a",):
            self.session.subscribe(channel, self.now)

    # What we see.

    def count(self, channel: str) -> int:
        """How many messages were sent on a channel."""
        return sum(message["channel"] == channel for send in self.sent for message in send.messages)

    def waiting_for(self, channel: str) -> bool:
        return any(send.messages[0]["channel"] == channel for send in self.outstanding.values())

    def last(self, channel: str) -> dict[str, Any]:
        """The newest message sent on a channel."""
        found = [m for send in self.sent for m in send.messages if m["channel"] == channel]
        return found[-1]

    @property
    def state(self) -> StateChange:
        return self.states[-1]

    def did(self, action: type[Action]) -> int:
        return sum(isinstance(other, action) for other in self.others)

    # What happens.

    def start(self) -> None:
        self.session.start(self.now)
        self.take()

    def reply(self, channel: str, /, *more: dict[str, Any], **fields: Any) -> None:
        """Answer the outstanding request of this channel; ``more`` messages come before."""
        send = self._find(channel)
        messages = [self.answer(message, fields) for message in send.messages]
        self.deliver(*more, *messages, key=send.key)

    def deliver(self, *messages: dict[str, Any], key: int | None = None) -> None:
        """Messages arrive, as the answer to a request or on the socket."""
        converted = [msgspec.convert(message, Message[Any]) for message in messages]
        if key is not None:
            self.outstanding.pop(key, None)
        self.session.received(converted, self.now)
        if key is not None:
            self.session.completed(key, self.now)
        self.take()

    def fail(self, channel: str, kind: Kind = Kind.CUT, **fields: Any) -> None:
        """The request of this channel fails."""
        send = self._find(channel)
        del self.outstanding[send.key]
        failure = Failure(kind, **{"reason": "It failed.", **fields})
        self.session.failed(send.key, failure, self.now)
        self.take()

    def wait(self, seconds: float) -> None:
        """Time passes; the session wakes whenever it wants to."""
        end = self.now + seconds
        for _ in range(10_000):
            wake_at = self.session.wake_at
            if wake_at is None or wake_at > end:
                break
            self.now = max(self.now, wake_at)
            self.session.tick(self.now)
            self.take()
        else:
            raise AssertionError("the session spins")
        self.now = end

    def until(self, channel: str, limit: float = 100.0) -> float:
        """Wait until a request of this channel is outstanding; return how long it took."""
        started = self.now
        while not self.waiting_for(channel):
            assert self.now - started < limit, f"no {channel} within {limit} s"
            self.wait(0.01)
        return self.now - started

    def live(self) -> None:
        """Go through handshake, subscribe and probe to a held connect."""
        if not self.sent:
            self.start()
        self.until(HANDSHAKE)
        self.reply(HANDSHAKE)
        self.reply(SUBSCRIBE)
        self.reply(CONNECT)
        assert self.state.state == "connected"
        assert self.waiting_for(CONNECT)

    def held(self, seconds: float = 20.0) -> None:
        """The server holds the connect, then answers that there is nothing."""
        self.wait(seconds)
        self.reply(CONNECT)

    def take(self) -> None:
        for action in self.session.actions():
            match action:
                case Send(key):
                    self.sent.append(action)
                    self.outstanding[key] = action
                case Cancel(key):
                    self.outstanding.pop(key, None)
                case Report(change):
                    self.states.append(change)
                case Settle(token, error):
                    self.settled[token] = error
                case CloseSocket():
                    self._forget_socket()
                case _:
                    self.others.append(action)
        connects = [s for s in self.outstanding.values() if s.messages[0]["channel"] == CONNECT]
        assert len(connects) <= 1, "exactly one connect outstanding, always"

    def open_socket(self) -> None:
        """The websocket opens."""
        self.session.socket_opened(self.now)
        self.take()

    def lose_socket(self, kind: Kind = Kind.CLOSED, **fields: Any) -> None:
        """The websocket closes, or does not open."""
        self._forget_socket()
        self.session.socket_lost(Failure(kind, "The websocket is lost.", **fields), self.now)
        self.take()

    def _forget_socket(self) -> None:
        self.outstanding = {
            key: send for key, send in self.outstanding.items() if send.transport != "websocket"
        }

    def _find(self, channel: str) -> Send:
        for send in self.outstanding.values():
            if send.messages[0]["channel"] == channel:
                return send
        raise AssertionError(f"no {channel} outstanding, only {list(self.outstanding.values())}")

    def answer(self, message: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        """What a server says to a message; ``fields`` are otherwise, or left out where None."""
        answer = {"channel": message["channel"], "id": message["id"], "successful": True}
        if message["channel"] == HANDSHAKE:
            self.clients += 1
            types = ["websocket", "long-polling"]
            answer |= {"clientId": f"client{self.clients}", "supportedConnectionTypes": types}
            answer |= {"advice": RETRY}
        if "subscription" in message:
            answer["subscription"] = message["subscription"]
        return {name: value for name, value in {**answer, **fields}.items() if value is not None}
