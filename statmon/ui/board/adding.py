"""Which rows a board's columns are added up from: the cells, and the parts of their ratios."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from statmon.domain.definition import Definition
from statmon.domain.formula import Formula
from statmon.domain.library import Aggregate, LibraryEntry
from statmon.domain.ratio import Ratio, Term, computes, ratio_of
from statmon.live.catalogue import NO_ROW, Catalogue, Codes
from statmon.live.table import LiveTable
from statmon.ui.data.knowledge import Knowledge

if TYPE_CHECKING:
    from statmon.domain.statistic import Statistic

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Sum:
    """Numbers that are added or taken off, for each object."""

    rows: Rows
    """The table's rows: objects down, terms across; ``NO_ROW`` where one is not open."""
    signs: tuple[int, ...]

    def numbers(self, table_numbers: Floats) -> Floats:
        """Return the sum for each object, NaN where a term is missing."""
        own = np.where(self.rows == NO_ROW, np.nan, table_numbers[np.maximum(self.rows, 0)])
        result: Floats = own @ np.array(self.signs, np.float64)
        return result


@dataclass(frozen=True, slots=True)
class Weight:
    """A volume that may stand in for a denominator."""

    rows: Rows
    """The table's row of each object."""
    entry: LibraryEntry
    definition: Definition | None


@dataclass(frozen=True, slots=True)
class Adding:
    """How one column becomes the number of a group."""

    kind: Aggregate
    measures: NDArray[np.int64]
    """What the cell of each object measures: equal where the same is computed, -1 without one."""
    ratio: Ratio | None = None
    definition: Definition | None = None
    """That of the column's first cell, whose window and exclusions are told."""
    named: bool = False
    """The definition is the usual one of a name; the site may have set another."""
    above: Sum | None = None
    below: Sum | None = None
    alike: NDArray[np.bool_] | None = None
    """Of each object, whether its ratio and denominators are all names or all definitions.

    The service counts a predefined name all day, a definition from when it was opened.
    """
    weights: tuple[Weight, ...] = ()
    formula: Formula | None = None
    """What it is computed by here: a group's number is the formula of its sums."""
    inputs: Rows | None = None
    """The rows of the formula's inputs: objects down, inputs across."""


