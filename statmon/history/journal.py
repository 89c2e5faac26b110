"""Batches as they lie in the journal: written every quarter of a second, and read once, if ever.

Each column is kept as its smallest number and the differences from it, in as many byte planes as
the largest needs. That is far less work than a page, which is written for good. Thousands of
small batches are read at once, so that they cost a handful of numpy calls.
"""

import struct
import zlib
from collections.abc import Sequence
from itertools import groupby
from operator import add
from typing import Final

import numpy as np

from statmon.history.columns import Columns, Ints, joined
from statmon.history.inflate import MOST, inflate
from statmon.history.int_codec import RANKS, words_of
from statmon.history.page import DamagedPage, decode, shapes_on
from statmon.history.value_templates import text_of

_FORMAT: Final = 2
"""1 is that of pages, which a statmon before the third version of the file wrote here."""
_FAST: Final = 1
"""zlib's level."""
_COLUMNS: Final = 6
"""Series, arrival, lag, shape, flags: one element a sample; slots."""
_HEAD: Final = struct.Struct(f"<BII{_COLUMNS}q{_COLUMNS}B")
"""Format, samples, slots; the smallest number of each column, and its planes."""
_LENGTH_OF: Final = [1] * (_COLUMNS - 1) + [2]
"""Which number of the head says how long each column is."""


def pack(columns: Columns) -> bytes:
    """Write samples, in any order."""
    shape, shapes = columns.used_shapes()
    lag = columns.arrived - columns.stamps
    samples = np.array((columns.ids, columns.arrived, lag, shape, columns.flags), np.int64)
    least, ranks, planes = map(add, _planes(samples), _planes(columns.slots.reshape(1, -1)))
    numbers = columns.numbers.astype("<f8", copy=False).tobytes()
    head = _HEAD.pack(_FORMAT, len(columns), len(columns.slots), *least, *ranks)
    return zlib.compress(b"".join((head, *planes, numbers, text_of(shapes))), _FAST)


def _planes(rows: Ints) -> tuple[list[int], list[int], list[bytes]]:
    """Return of each row its smallest number, how many planes the rest takes, and these."""
    count, length = rows.shape
    if not length:
        return [0] * count, [0] * count, [b""] * count
    least = rows.min(axis=1)
    words = rows - least[:, np.newaxis]
    ranks = [(largest.bit_length() + 7) // 8 for largest in words.max(axis=1).tolist()]
    octets = words.astype("<i8", copy=False).view(np.uint8).reshape(count, length, RANKS)
    planes = octets.transpose(0, 2, 1)
    return least.tolist(), ranks, [planes[n, :rank].tobytes() for n, rank in enumerate(ranks)]


def unpack(batches: Sequence[bytes]) -> Columns:
    """Read what was packed, one batch after the other.

    Raises:
        DamagedPage: one of them cannot be read.
    """
    try:
        opened = map(inflate, batches)
        parts = []
        for form, group in groupby(zip(opened, batches, strict=True), lambda pair: pair[0][0]):
            run, packed = zip(*group, strict=True)
            parts.append(_read(run) if form == _FORMAT else decode(packed))
        return joined(parts)
    except (zlib.error, struct.error, ValueError, IndexError, TypeError, OverflowError) as error:
        raise DamagedPage(f"a batch of the history is damaged ({error})") from None


def _read(batches: Sequence[bytes]) -> Columns:
    heads = np.array([_HEAD.unpack_from(batch) for batch in batches], np.int64).T
    if (heads[1:3] > MOST).any():
        raise ValueError("it holds more than any")
    lengths, least, ranks = heads[_LENGTH_OF], heads[3 : 3 + _COLUMNS], heads[3 + _COLUMNS :]
    ends = _HEAD.size + np.cumsum(lengths * ranks, axis=0)
    starts = ends - lengths * ranks

    def column(number: int) -> Ints:
        words = words_of(batches, starts[number], lengths[number], ranks[number])
        numbers: Ints = words.view(np.int64) + np.repeat(least[number], lengths[number])
        return numbers

    ids, arrived, lag, local, flags, slots = map(column, range(_COLUMNS))
    samples = lengths[0]
    tables = ends[-1] + samples * RANKS
    places = zip(batches, ends[-1].tolist(), tables.tolist(), strict=True)
    numbers = b"".join(batch[begin:end] for batch, begin, end in places)
    texts = [batch[begin:] for batch, begin in zip(batches, tables.tolist(), strict=True)]
    shapes, shape = shapes_on(texts, local, samples)
    return Columns(
        ids.astype(np.int32),
        arrived,
        arrived - lag,
        shape,
        np.frombuffer(numbers, "<f8").astype(np.float64),
        flags.astype(np.uint8),
        slots,
        tuple(shapes),
    )
