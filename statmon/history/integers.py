"""Columns of whole numbers as few bytes: small ones in one byte, the bytes of one rank together.

A column is stored in as many byte planes as its largest number needs. Planes of equal rank lie
together, which is what zlib likes. Many columns are read at once, so that thousands of small ones
cost a handful of numpy calls.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from statmon.history.columns import Ints

RANKS: Final = 8
Words = NDArray[np.uint64]


def zigzag(numbers: Ints) -> Words:
    """Map 0, -1, 1, -2 and so on to 0, 1, 2, 3 and so on."""
    return ((numbers << 1) ^ (numbers >> 63)).view(np.uint64)


def unzigzag(words: Words) -> Ints:
    """Undo ``zigzag``, in place: the words are lost."""
    signs = (words & np.uint64(1)).view(np.int64)
    np.negative(signs, out=signs)
    words >>= np.uint64(1)
    words ^= signs.view(np.uint64)
    return words.view(np.int64)


def ranks_of(largest: int) -> int:
    """Return how many bytes the largest word of a column needs."""
    return (largest.bit_length() + 7) // 8


def planes(words: Words, ranks: int) -> bytes:
    """Write a column."""
    octets = words.astype("<u8", copy=False).view(np.uint8).reshape(-1, RANKS)
    return b"".join(octets[:, rank].tobytes() for rank in range(ranks))


def words_of(parts: Sequence[tuple[bytes, int, int, int]]) -> Words:
    """Read columns, one after the other.

    Args:
        parts: for each column the bytes that hold it, where it starts, its length and ranks.
    """
    highest = max((ranks for _, _, _, ranks in parts), default=0)
    total = sum(length for _, _, length, _ in parts)
    if not highest:
        return np.zeros(total, np.uint64)
    zeros = bytes(max(length for _, _, length, _ in parts))
    words = np.zeros(0, np.uint64)
    for rank in range(highest):
        pieces = [
            data[start + rank * length : start + (rank + 1) * length]
            if rank < ranks
            else zeros[:length]
            for data, start, length, ranks in parts
        ]
        octets = np.frombuffer(b"".join(pieces), np.uint8).astype(np.uint64)
        words = octets if not rank else np.bitwise_or(words, octets << np.uint64(8 * rank))
    return words
