"""By how much counters grew over the last minutes or hours, from what was seen of them."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from statmon.live.table import LiveTable

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]


class Windows:
    """Remembers of some counters when they changed, for as long as anybody looks back."""

    def __init__(self, table: LiveTable) -> None:
        self._table = table
        self._seen: dict[int, deque[tuple[int, float]]] = {}
        """Of each row when it had which number, with what it carried over; oldest first."""
        self._longest: dict[int, int] = {}
        """How far back it is looked at, milliseconds."""

    def watch(self, row: int, milliseconds: int) -> None:
        """Remember a row from now on."""
        self._seen.setdefault(row, deque())
        self._longest[row] = max(milliseconds, self._longest.get(row, 0))

    def look(self, now: int) -> None:
        """Note what changed since the last look, local epoch milliseconds."""
        table = self._table
        rows = np.fromiter(self._seen, np.intp, len(self._seen))
        counted = table.counted(rows).tolist()
        for (row, seen), number in zip(self._seen.items(), counted, strict=True):
            # A number that was there before we looked has been there since it came.
            if number == number and (not seen or seen[-1][1] != number):
                seen.append((table.arrived(row), number))
            while len(seen) > 1 and seen[1][0] <= now - self._longest[row]:
                seen.popleft()

    def increase(self, rows: Rows, now: int, milliseconds: int) -> Floats:
        """Return by how much counters grew; NaN where some of the time was not seen."""
        result = np.full(len(rows), np.nan)
        begin = now - milliseconds
        for place, row in enumerate(rows.tolist()):
            seen = self._seen.get(row)
            if not seen or seen[0][0] > begin or self._table.resumed[row] > begin:
                continue
            before = next(number for at, number in reversed(seen) if at <= begin)
            result[place] = seen[-1][1] - before
        return result
