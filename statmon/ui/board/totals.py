"""The numbers of a board's groups, and which objects have nothing to show."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.analysis.aggregates import aggregate
from statmon.domain.library import Aggregate
from statmon.live.catalogue import NO_ROW
from statmon.live.freshness import Freshness
from statmon.ui.board.layout import TOTAL, Layout
from statmon.ui.lens import Lens

Floats = NDArray[np.float64]


class Totals(NamedTuple):
    """For each group and column of a board."""

    values: Floats
    missing: NDArray[np.int64]
    """Objects of the group whose cell has no number."""
    used: NDArray[np.int64]
    stale: NDArray[np.bool_]
    """Some of the numbers that count are stale."""


def numbers_of(lens: Lens, rows: NDArray[np.int32]) -> Floats:
    """Return the numbers of cells, NaN where there is none."""
    known = rows != NO_ROW
    return np.where(known, lens.table.numbers[np.where(known, rows, 0)], np.nan)


def totals(layout: Layout, lens: Lens) -> Totals:
    """Return the numbers of all groups.

    The group of all counts each object once, however many groups it is in.
    """
    groups, columns = len(layout.groups), len(layout.titles)
    every = np.arange(len(layout.objects))
    split = layout.group != TOTAL
    member = np.concatenate((every, layout.member[split]))
    group = np.concatenate((np.full(len(every), TOTAL), layout.group[split]))
    result = Totals(
        np.full((groups, columns), np.nan),
        np.zeros((groups, columns), np.int64),
        np.zeros((groups, columns), np.int64),
        np.zeros((groups, columns), np.bool_),
    )
    stale = lens.fresh == Freshness.STALE
    for column, kind in enumerate(layout.kinds):
        cells = layout.cells[:, column][member]
        there = cells != NO_ROW
        rows, where = cells[there], group[there]
        weights = None
        if kind is Aggregate.MEAN:
            weights = numbers_of(lens, layout.weights[:, column][member[there]])
        got = aggregate(kind, lens.table.numbers[rows], where, groups, weights)
        result.values[:, column], result.used[:, column] = got.values, got.used
        result.missing[:, column] = got.missing
        result.stale[:, column] = np.bincount(where[stale[rows]], minlength=groups) > 0
    return result


def empty_objects(layout: Layout, lens: Lens) -> NDArray[np.bool_]:
    """Return which objects show nothing but zeros: nobody waits, nobody is logged in."""
    values = numbers_of(lens, layout.cells)
    result: NDArray[np.bool_] = (np.isnan(values) | (values == 0)).all(axis=1)
    for place in np.flatnonzero(result):
        states = (lens.table.states[row] for row in layout.cells[place] if row != NO_ROW)
        result[place] = all(state is None or state.name == "LoggedOut" for state in states)
    return result


def states_in(layout: Layout, lens: Lens, group: int, column: int) -> dict[str, int]:
    """Return how many members of a group are in each state, the most frequent first."""
    own = range(len(layout.objects)) if group == TOTAL else layout.member[layout.group == group]
    counts: dict[str, int] = {}
    for place in own:
        row = int(layout.cells[place, column])
        state = lens.table.states[row] if row != NO_ROW else None
        if state is not None:
            counts[state.name] = counts.get(state.name, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
