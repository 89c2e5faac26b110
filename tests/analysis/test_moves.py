"""The same step is news for one series and nothing for another."""

import numpy as np
import pytest

from statmon.analysis.moves import moves

RNG = np.random.default_rng(7)


def hour(*columns):
    return np.array(columns, float).T


def test_a_step_counts_by_what_is_usual_for_the_series():
    """From 2 to 9 where it is always 2; not where it is never the same."""
    calm, wild = np.full(60, 2.0), RNG.integers(0, 20, 60).astype(float)
    found = moves(hour(calm, wild), np.array([9.0, wild[-5] + 7]))

    assert [move.row for move in found] == [0]
    assert (found[0].change, found[0].score) == (7.0, 14.0)


def test_steady_growth_is_usual():
    """A total that grows by its usual amount has not changed; one that stops has."""
    growing = np.arange(60.0) * 10
    stopped = growing.copy()
    found = moves(hour(growing, stopped), np.array([600.0, stopped[-5] + 1]))

    assert [move.row for move in found] == [1]


def test_too_little_past_says_nothing():
    """Nothing is unusual in the first minutes."""
    young = np.full(60, np.nan)
    young[-12:] = 2.0

    assert not moves(hour(young), np.array([50.0]))


@pytest.mark.parametrize("now", [2.0, np.nan])
def test_what_did_not_move_or_is_not_known_is_not_listed(now):
    """Neither is a move."""
    assert not moves(hour(np.full(60, 2.0)), np.array([now]))


def test_the_most_unusual_comes_first_and_the_list_is_bounded():
    """However many rows move."""
    minutes = np.tile(np.full(60, 5.0), (200, 1)).T
    found = moves(minutes, 5.0 + np.arange(200.0), most=10)

    assert [move.row for move in found] == list(range(199, 189, -1))
