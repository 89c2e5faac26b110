import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.chart.polyline import steps, thin

VALUES = st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), max_size=300)


def test_a_value_holds_until_the_next_and_the_last_until_now():
    """A step line: nothing is interpolated."""
    xs, ys = steps(np.array([1.0, 4.0]), np.array([10.0, 20.0]), 9.0)

    assert xs.tolist() == [1, 4, 4, 9]
    assert ys.tolist() == [10, 10, 20, 20]


def test_no_value_makes_no_line():
    """Empty in, empty out."""
    xs, ys = steps(np.empty(0), np.empty(0), 9.0)

    assert len(xs) == len(ys) == 0


@given(VALUES, st.integers(1, 20))
def test_thinning_invents_nothing_and_keeps_the_extremes(values, columns):
    """Every value drawn was measured; the largest and smallest are still there."""
    ys = np.array(values, dtype=float)
    xs = np.arange(len(ys), dtype=float)
    thin_xs, thin_ys = thin(xs, ys, columns)
    known = thin_ys[~np.isnan(thin_ys)]

    assert set(known) <= set(ys[~np.isnan(ys)])
    if len(known):
        assert (known.min(), known.max()) == (np.nanmin(ys), np.nanmax(ys))
    assert np.all(np.diff(thin_xs) >= 0)


@given(VALUES, st.integers(1, 20))
def test_thinning_keeps_gaps_and_bounds_the_points(values, columns):
    """A gap never vanishes because the screen is small."""
    ys = np.array(values, dtype=float)
    _, thin_ys = thin(np.arange(len(ys), dtype=float), ys, columns)

    assert np.isnan(thin_ys).any() == np.isnan(ys).any()
    assert len(thin_ys) <= max(4 * columns, 3 * columns)
