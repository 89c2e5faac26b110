"""From columns to the straight strokes of a step line: at most two a column."""

import numpy as np

from statmon.analysis.buckets import Columns, Floats

_DASH, _PAUSE = 5, 4
"""Columns that a dash is long, and the room after it."""


def strokes(columns: Columns, width: int, until: int, pixel: float = 0.0) -> Floats:
    """Return the line as strokes, one a row: x1, y1, x2, y2 with x in epoch seconds.

    A column is an upright stroke from its lowest to its highest value, the value before it
    included; a level stroke leads to the next column where that is not the next pixel, or where
    the column has no height. Both are needed for no more than what they show, so a dense line
    has one stroke a column. Where a value is not known there is none: nothing is joined across.

    Args:
        columns: oldest first.
        width: milliseconds of a column.
        until: epoch milliseconds up to which the last value holds.
        pixel: what a pixel is high; an upright stroke of less could vanish.
    """
    if not columns:
        return np.zeros((0, 4))
    seconds = columns.number.astype(np.float64) * (width / 1000)
    before = np.empty(len(seconds))
    before[0] = np.nan
    before[1:] = np.where(np.isnan(columns.first[1:]), np.nan, columns.last[:-1])
    low, high = np.fmin(columns.low, before), np.fmax(columns.high, before)
    following = np.append(seconds[1:], max(until / 1000, float(seconds[-1])))
    upright = low < high
    apart = np.diff(columns.number, append=columns.number[-1] + 2) > 1
    level = (apart | ~(high - low > pixel)) & ~np.isnan(columns.last)
    ups = int(upright.sum())
    result = np.empty((ups + int(level.sum()), 4))
    _fill(result[:ups], seconds[upright], low[upright], seconds[upright], high[upright])
    last = columns.last[level]
    _fill(result[ups:], seconds[level], last, following[level], last)
    return result


def dashed(lines: Floats, pixel: float) -> Floats:
    """Return the strokes that a dashed line keeps.

    Dashing them here costs nothing; Qt's own dashed pen costs several times the drawing.

    Args:
        lines: strokes of a line.
        pixel: seconds that a pixel is wide.
    """
    if not len(lines):
        return lines
    period = (_DASH + _PAUSE) * pixel
    level = lines[:, 1] == lines[:, 3]
    parts = [lines[~level & (lines[:, 0] % period < _DASH * pixel)]]
    for x1, y1, x2, y2 in lines[level]:
        starts = np.arange(x1 - x1 % period, x2, period)
        begins, ends = np.maximum(starts, x1), np.minimum(starts + _DASH * pixel, x2)
        kept = ends > begins
        dash = np.empty((int(kept.sum()), 4))
        _fill(dash, begins[kept], np.full(len(dash), y1), ends[kept], np.full(len(dash), y2))
        parts.append(dash)
    return np.concatenate(parts)


def _fill(rows: Floats, x1: Floats, y1: Floats, x2: Floats, y2: Floats) -> None:
    rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3] = x1, y1, x2, y2
