"""Where a time axis has its ticks: on round times of the local day, whatever the clock did.

An hour that daylight saving skips has no tick, one that it repeats has two.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200)
_DAYS = (1, 2, 7, 14, 28, 56, 112, 224)
_DAY = 86_400
_QUARTER = 900
"""All time zones are whole quarters of an hour from UTC."""


def step_for(span: float, most: float) -> int:
    """Return the seconds between ticks so that about ``most`` of them fit into ``span`` seconds."""
    wanted = span / max(1.0, most)
    steps = (*_STEPS, *(days * _DAY for days in _DAYS))
    return next((step for step in steps if step >= wanted), steps[-1])


@lru_cache(maxsize=64)
def ticks(low: int, high: int, step: int, zone: tzinfo | None = None) -> tuple[int, ...]:
    """Return the epoch seconds between two others, ends included, that get a tick.

    Args:
        low: epoch seconds.
        high: epoch seconds.
        step: seconds; of ``step_for``.
        zone: the time zone; this computer's when None.
    """
    if step >= _DAY:
        return tuple(_midnights(low, high, step // _DAY, zone))
    if step <= _QUARTER:
        return tuple(range(-(-low // step) * step, high + 1, step))
    quarters = range(-(-low // _QUARTER) * _QUARTER, high + 1, _QUARTER)
    return tuple(epoch for epoch in quarters if _second_of_day(epoch, zone) % step == 0)


def _midnights(low: int, high: int, days: int, zone: tzinfo | None) -> list[int]:
    first = local(low, zone).date().toordinal()
    found = []
    for ordinal in range(-(-first // days) * days, first + (high - low) // _DAY + 3, days):
        midnight = datetime.combine(date.fromordinal(ordinal), time())
        epoch = midnight.replace(tzinfo=zone).timestamp() if zone else midnight.timestamp()
        if low <= epoch <= high:
            found.append(int(epoch))
    return found


def _second_of_day(epoch: int, zone: tzinfo | None) -> int:
    moment = local(epoch, zone)
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def local(epoch: float, zone: tzinfo | None = None) -> datetime:
    """Return epoch seconds in the local day."""
    return datetime.fromtimestamp(epoch, UTC).astimezone(zone)


def days_before(epoch_ms: int, days: int, zone: tzinfo | None = None) -> int:
    """Return the same time of day some days before, in epoch milliseconds.

    The day before a change of the clock is 23 or 25 hours away.
    """
    moment = local(epoch_ms / 1000, zone)
    then = (moment.replace(tzinfo=None) - timedelta(days=days)).replace(tzinfo=zone)
    return round(then.timestamp() * 1000)


def clock(epoch: float, *, seconds: bool = False) -> str:
    """Write epoch seconds as a time of the local day."""
    return local(epoch).strftime("%H:%M:%S" if seconds else "%H:%M")


def tick_text(epoch: float, step: float) -> str:
    """Write a tick: the date where days are shown, else the time."""
    if step >= _DAY:
        return local(epoch).strftime("%a %d %b")
    return clock(epoch, seconds=step < 60)


def written_time(epoch_ms: int) -> str:
    """Write epoch milliseconds as programs read it, with this computer's offset."""
    return local(epoch_ms / 1000).isoformat(timespec="milliseconds")
