import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.buckets import columns_of
from statmon.ui.chart.strokes import dashed, strokes

VALUES = st.one_of(st.just(math.nan), st.integers(-9, 9).map(float))
SAMPLES = st.lists(st.tuples(st.integers(0, 400), VALUES), min_size=1, max_size=80).map(
    lambda items: sorted(items, key=lambda item: item[0])
)
UNTIL = 450


def drawn(samples, width):
    times = np.array([time for time, _ in samples], np.int64)
    values = np.array([value for _, value in samples], np.float64)
    return strokes(columns_of(times, values, width), width, UNTIL)


def in_effect(samples, at):
    """The value at an instant; NaN before the first and where it is not known."""
    return next((value for time, value in reversed(samples) if time <= at), math.nan)


@given(SAMPLES, st.integers(1, 60))
def test_a_chart_shows_every_extreme_and_nothing_beyond(samples, width):
    """Per column, what is drawn upright spans exactly its values and the one held before."""
    lines = drawn(samples, width)
    by_column: dict[int, list[float]] = {}
    for time, value in samples:
        by_column.setdefault(time // width, []).append(value)
    for number, values in by_column.items():
        known = [value for value in values if value == value]
        x = number * width / 1000
        at = lines[np.isclose(lines[:, 0], x)][:, [1, 3]]
        if known:
            if len(at):
                assert at.min() <= min(known)
                assert at.max() >= max(known)
            else:
                assert values[-1] != values[-1]
                assert len(set(known)) == 1


@given(SAMPLES)
def test_no_gap_is_bridged_and_no_value_invented(samples):
    """At one millisecond a column, a level stroke runs only where that value was in effect."""
    for x1, y1, x2, y2 in drawn(samples, 1):
        if y1 == y2:
            for at in range(round(x1 * 1000), round(x2 * 1000)):
                assert in_effect(samples, at) == y1
        else:
            here = [value for time, value in samples if time == round(x1 * 1000)]
            before = in_effect(samples, round(x1 * 1000) - 1)
            assert {y1, y2} <= {*here, before}


@given(SAMPLES, st.integers(1, 60))
def test_zero_is_drawn_only_where_zero_was_measured(samples, width):
    """A line never drops to the ground because nothing is known."""
    samples = [(time, value + 100) for time, value in samples]
    lines = drawn(samples, width)

    assert np.all(lines[:, [1, 3]] >= 91)


def test_the_last_value_holds_until_now_and_no_longer_where_it_is_not_known():
    """A live line reaches the right edge; a broken one ends where it broke."""
    assert drawn([(10, 5.0)], 1).tolist() == [[0.01, 5, 0.45, 5]]
    assert drawn([(10, 5.0), (20, math.nan)], 1).tolist() == [[0.01, 5, 0.02, 5]]
    assert len(drawn([(10, math.nan)], 1)) == 0
    assert len(strokes(columns_of(np.zeros(0, np.int64), np.zeros(0), 1), 1, 9)) == 0


def test_a_dense_line_takes_one_stroke_a_column():
    """Two would cost twice the drawing."""
    times = np.arange(10_000)
    lines = strokes(columns_of(times, np.sin(times) * 50, 10), 10, 10_000)

    assert len(lines) <= 1_001


@given(SAMPLES, st.floats(0.001, 0.02))
def test_a_dashed_line_is_a_part_of_the_line(samples, pixel):
    """Every dash lies on a stroke."""
    whole = drawn(samples, 1)
    for x1, y1, x2, y2 in dashed(whole, pixel):
        assert any(a <= x1 + 1e-9 and x2 <= c + 1e-9 and {y1, y2} == {b, d} for a, b, c, d in whole)
