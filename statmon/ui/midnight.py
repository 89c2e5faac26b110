"""Fills in from history what the numbers were at midnight, when changes since then are shown."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from statmon.domain.reading import Reading
from statmon.domain.value import usable_of
from statmon.live.table import LiveTable
from statmon.live.trends import last_midnight
from statmon.ui.futures import Courier
from statmon.ui.lens import Lens

if TYPE_CHECKING:
    from statmon.history import Gap, History

_Numbers = tuple[NDArray[np.intp], NDArray[np.float64]]


class MidnightSeeder(QObject):
    """Asks history once for each midnight, and again when statistics were added."""

    def __init__(self, lens: Lens, history: "History", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lens, self._history = lens, history
        self._courier = Courier(self)
        self._asked = (0, 0)
        self._busy = False

    def look(self) -> None:
        """Ask if changes since midnight are shown and something is not asked for yet."""
        lens = self._lens
        midnight = last_midnight(lens.now, lens.zone)
        wanted = midnight, len(lens.live)
        if lens.span or lens.travelling or self._busy or wanted == self._asked or not wanted[1]:
            return
        if lens.trends.slept_over(midnight):
            return  # history hears of it later than we do, and would take an old number
        self._asked, self._busy = wanted, True
        self._courier.bring(
            self._history.gaps(midnight, midnight + 1), partial(self._ask, midnight)
        )

    def _ask(self, midnight: int, gaps: "list[Gap]") -> None:
        take = partial(self._read, midnight, gaps)
        self._courier.bring(self._history.as_of(midnight), take)

    def _read(self, midnight: int, gaps: "list[Gap]", readings: list[Reading]) -> None:
        read = partial(numbers_at, midnight, readings, gaps, self._lens.live)
        self._courier.work(read, partial(self._take, midnight))

    def _take(self, midnight: int, got: _Numbers) -> None:
        self._busy = False
        if self._asked[0] == midnight:
            self._lens.trends.seed_midnight(*got)


def numbers_at(
    when: int, readings: Iterable[Reading], gaps: "Iterable[Gap]", table: LiveTable
) -> _Numbers:
    """Return the rows whose numbers were known at an instant, and those numbers.

    Args:
        when: local epoch milliseconds.
        readings: the newest of each series at that instant.
        gaps: what was not known then is left out.
        table: whose rows are meant; it may be in use in another thread.
    """
    lasting = [gap for gap in gaps if gap.start <= when and (gap.end is None or gap.end > when)]
    if any(gap.series is None for gap in lasting):
        readings = ()
    unknown = {series for gap in lasting for series in gap.series or ()}
    found = {
        row: number
        for series, raw, *_ in readings
        if series not in unknown
        and (row := table.row_of(series)) is not None
        and (number := usable_of(raw)) is not None
    }
    rows = np.fromiter(found.keys(), np.intp, len(found))
    return rows, np.fromiter(found.values(), np.float64, len(found))
