"""Distributions of waits from counts in ranges: service levels and percentiles, and their bounds.

Counts are merged by adding them, over queues and over time. What a count in a range does not tell,
where inside the range a wait was, is told as bounds: never interpolated, never averaged.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from statmon.analysis.buckets import Floats


class Bounds(NamedTuple):
    """What a number is between, both included; NaN where there is none."""

    least: float
    most: float

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.least == self.most


class Level(NamedTuple):
    """A service level, with what it is a share of."""

    in_time: Bounds
    """How many were answered in time."""
    counted: Bounds
    """How many count: answered or hung up, but for those that hung up too soon to count."""
    share: Bounds
    """In time ÷ counted, from 0 to 1."""


@dataclass(frozen=True)
class Waits:
    """How many callers waited how long."""

    edges: tuple[float, ...]
    """Seconds, from 0; the last one is infinite. A wait of exactly an edge is right of it."""
    answered: Floats
    """How many were answered, of each range; one fewer than there are edges."""
    abandoned: Floats
    """How many hung up."""

    @property
    def all(self) -> Floats:
        """How many waited, of each range."""
        return self.answered + self.abandoned

    def coarser(self, edges: Sequence[float]) -> "Waits":
        """Return the same in fewer ranges: ``edges`` are some of its own, first and last too."""
        begins = np.searchsorted(self.edges, edges[:-1])
        answered, abandoned = (
            np.add.reduceat(counts, begins) for counts in (self.answered, self.abandoned)
        )
        return Waits(tuple(edges), answered, abandoned)


def merged(parts: Sequence[Waits]) -> Waits:
    """Return the waits of all of them, at least one, in the ranges that all of them have."""
    common = sorted(frozenset(parts[0].edges).intersection(*(part.edges for part in parts[1:])))
    same = [part.coarser(common) for part in parts]
    return Waits(
        tuple(common),
        np.sum([part.answered for part in same], axis=0),
        np.sum([part.abandoned for part in same], axis=0),
    )


def below(edges: Sequence[float], counts: Floats, seconds: float) -> Bounds:
    """Return how many waited less than that: exact at an edge, bounds between two."""
    sums = np.concatenate(([0.0], np.cumsum(counts)))
    place = int(np.searchsorted(edges, seconds, "right")) - 1
    if edges[place] == seconds:
        return Bounds(float(sums[place]), float(sums[place]))
    return Bounds(float(sums[place]), float(sums[place + 1]))


def service_level(waits: Waits, seconds: float, short: float = 0.0) -> Level:
    """Return the share of callers who were answered within some seconds.

    Args:
        waits: whose.
        seconds: less than this is in time.
        short: who hung up before this many seconds does not count; 0: all count.
    """
    in_time = below(waits.edges, waits.answered, seconds)
    soon = below(waits.edges, waits.abandoned, short)
    everybody = float(waits.all.sum())
    counted = Bounds(everybody - soon.most, everybody - soon.least)
    if counted.most <= 0:
        return Level(in_time, counted, Bounds(math.nan, math.nan))
    # Where nobody may count, nothing is known of the share: it is at most all.
    highest = min(1.0, in_time.most / counted.least) if counted.least > 0 else 1.0
    return Level(in_time, counted, Bounds(in_time.least / counted.most, highest))


def percentile(edges: Sequence[float], counts: Floats, part: float) -> Bounds:
    """Return between which edges the shortest wait is that so many did not exceed.

    That is the wait of the caller who is the ``part`` of all when they are put in order (nearest
    rank): at least the lower bound and less than the upper one. NaN of nobody.
    """
    total = float(counts.sum())
    if total <= 0:
        return Bounds(math.nan, math.nan)
    rank = max(1, math.ceil(part * total - 1e-9))
    place = int(np.searchsorted(np.cumsum(counts), rank))
    return Bounds(edges[place], edges[place + 1])
