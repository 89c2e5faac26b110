"""A Bayeux session: what waits to be sent to it, and what it has not acknowledged yet."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]
MAX_QUEUE = 100_000
"""Values that may wait for a session; more means that nobody reads them: the session ends."""


MAX_REPLY = 10_000
"""Values after which a reply brings no further message: the next connect does, at once."""


@dataclass(eq=False)
class Session:
    """A Bayeux session. ``owner`` is whatever the application keeps with it.

    With ``acknowledges`` every connect reply counts a batch, and what it brought is sent again
    until a connect says that it arrived; then, as with ``connect_only``, other replies bring
    nothing.
    """

    id: str
    browser: str
    expires: float
    owner: Any = None
    credential: str | None = None
    channels: set[str] = field(default_factory=set)
    queue: deque[tuple[Message, int]] = field(default_factory=deque)
    transport: str = "long-polling"
    connected: bool = False
    closed: bool = False
    wake: Callable[[], None] | None = None
    waiting: int = 0
    overrun: bool = False
    lost: bool = False
    connect_only: bool = False
    acknowledges: bool = False
    _batch: int = 0
    _sent: deque[tuple[int, list[Message], int]] = field(default_factory=deque)

    @property
    def held(self) -> bool:
        """Whether a connect is waiting for something to happen."""
        return self.wake is not None

    @property
    def has_news(self) -> bool:
        """Whether a connect would bring something."""
        return bool(self.queue or self._sent)

    def put(self, message: Message, weight: int = 1) -> None:
        """Queue a message of so many values and wake the connect that waits for it."""
        if self.waiting + weight > MAX_QUEUE:
            self.overrun = True
            return
        self.waiting += weight
        self.queue.append((message, weight))
        if self.wake is not None:
            self.wake()

    def take(self, connect_reply: Message | None) -> list[Message]:
        """Return the messages that go with a reply, of a connect or of anything else."""
        if connect_reply is None and (self.connect_only or self.acknowledges):
            return []
        messages, weight = self._some()
        if not self.acknowledges or connect_reply is None:
            self.waiting -= weight
            return messages
        self._batch += 1
        connect_reply.setdefault("ext", {})["ack"] = self._batch
        if messages:
            self._sent.append((self._batch, messages, weight))
        return [message for _, batch, _ in self._sent for message in batch]

    def _some(self) -> tuple[list[Message], int]:
        """Take messages from the queue, but no more values than one reply is to bring."""
        messages, weight = [], 0
        while self.queue and weight < MAX_REPLY:
            message, values = self.queue.popleft()
            messages.append(message)
            weight += values
        return messages, weight

    def acknowledged(self, batch: int) -> None:
        """Forget what arrived: everything up to this batch."""
        while self._sent and self._sent[0][0] <= batch:
            self.waiting -= self._sent.popleft()[2]

    def hears(self, channel: str) -> bool:
        """Whether the session is subscribed to this channel, by its name or a wildcard."""
        if self.closed:
            return False
        if channel in self.channels or "/**" in self.channels:
            return True
        parent = channel.rsplit("/", 1)[0]
        if f"{parent}/*" in self.channels:
            return True
        while parent:
            if f"{parent}/**" in self.channels:
                return True
            parent = parent.rsplit("/", 1)[0]
        return False


@dataclass
class Turn:
    """What a request leads to: replies now, and perhaps a connect reply to hold back."""

    replies: list[Message] = field(default_factory=list)
    session: Session | None = None
    handshaken: bool = False
    held: Message | None = None

    def answer(self, *, replies_first: bool = False) -> list[Message]:
        """Return everything to send: queued messages and the replies, in the server's order."""
        if self.session is None or self.handshaken:
            return self.replies
        connects = (one for one in self.replies if one["channel"] == "/meta/connect")
        messages = self.session.take(next(connects, None))
        return [*self.replies, *messages] if replies_first else [*messages, *self.replies]
