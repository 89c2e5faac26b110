"""Readings at screen resolution: one bucket a pixel."""

import numpy as np

from statmon.history.downsamples import CELL
from statmon.history.model import Buckets, Samples


def buckets_between(start: int, end: int, count: int) -> tuple[int, int]:
    """Return where the first of at most ``count`` buckets starts, and how wide they are.

    Wide ones consist of whole cells, so that outlines can answer.
    """
    width = max(1, -(-(end - start) // max(1, count)))
    if width < CELL:
        return start, width
    start = start // CELL * CELL
    width = -(-(end - start) // (max(1, count) * CELL)) * CELL
    return start, width


def bucketed(samples: Samples, start: int, end: int, width: int) -> Buckets:
    """Return the readings of a series in equally wide buckets."""
    count = max(1, -(-(end - start) // width))
    shown = ~samples.outdated & ~np.isnan(samples.numbers)
    numbers = samples.numbers[shown]
    bucket = (samples.arrived[shown] - start) // width
    first, last, lowest, highest = (np.full(count, np.nan) for _ in range(4))
    if len(numbers):
        firsts = np.flatnonzero(np.diff(bucket, prepend=-1))
        lasts = np.append(firsts[1:], len(bucket)) - 1
        used = bucket[firsts]
        first[used] = numbers[firsts]
        last[used] = numbers[lasts]
        lowest[used] = np.minimum.reduceat(numbers, firsts)
        highest[used] = np.maximum.reduceat(numbers, firsts)
    starts = start + np.arange(count, dtype=np.int64) * width
    return Buckets(samples.series, starts, width, first, last, lowest, highest)
