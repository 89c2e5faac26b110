"""Increases of counters: right across restarts, and bounds where something is not known."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.buckets import columns_of
from statmon.analysis.increments import increase, increment, increments, mean_of, restarts

NAN, INF = math.nan, math.inf


def of(samples, edges):
    times, values = zip(*samples, strict=True) if samples else ((), ())
    return increments(np.array(times, np.int64), np.array(values, float), np.array(edges, np.int64))


def test_an_increase_over_a_restart_is_what_was_counted():
    """The vector: 27, where the difference is -91."""
    counter = [100, 110, 118, 3, 9]

    assert increase(np.arange(5), np.array(counter, float)) == 27
    got = of(list(enumerate(counter, 10)), [10, 13, 15])
    assert got.least.tolist() == [18, 9]
    assert got.restarts.tolist() == [0, 1]
    assert got.exact.all()


def test_the_handling_time_of_an_interval_is_no_mean_of_means():
    """The vector: 300 s × 100 calls, then 312 s × 110: 432 s, where the means say 306."""
    edges = [0, 10]
    totals = of([(0, 300 * 100), (5, 312 * 110)], edges)

    assert mean_of(totals, of([(0, 100), (6, 110)], edges)).tolist() == [432]
    assert np.isnan(mean_of(totals, of([(0, 100), (6, 100)], edges))).all()
    assert np.isnan(mean_of(totals, of([(0, 100), (3, NAN), (6, 110)], edges))).all()


@pytest.mark.parametrize(
    ("name", "samples", "least", "most", "across"),
    [
        ("quiet is zero", [(0, 5)], [0, 0], [0, 0], [False, False]),
        ("a step counts where it arrives", [(0, 5), (10, 8)], [0, 3], [0, 3], [False, False]),
        ("inside one interval", [(0, 5), (2, NAN), (6, 9)], [4, 0], [4, 0], [True, False]),
        ("across an edge", [(0, 5), (5, NAN), (15, 9)], [0, 0], [4, 4], [True, True]),
        ("began anew meanwhile", [(0, 5), (5, NAN), (7, 2)], [2, 0], [INF, 0], [True, False]),
        ("before the first reading", [(5, 100)], [0, 0], [INF, 0], [True, False]),
        ("nothing of the first known", [(12, 100)], [NAN, 0], [NAN, INF], [True, True]),
        ("not known any more", [(0, 5), (5, 6), (12, NAN)], [1, 0], [1, INF], [False, True]),
        ("nothing of the second known", [(0, 5), (10, NAN)], [0, NAN], [0, NAN], [False, True]),
        ("nothing at all", [], [NAN, NAN], [NAN, NAN], [True, True]),
    ],
)  # fmt: skip
def test_across_a_gap_there_are_bounds_and_no_point(name, samples, least, most, across):
    """A lower and an upper one; infinite where a restart took what nobody saw."""
    got = of(samples, [0, 10, 20])

    assert got.least.tolist() == pytest.approx(least, nan_ok=True), name
    assert got.most.tolist() == pytest.approx(most, nan_ok=True), name
    assert got.across.tolist() == across, name
    assert np.isnan(got.numbers).tolist() == across, name


def test_the_cases_that_others_get_wrong():
    """As they are handed around."""
    cases = json.loads((Path(__file__).parent / "data/group-numbers.json").read_bytes())
    for case in cases:
        if "counter" in case:
            counter = np.array(case["counter"], float)
            assert increase(np.arange(len(counter)), counter) == case["increase"]
        if "interval" in case:
            totals = [part["mean"] * part["count"] for part in (case["before"], case["after"])]
            counts = [part["count"] for part in (case["before"], case["after"])]
            both = [of(list(zip((0, 5), two, strict=True)), [0, 9]) for two in (totals, counts)]
            assert mean_of(*both).tolist() == [case["interval"]]


@st.composite
def lives(draw):
    """What happened each second, when the server restarted, and when nobody looked."""
    count = draw(st.integers(2, 24))
    events = draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))
    restarts = draw(st.sets(st.integers(1, count - 1), max_size=2))
    away = draw(st.sets(st.integers(1, count - 1), max_size=8))
    edges = sorted(draw(st.sets(st.integers(1, count), min_size=2, max_size=5)))
    return events, restarts, away, edges


def lived(events, restarts, away):
    """Return the readings of a life; None if a restart does not show in them."""
    counter, before, missed, samples = 1000, 1000, 0, []
    for second, happened in enumerate(events):
        if second in restarts:
            counter = 0
            missed += 1
        counter += happened
        if second in away:
            if second - 1 not in away:
                samples.append((second, NAN))
            continue
        if missed > 1 or (missed and counter >= before):
            return None
        before, missed = counter, 0
        samples.append((second, counter))
    return None if missed else samples


@given(lives())
def test_what_truly_happened_lies_within_the_bounds(life):
    """And is the number itself wherever that is called exact, as long as restarts show."""
    events, restarts, away, edges = life
    samples = lived(events, restarts, away)
    if samples is None:
        return
    got = of(samples, edges)
    for place, (begin, end) in enumerate(itertools.pairwise(edges)):
        truth = sum(events[begin:end])
        if math.isnan(got.least[place]):
            assert away.issuperset(range(begin, end))
        elif got.exact[place]:
            assert got.least[place] == truth
        else:
            assert got.least[place] <= truth <= got.most[place]


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40), st.data())
def test_the_parts_of_a_time_make_the_whole(numbers, data):
    """However it is cut, where everything is known."""
    samples = list(enumerate(numbers))
    count = len(samples)
    cuts = sorted(data.draw(st.sets(st.integers(1, count - 1), max_size=5)))
    parts = of(samples, [0, *cuts, count])

    assert parts.exact.all()
    assert parts.least.sum() == of(samples, [0, count]).least[0]


NUMBERS = st.lists(st.integers(0, 6), max_size=40)


def marked_and_true(values, width):
    """Return the columns that are marked, those in which a number falls, and all of them."""
    numbers = np.array([NAN if value is None else value for value in values], float)
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    falls = {b[0] // width for a, b in itertools.pairwise(known) if b[1] < a[1]}
    columns = columns_of(np.arange(len(values)), numbers, width)
    return set(restarts(columns).tolist()), falls, columns


@given(values=NUMBERS, width=st.integers(1, 7))
def test_every_restart_is_marked_in_its_column_and_nothing_else(values, width):
    """Between two columns, and inside one unless it ends at its highest and began at its lowest."""
    marked, falls, columns = marked_and_true(values, width)
    grown = (columns.first == columns.low) & (columns.last == columns.high)
    between = columns.number[1:][columns.first[1:] < columns.last[:-1]]
    assert marked <= falls
    assert falls - marked <= set(columns.number[grown].tolist())
    assert set(between.tolist()) <= marked


@given(values=st.lists(st.integers(0, 6) | st.none(), max_size=40), width=st.integers(1, 7))
def test_across_gaps_a_mark_is_at_most_a_column_late(values, width):
    """Where a column ends in a gap, its last number is not told."""
    marked, falls, columns = marked_and_true(values, width)
    some = columns.number[~np.isnan(columns.low)].tolist()
    for one in marked:
        before = some[some.index(one) - 1 : some.index(one)]
        assert falls.intersection([one, *before])


def test_what_falls_before_a_gap_is_one_restart():
    """118, 3, a gap, 9: the 9 goes on from the 3."""
    assert marked_and_true([118, 3, None, 9], 3)[0] == {0}
    assert marked_and_true([118, None, 9], 1)[0] == {2}


@given(
    values=st.lists(st.integers(0, 6) | st.none(), max_size=25),
    begin=st.integers(0, 30),
    length=st.integers(1, 30),
)
def test_one_interval_is_told_as_that_of_many(values, begin, length):
    """Across restarts and gaps, before the first reading and after the last."""
    times = np.arange(2, 2 + len(values))
    numbers = np.array([NAN if value is None else value for value in values], float)
    got = increments(times, numbers, np.array([begin, begin + length]))
    least, exact = increment(times, numbers, begin, begin + length)

    assert exact == got.exact[0]
    assert least == got.least[0] or (math.isnan(least) and math.isnan(got.least[0]))
