"""What all desktops wish together, which a collector opens once.

Wishes are soft: said again every minute, forgotten after three. No I/O; times are monotonic
seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from statmon.domain.statistic import Statistic
from statmon.hub.messages import Wish, WishAnswer, Wished

SAY_EVERY: Final = 60.0
FORGET_AFTER: Final = 180.0
GRACE: Final = 300.0
"""Seconds that a statistic stays open after nobody wishes it: who was away comes back."""
MOST_OF_USER: Final = 2_000
MOST_OF_SITE: Final = 50_000


@dataclass
class _Window:
    wanted: tuple[int, ...]
    said: float


@dataclass
class Wishes:
    """The wishes of all windows of a site."""

    most_of_user: int = MOST_OF_USER
    most_of_site: int = MOST_OF_SITE
    statistics: dict[int, Statistic] = field(default_factory=dict)
    """What each series is, for as long as anybody wishes it or its grace lasts."""
    _windows: dict[tuple[str, str], _Window] = field(default_factory=dict)
    _unwanted: dict[int, float] = field(default_factory=dict)
    """Since when nobody wishes what is still open."""

    def take(self, user: str, wish: Wish, told: Mapping[int, Statistic], now: float) -> WishAnswer:
        """Take in what a window wishes, in place of what it wished before.

        Args:
            user: whose it is, as the hub's permissions make true.
            wish: what it said.
            told: what those series are that it described in full; only sound ones.
            now: monotonic seconds.

        Returns:
            Which series must be described, and which are refused and why.
        """
        own = {
            series
            for (whose, window), known in self._windows.items()
            if whose == user and window != wish.window
            for series in known.wanted
        }
        unknown: list[int] = []
        refused: list[tuple[int, str]] = []
        wanted: list[int] = []
        for item in wish.wanted:
            series = item.series
            if series not in self.statistics and series not in told:
                if described(item):
                    refused.append((series, "The collector cannot read what this statistic is."))
                else:
                    unknown.append(series)
            elif len(own | {series}) > self.most_of_user:
                refused.append((series, f"You may wish {self.most_of_user} statistics at most."))
            elif series not in self.statistics and len(self.statistics) >= self.most_of_site:
                refused.append(
                    (series, f"The collector opens {self.most_of_site} statistics at most.")
                )
            else:
                self.statistics.setdefault(series, told.get(series) or self.statistics[series])
                own.add(series)
                wanted.append(series)
        self._windows[user, wish.window] = _Window(tuple(wanted), now)
        self._look(now)
        return WishAnswer(tuple(unknown), tuple(refused))

    def leave(self, user: str, window: str, now: float) -> None:
        """A window was closed."""
        self._windows.pop((user, window), None)
        self._look(now)

    def expire(self, now: float) -> bool:
        """Forget whom nobody heard of, and what nobody wished for long; whether anything went."""
        for key, window in list(self._windows.items()):
            if now - window.said >= FORGET_AFTER:
                del self._windows[key]
        self._look(now)
        over = [series for series, since in self._unwanted.items() if now - since >= GRACE]
        for series in over:
            del self._unwanted[series], self.statistics[series]
        return bool(over)

    def _look(self, now: float) -> None:
        wished = {series for window in self._windows.values() for series in window.wanted}
        for series in self.statistics:
            if series in wished:
                self._unwanted.pop(series, None)
            else:
                self._unwanted.setdefault(series, now)


def described(item: Wished) -> bool:
    """Whether a wish says what the statistic is."""
    return bool(item.object_type and item.object_id and (item.name or item.definition))
