"""Each row and transition of the freshness table (docs/reference/freshness.md §1)."""

import numpy as np
import pytest

from statmon.live.freshness import Columns, Freshness, freshness_of

NOW = 1_000_000_000
NEVER = float("nan")


def fresh(
    *,
    value=True,
    undefined=False,
    error=False,
    is_open=True,
    confirmed=True,
    age=0,
    quiet=0,
    period=NEVER,
    ok=True,
):
    """Return the freshness of one row; ages in seconds."""
    columns = Columns(
        np.array([value]),
        np.array([undefined]),
        np.array([error]),
        np.array([is_open]),
        np.array([confirmed]),
        np.array([NOW - int(age * 1000)]),
        np.array([NOW - int(max(age, quiet) * 1000)]),
        np.array([period]),
    )
    return Freshness(int(freshness_of(columns, NOW, healthy=ok)[0]))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"age": 0}, Freshness.LIVE),
        ({"age": 60}, Freshness.LIVE),
        ({"age": 60.001}, Freshness.QUIET),
        ({"age": 86_400}, Freshness.QUIET),
        ({"age": 1, "quiet": 61}, Freshness.QUIET),
        ({"age": 20, "period": 10}, Freshness.LIVE),
        ({"age": 20, "quiet": 3600, "period": 10}, Freshness.LIVE),
        ({"age": 20.001, "period": 10}, Freshness.LATE),
        ({"age": 50, "period": 10}, Freshness.LATE),
        ({"age": 50.001, "period": 10}, Freshness.STALE),
        ({"is_open": False}, Freshness.STALE),
        ({"ok": False}, Freshness.STALE),
        ({"confirmed": False}, Freshness.STALE),
        ({"confirmed": False, "undefined": True}, Freshness.STALE),
        ({"confirmed": False, "value": False}, Freshness.NO_DATA),
        ({"value": False}, Freshness.NO_DATA),
        ({"value": False, "age": 999, "period": 10}, Freshness.NO_DATA),
        ({"value": False, "ok": False}, Freshness.STALE),
        ({"undefined": True}, Freshness.UNDEFINED),
        ({"undefined": True, "age": 21, "period": 10}, Freshness.UNDEFINED),
        ({"undefined": True, "ok": False}, Freshness.STALE),
        ({"error": True}, Freshness.ERROR),
        ({"error": True, "ok": False}, Freshness.ERROR),
        ({"error": True, "value": False}, Freshness.ERROR),
    ],
)
def test_freshness_follows_the_table(row, expected):
    """Paused, error, stale, no data, undefined, late, quiet, live: in this precedence."""
    assert fresh(**row) is expected


def test_nothing_that_is_down_looks_current():
    """With connection or service down no row is live, quiet or late, whatever its times."""
    for age in (0, 1, 59, 61, 10_000):
        for period in (NEVER, 1, 10, 600):
            assert fresh(age=age, period=period, ok=False) is Freshness.STALE
