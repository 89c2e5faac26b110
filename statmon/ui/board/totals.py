"""The numbers of a board's groups, and which objects have nothing to show."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.analysis.aggregates import EXACT, Aggregated, Doubt, Members, aggregate
from statmon.domain.formula import SCALE
from statmon.domain.unit import Unit
from statmon.live.catalogue import NO_ROW
from statmon.live.freshness import Freshness
from statmon.ui.board.adding import Adding
from statmon.ui.board.layout import TOTAL, Layout
from statmon.ui.data.lens import Lens

Floats = NDArray[np.float64]


Part = tuple[str, Unit, Floats]
"""A name, its unit, and its sum for each group."""


class Total(NamedTuple):
    """What one column adds up to, group by group."""

    got: Aggregated
    members: Members
    objects: NDArray[np.int64]
    """The object of each member."""
    freshness: NDArray[np.uint8]
    """Of each group: the worst of what its number comes from."""
    asked: NDArray[np.bool_]
    """Of each group, whether any of its members has this open."""
    parts: tuple[Part, ...] = ()
    """Of a formula the names, units and sums of what it is made of, one element a group."""


class Totals(NamedTuple):
    """What a board adds up to."""

    columns: tuple[Total, ...]
    shared: int
    """Objects that are in several groups; the group of all counts each once."""


def numbers_of(lens: Lens, rows: NDArray[np.int32]) -> Floats:
    """Return the numbers of cells, NaN where there is none."""
    known = rows != NO_ROW
    return np.where(known, lens.table.numbers[np.where(known, rows, 0)], np.nan)


def totals(layout: Layout, lens: Lens) -> Totals:
    """Return the numbers of all groups.

    The group of all counts each object once, however many groups it is in.
    """
    every = np.arange(len(layout.objects))
    split = layout.group != TOTAL
    member = np.concatenate((every, layout.member[split]))
    group = np.concatenate((np.full(len(every), TOTAL), layout.group[split]))
    times = np.bincount(layout.member[split], minlength=len(every))
    columns = (_total(layout, lens, column, member, group) for column in range(len(layout.titles)))
    return Totals(tuple(columns), int((times > 1).sum()))


def _total(
    layout: Layout, lens: Lens, column: int, member: NDArray[np.int64], group: NDArray[np.int64]
) -> Total:
    adding, cells = layout.adding[column], layout.cells[:, column]
    numbers, count = lens.table.numbers, len(layout.groups)
    above, below = (
        None if part is None else part.numbers(numbers)[member]
        for part in (adding.above, adding.below)
    )
    ratio = adding.ratio
    members = Members(
        groups=group,
        values=numbers_of(lens, cells)[member],
        measures=adding.measures[member],
        numerators=above,
        denominators=below,
        alike=None if adding.alike is None else adding.alike[member],
        scale=ratio.scale if ratio else 1.0,
        whole=ratio is not None and ratio.whole,
        weights=[numbers_of(lens, weight.rows)[member] for weight in adding.weights],
        overlapping=layout.of_groups,
    )
    got = aggregate(adding.kind, members, count)
    parts: tuple[Part, ...] = ()
    if adding.formula is not None:
        got, parts = _computed(adding, lens, members, member, count)
    asked = np.bincount(group[cells[member] != NO_ROW], minlength=count) > 0
    freshness = _freshness(layout, lens, column, got, member, group)
    return Total(got, members, member, freshness, asked, parts)


def _computed(
    adding: Adding, lens: Lens, members: Members, member: NDArray[np.int64], count: int
) -> tuple[Aggregated, tuple[Part, ...]]:
    """Return a formula of the sums of each group: its objects count that have all it needs."""
    formula, inputs, table = adding.formula, adding.inputs, lens.table
    assert formula is not None  # noqa: S101 - asked for
    assert inputs is not None  # noqa: S101 - set with it
    groups, rows = members.groups, inputs[member]
    numbers = np.where(rows == NO_ROW, np.nan, table.numbers[np.maximum(rows, 0)])
    known: NDArray[np.bool_] = np.logical_not(np.isnan(numbers).any(axis=1))
    used = np.bincount(groups[known], minlength=count)
    parts, values = [], {}
    for place, item in enumerate(formula.inputs):
        sums = np.bincount(groups[known], numbers[known, place], count).astype(np.float64)
        unit = table.units[int(inputs[:, place].max())]
        parts.append((item.name, unit, sums))
        values[item] = sums * SCALE.get(unit, 1.0)
    result = np.where(used > 0, np.broadcast_to(formula.compute(values), count), np.nan)
    nothing = np.full(len(groups), np.nan)
    overlap = np.where((used > 1) & members.overlapping, int(Doubt.OVERLAP), 0)
    got = Aggregated(
        result, used, np.bincount(groups, minlength=count) - used, overlap.astype(np.int64),
        np.full(count, EXACT), known, nothing, nothing,
    )  # fmt: skip
    return got, tuple(parts)


def _freshness(
    layout: Layout, lens: Lens, column: int, got: Aggregated, member: NDArray[np.int64],
    group: NDArray[np.int64],
) -> NDArray[np.uint8]:  # fmt: skip
    """Return the worst freshness of all that each group's number comes from."""
    adding = layout.adding[column]
    worst = np.full(len(layout.groups), Freshness.LIVE, np.uint8)
    # Where the way has no number for members, nothing of theirs is in it.
    exact, way = got.ways[group] == EXACT, got.ways[group]
    parts = [part.rows for part in (adding.above, adding.below) if part is not None]
    inputs = [(layout.cells[:, column], got.counted)]
    inputs += [(rows[:, k], got.counted & exact) for rows in parts for k in range(rows.shape[1])]
    inputs += [(w.rows, got.counted & (way == n)) for n, w in enumerate(adding.weights)]
    for rows, chosen in inputs:
        there = chosen & (rows[member] != NO_ROW)
        own, where = rows[member][there], group[there]
        told = ~np.isnan(lens.table.numbers[own])
        np.minimum.at(worst, where[told], lens.fresh[own[told]])
    return worst


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
    own = _members_of(layout, group)
    counts: dict[str, int] = {}
    for place in own:
        row = int(layout.cells[place, column])
        state = lens.table.states[row] if row != NO_ROW else None
        if state is not None:
            counts[state.name] = counts.get(state.name, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def states_stale(layout: Layout, lens: Lens, group: int, column: int) -> bool:
    """Return whether the state of a member of a group is stale."""
    rows = layout.cells[_members_of(layout, group), column]
    return bool((lens.fresh[rows[rows != NO_ROW]] == Freshness.STALE).any())


def _members_of(layout: Layout, group: int) -> NDArray[np.integer]:
    everybody: NDArray[np.integer] = np.arange(len(layout.objects))
    return everybody if group == TOTAL else layout.member[layout.group == group]
