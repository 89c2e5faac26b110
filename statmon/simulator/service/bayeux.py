"""The Bayeux protocol as a CometD 3.1 Java server speaks it, without I/O.

Sessions are found by clientId *and* browser cookie (``trustClientSession=false``); they expire
``max_interval`` after their last poll ended; one session per browser may be held, a second is
sent back with ``multiple-clients``. Times are real seconds: whoever calls says what time it is.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from statmon.simulator.service.quirks import Quirks
from statmon.simulator.service.session import Message, Session, Turn

MAX_WAITING = 1_000_000
"""Values that may wait for all sessions together; beyond, the slowest readers end."""
MAX_SESSIONS = 20_000
"""Sessions at once; a handshake beyond is denied."""


_CHANNEL = re.compile(r"(/[^/*]+)+|(/[^/*]+)*/\*\*?")
"""Segments after slashes; a wildcard only in place of the last."""


class InvalidChannel(ValueError):
    """The channel is not written as channels are: the Java server fails with HTTP 500."""


@dataclass
class Advice:
    """The server's timing: how long a connect is held, how long a session lives (s)."""

    timeout: float = 20.0
    interval: float = 0.0
    max_interval: float = 10.0
    multi_interval: float = 2.0
    transports: tuple[str, ...] = ("long-polling",)
    error_unknown: str = "402::Unknown client"


