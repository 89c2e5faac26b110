"""When a wall clock shows a time of the day, on the days when the clocks are changed, too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.simulator.statserver.zones import next_time_of_day, zone_of

BERLIN = "Europe/Berlin"


def ms(text, zone="UTC"):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "time_of_day", "expected"),
    [
        ("2026-07-01T12:00", 0, "2026-07-01T22:00"),  # summer: midnight is 22:00 UTC
        ("2026-01-01T12:00", 0, "2026-01-01T23:00"),  # winter
        ("2026-03-28T23:30", 0, "2026-03-29T22:00"),  # the day of 23 hours
        ("2026-10-24T22:30", 0, "2026-10-25T23:00"),  # the day of 25 hours
        ("2026-03-29T00:30", 9000, "2026-03-29T01:30"),  # 02:30 is left out: as much later
        ("2026-10-24T23:00", 9000, "2026-10-25T00:30"),  # 02:30 comes twice: the first
        ("2026-10-25T00:30", 9000, "2026-10-26T01:30"),  # and not the second time
    ],
)
def test_a_reset_follows_the_clock_on_the_wall(now, time_of_day, expected):
    assert next_time_of_day(ms(now), [time_of_day], BERLIN) == ms(expected)


@given(
    st.integers(ms("2020-01-01"), ms("2030-01-01")),
    st.lists(st.integers(0, 86_399), min_size=1, max_size=4),
    st.sampled_from(["UTC", BERLIN, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_it_is_later_soon_and_what_the_clock_shows(now, times, zone):
    when = next_time_of_day(now, times, zone)
    assert now < when <= now + 25 * 3_600_000
    shown = datetime.fromtimestamp(when / 1000, UTC).astimezone(zone_of(zone))
    seconds = shown.hour * 3600 + shown.minute * 60 + shown.second
    assert any(seconds - time in (0, 1800, 3600) for time in times)
    assert shown.fold == 0 or seconds not in times


def test_an_unknown_zone_is_said():
    with pytest.raises(ValueError, match="no time zone 'Mars/Base'"):
        zone_of("Mars/Base")
