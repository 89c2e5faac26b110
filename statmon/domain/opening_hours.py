"""When a site is open, as a workspace's site says it: ``hours`` of each weekday, and ``holidays``.

``"hours": {"mon": "08:00-12:00, 13:00-18:00", "fri": "22:00-06:00", "sat": ""}``: a weekday that is
not named is closed; without ``hours`` it is always open.
``"holidays": ["2026-12-25 Christmas Day", "12-24 08:00-12:00 Christmas Eve"]``: closed, or open at
these hours; without a year, each year. What begins on a day belongs to it: on a holiday after
an open night the night goes on to its end. The times are those of the site's zone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from itertools import pairwise
from typing import Any, Final, NamedTuple

from statmon.domain.outside import brief, visible
from statmon.domain.site_time import DAY, Span, instant, local, span_of

HOURS: Final = "hours"
HOLIDAYS: Final = "holidays"
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As a site names them, in the order of ``date.weekday``."""
MOST: Final = 1000
"""Holidays of a site."""
HORIZON: Final = 400
"""Days within which the next opening or closing is looked for."""
_ALL_DAY: Final = (Span(0, DAY),)
_HOLIDAY: Final = re.compile(
    r"(?:(?P<year>\d{4})-)?(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?P<hours>(?:[ ,]+\d?\d:\d\d ?[-–] ?\d?\d:\d\d)*)(?: +(?P<name>[^\s\d].*))?"
)


class Holiday(NamedTuple):
    """A day with hours of its own."""

    year: int
    """0: each year."""
    month: int
    day: int
    spans: tuple[Span, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        year = f"{self.year:04}-" if self.year else ""
        parts = (f"{year}{self.month:02}-{self.day:02}", hours_text(self.spans), self.name)
        return " ".join(part for part in parts if part)


class Stretch(NamedTuple):
    """From one instant to another one that does not belong to it, epoch milliseconds."""

    begin: int
    end: int


@dataclass(frozen=True)
class OpeningHours:
    """When a site is open; all its functions take the site's zone, None for this computer's."""

    week: tuple[tuple[Span, ...], ...] = (_ALL_DAY,) * 7
    """The hours of each weekday, Monday first."""
    holidays: tuple[Holiday, ...] = ()
    _dated: dict[tuple[int, int, int], Holiday] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        dated = {item[:3]: item for item in reversed(self.holidays)}
        object.__setattr__(self, "_dated", dated)

    def holiday(self, day: date) -> Holiday | None:
        """Return which holiday a day is; one of that very year comes before one of each year."""
        found = self._dated.get((day.year, day.month, day.day))
        return found or self._dated.get((0, day.month, day.day))

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the hours that begin on a day."""
        holiday = self.holiday(day)
        return self.week[day.weekday()] if holiday is None else holiday.spans

    def is_open(self, now: int, zone: tzinfo | None) -> bool:
        """Return whether the site is open at an instant."""
        today = local(now, zone).date()
        return any(
            stretch.begin <= now < stretch.end
            for day in (today - timedelta(days=1), today)
            for stretch in self._on(day, zone)
        )

    def next_change(self, now: int, zone: tzinfo | None) -> int | None:
        """Return when the site opens or closes next; None if it does not within ``HORIZON``."""
        if not self.holidays and self.week in ((_ALL_DAY,) * 7, ((),) * 7):
            return None
        today, opened = local(now, zone).date(), self.is_open(now, zone)
        for ahead in range(-1, HORIZON):
            edges = {edge for one in self._on(today + timedelta(days=ahead), zone) for edge in one}
            for edge in sorted(edges):
                if edge > now and self.is_open(edge, zone) != opened:
                    return edge
        return None

    def _on(self, day: date, zone: tzinfo | None) -> Iterator[Stretch]:
        for begin, end in self.spans_on(day):
            yield Stretch(instant(day, begin, zone), instant(day, end, zone))


def opening_hours_in(site: Mapping[str, Any]) -> tuple[OpeningHours, list[str]]:
    """Read when a site is open (``Site.settings``), and say what of it cannot be used.

    What cannot be read closes nothing: a weekday counts as open, a holiday as a usual day.
    """
    problems: list[str] = []
    week = _week(site[HOURS], problems) if HOURS in site else OpeningHours.week
    holidays: list[Holiday] = []
    listed = site.get(HOLIDAYS, [])
    if not isinstance(listed, list):
        problems.append('"holidays" of the site must be a list: ["2026-12-25", "01-01"]')
        listed = []
    if len(listed) > MOST:
        problems.append(f"there are {len(listed):,} holidays: the first {MOST:,} count")
    for item in listed[:MOST]:
        holiday = holiday_of(item) if isinstance(item, str) else None
        if holiday is None:
            problems.append(
                f"the holiday {_said(item)} is no date: write 2026-12-25, or 12-24 08:00-12:00 for"
                " one of each year with hours of its own"
            )
        elif any(holiday[:3] == other[:3] for other in holidays):
            problems.append(f"the holiday {_said(item)} stands twice: the first one counts")
        else:
            holidays.append(holiday)
    return OpeningHours(week, tuple(holidays)), problems


def holiday_of(text: str) -> Holiday | None:
    """Read a holiday; None if it is none."""
    match = _HOLIDAY.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = int(match["year"] or 0), int(match["month"]), int(match["day"])
    hours = spans_of(re.sub(r"(?<=\d)[ ,]+(?=\d)", ",", match["hours"].strip(" ,")))
    try:
        date(year or 2000, month, day)  # 2000 is a leap year
    except ValueError:
        return None
    if hours is None:
        return None
    return Holiday(year, month, day, hours, (match["name"] or "").strip())


def spans_of(text: str) -> tuple[Span, ...] | None:
    """Read the hours of a day, ``08:00-12:00, 13:00-18:00``; none at all is closed.

    None if it is none, or if they overlap.
    """
    found = [span_of(part) for part in text.split(",")] if text.strip() else []
    known = sorted(span for span in found if span is not None)
    if len(known) < len(found):
        return None
    overlaps = any(one.end > two.begin for one, two in pairwise(known))
    return None if overlaps else tuple(known)


def hours_text(spans: tuple[Span, ...]) -> str:
    """Write the hours of a day as ``spans_of`` reads them."""
    return ", ".join(map(str, spans))


def _week(items: Any, problems: list[str]) -> tuple[tuple[Span, ...], ...]:
    if not isinstance(items, Mapping):
        problems.append('"hours" of the site must be a JSON object: {"mon": "08:00-18:00"}')
        return OpeningHours.week
    problems += [
        f"{_said(key)} in the site's hours is no weekday: write mon, tue, wed, thu, fri, sat or sun"
        for key in items
        if key not in WEEKDAYS
    ]
    week = []
    for day in WEEKDAYS:
        text = items.get(day, "")
        spans = spans_of(text) if isinstance(text, str) else None
        if spans is None:
            problems.append(
                f"the hours {_said(text)} of {day} cannot be read, so that the day counts as open:"
                " write 08:00-18:00, or 08:00-12:00, 13:00-18:00"
            )
        week.append(_ALL_DAY if spans is None else spans)
    return tuple(week)


def _said(item: Any) -> str:
    return f"«{brief(visible(str(item)), 60)}»"
