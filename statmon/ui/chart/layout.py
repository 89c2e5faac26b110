"""Which line stands in which panel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from statmon.domain.unit import Unit
from statmon.ui.chart.spec import ChartSpec

_COLUMNS = 3
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
    ribbons: bool = False
    """Its series are states."""


def arrange(spec: ChartSpec, units: Sequence[Unit]) -> list[Cell]:
    """Return the panels of a chart: all of its lines in one, unless it says otherwise.

    Counts and per cent share a panel with two axes; what has another unit gets its own below,
    and states stand as ribbons below everything.
    """
    numbers = [place for place, unit in enumerate(units) if unit is not Unit.STATE]
    states = tuple(place for place, unit in enumerate(units) if unit is Unit.STATE)
    if spec.kind == "multiples" and numbers:
        return _grid(numbers)
    groups = [(place,) for place in numbers] if spec.stacked else _by_axis(numbers, units)
    if spec.kind == "states" and states:
        groups = []
    last = len(groups) - (0 if states else 1)
    cells = [
        Cell(row, 0, places, titled=spec.stacked, timed=row == last)
        for row, places in enumerate(groups)
    ]
    return [*cells, Cell(len(groups), 0, states, ribbons=True)] if states else cells


def _by_axis(places: Iterable[int], units: Sequence[Unit]) -> list[tuple[int, ...]]:
    found = list(places)
    others = list(dict.fromkeys(units[place] for place in found))
    if Unit.PERCENT in others:
        others.remove(Unit.PERCENT)
    first = [*others[:1], Unit.PERCENT]
    groups = [[place for place in found if units[place] in first]]
    groups += [[place for place in found if units[place] is other] for other in others[1:]]
    return [tuple(group) for group in groups if group]


def _grid(places: Sequence[int]) -> list[Cell]:
    count = len(places)
    columns = min(_COLUMNS, max(1, round(count**0.5 + 0.49)))
    last = (count - 1) // columns
    return [
        Cell(at // columns, at % columns, (place,), True, at // columns == last)
        for at, place in enumerate(places)
    ]
