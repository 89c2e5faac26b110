"""The axes of a chart: clock times of this computer, and whole numbers."""

from datetime import UTC, datetime
from typing import Any

import pyqtgraph as pg

from statmon.ui.text import tr

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
_PIXELS_A_TICK = 90
_DAY = 86_400


class TimeAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks at whole seconds, minutes or hours of the local day."""

    def tickValues(self, low: float, high: float, size: float) -> Any:  # noqa: N802
        """Return the ticks between two epoch seconds on an axis of ``size`` pixels."""
        wanted = (high - low) / max(1.0, size / _PIXELS_A_TICK)
        step = next((step for step in _STEPS if step >= wanted), _DAY)
        offset = datetime.now(UTC).astimezone().utcoffset()
        shift = offset.total_seconds() if offset else 0.0
        first = -((-low - shift) // step) * step - shift
        ticks = []
        while first <= high:
            ticks.append(first)
            first += step
        return [(step, ticks)]

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802, ARG002
        """Return the ticks as clock times."""
        return [clock(value, seconds=spacing < 60) for value in values]


class CountAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks at whole numbers: there are no half calls."""

    def tickValues(self, low: float, high: float, size: float) -> Any:  # noqa: N802
        """Return the ticks that pyqtgraph would choose, without fractions."""
        return [level for level in super().tickValues(low, high, size) if level[0] >= 1]


def clock(epoch: float, *, seconds: bool = False) -> str:
    """Write epoch seconds as a time of the local day."""
    local = datetime.fromtimestamp(epoch, UTC).astimezone()
    return local.strftime("%H:%M:%S" if seconds else "%H:%M")


def missing(begin: float, end: float) -> str:
    """Say which time is missing; to the second where minutes would say nothing."""
    seconds = end - begin < 120
    return f"{tr('missing')} {clock(begin, seconds=seconds)}–{clock(end, seconds=seconds)}"