class Finder:
    """Finds in the table what computes something, whatever it is called there."""

    def __init__(
        self, table: LiveTable, catalogue: Catalogue, rows: Codes, objects: Rows,
        knowledge: Knowledge,
    ) -> None:  # fmt: skip
        self._knowledge, self._table = knowledge, table
        line_of = np.full(len(catalogue.objects) + 1, -1, np.int32)
        line_of[objects] = np.arange(len(objects), dtype=np.int32)
        line = line_of[catalogue.object_of[rows]]
        self._rows, self._line = rows[line >= 0], line[line >= 0]
        self._measure = catalogue.measure_of[self._rows]
        self._count = len(objects)
        codes, first = np.unique(self._measure, return_index=True)
        self._known: dict[int, Statistic] = {
            int(code): table.statistics[int(self._rows[at])]
            for code, at in zip(codes, first, strict=True)
        }
        self._number: dict[Hashable, int] = {}
        self._same = np.full(int(codes.max(initial=-1)) + 2, -1, np.int64)
        self._codes: dict[Hashable, list[int]] = {}
        for code, statistic in self._known.items():
            key = knowledge.computes(statistic)
            self._same[code] = self._number.setdefault(key, len(self._number))
            self._codes.setdefault(key, []).append(code)
        self._measure_of = catalogue.measure_of

    def columns(self, cells: Rows, titles: Sequence[str]) -> tuple[Adding, ...]:
        """Return how each column of cells is added up."""
        return tuple(self._column(cells[:, place]) for place in range(len(titles)))

    def _column(self, cells: Rows) -> Adding:
        own = np.where(cells == NO_ROW, -1, self._measure_of[np.maximum(cells, 0)])
        measures = self._same[own]
        codes = [int(code) for code in np.unique(own) if code >= 0]
        if not codes:
            return Adding(Aggregate.NONE, measures)
        first = self._known[int(own[own >= 0][0])]
        if first.formula is not None:
            return self._formula(first.formula, cells, measures)
        entry, definition = self._knowledge.entry(first), self._knowledge.definition(first)
        ratio = None if definition is None else ratio_of(definition)
        kind = entry.aggregate if entry else Aggregate.MEAN if ratio else Aggregate.NONE
        if kind is not Aggregate.MEAN:
            return Adding(kind, measures, None, definition, first.definition is None)
        weights = [self._weight(name) for name in (entry.weight if entry else ())]
        above, below = self._parts(codes, own, ratio)
        return Adding(
            kind, measures, ratio, definition, first.definition is None, above, below,
            None if below is None else self._alike(own, below.rows),
            tuple(weight for weight in weights if weight is not None),
        )  # fmt: skip

    def _formula(self, formula: Formula, cells: Rows, measures: NDArray[np.int64]) -> Adding:
        """Let a group have the formula of its sums, where all that it is made of adds up."""
        kind, table = Aggregate.NONE, self._table
        size = len(formula.inputs)
        rows = np.full((len(cells), size), NO_ROW, np.int32)
        for place in np.flatnonzero(cells != NO_ROW).tolist():
            own = table.derived.inputs(int(cells[place]))
            if len(own) == size:
                rows[place] = own
        entries = [
            self._knowledge.entry(table.statistics[int(row)])
            for row in rows.max(axis=0, initial=NO_ROW)
            if row != NO_ROW
        ]
        adds = all(entry is not None and entry.aggregate is Aggregate.SUM for entry in entries)
        if any(item.total or item.window for item in formula.inputs) or not entries or not adds:
            return Adding(kind, measures)
        return Adding(kind, measures, formula=formula, inputs=rows)

    def _parts(
        self, codes: list[int], own: Rows, like: Ratio | None
    ) -> tuple[Sum | None, Sum | None]:
        """Find the parts of each cell by its own definition."""
        if like is None:
            return None, None
        sums = []
        for wanted in (like.numerator, like.denominator):
            rows = np.full((self._count, len(wanted)), NO_ROW, np.int32)
            sums.append(Sum(rows, tuple(term.sign for term in wanted)))
        for code in codes:
            definition = self._knowledge.definition(self._known[code])
            ratio = None if definition is None else ratio_of(definition)
            if ratio is None or ratio.scale != like.scale:
                continue
            mine = own == code
            for part, terms in zip(sums, (ratio.numerator, ratio.denominator), strict=True):
                if tuple(term.sign for term in terms) == part.signs:
                    self._fill(part.rows, terms, mine)
        return sums[0], sums[1]

    def _fill(self, rows: Rows, terms: Iterable[Term], mine: NDArray[np.bool_]) -> None:
        for place, term in enumerate(terms):
            found = self._rows_of(self._codes.get(computes(term.definition), ()))
            rows[mine, place] = found[mine]

    def _alike(self, own: Rows, rows: Rows) -> NDArray[np.bool_]:
        named = np.zeros(len(self._same), np.bool_)
        named[[code for code, known in self._known.items() if known.definition is None]] = True
        theirs = named[np.where(rows == NO_ROW, -1, self._measure_of[np.maximum(rows, 0)])]
        result: NDArray[np.bool_] = (theirs == named[own][:, None]).all(axis=1)
        return result

    def _weight(self, entry_id: str) -> Weight | None:
        codes = [
            code
            for code, statistic in self._known.items()
            if (entry := self._knowledge.entry(statistic)) and entry.id == entry_id
        ]
        # Of several windows under one entry only one may weigh: they are not the same volume.
        if not codes:
            return None
        same = [code for code in codes if self._same[code] == self._same[codes[0]]]
        first = self._known[same[0]]
        return Weight(
            self._rows_of(same), self._knowledge.library[entry_id],
            self._knowledge.definition(first),
        )  # fmt: skip

    def _rows_of(self, codes: Sequence[int]) -> Rows:
        """Return for each object the row that measures one of these; the first counts."""
        result = np.full(self._count, NO_ROW, np.int32)
        if len(codes):
            mine = np.isin(self._measure, codes)
            result[self._line[mine][::-1]] = self._rows[mine][::-1]
        return result
