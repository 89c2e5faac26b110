"""Times of the day at a place, against clocks that are read minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.site_time import (
    Span,
    clock,
    instant,
    last_begin,
    local,
    minute_of,
    next_begin,
    span_of,
)

ZONES = (
    "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia",
    "Asia/Kathmandu", "Asia/Beirut", "America/St_Johns", "UTC",
)  # fmt: skip
CHANGES = (
    date(2024, 3, 31), date(2024, 10, 27), date(2018, 11, 4), date(2018, 2, 17), date(2018, 2, 18),
    date(2024, 3, 10), date(2024, 11, 3), date(2024, 4, 7), date(2024, 10, 6), date(2011, 12, 30),
    date(2022, 3, 27), date(2006, 10, 29),
)  # fmt: skip
"""Days on which clocks of these places are changed, some of them at midnight; one is left out."""
near_changes = st.one_of(
    st.builds(
        lambda day, by: day + timedelta(days=by), st.sampled_from(CHANGES), st.integers(-1, 1)
    ),
    st.dates(date(2005, 1, 1), date(2035, 1, 1)),
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


@lru_cache(maxsize=64)
def clocks(zone, day):
    """Return what the clocks of a place show at each minute around a day."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=26)
    minutes = [begin + timedelta(minutes=ahead) for ahead in range(52 * 60 + 2880)]
    return [
        (int(at.timestamp()) * 1000, at.astimezone(zone).replace(tzinfo=None)) for at in minutes
    ]


def comes(day, minute, zone):
    """Return when a place's clocks first show a time of a day, or a later one: one by one."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    return next(at for at, shown in clocks(zone, day) if shown >= wanted)


@given(near_changes, st.integers(0, 2880), zones)
def test_a_time_of_the_day_comes_when_clocks_first_show_it(day, minute, zone):
    """Over changes of clocks too: left out, it is when they jump; shown twice, the first time."""
    assert instant(day, minute, zone) == comes(day, minute, zone)


@given(near_changes, st.integers(0, 1439), st.sets(st.integers(0, 1439), min_size=1), zones)
def test_what_began_last_and_begins_next_lie_around_now(day, minute, begins, zone):
    """Nothing begins in between, and both are among the beginnings."""
    now = instant(day, minute, zone)
    own = tuple(sorted(begins))

    last, following = last_begin(now, zone, own), next_begin(now, zone, own)

    all_ = {instant(day + timedelta(days=by), one, zone) for by in (-2, -1, 0, 1, 2) for one in own}
    assert last <= now < following
    assert {last, following} <= all_
    assert not [at for at in all_ if last < at < following]


@pytest.mark.parametrize(
    ("text", "minute"),
    [("06:00", 360), (" 6:05 ", 365), ("24:00", 1440), ("24:01", None), ("6", None), ("", None)],
)
def test_a_time_of_the_day_is_read(text, minute):
    """Up to the end of the day; anything else is none."""
    assert minute_of(text) == minute


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("08:00-18:00", Span(480, 1080)),
        ("8:00 – 24:00", Span(480, 1440)),
        ("22:00-06:00", Span(1320, 1800)),
        ("00:00-24:00", Span(0, 1440)),
        ("08:00-08:00", None),
        ("24:00-06:00", None),
        ("08:00", None),
        ("08:00-12:00-13:00", None),
        ("8-18", None),
    ],
)
def test_a_span_of_the_day_is_read_and_written(text, span):
    """What ends before it begins ends on the next day."""
    assert span_of(text) == span
    if span is not None:
        assert span_of(str(span)) == span


@given(st.integers(0, 1440))
def test_a_minute_of_the_day_reads_back(minute):
    """Its last one is 24:00."""
    assert minute_of(clock(minute)) == minute


def test_this_computers_zone_has_no_name():
    """None is the zone of the computer, whose clock ``local`` reads, too."""
    day = date(2026, 11, 30)
    noon = datetime.combine(day, time(12, 34))
    now = int(noon.timestamp()) * 1000

    assert local(now, None) == noon
    assert instant(day, 12 * 60 + 34, None) == now
