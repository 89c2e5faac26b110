"""Whether a number is as it is to be: its target in words, and as a bar with a mark."""

import math
from typing import NamedTuple

from statmon.domain.library import Direction
from statmon.domain.outside import visible
from statmon.domain.targets import Target
from statmon.domain.unit import Unit
from statmon.live.freshness import KNOWN
from statmon.ui.data import cells
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.look import numbers
from statmon.ui.look.text import tr


class Goal(NamedTuple):
    """A number and its target on one scale, from 0 to 1."""

    share: float
    """Where the number is."""
    mark: float
    """Where the target is."""
    met: bool | None
    """Whether the number is as it is to be; None where nobody knows which side is good."""


def goal(target: Target | None, number: float, unit: Unit, direction: Direction) -> Goal | None:
    """Return where number and target are: of 100 per cent, else the target is in the middle."""
    if target is None or math.isnan(number):
        return None
    whole = max(100.0, target.number) if unit is Unit.PERCENT else 2 * target.number
    if whole <= 0:
        return Goal(float(number > target.number), 0.0, target.met(number, direction))
    share = min(1.0, max(0.0, number / whole))
    return Goal(share, max(0.0, target.number / whole), target.met(number, direction))


def of_row(lens: Lens, row: int, names: Names, knowledge: Knowledge) -> str:
    """Return what a row's number is to be and whether it is, or nothing without a target."""
    statistic = lens.table.statistics[row]
    target = knowledge.target(statistic, names.targets)
    if target is None:
        return ""
    number = lens.table.number(row) if lens.freshness(row) in KNOWN else math.nan
    return in_words(target, number, lens.table.units[row], knowledge.direction(statistic))


def in_words(target: Target, number: float, unit: Unit, direction: Direction) -> str:
    """Return a target in words: *Target 80 % missed (−3.2 pp)*.

    Args:
        target: what the number is to be.
        number: what it is, NaN where that is not known.
        unit: of both.
        direction: whether more is good; where nobody knows, nothing is said to be met.
    """
    wanted = cells.with_unit(numbers.written(target.number, unit), unit)
    if target.group:
        wanted = tr("{number} of “{group}”").format(number=wanted, group=visible(target.group))
    by = cells.change_text(number - target.number, unit)
    met = target.met(number, direction)
    if not by:
        return tr("Target {number}").format(number=wanted)
    if met is None:
        words = tr("Target {number} ({difference})")
    else:
        words = (
            tr("Target {number} met ({difference})")
            if met
            else tr("Target {number} missed ({difference})")
        )
    return words.format(number=wanted, difference=by)
