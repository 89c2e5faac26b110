import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.buckets import Buckets, Columns, columns_of, joined, summary, with_gaps

VALUES = st.one_of(st.just(math.nan), st.integers(-5, 5).map(float), st.floats(-1e12, 1e12))
SAMPLES = st.lists(st.tuples(st.integers(0, 5_000), VALUES), max_size=200).map(
    lambda items: sorted(items, key=lambda item: item[0])
)
WIDTHS = st.integers(1, 3_000)


def arrays(samples):
    times = np.array([time for time, _ in samples], np.int64)
    return times, np.array([value for _, value in samples], np.float64)


def same(left: Columns, right: Columns) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(left, right, strict=True))


def by_hand(samples, width):
    """The definition itself: per column the numbers' extremes, and the first and last sample."""
    found: dict[int, list[float]] = {}
    for time, value in samples:
        found.setdefault(time // width, []).append(value)
    return {
        number: (
            min((v for v in values if v == v), default=math.nan),
            max((v for v in values if v == v), default=math.nan),
            values[0],
            values[-1],
        )
        for number, values in found.items()
    }


@given(SAMPLES, WIDTHS)
def test_columns_hold_what_the_samples_say_at_any_width(samples, width):
    """Smallest, largest, first and last of each column, and no column without a sample."""
    columns = columns_of(*arrays(samples), width)
    expected = by_hand(samples, width)

    assert columns.number.tolist() == list(expected)
    for place, wanted in enumerate(expected.values()):
        got = (columns.low[place], columns.high[place], columns.first[place], columns.last[place])
        assert got == pytest.approx(wanted, nan_ok=True, rel=0, abs=0)


@given(SAMPLES, WIDTHS)
def test_values_one_by_one_make_the_same_columns_as_all_at_once(samples, width):
    """The live edge is no approximation."""
    buckets = Buckets(width)
    for time, value in samples:
        buckets.push(time, value)

    assert same(buckets.columns, columns_of(*arrays(samples), width))


@given(SAMPLES, WIDTHS, st.integers(0, 200))
def test_history_and_memory_meet_without_a_seam(samples, width, cut):
    """Wherever the samples are cut in two, the joined columns are those of all of them."""
    past, recent = samples[:cut], samples[cut:]
    whole = columns_of(*arrays(samples), width)

    assert same(joined(columns_of(*arrays(past), width), columns_of(*arrays(recent), width)), whole)


@given(SAMPLES, WIDTHS, st.integers(0, 200))
def test_a_value_after_a_full_start_goes_on_where_it_stood(samples, width, cut):
    """Buckets filled from memory take live values like any other."""
    buckets = Buckets.of(*arrays(samples[:cut]), width)
    for time, value in samples[cut:]:
        buckets.push(time, value)

    assert same(buckets.columns, columns_of(*arrays(samples), width))


@given(SAMPLES, WIDTHS, st.integers(0, 50), st.integers(0, 50))
def test_a_part_knows_what_was_before_it(samples, width, begin, length):
    """The value in effect at its left edge comes with it."""
    columns = columns_of(*arrays(samples), width)
    part = columns.between(begin, begin + length)
    inside = [n for n in columns.number.tolist() if begin <= n <= begin + length]
    before = [n for n in columns.number.tolist() if n < begin]

    assert part.number.tolist() == before[-1:] + inside


@given(SAMPLES, WIDTHS, st.integers(0, 50))
def test_what_is_out_of_sight_is_forgotten_but_not_its_last_value(samples, width, number):
    """A week of a live chart does not grow."""
    buckets = Buckets.of(*arrays(samples), width)
    whole = columns_of(*arrays(samples), width)
    buckets.forget_before(number)

    assert same(buckets.columns.between(number, 10_000), whole.between(number, 10_000))
    assert sum(buckets.columns.number < number) <= 1


@given(SAMPLES, st.lists(st.integers(0, 5_000), max_size=5))
def test_the_line_stops_where_a_gap_begins(samples, gaps):
    """Every gap puts one "not known" after what was measured before it, and drops nothing."""
    times, values = with_gaps(*arrays(samples), gaps)

    assert len(times) == len(samples) + len(gaps)
    assert np.all(np.diff(times) >= 0)
    for gap in gaps:
        assert np.isnan(values[times == gap][-1]), "a reading of the same instant is before it"
    kept = sorted(zip(times.tolist(), map(repr, values.tolist()), strict=True))
    for pair in zip(*(array.tolist() for array in arrays(samples)), strict=True):
        kept.remove((pair[0], repr(pair[1])))
    assert kept == sorted((gap, "nan") for gap in gaps)


def test_a_summary_weighs_values_by_how_long_they_held():
    """Ten seconds of 1 and thirty of 5 are 4 on average, not 3."""
    columns = columns_of(np.array([0, 10_000]), np.array([1.0, 5.0]), 100)
    told = summary(columns, 100, 0, 40_000)

    assert (told.last, told.low, told.high) == (5, 1, 5)
    assert told.mean == pytest.approx(4.0)


def test_a_summary_begins_with_the_value_that_was_in_effect():
    """A line that has not changed for an hour has a value in the last minute all the same."""
    columns = columns_of(np.array([0]), np.array([7.0]), 100).between(500, 600)
    told = summary(columns, 100, 50_000, 60_000)

    assert (told.last, told.low, told.mean, told.high) == (7, 7, 7, 7)


def test_what_is_not_known_counts_neither_as_zero_nor_at_all():
    """The mean is of the time in which it was known."""
    columns = columns_of(np.array([0, 10_000, 30_000]), np.array([4.0, np.nan, 8.0]), 1_000)
    told = summary(columns, 1_000, 0, 40_000)

    assert told.mean == pytest.approx(6.0)
    assert told.low == 4
    nothing = summary(columns_of(*arrays([]), 10), 10, 0, 1)
    assert math.isnan(nothing.mean)
    assert math.isnan(nothing.low)


@given(SAMPLES, WIDTHS)
def test_a_summary_stays_between_the_extremes(samples, width):
    """Whatever the values."""
    columns = columns_of(*arrays(samples), width)
    told = summary(columns, width, 0, 6_000)
    if told.mean == told.mean:
        room = 1e-9 * max(1.0, abs(told.low), abs(told.high))
        assert told.low - room <= told.mean <= told.high + room
