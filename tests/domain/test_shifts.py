"""When shifts begin and end, as a workspace says it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.opening_hours import Stretch
from statmon.domain.shifts import Shift, Shifts, shifts_in
from statmon.domain.site_time import instant
from tests.domain.test_opening_hours import at
from tests.domain.test_site_time import near_changes, zones

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("items", "minutes"),
    [
        (["14:00", "06:00", "22:30"], (360, 840, 1350)),
        (["6:00", "6:00", "06:00-14:00"], (360,)),
        (["24:00", "x", 6, None, "06:00"], (360,)),
        ("06:00", ()),
        (None, ()),
    ],
)
def test_times_of_the_day_are_read_and_the_rest_is_left_out(items, minutes):
    """Nothing keeps a workspace from opening."""
    assert shifts_in(items)[0].begins == minutes


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ("06:00", '"shifts" must be a list'),
        (["6"], "the shift «6» is no time: write 06:00, or 06:00-14:00"),
        ([None], "the shift «None» is no time"),
        (["24:00"], "the shift «24:00» is no time"),
        (["06:00"] * 101, "there are 101 shifts: the first 100 count"),
    ],
)
def test_what_cannot_be_read_is_said(items, words):
    """In a sentence that says what to write."""
    (problem,) = shifts_in(items)[1]
    assert words in problem


@pytest.mark.parametrize(
    ("now", "begin", "end"),
    [
        ("2026-11-30 06:00", "2026-11-30 06:00", "2026-11-30 14:00"),
        ("2026-11-30 13:59", "2026-11-30 06:00", "2026-11-30 14:00"),
        ("2026-11-30 15:00", "2026-11-30 14:00", "2026-11-30 21:00"),
        ("2026-11-30 21:30", None, None),
        ("2026-12-01 03:00", "2026-11-30 22:00", "2026-12-01 06:00"),
        ("2026-10-25 04:00", "2026-10-24 22:00", "2026-10-25 06:00"),  # that night has 25 hours
    ],
)
def test_the_shift_that_runs_has_a_beginning_and_an_end(now, begin, end):
    """One without an end lasts until the next one begins; in between no shift runs."""
    shifts, problems = shifts_in(["06:00", "14:00-21:00", "22:00"])

    assert not problems
    expected = Stretch(at(begin), at(end)) if begin and end else None
    assert shifts.at(at(now), BERLIN) == expected


def test_of_shifts_that_overlap_the_one_that_began_last_runs():
    """And when it has ended, the one that goes on."""
    shifts, _ = shifts_in(["06:00-18:00", "08:00-12:00"])

    assert shifts.at(at("2026-11-30 09:00"), BERLIN) == (
        at("2026-11-30 08:00"), at("2026-11-30 12:00"),
    )  # fmt: skip
    assert shifts.at(at("2026-11-30 12:00"), BERLIN) == (
        at("2026-11-30 06:00"), at("2026-11-30 18:00"),
    )  # fmt: skip


shift = st.one_of(
    st.integers(0, 1439).map(Shift),
    st.builds(lambda b, more: Shift(b, b + more), st.integers(0, 1439), st.integers(1, 1439)),
)


@given(near_changes, st.integers(0, 1439), zones, st.lists(shift, max_size=4, unique=True))
def test_a_shift_that_runs_goes_around_now_and_begins_where_one_does(day, minute, zone, items):
    """Over changes of clocks; where none has an end, one always runs."""
    shifts, now = Shifts(tuple(items)), instant(day, minute, zone)

    running = shifts.at(now, zone)

    begins = {
        instant(day - timedelta(days=ago), item.begin, zone) for ago in (0, 1, 2) for item in items
    }
    if items and all(item.end is None for item in items):
        assert running is not None
    if running is not None:
        assert running.begin <= now < running.end
        assert running.begin in begins
