"""Two sides, two weights, and a way back that is not the way there."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.alerts.limits import LEVEL_OF, NO_RULE, Limits
from statmon.alerts.rules import Pace, Rule
from statmon.domain.library import Levels
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.live.table import LiveTable

FOUR = Levels(critical_low=0, warning_low=5, warning_high=10, critical_high=20)


def limits_of(levels, deadband=0.0, rows=1):
    table = LiveTable()
    for number in range(rows):
        item = Statistic(f"s{number}", ObjectRef("Queue", f"q{number}"), "Total")
        table.add(item, item.series("http://site"))
    return Limits([Rule(levels=levels, deadband=deadband)], table, lambda _: ())


PASSED = {-2: 3, -1: 2, 0: 0, 1: 4, 2: 12}
"""Which limits a number on a level has passed on the way."""


def level(number, levels=FOUR, deadband=0.0, before=0):
    limits = limits_of(levels, deadband)
    passed = np.array([PASSED[before]], np.uint8)
    return int(LEVEL_OF[limits.passed(np.array([0]), np.array([number], float), passed)][0])


@pytest.mark.parametrize(
    ("number", "expected"),
    [(-1, -2), (0, -2), (1, -1), (5, -1), (6, 0), (9.9, 0), (10, 1), (19.9, 1), (20, 2), (99, 2),
     (math.nan, 0)],
)  # fmt: skip
def test_a_number_is_on_one_of_five_levels(number, expected):
    """A limit is passed when it is reached; what is not known is on no level."""
    assert level(number) == expected


def test_without_limits_nothing_is_beyond():
    """Nor with one side only, on the other."""
    assert level(1e9, Levels()) == 0
    assert level(-1e9, Levels(warning_high=3)) == 0


@pytest.mark.parametrize(
    ("before", "number", "expected"),
    [(1, 9.5, 1), (1, 8.8, 0), (2, 19, 2), (2, 17.9, 1), (2, 7.9, 0), (-1, 5.5, -1), (-1, 7, 0),
     (-2, 1, -2), (0, 9.5, 0), (1, 25, 2), (1, -3, -2)],
)  # fmt: skip
def test_a_level_is_left_only_once_the_number_is_back_by_the_deadband(before, number, expected):
    """A number that flutters about its limit must not flutter on the screen."""
    assert level(number, deadband=1.1 if before in (1, -1) else 2, before=before) == expected


@given(st.lists(st.tuples(st.floats(-50, 50), st.integers(-2, 2)), min_size=1), st.floats(0, 10))
def test_a_deadband_only_ever_holds(numbers, deadband):
    """It never makes a number worse than it is, or than it was."""
    values = np.array([number for number, _ in numbers])
    before = np.array([PASSED[old] for _, old in numbers], np.uint8)
    limits = limits_of(FOUR, deadband, len(numbers))
    rows = np.arange(len(values))
    plain = LEVEL_OF[limits_of(FOUR, 0.0, len(numbers)).passed(rows, values, before)]
    held = LEVEL_OF[limits.passed(rows, values, before)]
    before = LEVEL_OF[before]
    for exact, kept, old in zip(plain.tolist(), held.tolist(), before.tolist(), strict=True):
        assert kept == exact or (abs(exact) < abs(kept) <= abs(old) and kept * old > 0)


def test_each_limit_may_have_a_deadband_of_its_own():
    """The critical one is left late, the warning at once."""
    rule = Rule(levels=FOUR, deadband=1, paces={"critical_high": Pace(deadband=5)})
    table = LiveTable()
    item = Statistic("s", ObjectRef("Queue", "q"), "Total")
    table.add(item, item.series("http://site"))
    limits = Limits([rule], table, lambda _: ())

    def after(number, passed):
        found = limits.passed(
            np.array([0]), np.array([float(number)]), np.array([passed], np.uint8)
        )
        return int(LEVEL_OF[found][0])

    assert [after(n, 12) for n in (16, 14, 9.5, 8)] == [2, 1, 1, 0]
    assert limits.crossings(0).tolist() == [0, 1, 5, 6, 9, 10, 15, 20]


def test_only_fitting_rows_have_a_rule():
    """The others cost nothing."""
    table = LiveTable()
    for kind in ("Queue", "Agent"):
        item = Statistic(kind, ObjectRef(kind, "x"), "Total")
        table.add(item, item.series("http://site"))
    limits = Limits([Rule(object_type="Agent")], table, lambda _: ())

    assert limits.rule_of.tolist() == [NO_RULE, 0]
