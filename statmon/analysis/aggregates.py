"""How the numbers of several objects become the number of their group, and what it is worth.

Sums are added, extremes taken over, and a ratio is the ratio of the sums of its parts over one
window: then it is exact. Where the parts are not known it may be weighted by a volume that is
near; then it is approximate, and the reason goes with it. It is never an average of averages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.domain.library import Aggregate

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]
EXACT = -1
"""The way of a number that comes from its parts, or is no ratio."""
_NEAR_WHOLE = 0.02
"""A count that a percentage times its denominator gives is whole but for what is rounded off."""
_SAME = 0.5
"""Units by which a ratio may differ from its parts': it may come rounded to whole ones."""


class Doubt(IntFlag):
    """Why a group's number is approximate."""

    WEIGHT = 1
    """It is weighted by something else than its denominator."""
    WINDOWS = 2
    """Its members do not measure the same, for instance over another window."""
    ROUNDED = 4
    """The ratios come rounded, so that their numerators are not known exactly."""
    PARTS = 8
    """The parts of a member do not make its own ratio."""
    OVERLAP = 16
    """The members are groups themselves, and who is in two of them counts twice."""


@dataclass(frozen=True, slots=True)
class Members:
    """The cells of one column, group by group: one element a member."""

    groups: Ints
    """The group of each, from 0."""
    values: Floats
    """Its number, NaN where it has none."""
    measures: Ints
    """What it measures: equal numbers where the same is measured; -1: it is not open."""
    numerators: Floats | None = None
    """Of ratios, NaN where not known."""
    denominators: Floats | None = None
    alike: NDArray[np.bool_] | None = None
    """Whether ratio and denominator are known to count from the same moment; None: all do."""
    scale: float = 1.0
    """The ratio of a numerator and a denominator of 1."""
    whole: bool = False
    """Numerators are counts."""
    weights: Sequence[Floats] = field(default=())
    """Volumes that may stand in for the denominator, best first."""
    overlapping: bool = False
    """The objects are groups, which may share members."""


class Aggregated(NamedTuple):
    """The numbers of some groups, one element each."""

    values: Floats
    """NaN where it has none."""
    used: NDArray[np.int64]
    """How many members each number comes from."""
    missing: NDArray[np.int64]
    """How many members do not count: not open, without a number, or without what weights it."""
    doubts: NDArray[np.int64]
    """Why it is approximate (``Doubt``); 0: it is exact."""
    ways: NDArray[np.int64]
    """By which of the weights a ratio is weighted; ``EXACT``: it is its parts'."""
    counted: NDArray[np.bool_]
    """Of each member, whether it counts in its group's number."""
    numerators: Floats
    """Of each member that counts in a ratio: what it adds above, NaN for others ..."""
    denominators: Floats
    """... and below."""


class _Way(NamedTuple):
    """One way to a ratio: what each member adds, NaN where it cannot."""

    above: Floats
    below: Floats
    doubts: NDArray[np.int64]
    """Of each member."""

    @property
    def known(self) -> NDArray[np.bool_]:
        return ~(np.isnan(self.above) | np.isnan(self.below))


def aggregate(kind: Aggregate, members: Members, count: int) -> Aggregated:
    """Return the number of each of ``count`` groups, and what it is worth."""
    if kind is Aggregate.MEAN:
        return _judged(_ratios(members, count), members, count)
    groups, values = members.groups, members.values
    known = ~np.isnan(values)
    used = np.bincount(groups[known], minlength=count)
    numbers, where = values[known], groups[known]
    result = np.full(count, np.nan)
    match kind:
        case Aggregate.SUM:
            result = np.bincount(where, numbers, count).astype(np.float64)
        case Aggregate.MAX:
            result[:] = -np.inf
            np.maximum.at(result, where, numbers)
        case Aggregate.MIN:
            result[:] = np.inf
            np.minimum.at(result, where, numbers)
    nothing = np.full(len(values), np.nan)
    got = Aggregated(
        np.where(used > 0, result, np.nan), used, np.bincount(groups[~known], minlength=count),
        np.zeros(count, np.int64), np.full(count, EXACT), known, nothing, nothing,
    )  # fmt: skip
    return got if kind is Aggregate.NONE else _judged(got, members, count, kind)


