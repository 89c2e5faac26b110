"""The axes of a chart: clock times of this computer, and whole numbers."""

from typing import Any

import pyqtgraph as pg

from statmon.ui.chart.ticks import step_for, tick_text, ticks

_PIXELS_A_TICK = 90


class TimeAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks at whole seconds, minutes, hours or days of the local time."""

    def tickValues(self, low: float, high: float, size: float) -> Any:  # noqa: N802
        """Return the ticks between two epoch seconds on an axis of ``size`` pixels."""
        step = step_for(high - low, size / _PIXELS_A_TICK)
        return [(step, ticks(int(low), int(high) + 1, step))]

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802, ARG002
        """Return the ticks as clock times."""
        return [tick_text(value, spacing) for value in values]


class CountAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks at whole numbers: there are no half calls."""

    def tickValues(self, low: float, high: float, size: float) -> Any:  # noqa: N802
        """Return the ticks that pyqtgraph would choose, without fractions."""
        return [level for level in super().tickValues(low, high, size) if level[0] >= 1]
