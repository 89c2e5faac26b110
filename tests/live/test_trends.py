"""One number a minute, for an hour, whatever the clock does."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.site_time import last_begin, next_begin, next_midnight
from statmon.live.freshness import Freshness
from statmon.live.trends import MINUTES, Trends

MINUTE = 60_000
T0 = 1_700_000_000_000 // MINUTE * MINUTE


def noted(minutes, fresh=Freshness.LIVE):
    """A row whose number is that of the minute, noted at each of these minutes."""
    trends = Trends(1, T0)
    for minute in minutes:
        trends.take(T0 + minute * MINUTE, np.array([float(minute)]), np.array([fresh], np.uint8))
    return trends


def test_an_hour_is_kept_oldest_first():
    """And no more."""
    assert noted(range(1, 100)).hour(0).tolist() == [float(m) for m in range(40, 100)]


@pytest.mark.parametrize(("ago", "expected"), [(1, 30), (5, 26), (15, 16)])
def test_what_was_some_minutes_ago(ago, expected):
    """The number at the full minute that long ago; the present minute's is its beginning."""
    assert noted(range(1, 31)).before(ago, np.array([0]))[0] == expected


def test_minutes_slept_through_are_unknown():
    """Never the number before them."""
    hour = noted([1, 2, 5]).hour(0)

    assert [math.isnan(n) for n in hour[-5:]] == [False, False, True, True, False]


def test_minutes_of_a_silence_are_taken_back():
    """They were noted before anybody knew that nothing was heard any more."""
    trends = noted(range(1, 31))
    version = trends.version
    trends.forget(T0 + 27 * MINUTE + 1, T0 + 30 * MINUTE + 20_000)

    assert [n for n in trends.hour(0)[-5:] if not math.isnan(n)] == [26.0, 27.0]
    assert trends.version > version
    trends.forget(T0 - 500 * MINUTE, T0 + 30 * MINUTE)
    assert np.isnan(trends.hour(0)).all()


def test_the_number_of_a_midnight_in_a_silence_is_taken_back():
    """That of one before it stays."""
    zone = ZoneInfo("UTC")
    late = int(datetime(2024, 5, 1, 23, 58, tzinfo=zone).timestamp() * 1000)
    trends = Trends(1, late, zone)
    for minute in range(1, 10):
        trends.take(late + minute * MINUTE, np.array([float(minute)]), np.array([7], np.uint8))
    trends.forget(late + 5 * MINUTE, late + 9 * MINUTE)
    assert trends.before(0, np.array([0]))[0] == 2.0
    trends.forget(late + MINUTE, late + 9 * MINUTE)
    assert math.isnan(trends.before(0, np.array([0]))[0])


@pytest.mark.parametrize("jump", [200, -200])
def test_a_clock_that_jumps_makes_everything_unknown(jump):
    """Nothing of another time is shown as of this hour."""
    hour = noted([1, 2, 3, jump]).hour(0)

    assert np.isfinite(hour).sum() == 1


@pytest.mark.parametrize("fresh", Freshness)
def test_numbers_that_are_not_fresh_are_unknown(fresh):
    """A trend must not draw an outage as a straight line, nor what is late as an outage."""
    known = fresh in {Freshness.LIVE, Freshness.QUIET, Freshness.LATE}

    assert np.isfinite(noted(range(1, 10), fresh).hour(0)).sum() == (9 if known else 0)


def test_history_fills_in_what_is_not_known():
    """And changes nothing that is."""
    trends = noted([5, 6])
    base = T0 // MINUTE
    trends.seed(0, base + np.array([-100, 3, 4, 5, 99]), np.array([1.0, 33.0, 44.0, 55.0, 2.0]))

    assert trends.hour(0)[-4:].tolist() == [33, 44, 5, 6]


def test_midnight_is_that_of_the_site():
    """Summer time changes included."""
    zone = ZoneInfo("Europe/Berlin")
    for text, expected in (
        ("2024-03-30T12:00", "2024-03-31T00:00"), ("2024-03-31T00:00", "2024-04-01T00:00"),
        ("2024-10-26T23:59", "2024-10-27T00:00"), ("2024-10-27T12:00", "2024-10-28T00:00"),
    ):  # fmt: skip
        now, wanted = (datetime.fromisoformat(t).replace(tzinfo=zone) for t in (text, expected))
        assert next_midnight(int(now.timestamp() * 1000), zone) == int(wanted.timestamp() * 1000)


