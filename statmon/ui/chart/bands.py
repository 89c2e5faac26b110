"""The bands that a chart shows for the thresholds of what it shows."""

import math
from collections.abc import Callable, Iterable, Sequence

from statmon.alerts.rules import levels_for
from statmon.domain.library import Levels
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.unit import Unit
from statmon.domain.workspace import Json
from statmon.ui.chart.spec import Band


def levels_of(
    alerts: Sequence[Json],
    statistics: Iterable[Statistic],
    groups: Callable[[ObjectRef], Sequence[str]],
) -> list[Levels | None]:
    """Return the limits that count for each statistic."""
    return [levels_for(alerts, item, groups(item.ref)) for item in statistics]


def bands_of(lines: Iterable[tuple[Unit, Levels | None]]) -> list[Band]:
    """Return the bands of a panel, if all of its lines have one scale and the same limits.

    Bands of one line would say something wrong about its neighbours.
    """
    known = list(lines)
    kinds = {(unit is Unit.PERCENT, levels) for unit, levels in known}
    if len(kinds) != 1:
        return []
    percent, only = kinds.pop()
    return [] if only is None else _bands(only, percent=percent)


def _bands(levels: Levels, *, percent: bool) -> list[Band]:
    low, high = levels.critical_low, levels.critical_high
    found: list[Band] = []
    if low is not None:
        found.append(Band(-math.inf, low, "bad", percent))
    if levels.warning_low is not None:
        found.append(Band(-math.inf if low is None else low, levels.warning_low, "warn", percent))
    if levels.warning_high is not None:
        found.append(Band(levels.warning_high, math.inf if high is None else high, "warn", percent))
    if high is not None:
        found.append(Band(high, math.inf, "bad", percent))
    return found
