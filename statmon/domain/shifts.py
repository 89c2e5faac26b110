"""When shifts begin and end, as a workspace says: ``"shifts": ["06:00-14:00", "14:00", "22:00"]``.

One without an end lasts until the next one begins. The times are those of the site's zone.
"""

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any, Final, NamedTuple

from statmon.domain.opening_hours import Stretch
from statmon.domain.outside import brief, visible
from statmon.domain.site_time import DAY, clock, instant, local, minute_of, next_begin, span_of

KEY: Final = "shifts"
MOST: Final = 100
"""Shifts of a workspace."""


class Shift(NamedTuple):
    """When it begins and ends, minutes of the day."""

    begin: int
    end: int | None = None
    """After ``begin``, from 1440 on where that is the next day; None: when the next one begins."""

    def __str__(self) -> str:
        return clock(self.begin) + ("" if self.end is None else f"-{clock(self.end)}")


@dataclass(frozen=True, slots=True)
class Shifts:
    """All shifts of a workspace, by when they begin."""

    items: tuple[Shift, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    @property
    def begins(self) -> tuple[int, ...]:
        """At which minutes of the day shifts begin."""
        return tuple(sorted({item.begin for item in self.items}))

    def at(self, now: int, zone: tzinfo | None) -> Stretch | None:
        """Return from when to when the shift goes that runs at an instant; None if none does.

        Of several that overlap, the one that began last.
        """
        today = local(now, zone).date()
        running = [
            stretch
            for day in (today - timedelta(days=1), today)
            for item in self.items
            for stretch in (self._on(day, item, zone),)
            if stretch.begin <= now < stretch.end
        ]
        return max(running, default=None)

    def _on(self, day: date, item: Shift, zone: tzinfo | None) -> Stretch:
        begin = instant(day, item.begin, zone)
        if item.end is None:
            return Stretch(begin, next_begin(begin, zone, self.begins))
        return Stretch(begin, instant(day, item.end, zone))


def shifts_in(items: Any) -> tuple[Shifts, list[str]]:
    """Read the shifts of a workspace (its key ``shifts``), and say what of them cannot be used."""
    problems: list[str] = []
    found: set[Shift] = set()
    if items is not None and not isinstance(items, list):
        problems.append('"shifts" must be a list: ["06:00", "14:00"]')
    listed = items if isinstance(items, list) else []
    if len(listed) > MOST:
        problems.append(f"there are {len(listed):,} shifts: the first {MOST} count")
    for item in listed[:MOST]:
        shift = shift_of(item) if isinstance(item, str) else None
        if shift is None:
            words = brief(visible(str(item)), 60)
            problems.append(f"the shift «{words}» is no time: write 06:00, or 06:00-14:00")
        else:
            found.add(shift)
    return Shifts(tuple(sorted(found, key=lambda one: (one.begin, one.end or 0)))), problems


def shift_of(text: str) -> Shift | None:
    """Read a shift, ``06:00`` or ``06:00-14:00``; None if it is none."""
    minute = minute_of(text)
    if minute is not None:
        return Shift(minute) if minute < DAY else None
    span = span_of(text)
    return None if span is None else Shift(*span)
