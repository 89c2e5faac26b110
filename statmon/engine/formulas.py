"""Computes a workspace's formulas: rows of the table like any other, as fresh as their inputs.

What changed is computed again a moment later, so that values that come together are used together;
where there are thousands of results, less often, lest the formulas cost more than the values.
"""

import asyncio
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from statmon.domain.counters import is_counter
from statmon.domain.formula import KEY, SCALE, Floats, Formula, formulas_in, problem
from statmon.domain.formula_text import FormulaError, Input
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Series, Statistic, Wanted
from statmon.domain.unit import Unit
from statmon.domain.workspace import Workspace
from statmon.engine.look_back import LookBack, Past
from statmon.live.catalogue import Catalogue
from statmon.live.freshness import OF_NOW, WORDS, Freshness
from statmon.live.table import LiveTable
from statmon.live.windows import Windows
from statmon.service.clock import epoch_ms
from statmon.service.wire.events import Arrival, Event, FreshnessChanged, ReadingsArrived

if TYPE_CHECKING:
    from statmon.domain.library import Library
    from statmon.live.dirty import DirtyRows

BEAT: Final = 0.25
"""Seconds after a change until what depends on it is computed."""
LOOK: Final = 1.0
"""Seconds between two looks at whether what was computed is still known."""
RATE: Final = 1500
"""Results a second that are computed at most: of 10,000 each is 7 s old at most."""
SLICE: Final = 0.003
"""Seconds after which the rest waits for its next turn in the loop."""
Rows = NDArray[np.intp]
_T = TypeVar("_T")
_NOTHING: Final = -1


def _no_flags() -> NDArray[np.bool_]:
    return np.zeros(0, np.bool_)


@dataclass(frozen=True, slots=True)
class _Column:
    """One formula on all of its objects: inputs and results, object by object."""

    formula: Formula
    rows: Rows
    """Where the results stand."""
    inputs: dict[Input, Rows]
    """Of each input the row of each object; of a total all rows that are added up."""
    every: Rows
    """All of these rows, each once."""
    told: NDArray[np.bool_] = field(default_factory=_no_flags)
    """Of each result whether there was one."""
    known: NDArray[np.bool_] = field(default_factory=_no_flags)
    """Of each result whether it was known when that was told last."""

    @property
    def moves(self) -> bool:
        """Whether it changes as time goes by."""
        return any(item.window for item in self.inputs)


