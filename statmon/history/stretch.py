"""The readings since the last segment was written, in memory."""

import numpy as np

from statmon.history.columns import OUTDATED, Columns, joined


class Stretch:
    """A stretch of the recording in which this computer's clock never ran backwards."""

    def __init__(self, before: Columns) -> None:
        self.before = before
        """The newest sample of each series when the stretch began."""
        self.start: int | None = None
        self.end = 0
        """The times of its first and last sample, local epoch milliseconds."""
        self._parts: list[Columns] = []
        self.samples = 0

    def add(self, part: Columns) -> None:
        """Add samples; each series in the order in which it was recorded."""
        if not len(part):
            return
        if self.start is None:
            self.start = int(part.arrived.min())
        self.end = int(part.arrived.max())
        self.samples += len(part)
        # Joining parts of like size makes each sample be copied only a few times.
        while self._parts and len(self._parts[-1]) <= 2 * len(part):
            part = joined((self._parts.pop(), part))
        self._parts.append(part)

    def columns(self) -> Columns:
        """Return its samples."""
        if len(self._parts) > 1:
            self._parts = [joined(self._parts)]
        return joined(self._parts)

    def of(self, numbers: "np.typing.NDArray[np.int32]", start: int, end: int) -> Columns:
        """Return the samples of some series that arrived in a span of time."""
        if self.start is None or self.start >= end or self.end < start:
            return joined(())
        found = [part.take(np.isin(part.ids, numbers)) for part in self._parts]
        return joined([part.take((part.arrived >= start) & (part.arrived < end)) for part in found])

    def newest(self, when: int | None = None) -> Columns:
        """Return the newest sample of each series, now or as of a time (inclusive)."""
        parts = self._parts
        if when is not None and when < self.end:
            parts = [part.take(part.arrived <= when) for part in parts]
        return newest_of(joined((self.before, *parts)))


def newest_of(columns: Columns) -> Columns:
    """Return the last sample of each series that is not outdated, sorted by series."""
    if not len(columns):
        return columns
    shown = np.flatnonzero((columns.flags & OUTDATED) == 0)
    last = np.full(int(columns.ids.max()) + 1, -1, np.int64)
    last[columns.ids[shown]] = shown
    return columns.take(last[last >= 0])
