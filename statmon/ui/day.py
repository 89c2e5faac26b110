"""Lowest, mean and highest of a statistic's last hour and day, asked of history for one row."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from statmon.live.trends import last_midnight
from statmon.ui.futures import Courier
from statmon.ui.lens import Lens
from statmon.ui.pulse import now_ms

if TYPE_CHECKING:
    from statmon.history import Buckets, History

_AGAIN_MS, _SOON_MS = 60_000, 2_000
_HOUR_MS = 3_600_000
_MINUTES, _SECONDS = 1_440, 3_600
"""In how many pieces the day and the hour are asked for: the mean is that of so many numbers."""

Floats = NDArray[np.float64]


class Figures(NamedTuple):
    """What is told of a span. Lowest and highest are those of all readings."""

    lowest: float
    mean: float
    """Of one number a minute for a day, one a second for an hour."""
    highest: float

    def including(self, number: float) -> "Figures":
        """Return them with a number that has come since."""
        if not np.isfinite(number):
            return self
        return Figures(min(self.lowest, number), self.mean, max(self.highest, number))


class Day(QObject):
    """The figures of one row: the day's renewed every minute, the hour's while readings come."""

    came = Signal()

    def __init__(self, lens: Lens, history: "History", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lens, self._history = lens, history
        self._courier = Courier(self)
        self._row = -1
        self._seen = self._asked = 0
        """When the newest reading arrived that is in the hour, and when that was asked for."""
        self.figures: Figures | None = None
        """Since midnight."""
        self.hour: Figures | None = None
        """Of the last sixty minutes."""
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(lambda: self.ask(self._row))

    def ask(self, row: int) -> None:
        """Ask for the figures of a row; they come when they come."""
        if row != self._row:
            self.figures = self.hour = None
        self._row = row
        self._again.stop()
        if row >= 0:
            now = now_ms()
            series = self._lens.table.series[row]
            midnight = last_midnight(now, self._lens.zone)
            day = self._history.buckets([series], midnight, now, _MINUTES)
            self._courier.bring(day, self._take_day)
            self._ask_hour(now)
            self._again.start()

    def look(self) -> None:
        """Ask for the hour anew if a reading has come since."""
        now = now_ms()
        if (
            self._row >= 0
            and self._seen != self._lens.table.arrived(self._row)
            and not 0 <= now - self._asked < _SOON_MS
        ):
            self._ask_hour(now)

    def _ask_hour(self, now: int) -> None:
        self._asked, self._seen = now, self._lens.table.arrived(self._row)
        series = self._lens.table.series[self._row]
        hour = self._history.buckets([series], now - _HOUR_MS, now + 1, _SECONDS)
        self._courier.bring(hour, self._take_hour)

    def _take_day(self, answers: "list[Buckets]") -> None:
        for buckets in self._of_row(answers):
            self.figures = _figures(buckets, np.nan)
            self.came.emit()

    def _take_hour(self, answers: "list[Buckets]") -> None:
        for buckets in self._of_row(answers):
            # What held when the hour began was read before it.
            self.hour = _figures(buckets, float(self._lens.hour(self._row)[0]))
            self.came.emit()

    def _of_row(self, answers: "list[Buckets]") -> "list[Buckets]":
        if self._row < 0:
            return []
        series = self._lens.table.series[self._row]
        return [buckets for buckets in answers if buckets.series == series]


def _figures(buckets: "Buckets", before: float) -> Figures | None:
    """Return the figures of a span, or None where no number of it is known.

    Args:
        buckets: the readings in it.
        before: the number that held when it began, NaN where that is not known.
    """
    last = np.concatenate(([before], buckets.last))
    known = np.isfinite(last)
    if not known.any():
        return None
    place = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
    held = last[place[place >= 0]]
    every = np.concatenate((held, buckets.lowest, buckets.highest))
    return Figures(float(np.nanmin(every)), float(held.mean()), float(np.nanmax(every)))


def figures_of(numbers: Floats) -> Figures | None:
    """Return the figures of some numbers, or None where none is known."""
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return None
    return Figures(float(known.min()), float(known.mean()), float(known.max()))
