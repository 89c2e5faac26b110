"""The series that a history knows, by number and by name."""

import sqlite3
from collections.abc import Iterable

from statmon.domain.statistic import Series
from statmon.domain.unit import Unit
from statmon.history.copies import copy_names
from statmon.history.marks import NEXT_SERIES, check, count, mark, set_mark
from statmon.history.model import SeriesInfo
from statmon.history.seal import Row, put_all, rows_of


class Catalogue:
    """Gives every series a number; a number is never used again for another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.numbers: dict[Series, int] = {}
        """The number of each series that was recorded; to be read only."""
        self._info: dict[int, SeriesInfo] = {}
        self.series: dict[int, Series] = {}
        self._unwritten: list[int] = []
        self.uncopied = True
        """Whether some of the names may stand in the file only once."""
        self._next = 1
        self.load()

    def load(self) -> None:
        """Read it anew: another process may have written."""
        for number, *key, title, label, subscription, unit in rows_of(self._connection, "series"):
            series = Series(*key)
            self.numbers[series], self.series[number] = number, series
            self._info[number] = SeriesInfo(series, title, label, subscription, _unit(unit))
            self._next = number + 1
        check(self._connection, "series")
        self._next = max(self._next, mark(self._connection, NEXT_SERIES)[0])

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

    def write(self) -> bool:
        """Write what is new, inside the caller's transaction; return whether there was any."""
        if not self._unwritten:
            return False
        numbers = dict.fromkeys(self._unwritten)
        put_all(self._connection, "series", (self.row(number) for number in numbers))
        self._count()
        return True

    def written(self) -> list[Row]:
        """What was to be written is on disk; return that."""
        rows = [self.row(number) for number in dict.fromkeys(self._unwritten)]
        self.uncopied = self.uncopied or bool(self._unwritten)
        self._unwritten.clear()
        return rows

    def rows(self) -> list[Row]:
        """Return what is written of all series."""
        return [self.row(number) for number in self.series]

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget series, inside the caller's transaction."""
        for number in numbers:
            del self.numbers[self.series.pop(number)], self._info[number]
            self._connection.execute("DELETE FROM series WHERE id = ?", (number,))
        self._connection.execute("DELETE FROM copy")
        self.uncopied = True
        self._count()

    def copy(self) -> None:
        """Write the names of which there is no copy once more, inside the caller's transaction."""
        copy_names(self._connection, self.rows())

    def row(self, number: int) -> Row:
        """Return what is written of a series."""
        return (number, *self.series[number], *_words(self._info[number]))

    def _count(self) -> None:
        # A number that was erased must never mean another series.
        set_mark(self._connection, NEXT_SERIES, self._next)
        count(self._connection, "series")


def _words(info: SeriesInfo) -> tuple[str, str, str, str]:
    return info.title, info.label, info.subscription, info.unit.value


def _unit(text: str) -> Unit:
    return Unit(text) if text in {unit.value for unit in Unit} else Unit.COUNT
