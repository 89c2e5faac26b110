"""Readings at screen resolution: one bucket a pixel."""

import numpy as np

from statmon.history.model import Buckets, Samples


def bucketed(samples: Samples, start: int, end: int, count: int) -> Buckets:
    """Return the readings of a series in at most ``count`` equally long buckets."""
    width = max(1, -(-(end - start) // max(1, count)))
    count = max(1, -(-(end - start) // width))
    shown = ~samples.outdated & ~np.isnan(samples.numbers)
    numbers = samples.numbers[shown]
    bucket = (samples.arrived[shown] - start) // width
    counts = np.bincount(bucket, minlength=count).astype(np.int64)
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
    return Buckets(samples.series, starts, width, first, last, lowest, highest, counts)
