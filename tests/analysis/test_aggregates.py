"""A group's number comes from its members as the statistic demands."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.aggregates import aggregate
from statmon.domain.library import Aggregate

NAN = math.nan


def of(kind, values, weights=None, groups=None, count=1):
    groups = np.zeros(len(values), np.int32) if groups is None else np.array(groups, np.int32)
    volumes = None if weights is None else np.array(weights, float)
    return aggregate(kind, np.array(values, float), groups, count, volumes)


def test_an_average_is_weighted_by_its_volume():
    """90 % of 10 calls and 50 % of 990 are 50.4 %, not 70 %."""
    assert of(Aggregate.MEAN, [90, 50], [10, 990]).values[0] == pytest.approx(50.4)


def test_an_average_without_its_volume_has_no_number():
    """Never an average of averages."""
    got = of(Aggregate.MEAN, [90, 50])

    assert math.isnan(got.values[0])
    assert (got.used[0], got.missing[0]) == (0, 2)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Aggregate.SUM, 9.0), (Aggregate.MAX, 5.0), (Aggregate.MIN, 4.0), (Aggregate.NONE, NAN)],
)
def test_what_is_missing_is_counted_and_never_zero(kind, expected):
    """A queue that is not heard of does not make the longest wait shorter."""
    got = of(kind, [4, NAN, 5])

    assert got.values[0] == pytest.approx(expected, nan_ok=True)
    assert got.missing[0] == 1


def test_a_member_without_volume_is_missing_in_a_mean_and_one_of_volume_zero_is_not():
    """No call answered is known; not knowing how many is not."""
    got = of(Aggregate.MEAN, [80, 0, 60], [3, 0, NAN])

    assert (got.values[0], got.used[0], got.missing[0]) == (80.0, 2, 1)


def test_no_volume_at_all_gives_no_number():
    """0 of 0 is not 0 %."""
    assert math.isnan(of(Aggregate.MEAN, [0, 0], [0, 0]).values[0])


def test_a_group_without_members_has_no_number():
    """Its sum is not zero either."""
    assert np.isnan(of(Aggregate.SUM, [1], groups=[1], count=3).values).tolist() == [
        True, False, True,
    ]  # fmt: skip


numbers = st.one_of(st.just(NAN), st.integers(-1000, 1000).map(float))


@given(st.lists(st.tuples(st.integers(0, 3), numbers, st.one_of(st.just(NAN), st.integers(0, 50)))))
def test_it_is_what_a_person_would_compute(members):
    """Group by group, by hand."""
    groups = [group for group, _, _ in members]
    values = [value for _, value, _ in members]
    weights = [weight for _, _, weight in members]
    for kind, by_hand in (
        (Aggregate.SUM, sum), (Aggregate.MAX, max), (Aggregate.MIN, min), (Aggregate.MEAN, None),
    ):  # fmt: skip
        got = of(kind, values, weights, groups, 4).values
        for group in range(4):
            own = [(v, w) for g, v, w in members if g == group and not math.isnan(v)]
            if by_hand is not None:
                wanted = by_hand([v for v, _ in own]) if own else NAN
            else:
                own = [(v, w) for v, w in own if not math.isnan(w)]
                volume = sum(w for _, w in own)
                wanted = sum(v * w for v, w in own) / volume if volume else NAN
            assert got[group] == pytest.approx(wanted, nan_ok=True)
