"""What changed: the largest moves of late, measured against each series' own unrest.

A queue that goes from 2 to 9 matters where it is always 2, and not where it is never the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
LEAST_MINUTES = 10
"""Known moves of the past that it takes to know what is usual."""
_EXACT = 1_000
"""Rows whose usual move is computed exactly."""
_MAD_TO_SIGMA = 1.4826
"""Median absolute deviation to standard deviation, for normal noise."""


class Move(NamedTuple):
    """One series' move."""

    row: int
    change: float
    """In the statistic's unit."""
    score: float
    """How many times its usual move it is."""


def moves(
    minutes: Floats, numbers: Floats, span: int = 5, most: int = 50, least: float = 3.0
) -> list[Move]:
    """Return the largest moves, the most unusual first.

    A move is scored as a robust z-score: its distance from the median of the moves over the same
    span in the past hour, over 1.4826 x their median absolute deviation. Where the series has
    hardly ever moved, the deviation is taken as at least 2 % of its level and at least 0.5.

    Args:
        minutes: the last hour, minutes down (oldest first), rows across; NaN where not known.
        numbers: the numbers now, one a row.
        span: minutes over which a move is measured.
        most: how many are returned at most.
        least: the smallest score that is returned.
    """
    before = minutes[-span]
    change = numbers - before
    past = minutes[span:-span] - minutes[: -2 * span]
    known = np.isfinite(past).sum(axis=0)
    rows = np.flatnonzero(np.isfinite(change) & (change != 0) & (known >= LEAST_MINUTES))
    if not len(rows):
        return []
    rows = _likely(past, change, rows)
    past, own = past[:, rows], change[rows]
    usual = np.nanmedian(past, axis=0)
    spread = _MAD_TO_SIGMA * np.nanmedian(np.abs(past - usual), axis=0)
    level = np.abs(before[rows])
    spread = np.maximum(spread, np.maximum(0.02 * level, 0.5))
    score = np.abs(own - usual) / spread
    order = np.argsort(-score, kind="stable")[:most]
    return [
        Move(int(rows[place]), float(own[place]), float(score[place]))
        for place in order
        if score[place] >= least
    ]


def _likely(past: Floats, change: Floats, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the rows worth an exact look: medians of 100,000 rows would take seconds.

    They are those whose move is the largest in terms of the mean size of their past ones.
    """
    if len(rows) <= _EXACT:
        return rows
    own = past[:, rows]
    known = np.isfinite(own)
    size = np.where(known, np.abs(own), 0.0).sum(axis=0) / known.sum(axis=0)
    rough = np.abs(change[rows]) / (size + 0.5)
    return np.sort(rows[np.argpartition(-rough, _EXACT)[:_EXACT]])