class Formulas:
    """The formulas of one workspace on one table."""

    def __init__(self, table: LiveTable, tell: Callable[[Event], None], site: str) -> None:
        """Compute nothing yet.

        Args:
            table: where the inputs are, and the results.
            tell: called with what was computed.
            site: whose series they are.
        """
        self._table, self._tell, self._site = table, tell, site
        self.formulas: list[Formula] = []
        self.errors: list[str] = []
        """What cannot be used, in sentences for the user."""
        self._items: Any = None
        self._parsed: list[Formula] = []
        self._unread: list[str] = []
        self._groups: dict[str, list[ObjectRef]] = {}
        self._columns: list[_Column] = []
        self._results: Rows = np.zeros(0, np.intp)
        """The rows of all results, and of each whether it was told, and known then."""
        self._told, self._known = _no_flags(), _no_flags()
        self._statistics: dict[Series, Statistic] = {}
        self._structure = -1
        self._changes = 0
        self._dirty: DirtyRows | None = None
        self._stale = np.zeros(0, np.bool_)
        """Rows that changed since what depends on them was computed."""
        self._windows = Windows(table)
        self._look_back: LookBack | None = None
        self._catalogue: Catalogue | None = None
        self._library: Library | None = None
        self._work: Iterator[None] | None = None
        self._computed = 0
        self._going_on: asyncio.Handle | None = None

    def look_back_in(self, past: Past) -> None:
        """Fill increases from a history from now on."""
        self._look_back = LookBack(past, self._table, self._windows, self.changed)

    def take(self, workspace: Workspace) -> None:
        """Compute what a workspace's formulas say from now on."""
        items = workspace.extra.get(KEY)
        groups: dict[str, list[ObjectRef]] = {}
        for item in workspace.objects:
            for group in item.groups:
                groups.setdefault(group, []).append(item.ref)
        if items == self._items and groups == self._groups:
            return
        self._items, self._groups, self._structure = items, groups, -1
        self._parsed, self._unread = formulas_in(items)
        if self._parsed and self._dirty is None:
            self._dirty = self._table.observe()
        self.changed()

    def changed(self) -> None:
        """Something changed: compute what depends on it, soon."""
        if (self._items or self._columns) and self._going_on is None:
            self._later(BEAT)

    def settle(self) -> None:
        """Compute all of it now, in one go."""
        self._look_at_rows()
        for _ in self._pass():
            continue
        self._look()

    def stop(self) -> None:
        """Compute no more."""
        if self._going_on is not None:
            self._going_on.cancel()
            self._going_on = None

    # When.

    def _later(self, seconds: float) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # nobody waits: whoever looks asks for it (``settle``)
        self._going_on = loop.call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        """Work for a moment; then let others have their turn."""
        self._going_on = None
        until = time.monotonic() + SLICE
        if self._work is None:
            self._computed = 0
            self._work = self._turn()
        for _ in self._work:
            if time.monotonic() > until:
                self._going_on = asyncio.get_running_loop().call_soon(self._go_on)
                return
        self._work = None
        # Where nothing comes, nothing grows older either; what happens then is told (``changed``).
        if (self._items or self._columns) and self._table.healthy:
            self._later(max(LOOK, self._computed / RATE))

    def _turn(self) -> Iterator[None]:
        if self._structure != self._table.structure:
            yield from self._rows()
        yield from self._pass()
        yield
        self._look()
        if self._look_back is not None:
            self._look_back.ask(epoch_ms())

    # What.

    def _look_at_rows(self) -> None:
        if self._structure != self._table.structure:
            for _ in self._rows():
                continue

    def _rows(self) -> Iterator[None]:
        """Find the inputs of each formula, and have a row for each result."""
        table = self._table
        if self._catalogue is None:
            self._catalogue = Catalogue(table)
        self._catalogue.follow(table)
        names = Names(table, self._catalogue, self._known_library())
        before, began, self._changes = self._statistics, table.structure, 0
        self.formulas, self.errors = [], list(self._unread)
        self._statistics, columns = {}, []
        for formula in self._parsed:
            try:
                formula.check(names.unit, names.counts)
            except FormulaError as error:
                self.errors.append(problem(formula.id, error))
            else:
                self.formulas.append(formula)
                column = self._column(formula, names)
                if column is not None:
                    columns.append(column)
            yield
        for series in before:
            if series not in self._statistics:
                self._own(partial(table.remove, series))
        self._arrange(columns)
        if not columns and not self._parsed and self._dirty is not None:
            table.unobserve(self._dirty)
            self._dirty = None
        self._structure = began + self._changes
        self._stale = np.ones(len(table), np.bool_)

    def _arrange(self, columns: list[_Column]) -> None:
        """Keep what is known of all results in one place; each column sees its part of it."""
        rows = [column.rows for column in columns]
        self._results = np.concatenate([np.zeros(0, np.intp), *rows])
        self._told = np.array(self._table.stamps(self._results.tolist()), np.int64) >= 0
        self._known = np.ones(len(self._results), np.bool_)
        ends = np.cumsum([len(own) for own in rows])
        parts = [slice(int(end) - len(own), int(end)) for end, own in zip(ends, rows, strict=True)]
        self._columns = [
            replace(column, told=self._told[part], known=self._known[part])
            for column, part in zip(columns, parts, strict=True)
        ]

    def _own(self, change: Callable[[], _T]) -> _T:
        """Change the set of rows: what others change meanwhile is looked at again."""
        before = self._table.structure
        result = change()
        self._changes += self._table.structure - before
        return result

    def _column(self, formula: Formula, names: "Names") -> _Column | None:
        objects = names.objects(formula)
        own = [item for item in formula.inputs if not item.total]
        inputs = {item: names.rows(item, objects, self._groups) for item in formula.inputs}
        there = np.all([inputs[i] != _NOTHING for i in own], axis=0) if own else objects >= 0
        objects = objects[there]
        inputs = {item: rows if item.total else rows[there] for item, rows in inputs.items()}
        if not len(objects) or not all(len(rows) for rows in inputs.values()):
            return None
        totals = [row for item, rows in inputs.items() if item.total for row in rows.tolist()]
        keys = names.catalogue.objects.keys
        found = []
        for place, code in enumerate(objects.tolist()):
            statistic = Statistic(formula.id, keys[code], None, None, formula)
            series = statistic.series(self._site)
            if series in self._statistics:
                continue  # two formulas of one meaning are one series
            self._statistics[series] = statistic
            row = self._own(partial(self._table.add, statistic, series))
            self._table.derive(row, [*(int(inputs[i][place]) for i in own), *totals])
            found.append((place, row))
        if not found:
            return None
        places = np.array([place for place, _ in found], np.intp)
        inputs = {i: rows if i.total else rows[places] for i, rows in inputs.items()}
        every = np.unique(np.concatenate(list(inputs.values())))
        rows = np.array([row for _, row in found], np.intp)
        for item in own:
            for row in inputs[item].tolist() if item.window else ():
                self._windows.watch(row, round(item.window * 1000))
        return _Column(formula, rows, inputs, every)

    def _known_library(self) -> "Library":
        if self._library is None:
            from statmon.storage.user import library

            self._library = library.load()
        return self._library

    def _pass(self) -> Iterator[None]:
        """Compute what depends on what changed."""
        table = self._table
        if len(self._stale) < len(table):
            grown = np.zeros(len(table), np.bool_)
            grown[: len(self._stale)] = self._stale
            self._stale = grown
        dirty = set() if self._dirty is None else self._dirty.take()
        self._stale[np.fromiter(dirty, np.intp, len(dirty))] = True
        stale, self._stale = self._stale, np.zeros(len(table), np.bool_)
        now = epoch_ms()
        fresh = table.freshness(now)
        self._windows.look(now)
        for column in self._columns:
            if column.moves or stale[column.every].any():
                self._compute(column, now, fresh)
            yield

    def _compute(self, column: _Column, now: int, fresh: NDArray[np.uint8]) -> None:
        """Compute one formula, and tell what is new; ``fresh``: how fresh all rows are."""
        table, units = self._table, self._table.units
        values: dict[Input, Floats] = {}
        worst = np.full(len(column.rows), Freshness.LIVE, np.uint8)
        stamps: list[list[int]] = []
        for item, rows in column.inputs.items():
            if item.window:
                numbers = self._windows.increase(rows, now, round(item.window * 1000))
            else:
                numbers = table.numbers[rows]
            numbers = numbers * SCALE.get(units[int(rows[0])], 1.0)
            values[item] = np.full(1, numbers.sum()) if item.total else numbers
            worst = np.minimum(worst, fresh[rows].min() if item.total else fresh[rows])
            own = table.stamps(rows.tolist())
            stamps.append([min(own) if -1 in own else max(own)] * len(worst) if item.total else own)
        result = np.broadcast_to(column.formula.compute(values), len(column.rows))
        before, undefined = table.numbers[column.rows], np.isnan(result)
        new = (result != before) & ~(undefined & np.isnan(before) & column.told)
        worst = np.where(undefined, np.minimum(worst, Freshness.UNDEFINED), worst)
        found = []
        for place in np.flatnonzero(new).tolist():
            of = [own[place] for own in stamps]
            if -1 not in of:  # else not all of it is there
                found.append((place, _raw(float(result[place])), max(of)))
        if not found:
            return
        table.store_derived(((int(column.rows[p]), raw, at) for p, raw, at in found), now)
        self._computed += len(found)
        places = [place for place, _, _ in found]
        column.told[places] = True
        column.known[places] = _KNOWN[worst[places]]
        arrivals = [
            self._arrival(int(column.rows[place]), raw, stamp, now, int(worst[place]))
            for place, raw, stamp in found
        ]
        self._tell(ReadingsArrived(tuple(arrivals), now))

    def _look(self) -> None:
        """Tell of results that are not known any more, or are again without another value."""
        if not self._columns:
            return
        now, table = epoch_ms(), self._table
        fresh = table.freshness(now)[self._results]
        known = _KNOWN[fresh]
        places = np.flatnonzero((known != self._known) & self._told).tolist()
        self._known[:] = known
        changed = []
        for place in places:
            row = int(self._results[place])
            stamp = table.stamps([row])[0]
            changed.append(self._arrival(row, table.raw[row], stamp, now, int(fresh[place])))
        if changed:
            self._tell(FreshnessChanged(tuple(changed), now))

    def _arrival(self, row: int, raw: Any, stamp: int, now: int, fresh: int) -> Arrival:
        series, statistic = self._table.series[row], self._table.statistics[row]
        reading = Reading(series, raw, stamp, now, "formula")
        return Arrival(reading, (Wanted("", statistic, series),), freshness=WORDS[fresh])


