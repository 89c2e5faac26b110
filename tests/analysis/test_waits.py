"""Waits in ranges against the raw waits: what is told is true, and as narrow as ranges allow."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.analysis.waits import Bounds, Waits, below, merged, percentile, service_level

EDGES = (0.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, math.inf)
WAITS = st.lists(st.floats(0, 900) | st.sampled_from([e for e in EDGES if e < 900]), max_size=60)
QUEUES = st.lists(st.tuples(WAITS, WAITS), min_size=1, max_size=4)
SECONDS = st.integers(0, 400) | st.sampled_from([int(e) for e in EDGES if e < 900])


def counted(answered, abandoned, edges=EDGES):
    """Return the counts that Stat Server has of raw waits: half-open ranges."""

    def counts(waits):
        return np.array(
            [sum(left <= wait < right for wait in waits) for left, right in pairwise(edges)],
            np.float64,
        )

    return Waits(tuple(edges), counts(answered), counts(abandoned))


def test_percentiles_do_not_average_and_ranges_add():
    """The vector of two queues: 45.0 % within 20 s, the median in 20 to 60 s."""
    edges, none = (0.0, 20.0, 60.0, math.inf), np.zeros(3)
    first = Waits(edges, np.array([80.0, 15.0, 5.0]), none)
    second = Waits(edges, np.array([10.0, 20.0, 70.0]), none)
    both = merged([first, second])

    assert service_level(both, 20).share == Bounds(0.45, 0.45)
    assert percentile(edges, both.all, 0.5) == Bounds(20, 60)
    assert percentile(edges, first.all, 0.5) == Bounds(0, 20)
    assert percentile(edges, second.all, 0.5) == Bounds(60, math.inf)


def test_between_edges_there_are_bounds():
    """25 s lies between 20 and 30: who was answered there may have been in time or not."""
    waits = counted([3, 12, 22, 28, 40], [1, 2, 70])

    assert service_level(waits, 20, 5) == ((2, 2), (6, 6), (2 / 6, 2 / 6))
    level = service_level(waits, 25, 5)
    assert level.in_time == (2, 4)
    assert level.share == (2 / 6, 4 / 6)
    assert not level.share.exact
    between = service_level(waits, 20, 3)  # nor is it known who hung up within 3 s
    assert between.counted == (6, 8)
    assert between.share == (2 / 8, 2 / 6)


def test_nobody_has_no_service_level_and_no_percentile():
    """It is not known, and not 0 or 100 %."""
    waits = counted([], [1])
    assert all(map(math.isnan, service_level(waits, 20, 5).share))
    assert all(map(math.isnan, percentile(EDGES, waits.answered, 0.5)))


def test_queues_of_other_ranges_are_merged_in_those_that_both_have():
    """A site may count in ranges of its own."""
    own = (0.0, 10.0, 30.0, 90.0, math.inf)
    both = merged([counted([3, 12, 25], [100]), counted([3, 12, 95], [], own)])

    assert both.edges == (0, 10, 30, math.inf)
    assert both.answered.tolist() == [2, 3, 1]
    assert both.abandoned.tolist() == [0, 0, 1]


@pytest.mark.parametrize("part", [0.5, 0.9])
@given(queues=QUEUES)
def test_every_percentile_of_the_raw_waits_lies_in_its_bounds(part, queues):
    """Of all queues together; and the bounds are two neighbouring edges."""
    both = merged([counted(*queue) for queue in queues])
    raw = sorted(wait for queue in queues for outcome in queue for wait in outcome)
    got = percentile(both.edges, both.all, part)

    if not raw:
        assert math.isnan(got.least)
        return
    true = raw[math.ceil(part * len(raw) - 1e-9) - 1]
    assert got.least <= true < got.most
    assert EDGES.index(got.most) == EDGES.index(got.least) + 1


@given(queues=QUEUES, seconds=SECONDS, short=SECONDS)
def test_every_service_level_of_the_raw_waits_lies_in_its_bounds(queues, seconds, short):
    """And is exactly that where both limits are edges."""
    level = service_level(merged([counted(*queue) for queue in queues]), seconds, short)
    in_time = sum(wait < seconds for answered, _ in queues for wait in answered)
    count = sum(len(a) + sum(wait >= short for wait in b) for a, b in queues)

    assert level.in_time.least <= in_time <= level.in_time.most
    assert level.counted.least <= count <= level.counted.most
    if seconds in EDGES and short in EDGES:
        assert level.in_time.exact
        assert level.counted.exact
    if count:
        assert level.share.least - 1e-12 <= in_time / count <= level.share.most + 1e-12
        assert level.share.exact or seconds not in EDGES or short not in EDGES


@given(queue=st.tuples(WAITS, WAITS), at=st.integers(0, 60))
def test_time_is_merged_by_adding_too(queue, at):
    """The waits of two hours are those of the first and those of the second."""
    answered, abandoned = queue
    whole = counted(answered, abandoned)
    parts = merged([counted(answered[:at], abandoned[:at]), counted(answered[at:], abandoned[at:])])

    assert parts.all.tolist() == whole.all.tolist()
    assert below(EDGES, parts.answered, 20) == below(EDGES, whole.answered, 20)
