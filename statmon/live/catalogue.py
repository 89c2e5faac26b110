"""Who is who in a table, as numbers: whatever looks at all rows at once asks by these.

Codes only ever grow: what was coded once keeps its number while the table lives.
"""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from statmon.domain.unit import Unit
from statmon.live.table import LiveTable

if TYPE_CHECKING:
    from statmon.domain.statistic import ObjectRef, Statistic

NO_ROW = -1
Codes = NDArray[np.int32]
_K = TypeVar("_K", bound=Hashable)


class Coded(Generic[_K]):
    """Keys and their numbers, in the order in which they came."""

    def __init__(self) -> None:
        self.keys: list[_K] = []
        self._codes: dict[_K, int] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def code(self, key: _K) -> int:
        """Return the number of a key, giving it one if it is new."""
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = len(self.keys)
            self.keys.append(key)
        return code

    def find(self, key: _K) -> int | None:
        """Return the number of a key, or None if it has none."""
        return self._codes.get(key)


class Catalogue:
    """The objects, object types and titles of a table's rows; follows the table as it grows."""

    def __init__(self, table: LiveTable) -> None:
        self.types: Coded[str] = Coded()
        self.objects: Coded[ObjectRef] = Coded()
        self.titles: Coded[str] = Coded()
        self.object_of: Codes = np.zeros(0, np.int32)
        """The object of each row."""
        self.title_of: Codes = np.zeros(0, np.int32)
        """The statistic's title of each row."""
        self.measures: Coded[str] = Coded()
        self.measure_of: Codes = np.zeros(0, np.int32)
        """What is measured in each row, as its series knows it."""
        self.type_of: Codes = np.zeros(0, np.int32)
        """The type of each object."""
        self.state_of: Codes = np.zeros(0, np.int32)
        """The row of each object's state, which speaks for it; ``NO_ROW`` where none is wanted."""
        self._seen: list[Statistic] = []
        self.follow(table)

    def __len__(self) -> int:
        return len(self.object_of)

    def follow(self, table: LiveTable) -> None:
        """Take in which rows came, went or are called otherwise since last time."""
        first = len(self)
        if self._seen != table.statistics[:first]:
            for row, (old, new) in enumerate(zip(self._seen, table.statistics, strict=False)):
                if old != new:
                    self.title_of[row] = self.titles.code(new.title)
        if len(table) > first:
            self._append(table, first)
        self._seen = list(table.statistics)
        self._let_speak(table)

    def _append(self, table: LiveTable, first: int) -> None:
        objects: list[int] = []
        titles: list[int] = []
        measures: list[int] = []
        for row, statistic in enumerate(table.statistics[first:], first):
            objects.append(self.objects.code(statistic.ref))
            titles.append(self.titles.code(statistic.title))
            measures.append(self.measures.code(table.series[row].measure))
        self.object_of = np.concatenate((self.object_of, np.array(objects, np.int32)))
        self.title_of = np.concatenate((self.title_of, np.array(titles, np.int32)))
        self.measure_of = np.concatenate((self.measure_of, np.array(measures, np.int32)))
        new = self.objects.keys[len(self.type_of) :]
        types = np.array([self.types.code(ref.object_type) for ref in new], np.int32)
        self.type_of = np.concatenate((self.type_of, types))

    def _let_speak(self, table: LiveTable) -> None:
        """Let the first wanted state of each object speak for it: another would be an old one."""
        states = [row for row in table.rows() if table.units[row] is Unit.STATE]
        self.state_of = np.full(len(self.objects), NO_ROW, np.int32)
        for row in reversed(states):
            self.state_of[self.object_of[row]] = row
