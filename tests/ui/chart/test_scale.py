"""The ranges of value axes, and the room at their ends."""

import math
from itertools import pairwise

import pytest

from statmon.ui.chart.scale import count_ticks, nice_range, percent_range, percent_ticks, with_room

ROOM = 8
"""Pixels."""


@pytest.mark.parametrize(
    ("extremes", "shown"),
    [
        (None, (0, 1)),
        ((0, 0), (0, 1)),
        ((7, 7), (0, 10)),
        ((-5, -5), (-6, 0)),
        ((3, 20), (0, 30)),
        ((-2, 8), (-3, 10)),
    ],
    ids=["nothing", "zeros", "all equal", "all negative", "usual", "both sides of zero"],
)
def test_a_range_has_zero_in_it_and_a_length(extremes, shown):
    """Also where all values are equal, or zero."""
    assert nice_range(extremes) == pytest.approx(shown)


@pytest.mark.parametrize(
    ("extremes", "shown"),
    [
        (None, (0, 100)),
        ((0, 0), (0, 100)),
        ((100, 100), (0, 100)),
        ((40, 130), (0, 150)),
        ((-20, 50), (-30, 100)),
    ],
    ids=["nothing", "zeros", "at the top", "above", "below"],
)
def test_per_cent_has_0_to_100_and_more_only_where_needed(extremes, shown):
    """Nothing is cut off."""
    assert percent_range(extremes) == pytest.approx(shown)


@pytest.mark.parametrize("ends", [(0, 100), (0, 1), (-6, 0), (0, 1e300), (-1e300, 1e300)])
@pytest.mark.parametrize("height", [60, 150, 900])
def test_what_lies_on_an_end_stands_some_pixels_inside(ends, height):
    """At both ends, whatever the height."""
    low, high = with_room(ends, height)
    pixel = high / height - low / height

    assert (ends[0] / pixel - low / pixel) == pytest.approx(ROOM)
    assert (high / pixel - ends[1] / pixel) == pytest.approx(ROOM)


@pytest.mark.parametrize("height", [0, 1, 12])
def test_a_panel_without_height_has_a_range_all_the_same(height):
    """As one is before it is laid out."""
    low, high = with_room((0, 100), height)

    assert -100 < low < 0
    assert 100 < high < 200


@pytest.mark.parametrize(
    ("height", "ticks"),
    [
        (40, [0, 100]),
        (60, [0, 50, 100]),
        (150, [0, 25, 50, 75, 100]),
        (400, list(range(0, 101, 10))),
    ],
)
def test_an_axis_of_per_cent_has_its_numbers_at_0_and_100(height, ticks):
    """And at 50 wherever three numbers have room; never above 100, never below 0."""
    assert percent_ticks(*with_room((0, 100), height), height)[1] == ticks


@pytest.mark.parametrize("high", [150, 1e4, 1e300])
def test_an_axis_of_more_than_100_per_cent_has_few_numbers(high):
    """Zero among them."""
    step, ticks = percent_ticks(*with_room((0, high), 200), 200)

    assert 0 in ticks
    assert 2 <= len(ticks) <= 10
    assert all(math.isclose(b - a, step) for a, b in pairwise(ticks))


@pytest.mark.parametrize("height", [60, 100, 179.5, 180, 500])
def test_an_axis_of_counts_has_whole_numbers_at_any_height(height):
    """Also where nothing but zero is shown; there are no half calls."""
    assert count_ticks(*with_room((0, 1), height), height) == (1, [0, 1])
    step, ticks = count_ticks(*with_room((0, 30), height), height)

    assert ticks[0] == 0
    assert 2 <= len(ticks) <= height / 22 + 1
    assert step == int(step)


def test_a_title_stands_above_the_highest_value():
    """Where a panel has one."""
    low, high = with_room((0, 100), 128, above=20)

    assert (low, high) == pytest.approx((-8, 120))


@pytest.mark.parametrize("ends", [(0, 1e300), (-1e300, 1e300), (0, 1e-300)])
@pytest.mark.parametrize("ticks", [count_ticks, percent_ticks])
@pytest.mark.parametrize("height", [0, 0.5, 200])
def test_any_range_has_ticks_without_an_error(ends, ticks, height):
    """However large, and before the panel is laid out."""
    step, found = ticks(*with_room(ends, height), height)

    assert step > 0
    assert len(found) < 20
