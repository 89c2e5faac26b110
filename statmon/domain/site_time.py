"""Times of the day at a place and the instants that they are, over changes of its clocks.

Instants are epoch milliseconds, zones those of ``datetime``; None is this computer's. A time of the
day is a minute of it; one from 1440 on is of the days after. Where clocks are put forward some
times of the day are never shown, where they are put back some are shown twice: a time of the day
*comes* when the place's clocks first show it or a later one.
"""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

DAY: Final = 1440
"""Minutes of a day without a change of clocks."""
MIDNIGHT: Final = (0,)
"""The minutes of a day that begin one."""
_TIME: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


class Span(NamedTuple):
    """From one time of the day to another one, that does not belong to it any more."""

    begin: int
    end: int
    """After ``begin``: from 1440 on where it ends on the next day."""

    def __str__(self) -> str:
        return f"{clock(self.begin)}-{clock(self.end)}"


def minute_of(text: str) -> int | None:
    """Read a time of the day, ``06:00`` to ``24:00``; None if it is none."""
    match = _TIME.fullmatch(text.strip())
    minute = int(match[1]) * 60 + int(match[2]) if match else DAY + 1
    return minute if minute <= DAY else None


def span_of(text: str) -> Span | None:
    """Read a span of a day, ``08:00-18:00``; None if it is none.

    One that ends before it begins ends on the next day: ``22:00-06:00``.
    """
    begin, *others = (minute_of(part) for part in text.replace("–", "-").split("-"))
    end = others[0] if len(others) == 1 else None
    if begin is None or end is None or begin in (DAY, end):
        return None
    return Span(begin, end if end > begin else end + DAY)


def clock(minute: int) -> str:
    """Write a minute of the day; the one that ends a day is ``24:00``."""
    minute = minute if minute <= DAY else minute - DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def local(now: int, zone: tzinfo | None) -> datetime:
    """Return what the place's clocks show at an instant, without a zone."""
    return datetime.fromtimestamp(now // 1000, zone).replace(tzinfo=None)


def instant(day: date, minute: int, zone: tzinfo | None) -> int:
    """Return when a time of a day comes."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    early, late = sorted(int(wanted.replace(tzinfo=zone, fold=fold).timestamp()) for fold in (0, 1))
    if early != late and local(early * 1000, zone) != wanted:  # never shown: the clocks jump there
        while late - early > 1:
            middle = (early + late) // 2
            if local(middle * 1000, zone) < wanted:
                early = middle
            else:
                late = middle
        early = late
    return early * 1000


def next_begin(now: int, zone: tzinfo | None = None, begins: tuple[int, ...] = MIDNIGHT) -> int:
    """Return when the next of some minutes of the day comes; without others, the next midnight."""
    today = local(now, zone).date()
    days = (today + timedelta(days=ahead) for ahead in (0, 1, 2))
    return min(at for day in days for own in begins if (at := instant(day, own, zone)) > now)


def last_begin(now: int, zone: tzinfo | None = None, begins: tuple[int, ...] = MIDNIGHT) -> int:
    """Return when the last of them came; without others, when the present day began.

    That is not 24 hours before the next midnight on the days when clocks are changed.
    """
    today = local(now, zone).date()
    days = (today - timedelta(days=ago) for ago in (0, 1, 2))
    return max(at for day in days for own in begins if (at := instant(day, own, zone)) <= now)


def next_midnight(now: int, zone: tzinfo | None = None) -> int:
    """Return the next midnight of a zone."""
    return next_begin(now, zone)


def last_midnight(now: int, zone: tzinfo | None = None) -> int:
    """Return when the present day of a zone began."""
    return last_begin(now, zone)
