"""The messages, as MessagePack arrays: a newer side may append fields, an older ignores them.

Of what came nothing is believed but its form: sizes are bounded, and what cannot be read is an
error that names the message, never an exception of the decoder.
"""

from typing import Any, Final, TypeVar

import msgspec

LARGEST: Final = 1 << 20
"""Bytes of a message: the server's own bound for a payload."""
PART: Final = 256 * 1024
"""Bytes of a part of a long answer, about."""

OPEN: Final = 1
"""A flag of a row: its statistic is open at the service."""
PROVED: Final = 2
"""A flag of a row: a reading came since it was opened; what is older may have been missed."""


class Row(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A reading, or, without ``at``, that nothing is known of a series."""

    series: int
    """See ``subjects.series_number``."""
    at: int
    """Service time of the value, epoch milliseconds; it never changes on its way. 0: no value."""
    value: Any = None
    """As the service sent it."""
    flags: int = 0
    error: str = ""
    """What the service said instead of opening it."""


class Batch(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What became of an object in one tick."""

    epoch: int
    """The leadership it comes from; a higher one is a later one."""
    seq: int
    """The object's batches of this epoch, from 1; a hole is a loss."""
    sent: int
    """Milliseconds of the leader's monotonic clock: how long a message lay about can be told."""
    step: int
    """How often the service's clock was set since the epoch began."""
    rows: tuple[Row, ...]
    """In the order of arrival; of a state all its steps, of anything else the newest."""


class Heartbeat(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """How the leading collector stands, each second."""

    epoch: int
    seq: int
    """Heartbeats of this epoch, from 1."""
    sent: int
    """As in a batch."""
    step: int
    service_now: int
    """The service's clock, epoch milliseconds."""
    healthy: bool
    """The collector's own connection and the service are both up."""
    service: str = ""
    """What the service says of itself, in its words."""
    opened: int = 0
    """Statistics that are open at the service."""
    history: str = ""
    """Why the shared history is behind, or empty."""


class Wished(msgspec.Struct, array_like=True, frozen=True):
    """A statistic that somebody wants: the first time with all it is, later by its number."""

    series: int
    object_type: str = ""
    object_id: str = ""
    name: str | None = None
    definition: dict[str, Any] | None = None


class Wish(msgspec.Struct, array_like=True, frozen=True):
    """All that one window wants, said every minute; it holds for three."""

    window: str
    """Which of the user's windows; each has wishes of its own."""
    wanted: tuple[Wished, ...]


class WishAnswer(msgspec.Struct, array_like=True, frozen=True):
    """What became of a wish."""

    unknown: tuple[int, ...] = ()
    """Series of which the collector needs to hear again what they are."""
    refused: tuple[tuple[int, str], ...] = ()
    """Series that are not opened, and why."""


class SnapshotAsk(msgspec.Struct, array_like=True, frozen=True):
    """Ask for the newest readings of series."""

    series: tuple[int, ...]


class Part(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A part of a snapshot; all parts are of one moment."""

    epoch: int
    part: int
    of: int
    rows: tuple[Row, ...]
    seqs: dict[str, int]
    """The last batch of each object (by its token) that is in the rows already."""
    step: int = 0
    retry_after: float = 0.0
    """Seconds after which to ask again: the collector is busy, or is not the leader."""


_T = TypeVar("_T", bound=msgspec.Struct)
_encoder = msgspec.msgpack.Encoder()
_decoders: dict[type[msgspec.Struct], Any] = {}


class MessageError(ValueError):
    """A message that cannot be read."""


def encode(message: msgspec.Struct) -> bytes:
    """Return the bytes of a message.

    Raises:
        MessageError: it is larger than any server takes.
    """
    try:
        payload = _encoder.encode(message)
    except (TypeError, ValueError, OverflowError) as error:
        raise MessageError(f"a {type(message).__name__} could not be written") from error
    if len(payload) > LARGEST:
        raise MessageError(f"a {type(message).__name__} of {len(payload)} bytes is too large")
    return payload


def decode(kind: type[_T], payload: bytes) -> _T:
    """Return the message of a kind that somebody sent.

    Raises:
        MessageError: it is too large, or of another form.
    """
    if len(payload) > LARGEST:
        raise MessageError(f"a {kind.__name__} of {len(payload)} bytes is too large")
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.msgpack.Decoder(kind)
    try:
        message: _T = decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise MessageError(f"a {kind.__name__} could not be read") from error
    return message
