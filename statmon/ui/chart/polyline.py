"""From readings to the points of a step line, never more than a screen can show."""

import numpy as np

from statmon.ui.chart.recorder import Floats


def steps(times: Floats, values: Floats, until: float) -> tuple[Floats, Floats]:
    """Return the corners of a step line: each value holds until the next, the last ``until``.

    Where a value is NaN the line stops; it is never joined across.
    """
    if not len(times):
        return times, values
    ends = np.append(times[1:], max(until, float(times[-1])))
    xs = np.empty(2 * len(times))
    xs[0::2], xs[1::2] = times, ends
    return xs, np.repeat(values, 2)


def thin(times: Floats, values: Floats, columns: int) -> tuple[Floats, Floats]:
    """Return at most the smallest and largest value of each of ``columns`` parts.

    NaNs (gaps) are kept: a part that holds one is followed by one.
    """
    if len(times) <= 4 * columns or columns < 1:
        return times, values
    edges = np.linspace(0, len(times), columns + 1).astype(int)
    starts = edges[:-1]
    gap = np.logical_or.reduceat(np.isnan(values), starts)
    low = np.fmin.reduceat(values, starts)
    high = np.fmax.reduceat(values, starts)
    xs = np.repeat(times[starts], 3)
    ys = np.empty(3 * columns)
    ys[0::3], ys[1::3] = low, high
    ys[2::3] = np.where(gap, np.nan, high)
    return xs, ys
