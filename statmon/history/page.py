"""Pages: some thousand samples as bytes, compressed column by column.

Within a page samples stand in *runs*, one a series (a long series spans pages). A run's first
times and number are kept once; then come differences, which are small. Numbers are whole numbers
at a scale of up to four decimals, chosen for each run; runs that fit none keep their bits. The
shapes stand in the page itself: what is erased leaves nothing behind elsewhere.
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from statmon.history.columns import Columns, Ints, empty
from statmon.history.inflate import MOST, inflate
from statmon.history.int_codec import (
    RANKS,
    Cut,
    Words,
    unzigzag,
    words_of,
    zigzag,
)
from statmon.history.seal import DamagedHistory
from statmon.history.value_templates import ValueTemplate, shapes_in, text_of

_FORMAT: Final = 1
_HEAD: Final = struct.Struct("<BIIII12B")
"""Format, runs, samples, slots, numbers kept as bits, ranks of each column."""
_OF_RUNS: Final = 6
"""Of the columns the first so many have an element a run: series, length, first arrival, first
lag, scale, first number; the others one a sample: arrival, lag, number, shape, flags; slots."""
_LENGTH_OF: Final = np.repeat((0, 1, 2, 3), (_OF_RUNS, 5, 1, 1))
"""Which of the counts in the head says how long a column is; the bits are the last column."""
_SCALES: Final = 5
_AS_BITS: Final = 15
_LEVEL: Final = 5
"""zlib's: a higher one takes longer and saves nothing."""
_LARGEST: Final = float(1 << 52)
_TENS: Final = 10.0 ** np.arange(_AS_BITS + 1)

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class DamagedPage(DamagedHistory):
    """A page that cannot be read."""


def encode(columns: Columns, bounds: Sequence[int] = (0,)) -> list[bytes]:
    """Write samples as pages.

    Args:
        columns: at least one sample, sorted by series, each series in the order it was recorded.
        bounds: where each page begins; the first is 0.
    """
    prepared = _Prepared(columns, np.array([*bounds, len(columns)], np.int64))
    return [zlib.compress(prepared.page(number), _LEVEL) for number in range(len(bounds))]


class _Prepared:
    """All columns of all pages: what takes an operation a column is not done a page."""

    def __init__(self, columns: Columns, bounds: Ints) -> None:
        """Prepare pages.

        Args:
            columns: all samples.
            bounds: where each page begins, and where the last one ends.
        """
        ids = columns.ids.astype(np.int64)
        first = np.diff(ids, prepend=ids[0] - 1) != 0
        first[bounds[:-1]] = True
        starts = np.flatnonzero(first)
        counts = np.diff(starts, append=len(ids))
        run_bounds = starts.searchsorted(bounds)
        on_page = np.zeros(len(starts), np.bool_)
        on_page[run_bounds[:-1]] = True

        numeric = np.array([shape.numeric for shape in columns.shapes], np.bool_)[columns.shape]
        numbers = np.where(numeric, columns.numbers, 0.0)
        scale = _scales(numbers, starts)
        scales = np.repeat(scale, counts)
        as_bits = (scales == _AS_BITS) & numeric
        scaled = np.where(scales == _AS_BITS, 0.0, numbers) * _TENS[scales % _AS_BITS]
        whole = np.rint(scaled).astype(np.int64)
        lag = columns.arrived - columns.stamps
        local, self._shapes = _local_shapes(columns, bounds)
        slot_bounds = _before(columns.slot_counts(), bounds)
        bit_bounds = _before(as_bits, bounds)
        of_runs = [
            zigzag(_differences(ids[starts], on_page)),
            counts.astype(np.uint64),
            zigzag(_differences(columns.arrived[starts], on_page)),
            zigzag(_differences(lag[starts], on_page)),
            scale.astype(np.uint64),
            zigzag(_differences(whole[starts], on_page)),
        ]
        of_samples = [
            *(
                zigzag(_differences(column, first) * ~first)
                for column in (columns.arrived, lag, whole)
            ),
            local,
            columns.flags.astype(np.uint64),
        ]
        new_slots = np.zeros(len(columns.slots) + 1, np.bool_)
        new_slots[slot_bounds] = True
        slots = zigzag(_differences(columns.slots, new_slots[:-1]))
        self._columns = [
            *(Cut(column, run_bounds) for column in of_runs),
            *(Cut(column, bounds) for column in of_samples),
            Cut(slots, slot_bounds),
        ]
        self._bits = Cut(numbers[as_bits].view(np.uint64), bit_bounds)
        self._lengths = [
            np.diff(each).tolist() for each in (run_bounds, bounds, slot_bounds, bit_bounds)
        ]

    def page(self, number: int) -> bytes:
        lengths = [each[number] for each in self._lengths]
        ranks = [column.ranks[number] for column in self._columns]
        packed = [plane for column in self._columns for plane in column.piece(number)]
        head = _HEAD.pack(_FORMAT, *lengths, *ranks)
        bits = b"".join(self._bits.piece(number)).ljust(RANKS * lengths[-1], b"\0")
        return b"".join((head, *packed, bits, text_of(self._shapes[number])))


def _before(counts: NDArray[Any], bounds: Ints) -> Ints:
    """Return how many there are before each bound, in all."""
    ends: Ints = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    return ends[bounds]


