"""What the tree is sorted by, and in which order its members stand because of it."""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from statmon.live.catalogue import Catalogue
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.tree import order
from statmon.ui.tree.columns import Column
from statmon.ui.tree.grouping import Members

_BY_NAME = frozenset({Column.STATISTIC, Column.OBJECT, Column.GROUPS})


class Sorting:
    """A column and a direction; by no column the workspace's order holds."""

    def __init__(self, catalogue: Catalogue, names: Names) -> None:
        self._catalogue, self._names = catalogue, names
        self.column: int | None = None
        self.descending = False
        self._object_names: list[str] = []

    @property
    def changing(self) -> bool:
        """Whether the order changes with the values."""
        return self.column is not None and self.column not in _BY_NAME

    def by(self, column: int | None, descending: bool) -> None:
        """Sort by another column."""
        self.column, self.descending = column, descending

    def forget(self) -> None:
        """Look again at how the objects are called."""
        self._object_names.clear()

    def steps(self, members: Members, lens: Lens) -> Generator[None, None, NDArray[np.intp]]:
        """Sort the members in steps; return the order in which they stand."""
        if self.column is None:
            return order.natural(members)
        if self.column in _BY_NAME:
            for ref in self._catalogue.objects.keys[len(self._object_names) :]:
                self._object_names.append(self._names.name(ref))
            return order.by_name(
                members, self._catalogue.titles.keys, self._object_names, self._catalogue,
                descending=self.descending,
            )  # fmt: skip
        ranks = _ranks(Column(self.column), lens)
        return (
            yield from order.by_rank(members, ranks, self._catalogue, descending=self.descending)
        )


def _ranks(column: Column, lens: Lens) -> NDArray[np.float64]:
    """Return a number for each row by which a column sorts."""
    table = lens.table
    match column:
        case Column.AGE:
            return lens.ages()
        case Column.FRESHNESS:
            return lens.fresh.astype(np.float64)
        case Column.ALERT:
            return np.abs(lens.levels.astype(np.float64))
        case Column.CHANGE | Column.TREND:
            return lens.changes()
        case _:
            return _values(table.numbers[: len(table)], lens)


def _values(ranks: NDArray[np.float64], lens: Lens) -> NDArray[np.float64]:
    """Let states be sorted by the time in them."""
    elapsed = lens.times_in_state()
    return np.where(np.isnan(elapsed), ranks, elapsed)
