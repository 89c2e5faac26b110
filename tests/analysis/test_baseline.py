import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.baseline import slots, usual
from statmon.analysis.buckets import columns_of

SAMPLES = st.lists(
    st.tuples(st.integers(0, 999), st.one_of(st.just(float("nan")), st.integers(0, 9).map(float))),
    max_size=40,
).map(lambda items: sorted(items, key=lambda item: item[0]))


@given(SAMPLES)
def test_a_part_spans_the_values_in_effect_in_it(samples):
    """The one that was there already, and those that came; nothing that is not known."""
    times = np.array([time for time, _ in samples], np.int64)
    values = np.array([value for _, value in samples], np.float64)
    low, high = slots(columns_of(times, values, 1), 1, 0, 1000, 10)
    for part in range(10):
        begin, end = part * 100, part * 100 + 100
        before = [value for time, value in samples if time <= begin][-1:]
        inside = [value for time, value in samples if begin <= time < end]
        known = [value for value in (*before, *inside) if value == value]
        assert low[part] == pytest.approx(min(known, default=float("nan")), nan_ok=True)
        assert high[part] == pytest.approx(max(known, default=float("nan")), nan_ok=True)


def test_one_day_is_no_usual():
    """Where fewer than two days are known there is no band, and none of them counts as zero."""
    lows = np.array([[1.0, np.nan, 4.0], [3.0, np.nan, np.nan]])
    low, high = usual(lows, lows + 10)

    assert 1 <= low[0] <= 3
    assert 11 <= high[0] <= 13
    assert np.isnan(low[1:]).all()
    assert np.isnan(high[1:]).all()


@given(st.lists(st.lists(st.floats(0, 100), min_size=3, max_size=3), min_size=2, max_size=6))
def test_what_is_usual_lies_within_what_there_was(days):
    """A band is never wider than all of the days together."""
    array = np.array(days)
    low, high = usual(array, array)

    assert np.all(low >= array.min(axis=0) - 1e-9)
    assert np.all(high <= array.max(axis=0) + 1e-9)
    assert np.all(low <= high + 1e-9)
