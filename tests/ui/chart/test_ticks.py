from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.ui.chart.ticks import days_before, local, step_for, ticks

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")


def epoch(*parts, zone=BERLIN):
    return int(datetime(*parts, tzinfo=zone).timestamp())


def texts(begin, hours, step, zone=BERLIN):
    return [
        local(tick, zone).strftime("%H:%M")
        for tick in ticks(begin, begin + hours * 3600, step, zone)
    ]


def test_an_hour_that_is_repeated_has_two_ticks():
    """25 October 2026: the clock goes from 03:00 back to 02:00."""
    assert texts(epoch(2026, 10, 25), 5, 3600) == [
        "00:00", "01:00", "02:00", "02:00", "03:00", "04:00",
    ]  # fmt: skip


def test_an_hour_that_is_left_out_has_none():
    """29 March 2026: the clock goes from 02:00 on to 03:00."""
    assert texts(epoch(2026, 3, 29), 4, 3600) == ["00:00", "01:00", "03:00", "04:00", "05:00"]


def test_days_begin_at_midnight_although_one_has_25_hours():
    """Six hours a tick and a day a tick stay on round times."""
    begin = epoch(2026, 10, 24)
    assert set(texts(begin, 72, 86_400)) == {"00:00"}
    assert len(texts(begin, 72, 86_400)) == 3
    assert set(texts(begin, 72, 21_600)) == {"00:00", "06:00", "12:00", "18:00"}


def test_half_hour_zones_have_ticks_on_their_own_hours():
    """India is five hours and a half from UTC."""
    assert texts(epoch(2026, 5, 1, zone=KOLKATA), 3, 3600, KOLKATA) == [
        "00:00", "01:00", "02:00", "03:00",
    ]  # fmt: skip


def test_the_same_time_a_day_before_a_change_of_the_clock_is_25_hours_away():
    """Yesterday at nine is compared with today at nine."""
    noon = epoch(2026, 10, 25, 12) * 1000
    assert noon - days_before(noon, 1, BERLIN) == 25 * 3_600_000
    assert noon - days_before(noon, 7, BERLIN) == (7 * 24 + 1) * 3_600_000


@given(st.integers(1_700_000_000, 1_900_000_000), st.integers(2, 400 * 86_400), st.integers(2, 30))
def test_there_are_never_many_more_ticks_than_there_is_room_for(begin, span, most):
    """Whatever the span, and they lie inside of it."""
    step = step_for(span, most)
    found = ticks(begin, begin + span, step, BERLIN)

    assert len(found) <= most + 2
    assert all(begin <= tick <= begin + span for tick in found)
    assert list(found) == sorted(found)


@pytest.mark.parametrize("step", [1, 60, 900, 3_600, 86_400])
def test_nothing_to_show_has_no_ticks(step):
    """An empty stretch is no error."""
    assert len(ticks(100, 99, step)) == 0
