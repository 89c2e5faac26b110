"""Batches as they lie in the journal: written every quarter of a second, and read once, if ever.

Each column is kept as its smallest number and the differences from it, in as many byte planes as
the largest needs. That is far less work than a page, which is written for good. Thousands of
small batches are read at once, so that they cost a handful of numpy calls.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from statmon.history.columns import Columns, Ints, joined
from statmon.history.integers import RANKS, words_of
from statmon.history.page import DamagedPage, decode
from statmon.history.shapes import Shape, shapes_in, text_of

_FORMAT: Final = 2
"""1 is that of pages, which a statmon before the third version of the file wrote here."""
_FAST: Final = 1
"""zlib's level."""
_COLUMNS: Final = 6
"""Series, arrival, lag, shape, flags: one element a sample; slots."""
_HEAD: Final = struct.Struct(f"<BII{_COLUMNS}q{_COLUMNS}B")
"""Format, samples, slots; the smallest number of each column, and its planes."""


def pack(columns: Columns) -> bytes:
    """Write samples, in any order."""
    shape, shapes = columns.used_shapes()
    lag = columns.arrived - columns.stamps
    least, ranks, data = [], [], []
    for part in (columns.ids, columns.arrived, lag, shape, columns.flags, columns.slots):
        low, high = (int(part.min()), int(part.max())) if len(part) else (0, 0)
        rank = ((high - low).bit_length() + 7) // 8
        octets = (part.astype(np.int64) - low).astype("<i8").view(np.uint8).reshape(-1, RANKS)
        least.append(low)
        ranks.append(rank)
        data.append(octets[:, :rank].T.tobytes())
    numbers = columns.numbers.astype("<f8", copy=False).tobytes()
    head = _HEAD.pack(_FORMAT, len(columns), len(columns.slots), *least, *ranks)
    return zlib.compress(b"".join((head, *data, numbers, text_of(shapes))), _FAST)


class _Batch(NamedTuple):
    """A batch before its columns are read."""

    data: bytes
    lengths: tuple[int, ...]
    least: tuple[int, ...]
    ranks: tuple[int, ...]
    offsets: list[int]
    """Where each column begins, then the numbers, then the shapes."""


def unpack(batches: Sequence[bytes]) -> Columns:
    """Read what was packed, one batch after the other.

    Raises:
        DamagedPage: one of them cannot be read.
    """
    try:
        parts: list[Columns] = []
        run: list[_Batch] = []
        for packed in batches:
            data = zlib.decompress(packed)
            if data[0] == _FORMAT:
                run.append(_opened(data))
                continue
            if run:
                parts.append(_read(run))
                run = []
            parts.append(decode([packed]))
        return joined([*parts, _read(run)] if run else parts)
    except (zlib.error, struct.error, ValueError, IndexError, TypeError, OverflowError) as error:
        raise DamagedPage(f"a batch of the history is damaged ({error})") from None


def _opened(data: bytes) -> _Batch:
    _, samples, slots, *rest = _HEAD.unpack_from(data)
    lengths = (*(samples for _ in range(_COLUMNS - 1)), slots)
    ranks = tuple(rest[_COLUMNS:])
    offsets = [_HEAD.size]
    for length, rank in zip(lengths, ranks, strict=True):
        offsets.append(offsets[-1] + length * rank)
    offsets.append(offsets[-1] + samples * RANKS)
    return _Batch(data, lengths, tuple(rest[:_COLUMNS]), ranks, offsets)


def _read(batches: Sequence[_Batch]) -> Columns:
    def column(number: int) -> Ints:
        words = words_of(
            [(b.data, b.offsets[number], b.lengths[number], b.ranks[number]) for b in batches]
        )
        lengths = [batch.lengths[number] for batch in batches]
        least = np.repeat(np.array([batch.least[number] for batch in batches]), lengths)
        numbers: Ints = words.view(np.int64) + least
        return numbers

    ids, arrived, lag, local, flags, slots = map(column, range(_COLUMNS))
    numbers = b"".join(b.data[b.offsets[_COLUMNS] : b.offsets[_COLUMNS + 1]] for b in batches)
    known: dict[Shape, int] = {}
    index: list[int] = []
    firsts: list[int] = []
    for batch in batches:
        firsts.append(len(index))
        here = shapes_in(batch.data[batch.offsets[-1] :])
        index.extend(known.setdefault(shape, len(known)) for shape in here)
    local += np.repeat(np.array(firsts), [batch.lengths[0] for batch in batches])
    return Columns(
        ids.astype(np.int32),
        arrived,
        arrived - lag,
        np.array(index, np.int32)[local],
        np.frombuffer(numbers, "<f8").astype(np.float64),
        flags.astype(np.uint8),
        slots,
        tuple(known),
    )
