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
"""Bytes of a word."""
_LEAST: Final = np.array([1, *(1 << 8 * rank for rank in range(1, RANKS))], np.uint64)
"""The least word that needs one byte, two, and so on."""
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


class Cut:
    """A column, cut into pieces of which each is written in as many planes as it needs."""

    def __init__(self, words: Words, bounds: Ints) -> None:
        """Prepare a column.

        Args:
            words: the column.
            bounds: where each piece begins, and where the last one ends.
        """
        self._bounds: list[int] = bounds.tolist()
        self.ranks: list[int] = _LEAST.searchsorted(_largest(words, bounds), "right").tolist()
        """How many planes each piece has."""
        octets = words.astype("<u8", copy=False).view(np.uint8).reshape(-1, RANKS)
        self._planes = [octets[:, rank].tobytes() for rank in range(max(self.ranks, default=0))]

    def piece(self, number: int) -> list[bytes]:
        """Return the planes of a piece."""
        lo, hi = self._bounds[number : number + 2]
        return [plane[lo:hi] for plane in self._planes[: self.ranks[number]]]


def _largest(words: Words, bounds: Ints) -> Words:
    """Return the largest word of each piece, 0 where it is empty."""
    largest = np.zeros(len(bounds) - 1, np.uint64)
    filled = np.flatnonzero(np.diff(bounds))
    if len(filled):
        largest[filled] = np.maximum.reduceat(words, bounds[filled])
    return largest


def words_of(data: Sequence[bytes], starts: Ints, lengths: Ints, ranks: Ints) -> Words:
    """Read columns, one after the other.

    Args:
        data: the bytes that hold each column.
        starts: where in them it begins.
        lengths: how many words it has.
        ranks: in how many planes it is.
    """
    words = np.zeros(int(lengths.sum()), "<u8")
    octets = words.view(np.uint8).reshape(-1, RANKS)
    zeros = bytes(int(lengths.max()))
    columns = list(zip(data, lengths.tolist(), ranks.tolist(), strict=True))
    for rank in range(int(ranks.max())):
        begins = (starts + rank * lengths).tolist()
        pieces = [
            held[begin : begin + length] if rank < planes else zeros[:length]
            for begin, (held, length, planes) in zip(begins, columns, strict=True)
        ]
        octets[:, rank] = np.frombuffer(b"".join(pieces), np.uint8)
    return words.astype(np.uint64, copy=False)