def _ratios(members: Members, count: int) -> Aggregated:
    """Go the way that the most members of a group can go; of several the exact one, or the best."""
    groups = members.groups
    ways = [_parts(members), *(_weighted(members, weight) for weight in members.weights)]
    reach = np.array([np.bincount(groups[way.known], minlength=count) for way in ways])
    best = reach.argmax(axis=0)  # of equal ones the first
    mine = best[groups] if len(groups) else np.zeros(0, np.int64)
    place = np.arange(len(groups))
    above, below, doubts = (np.array([way[part] for way in ways])[mine, place] for part in range(3))
    known = ~(np.isnan(above) | np.isnan(below))
    volume = np.bincount(groups[known], below[known], count)
    total = np.bincount(groups[known], above[known], count)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(volume > 0, members.scale * total / volume, np.nan)
    used = reach.max(axis=0)
    return Aggregated(
        values, used, np.bincount(groups, minlength=count) - used,
        _any(groups, np.where(known, doubts, 0), count), best - 1, known,
        np.where(known, above, np.nan), np.where(known, below, np.nan),
    )  # fmt: skip


def _parts(members: Members) -> _Way:
    """Take numerator and denominator as they are; a numerator that is not open from the ratio.

    That is only possible where ratio and denominator began to count together.
    """
    values = members.values
    unknown = np.full(len(values), np.nan)
    below = unknown if members.denominators is None else members.denominators
    open_ = unknown if members.numerators is None else members.numerators
    doubts = np.zeros(len(values), np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = values * below / members.scale
        if members.alike is not None:
            own[~members.alike] = np.nan
        if members.whole:
            near = np.abs(own - np.round(own)) <= _NEAR_WHOLE
            doubts[np.isnan(open_) & ~np.isnan(own) & ~near] |= Doubt.ROUNDED
            own = np.where(near, np.round(own), own)
        other = np.abs(members.scale * open_ / below - values) > _SAME
    doubts[other] |= Doubt.PARTS
    above = np.where(np.isnan(open_), own, open_)
    # Nothing happened there: it adds nothing, whatever is said of a ratio that cannot be computed.
    nothing = below == 0
    doubts[nothing] = 0
    return _Way(np.where(nothing, 0.0, above), below, doubts)


def _weighted(members: Members, weight: Floats) -> _Way:
    volume = np.maximum(weight, 0.0)
    doubts = np.full(len(volume), Doubt.WEIGHT, np.int64)
    return _Way(members.values * volume / members.scale, volume, doubts)


def _judged(
    got: Aggregated, members: Members, count: int, kind: Aggregate = Aggregate.MEAN
) -> Aggregated:
    """Add the doubts that do not come from how the numbers were put together."""
    counted = got.counted & (members.measures >= 0)
    groups, measures = members.groups[counted], members.measures[counted]
    lowest = np.full(count, np.iinfo(np.int64).max)
    highest = np.full(count, -1)
    np.minimum.at(lowest, groups, measures)
    np.maximum.at(highest, groups, measures)
    doubts = got.doubts.copy()
    # Whatever weighs what is all the same: the number of one member is its own.
    least, most = np.full(count, np.inf), np.full(count, -np.inf)
    np.fmin.at(least, groups, members.values[counted])
    np.fmax.at(most, groups, members.values[counted])
    doubts[least == most] &= ~int(Doubt.WEIGHT | Doubt.ROUNDED)
    doubts[lowest < highest] |= Doubt.WINDOWS
    if members.overlapping and kind in (Aggregate.SUM, Aggregate.MEAN):
        doubts[got.used > 1] |= Doubt.OVERLAP
    return got._replace(doubts=doubts)


def _any(groups: Ints, flags: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    result = np.zeros(count, np.int64)
    np.bitwise_or.at(result, groups, flags)
    return result
