"""Times and ages as the window writes them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from statmon.domain.value import format_duration
from statmon.ui.look.text import tr


def clock_time(ms: int) -> str:
    """Write epoch milliseconds as a time of this computer's day; with the date of another."""
    then = datetime.fromtimestamp(ms / 1000, UTC).astimezone()
    today = then.date() == datetime.now(UTC).astimezone().date()
    return then.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S")


def short_age(seconds: float) -> str:
    """Write an age as ``3 s``, ``2:14`` or ``1:02:14``."""
    return f"{int(seconds)} s" if seconds < 60 else format_duration(seconds)


def how_long_ago(at: int, now: Callable[[], float] = time.time) -> str:
    """Return in words how long ago an instant was, epoch seconds."""
    minutes = max(0, int(now() - at) // 60)
    if minutes < 1:
        return tr("less than a minute ago")
    hours = minutes // 60
    return f"{minutes} {tr('minutes ago')}" if not hours else f"{hours} {tr('hours ago')}"
