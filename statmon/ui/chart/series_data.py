"""The columns of one series in one chart: the past from the history, the present from its track."""

from dataclasses import dataclass, field

import numpy as np

from statmon.analysis.buckets import Buckets, Columns, columns_of, joined
from statmon.ui.chart.track import Track

Words = list[tuple[int, str]]
"""States of one series: epoch milliseconds and the name entered then, empty where not known."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was read from the history for a stretch of time."""

    width: int
    """Milliseconds of a column."""
    begin: int
    """Epoch milliseconds from which it was read."""
    end: int
    """Epoch milliseconds up to which it was read."""
    columns: Columns
    words: Words = field(default_factory=list)

    def at_width(self, width: int) -> Columns:
        """Return the columns at another width, until they are read at that width.

        Narrower ones stay as coarse as they are; wider ones are exact.
        """
        if width == self.width or not self.columns:
            return self.columns
        times = np.repeat(self.columns.number * self.width, 4)
        values = np.stack(
            (self.columns.first, self.columns.low, self.columns.high, self.columns.last), axis=1
        )
        return columns_of(times, values.reshape(-1), width)


class SeriesData:
    """Columns at the width that the chart asks for, without a seam between its two sources."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self.past: Past | None = None
        self._recent = Buckets(1)
        self._taken = 0
        self._seam = track.began
        """Epoch milliseconds from which on everything is in memory."""

    def first(self) -> int | None:
        """Return since when something is known, epoch milliseconds; None where nothing is."""
        known = [] if (first := self.track.first_known()) is None else [first]
        if self.past is not None and (told := np.isfinite(self.past.columns.last)).any():
            known.append(int(self.past.columns.number[np.argmax(told)]) * self.past.width)
        if self.past is not None:
            known += [at for at, word in self.past.words if word][:1]
        return min(known, default=None)

    def columns(self, width: int) -> Columns:
        """Return all columns that are known, at a width in milliseconds."""
        self._follow(width)
        recent = self._recent.columns
        if self.past is None:
            return recent
        past = self.past.at_width(width)
        # What was read may reach into what came since: memory knows better from its beginning on.
        end = int(np.searchsorted(past.number, self._seam // width, "right"))
        return joined(past.part(0, end), recent)

    def wants(self, width: int, begin: int, end: int) -> tuple[int, int] | None:
        """Return the stretch that has to be read for a view, or None when it is all there.

        A view's width more on both sides is read, so that panning has something to show.
        """
        self._follow(width)
        latest = min(end, self._seam)
        if latest <= begin:
            return None
        past = self.past
        if past is not None and past.width == width and past.begin <= begin and past.end >= latest:
            return None
        room = end - begin
        return (begin - room) // width * width, min(end + room, self._seam)

    def _follow(self, width: int) -> None:
        track = self.track
        fresh = track.since(self._taken) if width == self._recent.width else None
        if fresh is None:
            self._recent = Buckets.of(track.times, track.values, width)
            self._seam = track.begins
        else:
            for time, value in zip(*(array.tolist() for array in fresh), strict=True):
                self._recent.push(time, value)
            if not self._taken:
                self._seam = track.begins
        self._taken = track.taken

    def words(self) -> Words:
        """Return the states that are known, oldest first."""
        track = self.track
        recent = list(zip(track.times.tolist(), track.words, strict=True))
        past = self.past.words if self.past else []
        seam = track.begins
        return [item for item in past if item[0] < seam] + recent