_KNOWN: Final = np.array([own in OF_NOW for own in Freshness])
"""By its freshness, whether a result may be taken for that of now."""


class Names:
    """What names mean in a table: which rows, and in which unit."""

    def __init__(self, table: LiveTable, catalogue: Catalogue, library: "Library") -> None:
        from statmon.domain.ratio import computes  # needs the library's words

        self.catalogue, self._table, self._library = catalogue, table, library
        self._computes = computes
        wanted = np.array(table.rows(), np.intp)
        self._wanted = wanted[[table.statistics[row].formula is None for row in wanted]]
        self._measure = catalogue.measure_of[self._wanted]
        self._object = catalogue.object_of[self._wanted]
        codes, first = np.unique(self._measure, return_index=True)
        self._codes: dict[str, list[int]] = {}
        self._computed: dict[Hashable, list[int]] = {}
        self._units: dict[int, Unit] = {}
        self._counting: dict[int, bool] = {}
        for code, at in zip(codes.tolist(), first.tolist(), strict=True):
            statistic = table.statistics[int(self._wanted[at])]
            self._units[code] = statistic.unit
            self._counting[code] = is_counter(statistic)
            entry = library.entry_for(statistic)
            names = {statistic.title, statistic.name or ""}
            for name in names - {""}:
                self._codes.setdefault(name, []).append(code)
            definition = statistic.definition or (entry.definition if entry else None)
            if definition is not None:
                self._computed.setdefault(computes(definition), []).append(code)
        self._found: dict[str, list[int]] = {}

    def codes(self, name: str) -> list[int]:
        """Return the measures of a name: the very same, else what computes an entry's."""
        if name not in self._found:
            found = self._codes.get(name, [])
            entry = self._library.get(name)
            if entry is not None and entry.definition is not None:
                same = self._computed.get(self._computes(entry.definition), [])
                found = [*found, *(code for code in same if code not in found)]
            self._found[name] = found
        return self._found[name]

    @property
    def all(self) -> list[str]:
        """What statistics are called that may stand in a formula."""
        return sorted(
            name for name, codes in self._codes.items() if self._units[codes[0]] is not Unit.STATE
        )

    def unit(self, name: str) -> Unit | None:
        """Return the unit of a name; None where nothing of that name is open."""
        codes = self.codes(name)
        return self._units[codes[0]] if codes else None

    def counts(self, name: str) -> bool:
        """Return whether a name is that of a counter."""
        codes = self.codes(name)
        return bool(codes) and self._counting[codes[0]]

    def objects(self, formula: Formula) -> Rows:
        """Return the objects that a formula may be for, by their codes."""
        first = next((i for i in formula.inputs if not i.total), None)
        first = first or next(iter(formula.inputs), None)
        if first is None:
            return np.zeros(0, np.intp)
        mine = np.isin(self._measure, self.codes(first.name))
        found: Rows = np.unique(self._object[mine]).astype(np.intp)
        types, keys = self.catalogue.type_of, self.catalogue.types.keys
        if formula.object_type:
            found = found[[keys[types[code]] == formula.object_type for code in found]]
        return found

    def rows(self, item: Input, objects: Rows, groups: dict[str, list[ObjectRef]]) -> Rows:
        """Return the row of each object, or of a total all rows that are added up."""
        codes = self.codes(item.name)
        mine = np.isin(self._measure, codes)
        # Of several for one object the first: it is written last.
        at, rows = self._object[mine][::-1], self._wanted[mine][::-1]
        if item.total:
            types = self.catalogue.type_of
            alike = np.isin(types[at], np.unique(types[objects])) if len(objects) else at >= 0
            at, rows = at[alike], rows[alike]
            _, first = np.unique(at[::-1], return_index=True)
            at, rows = at[::-1][first], rows[::-1][first]
            if item.group:
                members = {self.catalogue.objects.find(r) for r in groups.get(item.group, ())}
                rows = rows[[code in members for code in at.tolist()]]
            return rows
        row_of = np.full(len(self.catalogue.objects), _NOTHING, np.intp)
        row_of[at] = rows
        found: Rows = row_of[objects]
        return found


def _raw(number: float) -> Any:
    """Return a result as a payload; one that is not defined is null."""
    if number != number:
        return None
    return int(number) if number == int(number) else number
