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
        self._asked: dict[int, int] = {}
        """How far back it was said to be lacking."""

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

    def lacking(self, now: int) -> dict[int, int]:
        """Return the rows of which too little was seen, with how far back it is looked at.

        Each is told once, as soon as anything was seen of it: then it can be filled.
        """
        found = {
            row: self._longest[row]
            for row, seen in self._seen.items()
            if seen
            and self._asked.get(row, 0) < self._longest[row]
            and seen[0][0] > now - self._longest[row]
        }
        self._asked.update(found)
        return found

    def fill(self, row: int, times: NDArray[np.int64], numbers: Floats) -> None:
        """Take in what somebody else saw of a row before it was watched.

        Only if it reaches up to what was seen first here: else nobody knows what was between.

        Args:
            row: the counter's.
            times: when its readings arrived, local epoch milliseconds, not decreasing.
            numbers: as many, without a gap between them.
        """
        seen = self._seen[row]
        upto = int(np.searchsorted(times, seen[0][0], "right")) if seen else 0
        if not upto or int(times[upto - 1]) != seen[0][0]:
            return
        steps = np.diff(numbers[:upto])
        grown = np.where(steps < 0, numbers[1:upto], steps)
        # What was counted goes on to what was seen here, across restarts.
        counted = seen[0][1] - np.cumsum(grown[::-1])
        seen.extendleft(zip(times[: upto - 1][::-1].tolist(), counted.tolist(), strict=True))

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
