"""A group's number comes from its members as the statistic demands, or says what is doubtful."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.aggregates import EXACT, Doubt, Members, aggregate
from statmon.domain.library import Aggregate

NAN = math.nan


def floats(values):
    return None if values is None else np.array(values, float)


def of(
    kind, values, weights=(), groups=None, count=1, *, above=None, below=None, scale=100.0,
    whole=True, measures=None, overlapping=False,
):  # fmt: skip
    zeros = np.zeros(len(values), np.int64)
    members = Members(
        groups=zeros if groups is None else np.array(groups, np.int64),
        values=floats(values),
        measures=zeros if measures is None else np.array(measures, np.int64),
        numerators=floats(above),
        denominators=floats(below),
        scale=scale,
        whole=whole,
        weights=[floats(weight) for weight in weights],
        overlapping=overlapping,
    )
    return aggregate(kind, members, count)


def mean(values, weights=(), **more):
    return of(Aggregate.MEAN, values, weights, **more)


@pytest.mark.parametrize(
    ("name", "values", "above", "below", "group"),
    [
        ("two queues, last hour", [20, 95], [2, 95], [10, 100], 88.1818),
        ("without short abandons", [84.21, 10], [80, 5], [90 + 20 - 15, 10 + 40], 58.62),
        ("occupancy", [100, 50], [1, 4], [1, 8], 55.56),
        ("published: 300 at 78 % and 1,200 at 85 %", [78, 85], None, [300, 1200], 83.6),
        ("published: 57.93 % shown, 65.35 % true", [66.39, 50], [725, 37], [1092, 74], 65.35),
    ],
)
def test_the_ratio_of_a_group_is_the_ratio_of_the_sums(name, values, above, below, group):
    """The vectors; a weight that lies about the window changes nothing."""
    got = mean(values, [[1010, 110]], above=above, below=below)

    assert got.values[0] == pytest.approx(group, abs=0.005), name
    assert (got.doubts[0], got.ways[0], got.missing[0]) == (0, EXACT, 0)


def test_a_handling_time_is_the_time_over_the_calls():
    """300 s of 100 calls and 432 s of 10 are 312 s, from the denominators alone."""
    got = mean([300, 432], below=[100, 10], scale=1.0, whole=False)

    assert (got.values[0], got.doubts[0]) == (312.0, 0)


def test_another_weight_is_near_and_says_so():
    """27.4 % where 88.2 is true: never without its mark."""
    got = mean([20, 95], [[1010, 110]])

    assert got.values[0] == pytest.approx(27.37, abs=0.005)
    assert got.doubts[0] == Doubt.WEIGHT


def test_a_mean_never_mixes_weights():
    """One queue by entered, another by answered, is no number of anything."""
    got = mean([20, 95, 50], [[10, NAN, NAN], [NAN, 100, 100]])

    assert got.values[0] == pytest.approx(72.5)
    assert (got.ways[0], got.used[0], got.missing[0]) == (1, 2, 1)


def test_the_members_that_all_can_be_counted_by_count():
    """Parts of some are worth less than a weight of all; of equal reach the parts count."""
    assert mean([20, 95], [[1, 1]], above=[2, NAN], below=[10, NAN]).doubts[0] == Doubt.WEIGHT
    assert mean([20, 95], [[1, NAN]], above=[2, NAN], below=[10, NAN]).doubts[0] == 0


def test_a_member_where_nothing_happened_adds_nothing_and_is_not_missing():
    """Its ratio cannot be computed, and need not be."""
    got = mean([NAN, 95], above=[NAN, 95], below=[0, 100])

    assert (got.values[0], got.used[0], got.missing[0]) == (95.0, 2, 0)


def test_rounded_shares_are_near():
    """33 % of 100 may be 33 calls; of 10 it is none."""
    assert mean([33, 50], below=[10, 10]).doubts[0] == Doubt.ROUNDED
    assert mean([33, 50], below=[100, 10]).doubts[0] == 0


def test_parts_that_do_not_make_the_ratio_are_told():
    """A site may define the name otherwise than the library."""
    got = mean([20, 95], above=[2, 50], below=[10, 100])

    assert got.doubts[0] == Doubt.PARTS


def test_a_single_member_is_exact_whatever_weighs_it():
    """Its number is its own."""
    assert mean([50], [[990]]).doubts[0] == 0


def test_members_that_measure_something_else_are_near():
    """The last hour and the day do not make one sum."""
    assert of(Aggregate.SUM, [1, 2], measures=[0, 1]).doubts[0] == Doubt.WINDOWS
    assert of(Aggregate.SUM, [1, 2], measures=[1, 1]).doubts[0] == 0
    assert of(Aggregate.SUM, [1, NAN], measures=[1, -1]).doubts[0] == 0


def test_groups_that_may_share_members_are_near():
    """A sum may count somebody twice; the longest wait cannot."""
    assert of(Aggregate.SUM, [1, 2], overlapping=True).doubts[0] == Doubt.OVERLAP
    assert of(Aggregate.MAX, [1, 2], overlapping=True).doubts[0] == 0
    assert of(Aggregate.SUM, [1, NAN], overlapping=True).doubts[0] == 0


def test_a_ratio_without_parts_and_weights_has_no_number():
    """Never an average of averages."""
    got = mean([90, 50])

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


def test_a_member_without_weight_is_missing_and_one_of_weight_zero_is_not():
    """No call answered is known; not knowing how many is not."""
    got = mean([80, 0, 60], [[3, 0, NAN]])

    assert (got.values[0], got.used[0], got.missing[0]) == (80.0, 2, 1)


def test_no_volume_at_all_gives_no_number():
    """0 of 0 is not 0 %."""
    assert math.isnan(mean([0, 0], [[0, 0]]).values[0])
    assert math.isnan(mean([0, 0], above=[0, 0], below=[0, 0]).values[0])


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
        got = of(kind, values, [weights], groups, 4).values
        for group in range(4):
            own = [(v, w) for g, v, w in members if g == group and not math.isnan(v)]
            if by_hand is not None:
                wanted = by_hand([v for v, _ in own]) if own else NAN
            else:
                own = [(v, w) for v, w in own if not math.isnan(w)]
                volume = sum(w for _, w in own)
                wanted = sum(v * w for v, w in own) / volume if volume else NAN
            assert got[group] == pytest.approx(wanted, nan_ok=True)


calls = st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(st.tuples(st.integers(0, 3), calls, st.booleans()), max_size=12))
def test_a_group_is_what_counting_the_callers_gives(members):
    """With the numerators or only with the shares: exactly, member by member and in all."""
    groups = [group for group, _, _ in members]
    counts = [count for _, count, _ in members]
    got = mean(
        [100 * good / all_ if all_ else NAN for good, all_ in counts], groups=groups, count=4,
        above=[good if open_ else NAN for (_, (good, _), open_) in members],
        below=[all_ for _, all_ in counts],
    )  # fmt: skip

    assert not got.doubts.any()
    assert not got.missing.any()
    assert got.numerators.tolist() == [good for good, _ in counts]
    for group in range(4):
        own = [count for mine, count in zip(groups, counts, strict=True) if mine == group]
        good, all_ = (sum(part) for part in zip(*own, strict=True)) if own else (0, 0)
        assert got.values[group] == pytest.approx(100 * good / all_ if all_ else NAN, nan_ok=True)
