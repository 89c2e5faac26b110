from concurrent.futures import Future

import numpy as np
import pytest

from statmon.history import Buckets, Gap
from statmon.ui.data.lens import Lens
from statmon.ui.tree.seeding import TrendSeeder
from tests.ui.fake_engine import FakeEngine, now, workspace

MINUTE = 60_000


def done(result):
    future = Future()
    future.set_result(result)
    return future


class Kept:
    """A history that knows some minutes of every series, counted back from now."""

    def __init__(self, lens, minutes, gaps=()):
        self._end = lens.trends.minute * MINUTE
        self._minutes, self._gaps = minutes, gaps
        self.asked = []

    def gaps(self, start, end):
        ago = [(self._end - s * MINUTE, None if e is None else self._end - e * MINUTE)
               for s, e in self._gaps]  # fmt: skip
        return done([Gap("connection", start, end) for start, end in ago])

    def buckets(self, series, start, end, count):
        self.asked += series
        last = np.full(60, np.nan)
        for ago, number in self._minutes.items():
            last[60 - ago] = number
        starts = np.arange(start, end, MINUTE)
        return done([Buckets(item, starts, MINUTE, last, last, last, last) for item in series])


@pytest.fixture
def lens():
    engine = FakeEngine(workspace())
    engine.go_up()
    return Lens(engine.table, now())


def hour(lens, kept, qapp):
    seeder = TrendSeeder(lens, kept)
    qapp.processEvents()
    seeder.look([1])
    qapp.processEvents()
    return lens.trends.hour(1)


def test_a_number_that_did_not_change_was_not_sent_again(lens, qapp):
    """It holds until the next one."""
    got = hour(lens, Kept(lens, {10: 5.0, 4: 7.0}), qapp)

    assert got[-10:].tolist() == [5, 5, 5, 5, 5, 5, 7, 7, 7, 7]
    assert np.isnan(got[:-10]).all()


@pytest.mark.parametrize(
    ("gap", "known"),
    [((8, 6), [True, True] + [False] * 4 + [True] * 4), ((2, None), [True] * 8 + [False] * 2)],
)
def test_nothing_is_known_through_a_gap_until_the_next_reading(lens, qapp, gap, known):
    """An outage is never drawn as a straight line."""
    got = hour(lens, Kept(lens, {10: 5.0, 4: 7.0}, [gap]), qapp)

    assert np.isfinite(got[-10:]).tolist() == known


def test_history_is_asked_once_for_each_row_and_not_for_states(lens):
    """However often the rows are looked at."""
    kept = Kept(lens, {})
    seeder = TrendSeeder(lens, kept)
    for _ in range(3):
        seeder.look([0, 1, 2])

    assert [series.measure for series in kept.asked] == ["InboundCalls", "AverageHandlingTime"]