def _local_shapes(columns: Columns, bounds: Ints) -> tuple[Words, list[tuple[ValueTemplate, ...]]]:
    """Number the shapes on each page anew; return them, and what they are on each page."""
    shape, shapes = columns.shape, columns.shapes
    local = np.zeros(len(shape), np.uint64)
    least = np.minimum.reduceat(shape, bounds[:-1]).tolist()
    most = np.maximum.reduceat(shape, bounds[:-1]).tolist()
    names: list[tuple[ValueTemplate, ...]] = [(shapes[number],) for number in least]
    for page, (low, high) in enumerate(zip(least, most, strict=True)):
        if low != high:
            here = slice(bounds[page], bounds[page + 1])
            used, local[here] = np.unique(shape[here], return_inverse=True)
            names[page] = tuple(shapes[i] for i in used.tolist())
    return local, names


def _differences(column: Ints, first: Bools) -> Ints:
    """Return each element less the one before it; where ``first``, the element itself."""
    result = np.diff(column, prepend=0)
    result[first] = column[first]
    return result


def _scales(numbers: Floats, starts: Ints) -> NDArray[np.int64]:
    """Return for each run the fewest decimals that keep all its numbers, bit by bit."""
    scale = np.full(len(starts), _AS_BITS, np.int64)
    bits = numbers.view(np.int64)
    with np.errstate(over="ignore", invalid="ignore"):
        for decimals in range(_SCALES):
            scaled = np.rint(numbers * _TENS[decimals])
            exact = np.abs(scaled) < _LARGEST
            back = np.where(exact, scaled, 0.0).astype(np.int64) / _TENS[decimals]
            fits = exact & (back.view(np.int64) == bits)
            whole = np.logical_and.reduceat(fits, starts)
            scale[whole & (scale == _AS_BITS)] = decimals
            if (scale != _AS_BITS).all():
                break
    return scale


def decode(pages: Iterable[bytes]) -> Columns:
    """Read pages, one after the other.

    Raises:
        DamagedPage: one of them cannot be read.
    """
    try:
        opened = [inflate(page) for page in pages]
        return _read(opened) if opened else empty()
    except (zlib.error, struct.error, ValueError, IndexError, TypeError, KeyError) as error:
        raise DamagedPage(f"a page of the history is damaged ({error})") from None


def _read(pages: list[bytes]) -> Columns:
    heads = np.array([_HEAD.unpack_from(page) for page in pages], np.int64)
    if (heads[:, 0] != _FORMAT).any():
        raise ValueError("its format is not known")
    if (heads[:, 1:5] > MOST).any():
        raise ValueError("it holds more than any")
    runs, samples, slots, bits = heads[:, 1:5].T
    lengths = heads[:, 1:5].T[_LENGTH_OF]
    ranks = np.vstack((heads[:, 5:].T, np.full(len(pages), RANKS)))
    ends = _HEAD.size + np.cumsum(lengths * ranks, axis=0)
    starts = ends - lengths * ranks

    def column(number: int) -> Words:
        return words_of(pages, starts[number], lengths[number], ranks[number])

    ids, arrived, lag, whole = (_sums(unzigzag(column(number)), runs) for number in (0, 2, 3, 5))
    counts = column(1).view(np.int64)
    scale = column(4).view(np.int64)
    arrivals = _sums(unzigzag(column(6)), counts, arrived)
    lags = _sums(unzigzag(column(7)), counts, lag)
    numbers = _sums(unzigzag(column(8)), counts, whole) / np.repeat(_TENS[scale % _AS_BITS], counts)
    texts = [page[end:] for page, end in zip(pages, ends[-1].tolist(), strict=True)]
    shapes, shape = shapes_on(texts, column(9).view(np.int64), samples)
    numeric = np.array([item.numeric for item in shapes], np.bool_)
    if bits.any() or not numeric.all():
        here = numeric.take(shape)
        numbers[np.repeat(scale == _AS_BITS, counts) & here] = column(12).view(np.float64)
        numbers[~here] = np.nan
    return Columns(
        np.repeat(ids.astype(np.int32), counts),
        arrivals,
        arrivals - lags,
        shape,
        numbers,
        column(10).astype(np.uint8),
        _sums(unzigzag(column(11)), slots),
        tuple(shapes),
    )


def _sums(differences: Ints, lengths: Ints, first: Ints | None = None) -> Ints:
    """Undo ``_differences`` in stretches of these lengths; ``first``: what each is added to."""
    sums: Ints = np.cumsum(differences)
    ends = np.cumsum(lengths)
    before = np.concatenate((np.zeros(1, np.int64), sums))[ends - lengths]
    sums -= np.repeat(before if first is None else before - first, lengths)
    return sums


def shapes_on(
    texts: Sequence[bytes], local: Ints, samples: Ints
) -> tuple[list[ValueTemplate], NDArray[np.int32]]:
    """Return the shapes on some pages, and which of them each sample has.

    Args:
        texts: the shapes on each page, as ``text_of`` writes them.
        local: which of those of its page each sample has.
        samples: how many there are on each page.
    """
    known: dict[ValueTemplate, int] = {}
    numbers: list[int] = []
    offsets: list[int] = []
    for text in texts:
        offsets.append(len(numbers))
        numbers.extend(known.setdefault(shape, len(known)) for shape in shapes_in(text))
    index = local + np.repeat(np.array(offsets, np.int64), samples)
    return list(known), np.array(numbers, np.int32)[index]
