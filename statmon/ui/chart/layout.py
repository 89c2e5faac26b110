"""Which line stands in which panel."""

from collections.abc import Sequence
from dataclasses import dataclass

from statmon.domain.unit import Unit
from statmon.ui.chart.spec import ChartSpec

_COLUMNS = 4
"""Small multiples side by side."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A panel: where it stands, and the places of its lines."""

    row: int
    column: int
    places: tuple[int, ...]
    titled: bool = False
    """It bears the name of its line."""
    timed: bool = True
    """It shows times below."""


def arrange(spec: ChartSpec, units: Sequence[Unit]) -> list[Cell]:
    """Return the panels of a chart: all of its lines in one, unless it says otherwise.

    Counts and per cent share a panel with two axes; what has another unit gets its own below.
    """
    if spec.kind == "multiples":
        return _grid(len(units))
    groups = _stacked(len(units)) if spec.stacked else _by_axis(units)
    last = len(groups) - 1
    return [
        Cell(row, 0, places, titled=spec.stacked, timed=row == last)
        for row, places in enumerate(groups)
    ]


def _stacked(count: int) -> list[tuple[int, ...]]:
    return [(place,) for place in range(count)]


def _by_axis(units: Sequence[Unit]) -> list[tuple[int, ...]]:
    others = list(dict.fromkeys(unit for unit in units if unit is not Unit.PERCENT))
    first = [*others[:1], Unit.PERCENT]
    groups = [[place for place, unit in enumerate(units) if unit in first]]
    groups += [[place for place, unit in enumerate(units) if unit is other] for other in others[1:]]
    return [tuple(group) for group in groups if group]


def _grid(count: int) -> list[Cell]:
    columns = min(_COLUMNS, max(1, round(count**0.5 + 0.49)))
    last = (count - 1) // columns
    return [
        Cell(place // columns, place % columns, (place,), True, place // columns == last)
        for place in range(count)
    ]
