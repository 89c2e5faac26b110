"""The increase over the last minutes is what was counted in them, or not known."""

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.live.table import LiveTable
from statmon.live.windows import Windows

COUNTER = Statistic("s", ObjectRef("Queue", "q"), "Total_Answered")
SERIES = COUNTER.series("site")
MINUTE = 60_000


def lived(samples, ends, window=15 * MINUTE):
    """Feed (time, number) and return the increases at some times."""
    table = LiveTable()
    row = table.add(COUNTER, SERIES)
    windows = Windows(table)
    windows.watch(row, window)
    found, waiting = [], list(samples)
    for end in ends:
        while waiting and waiting[0][0] <= end:
            at, number = waiting.pop(0)
            table.apply([Reading(SERIES, number, at, at, "update")])
            windows.look(at)
        windows.look(end)
        found.append(float(windows.increase(np.array([row]), end, window)[0]))
    return found


def test_it_counts_across_a_restart_and_forgets_what_is_older():
    """100, 110, 118, 3, 9: 27 of a quarter of an hour; later less."""
    samples = [(m * MINUTE, n) for m, n in zip((1, 3, 5, 7, 9), (100, 110, 118, 3, 9), strict=True)]

    assert lived(samples, [16 * MINUTE, 18 * MINUTE, 25 * MINUTE]) == [27, 17, 0]


def test_it_is_not_known_before_it_was_seen_for_so_long():
    """A number that is there has been there since it came."""
    found = lived([(MINUTE, 5)], [10 * MINUTE, 16 * MINUTE])
    assert math.isnan(found[0])
    assert found[1] == 0


def test_across_a_time_that_was_not_seen_there_is_no_number():
    """Not even where nothing seems to have happened."""
    table = LiveTable()
    row = table.add(COUNTER, SERIES)
    windows = Windows(table)
    windows.watch(row, 15 * MINUTE)
    table.set_open([SERIES], is_open=True)
    table.apply([Reading(SERIES, 5, 1, MINUTE, "open")])
    windows.look(MINUTE)
    table.set_open([SERIES], is_open=False)
    table.set_open([SERIES], is_open=True)
    table.apply([Reading(SERIES, 9, 2, 10 * MINUTE, "open")])
    windows.look(10 * MINUTE)

    rows = np.array([row])
    assert math.isnan(windows.increase(rows, 20 * MINUTE, 15 * MINUTE)[0])
    assert windows.increase(rows, 26 * MINUTE, 15 * MINUTE)[0] == 0


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 40)), min_size=1, max_size=25))
def test_it_is_the_sum_of_what_was_added(steps):
    """However numbers rise and begin anew: those of the window, and no others."""
    at, samples = 0, []
    for minutes, number in steps:
        at += minutes * MINUTE
        samples.append((at, number))
    end, begin = at, at - 15 * MINUTE
    (found,) = lived(samples, [end])
    known = [(when, number) for when, number in samples]
    if known[0][0] > begin:
        assert math.isnan(found)
        return
    pairs = pairwise(known)
    assert found == sum((b - a if b >= a else b) for (_, a), (when, b) in pairs if when > begin)


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 40)), min_size=2, max_size=25),
    st.data(),
)
def test_what_was_seen_before_it_was_watched_fills_it(steps, data):
    """As if it had been watched all along; without what was seen first here, nothing is known."""
    at, samples = 0, []
    for minutes, number in steps:
        at += minutes * MINUTE
        samples.append((at, number))
    watched = data.draw(st.integers(1, len(samples) - 1))
    table = LiveTable()
    row = table.add(COUNTER, SERIES)
    windows, rows = Windows(table), np.array([row])
    for place, (when, number) in enumerate(samples):
        table.apply([Reading(SERIES, number, when, when, "update")])
        if place >= watched:
            windows.watch(row, 15 * MINUTE)
            windows.look(when)
    expected, _ = lived(samples, [at, at])
    times, numbers = (np.array(part) for part in zip(*samples, strict=True))
    before = windows.increase(rows, at, 15 * MINUTE)[0]
    windows.fill(row, times[: watched - 1], numbers[: watched - 1].astype(float))
    assert np.array_equal(windows.increase(rows, at, 15 * MINUTE)[0], before, equal_nan=True)
    windows.fill(row, times, numbers.astype(float))

    found = windows.increase(rows, at, 15 * MINUTE)[0]
    assert found == expected or (math.isnan(found) and math.isnan(expected))


def test_what_it_lacks_is_told_once():
    """As soon as something was seen, and again only for a longer span."""
    table = LiveTable()
    row = table.add(COUNTER, SERIES)
    windows = Windows(table)
    windows.watch(row, 15 * MINUTE)
    assert windows.lacking(MINUTE) == {}
    table.apply([Reading(SERIES, 5, 1, MINUTE, "open")])
    windows.look(MINUTE)
    assert windows.lacking(2 * MINUTE) == {row: 15 * MINUTE}
    assert windows.lacking(2 * MINUTE) == {}
    windows.watch(row, 60 * MINUTE)
    assert windows.lacking(2 * MINUTE) == {row: 60 * MINUTE}
