"""When a site is open: its hours, its holidays, and what of them cannot be read."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain.opening_hours import (
    HORIZON,
    WEEKDAYS,
    Holiday,
    OpeningHours,
    hours_text,
    opening_hours_in,
    spans_of,
)
from statmon.domain.site_time import Span, instant
from tests.domain.test_site_time import comes, near_changes, zones

BERLIN = ZoneInfo("Europe/Berlin")
SITE = {
    "hours": {
        "mon": "08:00-12:00, 13:00-18:00", "tue": "08:00-18:00", "wed": "08:00-18:00",
        "thu": "08:00-18:00", "fri": "22:00-06:00",
    },
    "holidays": ["2026-12-25 Christmas Day", "12-24 08:00-12:00 Christmas Eve", "01-01"],
}  # fmt: skip


def at(text, zone=BERLIN, fold=0):
    """Return an instant by what the clocks of a place show."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()) * 1000


@pytest.mark.parametrize(
    ("when", "opened"),
    [
        ("2026-11-30 07:59", False),  # a Monday
        ("2026-11-30 08:00", True),
        ("2026-11-30 12:00", False),
        ("2026-11-30 17:59", True),
        ("2026-12-04 21:59", False),
        ("2026-12-05 05:59", True),  # the night that began on Friday
        ("2026-12-05 06:00", False),
        ("2026-12-05 23:00", False),
        ("2026-12-24 11:00", True),
        ("2026-12-24 13:00", False),
        ("2026-12-25 23:00", False),
        ("2026-12-26 03:00", False),  # nothing began on the holiday
        ("2027-12-24 23:00", False),  # a Friday, and a holiday of each year
        ("2021-01-02 03:00", False),  # new year's day is a Friday
    ],
)
def test_a_site_is_open_at_its_hours_and_closed_on_holidays(when, opened):
    """As its clocks show; a night belongs to the day on which it began."""
    hours, problems = opening_hours_in(SITE)

    assert not problems
    assert hours.is_open(at(when), BERLIN) is opened


def test_a_site_without_hours_is_open_but_on_holidays():
    """Nothing said is nothing closed."""
    always, _ = opening_hours_in({})
    nearly, _ = opening_hours_in({"holidays": ["2026-12-25"]})

    assert always == OpeningHours()
    assert always.is_open(at("2026-12-25 03:00"), BERLIN)
    assert always.next_change(at("2026-12-25 03:00"), BERLIN) is None
    assert not nearly.is_open(at("2026-12-25 03:00"), BERLIN)
    assert nearly.next_change(at("2026-11-30 03:00"), BERLIN) == at("2026-12-25 00:00")
    assert nearly.next_change(at("2026-12-25 03:00"), BERLIN) == at("2026-12-26 00:00")


@pytest.mark.parametrize(
    ("now", "changes"),
    [
        ("2026-11-30 07:00", "2026-11-30 08:00"),
        ("2026-11-30 08:00", "2026-11-30 12:00"),
        ("2026-12-03 18:00", "2026-12-04 22:00"),
        ("2026-12-04 23:00", "2026-12-05 06:00"),
        ("2026-12-05 06:00", "2026-12-07 08:00"),
    ],
)
def test_the_next_change_is_when_it_opens_or_closes(now, changes):
    """Across nights and weekends."""
    hours, _ = opening_hours_in(SITE)

    assert hours.next_change(at(now), BERLIN) == at(changes)


def test_a_night_with_a_change_of_clocks_has_its_own_length():
    """22:00 to 06:00 is seven hours in March and nine in October."""
    hours, _ = opening_hours_in({"hours": dict.fromkeys(WEEKDAYS, "22:00-06:00")})
    for night, seconds in (("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-28", 8)):
        begin = at(f"{night} 22:00")
        assert hours.next_change(begin, BERLIN) == begin + seconds * 3_600_000


spans = st.lists(st.integers(0, 1440), min_size=0, max_size=4, unique=True).map(
    lambda edges: tuple(
        Span(one, two) for one, two in zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False)
    )
)
nights = st.builds(lambda begin, more: (Span(begin, begin + more),), st.integers(600, 1439),
                   st.integers(1, 1439))  # fmt: skip
