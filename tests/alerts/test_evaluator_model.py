"""The evaluator against a model that counts every second."""

from hypothesis import given, settings
from hypothesis import strategies as st

from statmon.alerts.rules import LIMITS, Pace, Rule
from statmon.domain.library import Levels
from tests.alerts.support.bench import Bench
from tests.alerts.support.naive import Naive

waits = st.sampled_from([0, 0, 1, 3, 10])
own = st.none() | waits
paces = st.dictionaries(
    st.sampled_from(LIMITS),
    st.builds(Pace, persist=own, recover=own, deadband=st.none() | st.sampled_from([0.0, 2.0])),
    max_size=2,
)
limits = st.sampled_from([
    Levels(warning_high=10), Levels(warning_high=10, critical_high=15), Levels(warning_low=4),
    Levels(critical_low=2, warning_low=4, warning_high=10, critical_high=15),
])  # fmt: skip
rules = st.builds(
    Rule, levels=limits, persist=waits, recover=waits, deadband=st.sampled_from([0.0, 1.0]),
    paces=paces,
)  # fmt: skip
numbers = st.sampled_from([None, 1, 3, 5, 7, 9, 9.5, 10, 12, 14, 15, 20])
days = st.lists(st.tuples(st.sampled_from([1, 1, 2, 5, 15, 400]), numbers), max_size=25)


@given(rules, days, st.integers(1, 40))
@settings(max_examples=400, deadline=None)
def test_it_decides_what_counting_every_second_decides(rule, day, late):
    """Each transition, at its second, with its level; and what is said aloud.

    However seldom anybody lets time go by in between.
    """
    bench, naive = Bench([rule]), Naive(rule)
    expected = []
    second, number = 0, 7.0
    bench.feed(0, 7)
    naive.second(7)
    for lasts, following in day:
        for _ in range(lasts - 1):
            second += 1
            expected += [(second, *told) for told in naive.second(number)]
            if second % late == 0:
                bench.advance(second)
        second += 1
        expected += [(second, *told) for told in naive.second(following)]
        if following is None:
            bench.down(second)
        else:
            bench.table.healthy = True
            bench.feed(second, following)
        number = following
    for _ in range(50):
        second += 1
        expected += [(second, *told) for told in naive.second(number)]
    bench.advance(second)

    assert bench.changes() == expected
    assert len(bench.spoken()) == naive.spoken
