"""The axes of a chart: clock times of this computer, counts, per cent, durations."""

import math
from typing import Any

import pyqtgraph as pg

from statmon.domain.unit import Unit
from statmon.ui.chart.scale import count_ticks, percent_ticks
from statmon.ui.chart.ticks import step_for, tick_text, ticks
from statmon.ui.look import numbers
from statmon.ui.look.painting import listing

_PIXELS_A_TICK, _PIXELS_A_LONG_TICK, _PIXELS_A_LINE = 62, 90, 26
_SHORT = len("12:00")
_WIDEST = 1e6
"""A count above has no room beside a panel."""
_MOST_TICKS = 100


class TimeAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks at whole seconds, minutes, hours or days of the local time."""

    @listing
    def tickValues(self, low: float, high: float, size: float) -> Any:  # noqa: N802
        """Return the ticks between two epoch seconds on an axis of ``size`` pixels."""
        step = step_for(high - low, size / _PIXELS_A_TICK)
        if len(tick_text(low, step)) > _SHORT:
            step = step_for(high - low, size / _PIXELS_A_LONG_TICK)
        return [(step, ticks(int(low), int(high) + 1, step))]

    @listing
    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802, ARG002
        """Return the ticks as clock times."""
        return [tick_text(value, spacing) for value in values]


class CountAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks at whole numbers: there are no half calls."""

    @listing
    def tickValues(self, low: float, high: float, size: float) -> Any:  # noqa: N802
        """Return the ticks between two values on an axis of ``size`` pixels."""
        return [count_ticks(low, high, size)]

    @listing
    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802, ARG002
        """Return the ticks as the tree writes counts."""
        return [
            numbers.written(value, Unit.COUNT)
            if abs(value) < _WIDEST
            else numbers.scientific(value)
            for value in values
        ]


class DurationAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks at whole seconds, minutes, hours, written as the tree writes durations."""

    @listing
    def tickValues(self, low: float, high: float, size: float) -> Any:  # noqa: N802
        """Return the ticks between two numbers of seconds on an axis of ``size`` pixels."""
        step = step_for(high - low, size / _PIXELS_A_LINE)
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first > _MOST_TICKS:  # longer than any calendar has steps for
            return super().tickValues(low, high, size)
        return [(step, [number * step for number in range(first, last + 1)])]

    @listing
    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802, ARG002
        """Return the ticks as durations."""
        return [numbers.written(value, Unit.SECONDS) for value in values]


class PercentAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks at 0 and 100, and between them where there is room."""

    highest = 100.0
    """No tick stands above: that is room for words."""

    @listing
    def tickValues(self, low: float, high: float, size: float) -> Any:  # noqa: N802
        """Return the ticks between two values on an axis of ``size`` pixels."""
        step, ticks = percent_ticks(low, high, size)
        return [(step, [tick for tick in ticks if tick <= self.highest])]
