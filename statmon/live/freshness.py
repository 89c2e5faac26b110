"""Freshness: whether a number may be taken for now. The rules: docs/reference/freshness.md."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

LIVE_FOR = 60_000
"""Milliseconds after a change during which a series counts as live."""
LATE_AFTER = 2
"""A series that owes values is late after this many of its periods ..."""
STALE_AFTER = 5
"""... and stale after this many."""


class Freshness(IntEnum):
    """How fresh a reading is; a lower number takes precedence over a higher one."""

    PAUSED = 0
    ERROR = 1
    STALE = 2
    NO_DATA = 3
    UNDEFINED = 4
    LATE = 5
    QUIET = 6
    LIVE = 7


KNOWN = (Freshness.LIVE, Freshness.QUIET, Freshness.LATE)
"""Freshness at which the last number is the number of now, as far as anybody knows."""
OF_NOW = (*KNOWN, Freshness.UNDEFINED)
"""The value may be taken for that of now, though it be that there is no number."""
WORDS = {int(fresh): fresh.name.lower().replace("_", " ") for fresh in Freshness}
"""What each is called where programs read it."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What freshness is decided from, one element a row; times in local epoch milliseconds."""

    has_value: NDArray[np.bool_]
    undefined: NDArray[np.bool_]
    error: NDArray[np.bool_]
    open: NDArray[np.bool_]
    """The row's subscription is open."""
    confirmed: NDArray[np.bool_]
    """A reading came since it was opened: what is older may have been missed."""
    arrived: NDArray[np.int64]
    changed: NDArray[np.int64]
    period: NDArray[np.float64]
    """Seconds between two values that the service owes, NaN where it owes none."""


def freshness_of(columns: Columns, now: int, *, healthy: bool) -> NDArray[np.uint8]:
    """Decide the freshness of all rows at once.

    Args:
        columns: the rows.
        now: local epoch milliseconds.
        healthy: connection and service are both up.
    """
    # Without a period every comparison with NaN is false: nothing is owed, nothing is late.
    periods = (now - columns.arrived) / (columns.period * 1000.0)
    owing = ~np.isnan(columns.period)
    current = np.where(owing, periods <= LATE_AFTER, now - columns.changed <= LIVE_FOR)
    result = np.where(current, Freshness.LIVE, Freshness.QUIET).astype(np.uint8)
    result[periods > LATE_AFTER] = Freshness.LATE
    result[columns.undefined] = Freshness.UNDEFINED
    result[~columns.has_value] = Freshness.NO_DATA
    outdated = ~columns.confirmed | (periods > STALE_AFTER)
    stale = ~columns.open | (columns.has_value & outdated)
    result[stale | (not healthy)] = Freshness.STALE
    result[columns.error] = Freshness.ERROR
    return result