weeks = st.lists(st.one_of(spans, nights), min_size=7, max_size=7).map(tuple)


@given(near_changes, st.integers(0, 1439), zones, weeks, st.booleans(), spans)
def test_open_is_what_clocks_that_are_read_minute_by_minute_say(
    day, minute, zone, week, holiday, own
):
    """Whatever hours, wherever clocks are changed."""
    dated = (Holiday(day.year, day.month, day.day, own),) if holiday else ()
    hours = OpeningHours(week, dated)
    now = instant(day, minute, zone)

    expected = any(
        comes(one, span.begin, zone) <= now < comes(one, span.end, zone)
        for one in (day - timedelta(days=2), day - timedelta(days=1), day)
        for span in (own if holiday and one == day else week[one.weekday()])
    )

    assert hours.is_open(now, zone) is expected


@given(near_changes, st.integers(0, 1439), zones, weeks)
def test_until_the_next_change_nothing_changes(day, minute, zone, week):
    """And at it something does."""
    hours, now = OpeningHours(week), instant(day, minute, zone)
    opened, then = hours.is_open(now, zone), hours.next_change(now, zone)
    if then is None:
        then = now + 8 * 86_400_000
    else:
        assert hours.is_open(then, zone) is not opened
        assert then - now < HORIZON * 86_400_000
    for part in range(1, 40):
        assert hours.is_open(now + (then - now) * part // 40, zone) is opened


@given(st.one_of(spans, nights))
def test_hours_read_back_as_they_were_written(own):
    """Two that touch stay two."""
    assert spans_of(hours_text(own)) == own


@given(st.dates(), st.booleans(), st.one_of(spans, nights), st.sampled_from(("", "May Day")))
def test_holidays_read_back_as_they_were_written(day, yearly, own, name):
    """With hours and a name, or without."""
    year = 0 if yearly or day.year < 1000 else day.year
    holiday = Holiday(year, day.month, day.day, own, name)

    found, problems = opening_hours_in({"holidays": [str(holiday)]})

    assert not problems
    assert found.holidays == (holiday,)


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ({"hours": "08:00-18:00"}, '"hours" of the site must be a JSON object'),
        ({"hours": {"mon": "8-18"}}, "the hours «8-18» of mon cannot be read"),
        ({"hours": {"mon": 8}}, "the hours «8» of mon cannot be read"),
        ({"hours": {"mon": "08:00-12:00, 11:00-18:00"}}, "of mon cannot be read"),
        ({"hours": {"Monday": "08:00-18:00"}}, "«Monday» in the site's hours is no weekday"),
        ({"holidays": "2026-12-25"}, '"holidays" of the site must be a list'),
        ({"holidays": ["25.12.2026"]}, "the holiday «25.12.2026» is no date"),
        ({"holidays": ["2026-02-29"]}, "the holiday «2026-02-29» is no date"),
        ({"holidays": ["12-24 8-12"]}, "the holiday «12-24 8-12» is no date"),
        ({"holidays": [20261225]}, "the holiday «20261225» is no date"),
        ({"holidays": ["12-25", "12-25 Christmas"]}, "stands twice: the first one counts"),
        ({"holidays": ["12-25"] * 1001}, "there are 1,001 holidays: the first 1,000 count"),
    ],
)
def test_what_cannot_be_read_is_said(site, words):
    """In a sentence that says what to write."""
    assert any(words in problem for problem in opening_hours_in(site)[1])


def test_hours_that_cannot_be_read_silence_nothing():
    """The day counts as open, a holiday as a usual day: a slip must not silence anybody."""
    hours, problems = opening_hours_in({"hours": {"mon": "8-18"}, "holidays": ["25.12.2026"]})

    assert len(problems) == 2
    assert hours.is_open(at("2026-11-30 03:00"), BERLIN)
    assert not hours.is_open(at("2026-12-01 10:00"), BERLIN)  # Tuesday is not named
    assert hours.holiday(date(2026, 12, 25)) is None
