"""Thresholds as bands behind a chart's lines."""

import math

import pytest

from statmon.domain.library import Levels
from statmon.domain.unit import Unit
from statmon.ui.chart.bands import bands_of

TWO_SIDED = Levels(critical_low=60.0, warning_low=80.0, warning_high=95.0, critical_high=99.0)


def test_each_limit_begins_a_band_that_ends_at_the_next():
    """Between the warnings there is none."""
    bands = bands_of([(Unit.PERCENT, TWO_SIDED), (Unit.PERCENT, TWO_SIDED)])

    assert [(band.low, band.high, band.level, band.percent) for band in bands] == [
        (-math.inf, 60.0, "bad", True),
        (60.0, 80.0, "warn", True),
        (95.0, 99.0, "warn", True),
        (99.0, math.inf, "bad", True),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [(Unit.PERCENT, None)],
        [(Unit.PERCENT, TWO_SIDED), (Unit.COUNT, TWO_SIDED)],
        [(Unit.PERCENT, TWO_SIDED), (Unit.PERCENT, Levels(warning_low=50.0))],
        [(Unit.PERCENT, TWO_SIDED), (Unit.PERCENT, None)],
    ],
)
def test_lines_that_differ_get_none(lines):
    """A band would say something wrong about one of them."""
    assert bands_of(lines) == []