class Sessions:
    """All Bayeux sessions of the service."""

    def __init__(
        self,
        advice: Advice,
        quirks: Quirks = frozenset(),
        clock: Callable[[], int] = lambda: 0,
        channels: Iterable[str] = (),
    ) -> None:
        """Serve these channels; ``clock`` gives the service's time in epoch ms."""
        self.advice = advice
        self.quirks = quirks
        self.all: dict[str, Session] = {}
        self._clock = clock
        self._channels = frozenset(channels)
        self.on_subscribe: Callable[[Session, str], None] = lambda _session, _channel: None
        self._of_browser: dict[str, list[Session]] = {}
        self.on_end: Callable[[Session], None] = lambda _session: None

    def process(
        self, messages: list[Message], browser: str | None, now: float, *, trusted: bool = False
    ) -> Turn:
        """Handle the messages of one request; a trusted client needs no browser cookie.

        Raises InvalidChannel.
        """
        turn = Turn()
        for message in messages:
            channel = _channel(message)
            if channel == "/meta/handshake":
                reply = self._handshake(message, browser, now, turn)
                self._extend(message, reply)
                turn.replies.append(reply)
                if turn.handshaken:
                    break
                continue
            session = self._find(message, browser, trusted=trusted)
            if session is None:
                turn.replies.append(self._unknown(message, channel))
                continue
            turn.session = session
            self._dispatch(message, channel, session, turn, alone=len(messages) == 1)
            if not session.held:
                session.expires = now + self.advice.max_interval
        return turn

    def _find(self, message: Message, browser: str | None, *, trusted: bool) -> Session | None:
        session = self.all.get(str(message.get("clientId")))
        if session is None or not (trusted or session.browser == browser):
            return None
        return session

    def _handshake(self, message: Message, browser: str | None, now: float, turn: Turn) -> Message:
        offered = message.get("supportedConnectionTypes")
        reply = _reply(message, "/meta/handshake")
        if isinstance(offered, list) and not set(self.advice.transports) & set(map(str, offered)):
            return reply | {
                "successful": False,
                "error": "400::unsupported_connection_types",
                "supportedConnectionTypes": list(self.advice.transports),
                "advice": {"reconnect": "none"},
            }
        if len(self.all) >= MAX_SESSIONS:
            denied = {"successful": False, "error": "403::Handshake denied"}
            return reply | denied | {"advice": {"reconnect": "none"}}
        session = Session(
            secrets.token_hex(14),
            browser or secrets.token_hex(16),
            now + self.advice.max_interval,
        )
        session.connect_only = "connect-only" in self.quirks
        session.acknowledges = "ack" in self.quirks and _ext(message).get("ack") is True
        if session.acknowledges:
            reply["ext"] = {"ack": True}
        self.all[session.id] = session
        self._of_browser.setdefault(session.browser, []).append(session)
        turn.session, turn.handshaken = session, True
        return reply | {
            "successful": True,
            "clientId": session.id,
            "version": "1.0",
            "minimumVersion": "1.0",
            "supportedConnectionTypes": list(self.advice.transports),
            "advice": self._advice(),
        }

    def _dispatch(
        self, message: Message, channel: str, session: Session, turn: Turn, *, alone: bool
    ) -> None:
        if channel == "/meta/connect":
            self._connect(message, session, turn, alone=alone)
        elif channel == "/meta/subscribe":
            turn.replies.append(self._subscribe(message, session, add=True))
        elif channel == "/meta/unsubscribe":
            turn.replies.append(self._subscribe(message, session, add=False))
        elif channel == "/meta/disconnect":
            self.close(session)
            turn.replies.append(_reply(message, channel) | {"successful": True})
        elif channel.startswith("/meta/"):
            raise InvalidChannel(f"Invalid channel id: {channel}")
        else:
            denied = {"successful": False, "error": f"403:{channel}:publish_denied"}
            turn.replies.append(_reply(message, channel) | denied)

    def _connect(self, message: Message, session: Session, turn: Turn, *, alone: bool) -> None:
        reply = _reply(message, "/meta/connect") | {"successful": True}
        self._extend(message, reply)
        if isinstance(batch := _ext(message).get("ack"), int):
            session.acknowledged(batch)
        asked = message.get("advice")
        first, session.connected = not session.connected, True
        if first or isinstance(asked, dict) or "advice-always" in self.quirks:
            reply["advice"] = self._advice()
        at_once = isinstance(asked, dict) and asked.get("timeout") == 0
        if self._browser_is_busy(session):
            reply["advice"] = {
                "multiple-clients": True,
                "interval": int(self.advice.multi_interval * 1000),
                "reconnect": "retry",
            }
            at_once = True
        if first or at_once or session.has_news or not alone:
            turn.replies.append(reply)
        else:
            turn.held = reply

    def _browser_is_busy(self, session: Session) -> bool:
        if session.transport == "websocket":
            return False
        return any(
            other is not session and other.held
            for other in self._of_browser.get(session.browser, ())
        )

    def _subscribe(self, message: Message, session: Session, *, add: bool) -> Message:
        kind = "subscribe" if add else "unsubscribe"
        reply = _reply(message, f"/meta/{kind}")
        wanted = message.get("subscription")
        if wanted is None or wanted == []:
            return reply | {"successful": False, "error": "403::subscription_missing"}
        names = wanted if isinstance(wanted, list) else [wanted]
        for name in names:
            if not isinstance(name, str) or not name:
                return reply | {"successful": False, "error": "403::subscription_invalid"}
            if not _CHANNEL.fullmatch(name):
                raise InvalidChannel(f"Invalid channel id: {name}")
        reply["subscription"] = wanted
        if len(names) + len(session.channels) > 100 or not all(map(self._allowed, names)):
            return reply | {"successful": False, "error": f"403:{names[0]}:{kind}_denied"}
        (session.channels.update if add else session.channels.difference_update)(names)
        for name in names if add else ():
            self.on_subscribe(session, name)
        return reply | {"successful": True}

    def _allowed(self, channel: str) -> bool:
        return "two-channels" not in self.quirks or channel in self._channels

    def _extend(self, message: Message, reply: Message) -> None:
        """Answer the time synchronisation extension (``p``: ms until the reply, here none)."""
        wish = _ext(message).get("timesync")
        if "timesync" not in self.quirks or not isinstance(wish, dict):
            return
        tc = wish.get("tc")
        if isinstance(tc, int):
            reply.setdefault("ext", {})["timesync"] = {"tc": tc, "ts": self._clock(), "p": 0}

    def forgotten(self, connect_reply: Message) -> Message:
        """Return what a held connect answers when its session was lost meanwhile."""
        return self._unknown(connect_reply, "/meta/connect")

    def _unknown(self, message: Message, channel: str) -> Message:
        reply = _reply(message, channel)
        reply |= {"successful": False, "error": self.advice.error_unknown}
        if channel == "/meta/connect" and "silent-402" not in self.quirks:
            reply["advice"] = {"interval": 0, "reconnect": "handshake"}
        return reply

    def _advice(self) -> Message:
        return {
            "reconnect": "retry",
            "interval": int(self.advice.interval * 1000),
            "timeout": int(self.advice.timeout * 1000),
        }

    def close(self, session: Session) -> None:
        """End a session: its held connect returns and tells the client not to come back."""
        session.closed = True
        if self.all.pop(session.id, None) is not None:
            self._leave_browser(session)
            self.on_end(session)
        if session.wake is not None:
            session.wake()

    def _leave_browser(self, session: Session) -> None:
        others = self._of_browser[session.browser]
        others.remove(session)
        if not others:
            del self._of_browser[session.browser]

    def lose_all(self) -> None:
        """Forget every session: its next message meets a 402, a held connect at once."""
        for session in list(self.all.values()):
            self.lose(session)

    def lose(self, session: Session) -> None:
        """Forget one session."""
        session.lost = True
        self.close(session)

    def sweep(self, now: float) -> list[Session]:
        """End the sessions that nobody polls or reads; return them."""
        ended = [
            session
            for session in self.all.values()
            if session.overrun or (not session.held and session.expires <= now)
        ]
        waiting = sum(session.waiting for session in self.all.values())
        if waiting > MAX_WAITING:
            ended += self._worst(waiting)
        for session in ended:
            self.close(session)
        return ended

    def _worst(self, waiting: int) -> list[Session]:
        """Return the sessions with the longest queues, until the rest is not too much."""
        worst = []
        for session in sorted(self.all.values(), key=lambda one: -one.waiting):
            if waiting <= MAX_WAITING:
                break
            waiting -= session.waiting
            worst.append(session)
        return worst

    def publish(
        self, channel: str, data: Any, to: Iterable[Session] | None = None, weight: int = 1
    ) -> None:
        """Send data of so many values to the sessions that hear the channel."""
        message = {"channel": channel, "data": data}
        for session in list(self.all.values()) if to is None else to:
            if session.hears(channel):
                session.put(message, weight)


def _channel(message: Message) -> str:
    channel = message.get("channel")
    if not isinstance(channel, str) or not channel.startswith("/"):
        raise InvalidChannel(f"Invalid channel id: {'null' if channel is None else channel}")
    return channel


def _reply(message: Message, channel: str) -> Message:
    """Begin a reply. The id comes back as a text, whatever it was (observed: CometD 3.1)."""
    found = message.get("id")
    if found is None:
        return {"channel": channel}
    return {"id": found if isinstance(found, str) else str(found), "channel": channel}


def _ext(message: Message) -> dict[str, Any]:
    ext = message.get("ext")
    return ext if isinstance(ext, dict) else {}
