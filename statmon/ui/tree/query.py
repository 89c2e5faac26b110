"""The language of the filter: words, and fields such as ``state:`` or ``fresh:``.

Every term must hold. A word holds where the object's type, id, label, groups or the statistic
has it; ``field:text`` where that field has it; ``-`` before a term turns it round; quotes keep
words together; ``value:>10`` compares numbers.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from statmon.domain.statistic import ObjectRef
from statmon.live.catalogue import NO_ROW, Catalogue, Codes
from statmon.live.freshness import Freshness
from statmon.live.table import LiveTable
from statmon.ui.data.names import Names
from statmon.ui.look.numbers import read

Bools = NDArray[np.bool_]

FIELDS = ("type", "object", "group", "stat", "state", "fresh", "alert", "value")
"""What may stand before a colon."""
CHANGING = frozenset({"state", "fresh", "alert", "value"})
"""Fields that change by themselves: a filter with one of them is looked at every second."""
ALERTS = ("none", "warning", "critical")
"""Words for the threshold states, by their number."""

# A number may have a blank before its sign of per cent, and others between its groups.
_NUMBER = r"[<>=]*[ ]?[+\-\u2212]?\d(?:[^\s]|[\u00a0\u202f](?=\d))*(?:\s?%)?"
_TERM = re.compile(rf'(-?)(?:value:({_NUMBER})(?=\s|$)|(?:([A-Za-z]+):)?(?:"([^"]*)"?|(\S+)))')
_COMPARES: Mapping[str, Callable[[NDArray[np.float64], float], Bools]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; ``field`` is empty for a word."""

    field: str
    text: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Query:
    """What a typed text asks for."""

    terms: tuple[Term, ...] = ()

    @property
    def changing(self) -> bool:
        """Whether what it finds changes with the values."""
        return any(term.field in CHANGING for term in self.terms)


def parse(typed: str) -> Query:
    """Read what was typed; there is no wrong query, what is no field is a word."""
    terms = []
    for minus, number, field, quoted, plain in _TERM.findall(typed.casefold()):
        if number:
            terms.append(Term("value", number, bool(minus)))
            continue
        known = field in FIELDS
        text = quoted or plain
        if field and not known:
            text = f"{field}:{text}"
        if text:
            terms.append(Term(field if known else "", text, bool(minus)))
    return Query(tuple(terms))


class Matcher:
    """Finds the rows of a table that a query asks for.

    Objects and titles are looked at once each, not once for each row: a keystroke over
    100,000 rows takes milliseconds.
    """

    def __init__(self, catalogue: Catalogue, names: Names) -> None:
        self._catalogue, self._names = catalogue, names
        self._objects: list[str] = []
        self._titles: list[str] = []

    def forget(self) -> None:
        """Look again at how the objects are called."""
        self._objects.clear()

    def rows(
        self, query: Query, rows: Codes, table: LiveTable, fresh: NDArray[np.uint8],
        levels: NDArray[np.int8],
    ) -> Codes:  # fmt: skip
        """Return those of the rows that match, in their order.

        Args:
            query: what is asked for.
            rows: the rows to choose from.
            table: their table.
            fresh: the freshness of each row of the table.
            levels: the threshold state of each row of the table.
        """
        for term in query.terms:
            found = self._term(term, rows, table, fresh, levels)
            rows = rows[~found if term.negated else found]
        return rows

    def _term(
        self, term: Term, rows: Codes, table: LiveTable, fresh: NDArray[np.uint8],
        levels: NDArray[np.int8],
    ) -> Bools:  # fmt: skip
        catalogue, text = self._catalogue, term.text
        objects, titles = catalogue.object_of[rows], catalogue.title_of[rows]
        match term.field:
            case "":
                return self._in_objects(text)[objects] | self._in_titles(text)[titles]
            case "type":
                return _having(catalogue.types.keys, text)[catalogue.type_of[objects]]
            case "object":
                return self._of_objects(self._is_called, text)[objects]
            case "group":
                return self._of_objects(self._is_in_group, text)[objects]
            case "stat":
                return self._in_titles(text)[titles]
            case "state":
                return self._in_state(table, text)[objects]
            case "fresh":
                chosen = [
                    f
                    for f in Freshness
                    if f.name.casefold().replace("_", "").startswith(text.replace(" ", ""))
                ]
                return np.isin(fresh[rows], chosen)
            case "alert":
                wanted = [i for i, word in enumerate(ALERTS) if word.startswith(text)]
                return np.isin(np.abs(levels[rows]), [1, 2] if text == "any" else wanted)
            case _:
                return _compared(table.numbers[rows], text)

    def _is_called(self, ref: ObjectRef, text: str) -> bool:
        return text in f"{ref.object_id} {self._names.label(ref)}".casefold()

    def _is_in_group(self, ref: ObjectRef, text: str) -> bool:
        return any(text in group.casefold() for group in self._names.groups(ref))

    def _of_objects(self, holds: Callable[[ObjectRef, str], bool], text: str) -> Bools:
        return np.array([holds(ref, text) for ref in self._catalogue.objects.keys], bool)

    def _in_objects(self, text: str) -> Bools:
        for ref in self._catalogue.objects.keys[len(self._objects) :]:
            self._objects.append(self._names.words(ref).casefold())
        return _having(self._objects, text)

    def _in_titles(self, text: str) -> Bools:
        for title in self._catalogue.titles.keys[len(self._titles) :]:
            self._titles.append(title.casefold())
        return _having(self._titles, text)

    def _in_state(self, table: LiveTable, text: str) -> Bools:
        """Return for each object whether its state's name or reason has the text."""
        found = np.zeros(len(self._catalogue.objects), bool)
        for code in np.flatnonzero(self._catalogue.state_of != NO_ROW):
            state = table.states[self._catalogue.state_of[code]]
            found[code] = state is not None and text in f"{state.name} {state.reason}".casefold()
        return found


def _having(names: list[str], text: str) -> Bools:
    return np.array([text in name.casefold() for name in names], bool)


def _compared(numbers: NDArray[np.float64], text: str) -> Bools:
    """Return which numbers hold a comparison such as ``>10``; none where it is no comparison."""
    for sign, compare in _COMPARES.items():
        if text.startswith(sign):
            limit = read(text[len(sign) :])
            return np.zeros(len(numbers), bool) if limit is None else compare(numbers, limit)
    wanted = read(text)
    return np.zeros(len(numbers), bool) if wanted is None else np.asarray(numbers == wanted)
