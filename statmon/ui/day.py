"""Lowest, mean and highest of a statistic's day, asked of history for the row that is shown."""

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

_AGAIN_MS = 60_000
_BUCKETS = 1_440


class Figures(NamedTuple):
    """What is told of a span."""

    lowest: float
    mean: float
    """Of one number a minute."""
    highest: float


class Day(QObject):
    """The figures of one row since midnight, renewed every minute."""

    came = Signal()

    def __init__(self, lens: Lens, history: "History", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lens, self._history = lens, history
        self._courier = Courier(self)
        self._row = -1
        self.figures: Figures | None = None
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(lambda: self.ask(self._row))

    def ask(self, row: int) -> None:
        """Ask for the figures of a row; they come when they come."""
        if row != self._row:
            self.figures = None
        self._row = row
        self._again.stop()
        if row >= 0:
            now = now_ms()
            series = self._lens.table.series[row]
            midnight = last_midnight(now, self._lens.zone)
            asked = self._history.buckets([series], midnight, now, _BUCKETS)
            self._courier.bring(asked, self._take)
            self._again.start()

    def _take(self, answers: "list[Buckets]") -> None:
        for buckets in answers:
            if self._row >= 0 and buckets.series == self._lens.table.series[self._row]:
                known = np.isfinite(buckets.last)
                if known.any():
                    place = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
                    minutes = buckets.last[place[place >= 0]]
                    self.figures = Figures(
                        float(np.nanmin(buckets.lowest)),
                        float(minutes.mean()),
                        float(np.nanmax(buckets.highest)),
                    )
                self.came.emit()


def figures_of(numbers: NDArray[np.float64]) -> Figures | None:
    """Return the figures of some numbers, or None where none is known."""
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return None
    return Figures(float(known.min()), float(known.mean()), float(known.max()))
