"""What is usual at a time of day: the spread of the same stretch on earlier days."""

import numpy as np

from statmon.analysis.buckets import Columns, Floats

LOWER, UPPER = 0.1, 0.9
"""Quantiles between which a value is usual."""
LEAST_DAYS = 2
"""Earlier days that must be known at a time: one day is an anecdote."""


def slots(columns: Columns, width: int, begin: int, end: int, count: int) -> tuple[Floats, Floats]:
    """Return the lowest and highest value of a step line in equally long parts of a stretch.

    Args:
        columns: those of the stretch, and the one before it.
        width: milliseconds of a column.
        begin: epoch milliseconds.
        end: epoch milliseconds.
        count: how many parts.
    """
    if not columns:
        return np.full(count, np.nan), np.full(count, np.nan)
    length = (end - begin) / count
    starts = begin + np.arange(count) * length
    # What was in effect where a part begins counts in it.
    place = np.searchsorted(columns.number * width, starts, "right") - 1
    held = np.where(place >= 0, columns.last[np.maximum(place, 0)], np.nan)
    low, high = held.copy(), held.copy()
    which = ((columns.number * width - begin) // length).astype(np.int64)
    inside = (which >= 0) & (which < count)
    np.fmin.at(low, which[inside], columns.low[inside])
    np.fmax.at(high, which[inside], columns.high[inside])
    return low, high


def usual(lows: Floats, highs: Floats) -> tuple[Floats, Floats]:
    """Return the band of what is usual, NaN where too few days are known.

    Args:
        lows: the lowest values, a row a day and a column a part of the stretch.
        highs: the highest, alike.
    """
    known = (~np.isnan(lows)).sum(axis=0) >= LEAST_DAYS
    low, high = np.full(lows.shape[1], np.nan), np.full(lows.shape[1], np.nan)
    if known.any():
        low[known] = np.nanquantile(lows[:, known], LOWER, axis=0)
        high[known] = np.nanquantile(highs[:, known], UPPER, axis=0)
    return low, high
