"""What the charts draw: the last readings of the rows that stand in a chart, and the gaps.

Bounded: each row keeps at most ``CAPACITY`` points. Nothing is recorded for rows in no chart.
"""

import math
from collections.abc import Iterable, Set

import numpy as np
from numpy.typing import NDArray

from statmon.live.freshness import Freshness
from statmon.ui import cells
from statmon.ui.lens import Lens

CAPACITY = 36_000
"""Points a row keeps: an hour at the tick's ten a second."""
_FIRST = 256
_GAPS = 500
_BROKEN = {Freshness.STALE, Freshness.NO_DATA, Freshness.ERROR}

Floats = NDArray[np.float64]


class Track:
    """Times and values of one row, oldest first, and the times in which it was not known."""

    def __init__(self) -> None:
        self._times: Floats = np.empty(_FIRST)
        self._values: Floats = np.empty(_FIRST)
        self._count = 0
        self.gaps: list[tuple[float, float | None]] = []
        """From and to, epoch seconds; the last one's end is None while it lasts."""

    def __len__(self) -> int:
        return self._count

    @property
    def times(self) -> Floats:
        """Epoch seconds of this computer."""
        return self._times[: self._count]

    @property
    def values(self) -> Floats:
        """Values; NaN where the statistic was undefined or not known."""
        return self._values[: self._count]

    @property
    def broken(self) -> bool:
        """Whether it is not known now."""
        return bool(self.gaps) and self.gaps[-1][1] is None

    def push(self, time: float, value: float) -> None:
        """Add a point; a time that runs backwards counts as the last one."""
        if self._count:
            time = max(time, float(self._times[self._count - 1]))
        if self._count == len(self._times):
            self._make_room()
        self._times[self._count] = time
        self._values[self._count] = value
        self._count += 1

    def break_off(self, time: float) -> None:
        """Note that from here on it is not known."""
        if not self.broken:
            self.gaps.append((time, None))
            del self.gaps[:-_GAPS]
            if self._count:
                self.push(time, math.nan)

    def mend(self, time: float) -> None:
        """Note that it is known again."""
        if self.broken:
            self.gaps[-1] = (self.gaps[-1][0], time)

    def _make_room(self) -> None:
        if self._count < CAPACITY:
            size = min(CAPACITY, self._count * 2)
            self._times = np.resize(self._times, size)
            self._values = np.resize(self._values, size)
            return
        # Dropping a quarter at once makes the copying rare.
        dropped = CAPACITY // 4
        self._count -= dropped
        for column in (self._times, self._values):
            column[: self._count] = column[dropped:].copy()


class Recorder:
    """Keeps a track for each row that stands in a chart."""

    def __init__(self, lens: Lens) -> None:
        self._lens = lens
        self.tracks: dict[int, Track] = {}

    def watch(self, rows: Iterable[int]) -> None:
        """Keep tracks of these rows from now on."""
        for row in rows:
            if row not in self.tracks:
                self.tracks[row] = Track()
                self._take(row)
                self._look(row)

    def take(self, dirty: Set[int]) -> None:
        """Take in the rows that changed."""
        for row in self.tracks.keys() & dirty:
            self._look(row)
            self._take(row)

    def second(self) -> None:
        """Note which rows went stale or came back."""
        if not self._lens.paused:
            for row in self.tracks:
                self._look(row)

    def text(self, row: int) -> str:
        """Return the newest value of a row as the tree shows it."""
        return cells.of_row(self._lens, row).value

    def _take(self, row: int) -> None:
        table, track = self._lens.table, self.tracks[row]
        if not track.broken and table.timestamp(row) is not None:
            track.push(table.arrived(row) / 1000, table.number(row))

    def _look(self, row: int) -> None:
        lens, track = self._lens, self.tracks[row]
        if lens.freshness(row) in _BROKEN:
            if len(track):
                track.break_off((lens.stale_since(row) or lens.now) / 1000)
        elif track.broken:
            back = lens.table.arrived(row) / 1000
            track.mend(max(back, track.gaps[-1][0]))
            track.push(back, lens.table.number(row))
