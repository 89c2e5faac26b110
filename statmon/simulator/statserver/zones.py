"""Time zones by name, and when the clock on the wall next shows a time of the day."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from statmon.simulator.agenda import DAY


@lru_cache(maxsize=1000)
def zone_of(name: str) -> ZoneInfo:
    """Return a zone such as ``Europe/Berlin``. Raises ValueError if this computer has none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"no time zone '{name}' is known on this computer") from None


def next_time_of_day(now: int, seconds: Iterable[int], zone: str) -> int:
    """Return when (epoch ms) a wall clock of this zone next shows one of these times of the day.

    Later than ``now``, which is epoch ms. A time that is left out when the clocks go forward
    comes as much later; one that comes twice when they go back counts the first time.
    """
    if zone == "UTC":
        midnight = now - now % DAY
        return min(t if t > now else t + DAY for t in (midnight + s * 1000 for s in seconds))
    info = zone_of(zone)
    today = datetime.fromtimestamp(now // 1000, info).date()
    times = (
        _epoch(datetime.combine(today + timedelta(days=days), _time(second), info))
        for days in (0, 1, 2)
        for second in seconds
    )
    return min(when for when in times if when > now)


def _time(second: int) -> time:
    return time(second // 3600, second // 60 % 60, second % 60)


def _epoch(when: datetime) -> int:
    return int(when.astimezone(UTC).timestamp()) * 1000