def test_the_number_at_midnight_is_kept_for_the_day():
    """Until the next one."""
    zone = ZoneInfo("UTC")
    late = int(datetime(2024, 5, 1, 23, 58, tzinfo=zone).timestamp() * 1000)
    trends = Trends(1, late, zone)
    for minute in range(1, 300):
        trends.take(late + minute * MINUTE, np.array([float(minute)]), np.array([7], np.uint8))

    assert trends.before(0, np.array([0]))[0] == 2.0


@given(st.lists(st.integers(1, 90), max_size=20))
def test_each_kept_minute_holds_what_was_noted_in_it(gaps):
    """Whatever minutes were slept through."""
    minutes = np.cumsum(gaps).tolist()
    hour = noted(minutes).hour(0)
    now = minutes[-1] if minutes else 0
    for ago in range(MINUTES):
        minute = now - ago
        if minute in minutes:
            assert hour[MINUTES - 1 - ago] == minute
        else:
            assert math.isnan(hour[MINUTES - 1 - ago])


def test_rows_that_come_later_have_no_past():
    """And those that were there keep theirs."""
    trends = noted(range(1, 10))
    trends.take(T0 + 10 * MINUTE, np.array([10.0, 5.0]), np.array([7, 7], np.uint8))

    assert trends.hour(0)[-2:].tolist() == [9, 10]
    assert np.isfinite(trends.hour(1)).sum() == 1


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20))
def test_rows_may_be_added_between_two_minutes(added):
    """Each is known from its first minute on, and its neighbours stay as they were."""
    trends, rows = Trends(1, T0), 1
    born = [1]
    for minute, more in enumerate(added, start=1):
        rows += more
        born += [minute] * more
        numbers = np.full(rows, float(minute))
        trends.take(T0 + minute * MINUTE, numbers, np.full(rows, Freshness.LIVE, np.uint8))

    for row, first in enumerate(born):
        hour = trends.hour(row)
        known = hour[np.isfinite(hour)]
        assert known.tolist() == [float(m) for m in range(first, len(added) + 1)]


@pytest.mark.parametrize(("begin", "end"), [(-600, 30), (-20, 1), (-3600, 7200)])
def test_a_number_of_before_a_sleep_over_midnight_is_not_that_of_midnight(begin, end):
    """Seconds around midnight between which nobody looked; the next midnight is known again."""
    zone = ZoneInfo("UTC")
    midnight = int(datetime(2024, 5, 2, tzinfo=zone).timestamp() * 1000)
    trends, known = Trends(1, midnight - 4000 * 1000, zone), np.array([7], np.uint8)

    def awake(since, until, number):
        for second in range(since, until + 1):
            now = midnight + second * 1000
            trends.look(now)
            if now // MINUTE != trends.minute:
                trends.take(now, np.array([number]), known)

    awake(-4000, begin, 29.0)
    awake(end, end + 300, 29.0)

    assert np.isnan(trends.before(0, np.array([0]))[0])
    assert trends.slept_over(midnight)
    awake(end + 301, 86_400 + 60, 30.0)
    assert trends.before(0, np.array([0]))[0] == 30.0
    assert not trends.slept_over(midnight + 86_400_000)


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2024-10-26 13:59", "2024-10-26 06:00", "2024-10-26 14:00"),
        ("2024-10-26 14:00", "2024-10-26 14:00", "2024-10-26 22:00"),
        ("2024-10-27 03:00", "2024-10-26 22:00", "2024-10-27 06:00"),  # that night has 25 hours
        ("2024-10-27 23:59", "2024-10-27 22:00", "2024-10-28 06:00"),
    ],
)
def test_shifts_begin_at_minutes_of_the_day(now, last, following):
    """Of a place, also in the night when clocks are changed."""
    zone = ZoneInfo("Europe/Berlin")

    def at(text):
        return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)

    shifts = (360, 840, 1320)
    assert last_begin(at(now), zone, shifts) == at(last)
    assert next_begin(at(now), zone, shifts) == at(following)
