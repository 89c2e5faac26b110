"""Bytes to messages and back. The hot path decodes envelope and data in one typed pass."""

import logging
import re
from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar, cast

import msgspec

from statmon.bayeux.lenient_json import repaired
from statmon.bayeux.weight import DEEPEST, LARGEST_ODD, TooMuch, bearable

logger = logging.getLogger(__name__)

D = TypeVar("D")
LONGEST_REFUSAL: Final = 1000
"""Characters of a reason that are kept."""
_QUOTED: Final = re.compile(r"'.*'", re.DOTALL)
"""What a decoder's error repeats of what it was given."""


class Message(msgspec.Struct, Generic[D], rename="camel", gc=False):
    """A Bayeux message as received. Only ``channel`` and ``data`` are typed; nothing is trusted."""

    channel: str = ""
    data: D | msgspec.UnsetType = msgspec.UNSET
    id: Any = None
    client_id: Any = None
    successful: Any = None
    subscription: Any = None
    error: Any = None
    advice: Any = None
    ext: Any = None
    supported_connection_types: Any = None

    @property
    def ok(self) -> bool:
        """Whether the reply says that it worked."""
        return self.successful is True or self.successful == "true"

    @property
    def refusal(self) -> str:
        """Why it did not work, in the service's words, as far as they are some."""
        said = self.error if isinstance(self.error, str) else ""
        return said[:LONGEST_REFUSAL] or "the service gave no reason"

    @property
    def key(self) -> str | None:
        """The id as text: servers echo it as a number or as a string.

        See docs/reference/bayeux.md §1.
        """
        return str(self.id) if isinstance(self.id, str | int) else None


Batches = list[tuple[str, list[Any]]]


class MalformedFrame(Exception):
    """The frame is no list of Bayeux messages; the text says what it is instead."""


class HeavyFrame(MalformedFrame):
    """The frame may be one, and holds more than can be read: it would come again."""


class FrameDecoder(Generic[D]):
    """Decodes frames whose deliveries carry data of one msgspec type."""

    def __init__(self, data_type: Any) -> None:
        message, array = cast("Any", Message), cast("Any", list)
        self._type: Any = message[data_type]
        self._decoder: msgspec.json.Decoder[list[Message[D]]]
        self._decoder = msgspec.json.Decoder(array[self._type])
        self._seen: set[str] = set()
        self.misfits = 0
        """Frames that did not fit the type and were read leniently."""

    def decode(self, body: bytes) -> list[Message[D]]:
        """Return the messages of a frame.

        Raises:
            MalformedFrame: The body is not a JSON array of objects (or one object), or too much.
        """
        try:
            shallow = bearable(body)
        except TooMuch as error:
            raise HeavyFrame(f"The answer {error}.") from None
        if shallow is not body:
            self._note(f"what lies deeper than {DEEPEST} levels is left out", "unread", body)
            body = shallow
        try:
            return self._decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return self._lenient(body, error)

    def _lenient(self, body: bytes, error: Exception) -> list[Message[D]]:
        if len(body) > LARGEST_ODD:
            raise HeavyFrame("The answer is large, and not what the service describes.")
        try:
            raw = msgspec.json.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raw = self._repaired(body)
        items = raw if isinstance(raw, list) else [raw]
        if not items or not all(isinstance(item, dict) for item in items):
            if raw == []:
                return []
            raise MalformedFrame("The answer holds no Bayeux messages; is the address right?")
        if isinstance(raw, list):  # one object alone is allowed (docs/reference/bayeux.md §1)
            self._note(_QUOTED.sub("…", str(error)), _kinds_of(items), body)
        return [self._convert(item) for item in items]

    @staticmethod
    def _repaired(body: bytes) -> Any:
        try:
            return msgspec.json.decode(repaired(body))
        except (msgspec.MsgspecError, ValueError):
            raise MalformedFrame(describe(body)) from None

    def _note(self, kind: str, holds: str, body: bytes) -> None:
        """Log a kind of misfit once: never what a frame holds, which is of the service's people."""
        self.misfits += 1
        if kind not in self._seen and len(self._seen) < 100:
            self._seen.add(kind)
            logger.warning(
                "A frame of %d bytes (%s) did not fit, read leniently: %s", len(body), holds, kind
            )

    def _convert(self, item: dict[str, Any]) -> Message[D]:
        try:
            message: Message[D] = msgspec.convert(item, self._type)
        except (msgspec.ValidationError, UnicodeDecodeError):
            message = msgspec.convert({**item, "channel": str(item.get("channel"))}, Message[Any])
        return message


def _kinds_of(items: Sequence[dict[str, Any]]) -> str:
    """Say what a frame consists of, by its channels, and not by anything of their own."""
    meta = sum(str(item.get("channel")).startswith("/meta/") for item in items)
    return f"{meta} meta messages, {len(items) - meta} others"


def describe(body: bytes) -> str:
    """Say in one sentence what an answer is that is not JSON."""
    head = body.lstrip()[:1]
    if not head:
        return "The answer was empty."
    if head == b"<":
        return "A web page came instead of data: is a login page or a proxy in between?"
    return "The answer is not valid JSON; is something else in between?"


def split(messages: Sequence[Message[Any]]) -> tuple[Batches, list[Message[Any]]]:
    """Separate deliveries, batched by channel in order of first appearance, from replies.

    A delivery has ``data``, a publish reply has none (docs/reference/bayeux.md §1).
    """
    batches: dict[str, list[Any]] = {}
    rest: list[Message[Any]] = []
    for message in messages:
        channel, data = message.channel, message.data
        if data is msgspec.UNSET or channel.startswith("/meta/"):
            rest.append(message)
        elif channel in batches:
            batches[channel].append(data)
        else:
            batches[channel] = [data]
    return list(batches.items()), rest


def encode(messages: list[dict[str, Any]]) -> bytes:
    """Return the frame: always an array (a single object is refused by some servers)."""
    return msgspec.json.encode(messages)
