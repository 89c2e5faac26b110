"""Turns readings into columns, and notes which came too late to be shown."""

import logging
from collections.abc import Iterable
from typing import Final

import numpy as np

from statmon.domain.reading import Reading
from statmon.history.columns import ORIGINS, OUTDATED, Columns
from statmon.history.shapes import Shape, split

_log = logging.getLogger(__name__)
_FARTHEST: Final = 1 << 53
"""Times beyond it (the year 287,396) are nobody's."""
_NUMBER_OF: Final = {origin: number for number, origin in enumerate(ORIGINS)}


class Intake:
    """Collects samples until they are taken.

    The live table's rule decides what is outdated: an older timestamp never overwrites a newer
    one, until the series' subscription is lost (the next service may have another clock).
    """

    def __init__(self) -> None:
        self._newest: dict[int, int] = {}
        self._clear()

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, number: int, reading: Reading) -> None:
        """Take in a reading of the series with this number."""
        _series, raw, stamp, arrived, origin = reading
        if not (-_FARTHEST < stamp < _FARTHEST and -_FARTHEST < arrived < _FARTHEST):
            _log.warning("a reading of the time %s is not recorded", stamp)
            return
        shape, view, slots = split(raw, stamp)
        flags = _NUMBER_OF[origin]
        if stamp < self._newest.get(number, stamp):
            flags |= OUTDATED
        else:
            self._newest[number] = stamp
        self._ids.append(number)
        self._arrived.append(arrived)
        self._stamps.append(stamp)
        self._shape.append(self._shapes.setdefault(shape, len(self._shapes)))
        self._numbers.append(view)
        self._flags.append(flags)
        if slots:
            self._slots.extend(slots)

    def forget(self, numbers: Iterable[int]) -> None:
        """The next reading of these series is not outdated, whatever its time."""
        for number in numbers:
            self._newest.pop(number, None)

    def forget_all(self) -> None:
        """The same for all series."""
        self._newest.clear()

    def take(self) -> Columns:
        """Return what was collected, in its order, and collect anew."""
        columns = Columns(
            np.array(self._ids, np.int32),
            np.array(self._arrived, np.int64),
            np.array(self._stamps, np.int64),
            np.array(self._shape, np.int32),
            np.array(self._numbers, np.float64),
            np.array(self._flags, np.uint8),
            np.array(self._slots, np.int64),
            tuple(self._shapes),
        )
        self._clear()
        return columns

    def _clear(self) -> None:
        self._ids: list[int] = []
        self._arrived: list[int] = []
        self._stamps: list[int] = []
        self._shape: list[int] = []
        self._numbers: list[float] = []
        self._flags: list[int] = []
        self._slots: list[int] = []
        self._shapes: dict[Shape, int] = {}
