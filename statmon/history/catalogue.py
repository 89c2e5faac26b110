"""The series that a history knows, by number and by name."""

import sqlite3
from collections.abc import Iterable

from statmon.domain.statistic import Series
from statmon.domain.unit import Unit
from statmon.history.model import SeriesInfo

_COLUMNS = "id, site, object_type, object_id, measure, title, label, subscription, unit"


class Catalogue:
    """Gives every series a number; a number is never used again for another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.numbers: dict[Series, int] = {}
        """The number of each series that was recorded; to be read only."""
        self._info: dict[int, SeriesInfo] = {}
        self.series: dict[int, Series] = {}
        self._unwritten: list[int] = []
        self._next = 1
        self.load()

    def load(self) -> None:
        """Read it anew: another process may have written."""
        for number, *key, title, label, subscription, unit in self._connection.execute(
            f"SELECT {_COLUMNS} FROM series ORDER BY id"  # noqa: S608
        ):
            series = Series(*key)
            self.numbers[series], self.series[number] = number, series
            self._info[number] = SeriesInfo(series, title, label, subscription, _unit(unit))
            self._next = number + 1
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'series'").fetchone()
        if row is not None:
            self._next = max(self._next, row[0])

    def number(self, series: Series) -> int:
        """Return the number of a series, a new one if it is new."""
        number = self.numbers.get(series)
        if number is None:
            number, self._next = self._next, self._next + 1
            self.numbers[series], self.series[number] = number, series
            self._info[number] = SeriesInfo(series)
            self._unwritten.append(number)
        return number

    def describe(self, info: SeriesInfo) -> None:
        """Note what people call a series, if anything is known of it."""
        number = self.numbers.get(info.series)
        if number is not None and self._info[number] != info:
            self._info[number] = info
            self._unwritten.append(number)

    def infos(self) -> list[SeriesInfo]:
        """Return all series with what people call them."""
        return list(self._info.values())

    def write(self) -> None:
        """Write what is new, inside the caller's transaction."""
        rows = [
            (number, *self.series[number], *_words(self._info[number]))
            for number in self._unwritten
        ]
        self._connection.executemany(
            "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )

    def written(self) -> None:
        """What was to be written is on disk."""
        self._unwritten.clear()

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget series, inside the caller's transaction."""
        # A number that was erased must never mean another series.
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('series', ?)", (self._next,))
        for number in numbers:
            del self.numbers[self.series.pop(number)], self._info[number]
            self._connection.execute("DELETE FROM series WHERE id = ?", (number,))


def _words(info: SeriesInfo) -> tuple[str, str, str, str]:
    return info.title, info.label, info.subscription, info.unit.value


def _unit(text: str) -> Unit:
    return Unit(text) if text in {unit.value for unit in Unit} else Unit.COUNT
