"""Fills increases from a history: what was counted before anybody asked for the increase."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from statmon.live.table import LiveTable
from statmon.live.windows import Windows

if TYPE_CHECKING:
    from concurrent.futures import Future

    from statmon.domain.statistic import Series

_log = logging.getLogger(__name__)
_CARRIED: Final = 86_400_000
"""Milliseconds before a span in which a number is looked for that still holds."""


class Past(Protocol):
    """A history, as far as it is needed here; every answer comes later, from a thread."""

    def read_many(
        self, series: "Sequence[Series]", start_ms: int, end_ms: int
    ) -> "Future[list[Any]]":
        """Return the samples of each series: ``arrived``, ``numbers`` and ``outdated``."""

    def gaps(self, start_ms: int, end_ms: int) -> "Future[list[Any]]":
        """Return the times in which nothing was recorded."""


class LookBack:
    """Asks once for each counter, when its increase is asked for first."""

    def __init__(
        self, past: Past, table: LiveTable, windows: Windows, filled: Callable[[], object]
    ) -> None:
        """Ask nothing yet; ``filled`` is called when something was filled."""
        self._past, self._table, self._windows, self._filled = past, table, windows, filled

    def ask(self, now: int) -> None:
        """Ask for what the increases lack; in the loop, at local epoch milliseconds."""
        wanted = self._windows.lacking(now)
        if not wanted:
            return
        series = [self._table.series[row] for row in wanted]
        begin = now - max(wanted.values()) - _CARRIED
        both = asyncio.gather(
            asyncio.wrap_future(self._past.read_many(series, begin, now + 1)),
            asyncio.wrap_future(self._past.gaps(begin, now + 1)),
        )
        both.add_done_callback(partial(self._take, list(wanted), series))

    def _take(self, rows: "list[int]", series: "list[Series]", both: "asyncio.Future[Any]") -> None:
        if both.cancelled():
            return
        if (error := both.exception()) is not None:
            _log.warning("increases are not filled from the history: %s", error)
            return
        read, gaps = both.result()
        for row, own, samples in zip(rows, series, read, strict=True):
            known = ~samples.outdated & ~np.isnan(samples.numbers)
            covering = [gap for gap in gaps if gap.covers(own)]
            if all(gap.end is not None for gap in covering):
                # Of what came before a gap nobody knows how it went on.
                known &= samples.arrived >= max((gap.end for gap in covering), default=0)
                self._windows.fill(row, samples.arrived[known], samples.numbers[known])
        self._filled()
