"""How the numbers of several objects become the number of their group.

Sums are added, averages weighted by their volume, extremes taken over. The average of averages
is never formed: an average without its volume has no number for the group.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.domain.library import Aggregate

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]


class Aggregated(NamedTuple):
    """The numbers of some groups."""

    values: Floats
    """One for each group; NaN where it has none."""
    used: NDArray[np.int64]
    """How many members each number comes from."""
    missing: NDArray[np.int64]
    """How many members had no number, or an average no volume."""


def aggregate(
    kind: Aggregate, values: Floats, groups: Ints, count: int, weights: Floats | None = None
) -> Aggregated:
    """Return the number of each group.

    Args:
        kind: how the members' numbers are put together.
        values: the members' numbers, NaN where one has none.
        groups: the group of each member, from 0.
        count: how many groups there are.
        weights: for means, the members' volumes: the mean is sum(volume x value) / sum(volume).
    """
    known = ~np.isnan(values)
    if kind is Aggregate.MEAN:
        known &= ~np.isnan(weights) if weights is not None else np.zeros(len(values), bool)
    used = np.bincount(groups[known], minlength=count)
    missing = np.bincount(groups[~known], minlength=count)
    numbers, where = values[known], groups[known]
    result: Floats
    match kind:
        case Aggregate.SUM:
            result = np.bincount(where, numbers, count).astype(np.float64)
        case Aggregate.MEAN if weights is not None:
            result = _mean(numbers, np.maximum(weights[known], 0.0), where, count)
        case Aggregate.MAX:
            result = np.full(count, -np.inf)
            np.maximum.at(result, where, numbers)
        case Aggregate.MIN:
            result = np.full(count, np.inf)
            np.minimum.at(result, where, numbers)
        case _:
            result = np.full(count, np.nan)
    return Aggregated(np.where(used > 0, result, np.nan), used, missing)


def _mean(numbers: Floats, weights: Floats, groups: Ints, count: int) -> Floats:
    volume = np.bincount(groups, weights, count)
    total = np.bincount(groups, weights * numbers, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(volume > 0, total / volume, np.nan)
