"""The newest readings of one series, kept in memory for the charts, and when it was not known."""

import math

import numpy as np

from statmon.analysis.buckets import Floats, Ints

CAPACITY = 36_000
"""Readings that are kept: an hour at ten a second. Older ones are in the history."""
_FIRST = 256
_GAPS = 500


class Track:
    """Times, values and words of one series, oldest first.

    A value is NaN where the series is not known from then on, or is no number; a word is the
    name of a state, and empty for numbers.
    """

    def __init__(self, began: int) -> None:
        self.began = began
        """Epoch milliseconds from which on every reading is taken in."""
        self._times: Ints = np.empty(_FIRST, np.int64)
        self._values: Floats = np.empty(_FIRST)
        self._words: list[str] = []
        self._count = 0
        self.taken = 0
        """Readings ever taken in."""
        self._rewritten = -1
        """So many had been taken in when the last one was changed."""
        self.gaps: list[tuple[int, int | None]] = []
        """From and to, epoch ms of this computer; the last one's end is None while it lasts."""

    def __len__(self) -> int:
        return self._count

    @property
    def times(self) -> Ints:
        """Epoch milliseconds of this computer, never running backwards."""
        return self._times[: self._count]

    @property
    def values(self) -> Floats:
        """The numeric views."""
        return self._values[: self._count]

    @property
    def words(self) -> list[str]:
        """The states' names."""
        return self._words

    @property
    def begins(self) -> int:
        """Epoch milliseconds from which on nothing is missing."""
        return int(self._times[0]) if self._count else self.began

    def first_known(self) -> int | None:
        """Return when the first value or word came, epoch milliseconds; None before that."""
        numbers = np.isfinite(self.values)
        place = int(np.argmax(numbers)) if numbers.any() else self._count
        place = next((at for at, word in enumerate(self._words[:place]) if word), place)
        return int(self._times[place]) if place < self._count else None

    @property
    def broken(self) -> bool:
        """Whether it is not known now."""
        return bool(self.gaps) and self.gaps[-1][1] is None

    def since(self, taken: int) -> tuple[Ints, Floats] | None:
        """Return what came after ``taken`` readings; None when what was before is another now."""
        new = self.taken - taken
        if new > self._count or taken <= self._rewritten:
            return None
        begin = self._count - new
        return self.times[begin:], self.values[begin:]

    def push(self, time: int, value: float, word: str = "") -> None:
        """Add a reading; a time that runs backwards counts as the last one."""
        if self._count:
            time = max(time, int(self._times[self._count - 1]))
        if self._count == len(self._times):
            self._make_room()
        self._times[self._count] = time
        self._values[self._count] = value
        self._words.append(word)
        self._count += 1
        self.taken += 1

    def break_off(self, time: int) -> None:
        """Note that from here on it is not known, or that it was not earlier than was thought.

        What was received is known: the gap begins after it.
        """
        if not self.broken:
            last = int(self._times[self._count - 1]) if self._count else time
            self.gaps.append((max(time, last), None))
            del self.gaps[:-_GAPS]
            self.push(time, math.nan)
        elif time < self.gaps[-1][0]:
            self._break_off_earlier(time)

    def _break_off_earlier(self, time: int) -> None:
        """Move the beginning of the gap that lasts; whoever took it in takes all in again."""
        last = self._count - 1
        if last > 0:
            time = max(time, int(self._times[last - 1]))
        self.gaps[-1] = (time, None)
        self._times[last] = time
        self._rewritten = self.taken
        self.push(time, math.nan)

    def mend(self, time: int) -> None:
        """Note that it is known again."""
        if self.broken:
            self.gaps[-1] = (self.gaps[-1][0], max(time, self.gaps[-1][0]))

    def _make_room(self) -> None:
        if self._count < CAPACITY:
            size = min(CAPACITY, self._count * 2)
            self._times = np.resize(self._times, size)
            self._values = np.resize(self._values, size)
            return
        # Dropping a quarter at once makes the copying rare.
        dropped = CAPACITY // 4
        self._count -= dropped
        del self._words[:dropped]
        self._times[: self._count] = self._times[dropped:].copy()
        self._values[: self._count] = self._values[dropped:].copy()
