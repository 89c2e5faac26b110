"""Samples as columns: what is kept in memory, written to disk and handed to whoever reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from statmon.domain.reading import Origin
from statmon.history.value_templates import ValueTemplate, join

ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)
ORIGIN_BITS: Final = 0b11
OUTDATED: Final = 0b100
"""Flag of a reading that came after a newer one: it never was the newest of its series."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Columns:
    """Samples of any series, one element a sample; series are numbers that the store gave them."""

    ids: NDArray[np.int32]
    arrived: Ints
    """Epoch milliseconds of this computer."""
    stamps: Ints
    """Epoch milliseconds of the service."""
    shape: NDArray[np.int32]
    """Which of ``shapes``."""
    numbers: NDArray[np.float64]
    """The numeric view, NaN where there is none."""
    flags: NDArray[np.uint8]
    slots: Ints
    """The slots of all samples, one after the other."""
    shapes: tuple[ValueTemplate, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def slot_counts(self) -> Ints:
        """Return how many slots each sample has."""
        counts: Ints = np.array([shape.slots for shape in self.shapes], np.int64).take(self.shape)
        return counts

    def used_shapes(self) -> tuple[NDArray[np.int32], tuple[ValueTemplate, ...]]:
        """Return ``shape`` and ``shapes`` without those that no sample has."""
        used = np.bincount(self.shape, minlength=len(self.shapes))
        present = np.flatnonzero(used)
        if len(present) == len(self.shapes):
            return self.shape, self.shapes
        used[present] = np.arange(len(present))
        return used[self.shape].astype(np.int32), tuple(self.shapes[i] for i in present.tolist())

    def take(self, index: NDArray[Any]) -> "Columns":
        """Return the samples at these positions (or where a mask is true), in their order."""
        if index.dtype == np.bool_:
            if index.all():
                return self
            index = np.flatnonzero(index)
        return Columns(
            self.ids[index],
            self.arrived[index],
            self.stamps[index],
            self.shape[index],
            self.numbers[index],
            self.flags[index],
            self._slots_at(index) if len(self.slots) else self.slots,
            self.shapes,
        )

    def parts(self, bounds: Sequence[tuple[int, int]]) -> list["Columns"]:
        """Return stretches of the samples, each from one position to before another."""
        ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(self.slot_counts())))
        return [
            Columns(
                self.ids[lo:hi],
                self.arrived[lo:hi],
                self.stamps[lo:hi],
                self.shape[lo:hi],
                self.numbers[lo:hi],
                self.flags[lo:hi],
                self.slots[ends[lo] : ends[hi]],
                self.shapes,
            )
            for lo, hi in bounds
        ]

    def slots_of(self) -> list[list[int]]:
        """Return the slots of each sample."""
        if not len(self.slots):
            return [[]] * len(self)
        ends = np.cumsum(self.slot_counts()).tolist()
        flat = self.slots.tolist()
        return [flat[a:b] for a, b in zip([0, *ends], ends, strict=False)]

    def values(self) -> list[Any]:
        """Return the values as the service sent them."""
        shapes = self.shapes
        columns = (self.shape.tolist(), self.numbers.tolist(), self.slots_of())
        return [
            join(shapes[shape], number, slots, stamp)
            for shape, number, slots, stamp in zip(*columns, self.stamps.tolist(), strict=True)
        ]

    def origins(self) -> list[Origin]:
        """Return how each came."""
        return [ORIGINS[flags] for flags in (self.flags & ORIGIN_BITS).tolist()]

    def _slots_at(self, index: NDArray[Any]) -> Ints:
        counts = self.slot_counts()
        if (counts == 1).all():
            every: Ints = self.slots[index]
            return every
        ends = np.cumsum(counts)[index]
        counts = counts[index]
        starts = ends - counts
        found: Ints = self.slots[starts if (counts == 1).all() else ranges(starts, counts)]
        return found


def empty() -> Columns:
    """Return no samples."""
    int64 = np.zeros(0, np.int64)
    int32 = np.zeros(0, np.int32)
    return Columns(
        int32, int64, int64, int32, np.zeros(0, np.float64), np.zeros(0, np.uint8), int64, ()
    )


def ranges(starts: Ints, counts: Ints) -> Ints:
    """Return ``starts[0] … starts[0]+counts[0]-1, starts[1] …`` as one array."""
    before = np.cumsum(counts) - counts
    index: Ints = np.arange(int(counts.sum())) + np.repeat(starts - before, counts)
    return index


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the samples of all parts, one part after the other."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else empty()
    known: dict[ValueTemplate, int] = {}
    shape = [_known_as(known, part.shapes)[part.shape] for part in parts]
    return Columns(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.arrived for part in parts]),
        np.concatenate([part.stamps for part in parts]),
        np.concatenate(shape),
        np.concatenate([part.numbers for part in parts]),
        np.concatenate([part.flags for part in parts]),
        np.concatenate([part.slots for part in parts]),
        tuple(known),
    )


def by_series(columns: Columns) -> Columns:
    """Return samples sorted by series, then by arrival; equal ones in the order they have."""
    sorted_ = columns.take(np.argsort(columns.ids, kind="stable"))
    backwards = (np.diff(sorted_.arrived) < 0) & (np.diff(sorted_.ids) == 0)
    if not backwards.any():
        return sorted_
    return columns.take(np.lexsort((columns.arrived, columns.ids)))


def _known_as(
    known: dict[ValueTemplate, int], shapes: Iterable[ValueTemplate]
) -> NDArray[np.int32]:
    return np.array([known.setdefault(shape, len(known)) for shape in shapes], np.int32)
