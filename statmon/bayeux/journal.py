"""The last protocol events and the counters, for people who look for a fault."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec

from statmon.bayeux.frames import Message

KEPT = 200
"""Events that are remembered."""
LONGEST: Final = 300
"""Characters of a text in them."""
MOST: Final = 10
"""Items of a list, and fields of an object, in them."""
LARGEST: Final = 2**53
"""An integer from here on is not written."""


@dataclass(slots=True)
class Counters:
    """What happened since the start."""

    handshakes: int = 0
    connects: int = 0
    reconnects: int = 0
    sockets: int = 0
    deliveries: int = 0
    dropped: int = 0
    """Messages that came too late, from an exchange or session that is over."""
    bad_frames: int = 0
    listener_errors: int = 0


class Journal:
    """Remembers events without their data."""

    def __init__(self, masked: Callable[[str], str]) -> None:
        """Remember nothing yet; ``masked`` hides the secrets in a text that is shown."""
        self.counters = Counters()
        self._masked = masked
        self._events: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def note(self, at: float, what: str, **fields: Any) -> None:
        """Remember one event."""
        kept = {name: _small(value) for name, value in fields.items() if value is not None}
        self._events.append({"at": round(at, 3), "event": what, **kept})

    def sent(self, at: float, transport: str, messages: Iterable[Mapping[str, Any]]) -> None:
        """Remember messages that were sent."""
        for message in messages:
            names = ("channel", "id", "subscription", "advice")
            fields = {name: message.get(name) for name in names}
            self.note(at, "sent", transport=transport, **fields)

    def received(self, at: float, replies: Sequence[Message[Any]]) -> None:
        """Remember replies."""
        for reply in replies:
            self.note(
                at,
                "received",
                channel=reply.channel,
                id=reply.key,
                successful=reply.successful,
                subscription=reply.subscription,
                error=reply.error,
                advice=reply.advice,
            )

    def lines(self) -> list[str]:
        """Return the events as JSON lines, secrets masked, oldest first."""
        lines = [msgspec.json.encode(event, enc_hook=str).decode() for event in self._events]
        return [self._masked(line) for line in lines]

    def report(self) -> str:
        """Return counters and events as one text that can be shown or saved."""
        counters = msgspec.json.encode(asdict(self.counters)).decode()
        return "\n".join([counters, *self.lines()])


def _small(item: Any, depth: int = 3) -> Any:
    """Return an item of somebody else's as small as it is worth remembering."""
    if isinstance(item, str):
        return item[:LONGEST]
    if isinstance(item, int) and abs(item) >= LARGEST:
        return "a huge number"
    if depth and isinstance(item, dict):
        return {str(key)[:LONGEST]: _small(item[key], depth - 1) for key in [*item][:MOST]}
    if depth and isinstance(item, list):
        return [_small(part, depth - 1) for part in item[:MOST]]
    return item if isinstance(item, int | float | None) else type(item).__name__
