"""Lists of objects and tables of statistics from elsewhere: what was understood, and why.

What a table means is decided from what is in it (``TableForm``), said in sentences beside the
result, and can be decided otherwise by whoever sees them. Nothing is left out in silence, and no
id differs from what is seen.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from statmon.domain import cells, headings, plain_json
from statmon.domain.cells import ExchangeError
from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic, free_id
from statmon.domain.vocabulary import OBJECT_TYPE_ALIASES, OBJECT_TYPES
from statmon.domain.workspace import ObjectLabel, WantedStatistic

_OFF: Final = frozenset({"false", "no", "off", "0"})
_TYPES: Final = {item.casefold(): item for item in (*OBJECT_TYPES, *OBJECT_TYPE_ALIASES)}
_PLAIN_COLUMNS: Final = ("objectId", "label", "groups")
# A number with a decimal, a time, a date, a share: values, not ids.
_VALUE: Final = re.compile(r"\d+[.,]\d+|\d{1,2}(:\d\d){1,2}|\d+([./-])\d+\2\d+|\d+\s?%")
_ID: Final = re.compile(r"(?=.*[\d@])[^\s,;|\"'()]{1,80}")
_SPOILT: Final = re.compile(r"#{3,}|#(N/A|NV|REF!|VALUE!|NAME\?|DIV/0!|NUM!)", re.IGNORECASE)
_NO_LIST: Final = re.compile(r"\s*(<|[\[{])\s*[\w!/\"{\[?]")
_NO_LISTS: Final = {
    "<": "this is a web page or XML: copy the cells themselves",
    "[": "this is JSON: write it into the page JSON, or give one id a line",
    "{": "this is JSON: write it into the page JSON, or give one id a line",
}
# A comma in it may be what separates the cells.
_SHORTENED: Final = re.compile(r"(?<![\w.,])\d([.,]\d+)?E\+\d+(?![\w.,])")


@dataclass(frozen=True, slots=True)
class TableForm:
    """What a table is taken as; None where that is found out."""

    headings: bool | None = None
    """Whether row 1 holds headings."""
    every_cell: bool | None = None
    """Whether every cell is an id, rather than the first of each row."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file or the clipboard held: objects in order, and statistics if it names any."""

    objects: tuple[ObjectLabel, ...] = ()
    statistics: tuple[WantedStatistic, ...] = ()
    form: TableForm = TableForm()
    """What it was taken as."""
    columns: int = 1
    """Cells of the longest row."""
    remarks: tuple[str, ...] = ()
    """What is to be seen before it is taken: sentences."""
    text: str = ""
    """What it was read from."""

    @property
    def refs(self) -> list[ObjectRef]:
        """The objects, each once."""
        return list(dict.fromkeys(item.ref for item in self.objects))


def read_table(text: str, object_type: str, form: TableForm | None = None) -> Sheet:
    """Read CSV or pasted cells: with or without headings, one object a row or all on one line.

    Without headings a row is an id, a name and a group, with an object type before them or not.

    Args:
        text: what was pasted or read.
        object_type: what objects are that do not say it themselves.
        form: what the table is to be taken as, where the user has said so.

    Raises:
        ExchangeError: a row cannot be used; says which and why.
    """
    try:
        plain_json.check(text)
    except plain_json.NotPlain as error:
        raise ExchangeError(f"the table cannot be taken: {error}") from None
    if found := _NO_LIST.match(text):
        raise ExchangeError(_NO_LISTS[found.group(1)])
    for number, line in enumerate(text.splitlines() if "E+" in text else (), 1):
        if shortened := _SHORTENED.search(line):
            raise ExchangeError(_spoilt(shortened.group(), f"line {number}"))
    rows = cells.rows(text)
    form = _form(rows, form or TableForm())
    columns = max(map(len, rows))
    if form.headings:
        sheet = _with_headings(rows, object_type)
    elif form.every_cell:
        sheet = _every_cell(rows, object_type)
    else:
        sheet = _plain(rows, object_type)
    return replace(sheet, form=form, columns=columns, text=text)


def _form(rows: Sequence[Sequence[str]], wish: TableForm) -> TableForm:
    """Decide what the user has not."""
    has_headings = wish.headings if wish.headings is not None else _has_headings(rows)
    if has_headings:
        return TableForm(headings=True, every_cell=False)
    every = wish.every_cell if wish.every_cell is not None else _is_list(rows)
    return TableForm(headings=False, every_cell=every)


def _has_headings(rows: Sequence[Sequence[str]]) -> bool:
    first = rows[0]
    meanings = headings.meanings(first)
    if len(first) > 1 and first[0].casefold() in _TYPES and not meanings[1]:
        return False  # a type and an id already: "Queue 7001"
    if "objectId" in meanings:
        return True
    if any(map(_is_id, first)) or len(rows) == 1:
        return False
    known = sum(map(bool, meanings))
    # Words that nobody knows stand above ids, too.
    below = rows[1:]
    above_ids = any(all(_is_number(cell) for cell in column) for column in _columns(below))
    return known == sum(map(bool, first)) or above_ids


def _columns(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the columns that every row has."""
    return list(zip(*rows, strict=False))


def _is_list(rows: Sequence[Sequence[str]]) -> bool:
    """Whether every cell is an id: all look like one, and the rows are no table of columns."""
    ids = _ids(rows)
    if ids is None or len(ids) < 2:
        return False
    if len(rows) == 1:
        return True
    widths = {len(_ids_in(_after_type(row)[1], alone=False)) for row in rows}
    return widths != {1} and (len(widths) > 1 or cells.same_form(ids))


def _ids(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """Return all cells without the types before them, if each has the form of an id."""
    found = [part for row in rows for part in _ids_in(_after_type(row)[1], alone=len(rows) == 1)]
    return found if all(map(_is_id, found)) else None


def _ids_in(cells: Sequence[str], *, alone: bool) -> list[str]:
    """Return the ids of a row that holds nothing else, however they are separated."""
    parts = [part for cell in cells for part in re.split(r"\s*[,;|]\s*", cell) if part]
    return parts[0].split() if alone and len(parts) == 1 else parts


def _after_type(row: Sequence[str], otherwise: str = "") -> tuple[str, list[str]]:
    """Return the object type that a row begins with, or else the other, and its other cells."""
    said = [cell for cell in row if cell]
    if len(said) > 1 and (kind := _TYPES.get(said[0].casefold())):
        return kind, said[1:]
    return otherwise, list(row) if row[0] else said


def _is_id(cell: str) -> bool:
    return _ID.fullmatch(cell) is not None and _VALUE.fullmatch(cell) is None


def _is_number(cell: str) -> bool:
    """Whether a cell is an id that is mostly digits, or an address."""
    digits = sum(map(str.isdigit, cell))
    return _is_id(cell) and (2 * digits >= len(cell) or "@" in cell)


class _Reading:
    """Collects objects, each once, and what is to be said of them."""

    def __init__(self) -> None:
        self.objects: dict[ObjectRef, ObjectLabel] = {}
        self.again = self.cleaned = self.lines = 0
        self.mixed: dict[str, None] = {}

    def ref(self, kind: str, text: str, row: int) -> ObjectRef:
        own = _own_id(text, row)
        self.cleaned += any(unicodedata.category(letter) == "Cf" for letter in text)
        if not own.isascii() and len(cells.scripts(own)) > 1:
            self.mixed[own] = None
        return ObjectRef(_TYPES.get(kind.casefold(), kind), own)

    def add(self, ref: ObjectRef, label: str, groups: Sequence[str]) -> None:
        known = self.objects.get(ref)
        self.again += known is not None
        self.lines += "\n" in label or "\r" in label
        label = cells.as_seen(" ".join(label.split())) or (known.label if known else "")
        old = known.groups if known else ()
        self.objects[ref] = ObjectLabel(ref, label, tuple(dict.fromkeys((*old, *groups))))

    def remarks(self, *, statistics: bool) -> list[str]:
        found = []
        if self.again and not statistics:
            found.append(_plural(self.again, "row repeats an id", "rows repeat an id") + ".")
        if self.cleaned:
            what = _plural(self.cleaned, "id", "ids")
            found.append(f"Characters that cannot be seen were removed from {what}.")
        if self.lines:
            what = _plural(self.lines, "name goes", "names go")
            found.append(f'{what} over several lines: is there a quote (") too many?')
        if self.mixed:
            named = ", ".join(f"“{item}”" for item in list(self.mixed)[:3])
            found.append(f"Letters of two alphabets stand in {named}: check that they are meant.")
        return found


@lru_cache(maxsize=20_000)  # a key typed into a long list changes one row of it
def _own_id(text: str, row: int) -> str:
    """Return an id as it looks.

    Raises:
        ExchangeError: a spreadsheet has spoilt it.
    """
    if "\n" in text or "\r" in text:
        raise ExchangeError(f"the id in row {row} goes over two lines: is a quote too many in it?")
    if _SPOILT.fullmatch(text):
        raise ExchangeError(_spoilt(text, f"row {row}"))
    own = cells.as_seen(text).replace("\u200c", "").replace("\u200d", "")
    if not own or not own.isprintable():
        raise ExchangeError(
            f"the id in row {row} holds characters that cannot be seen: delete them"
        )
    return own


def _spoilt(text: str, where: str) -> str:
    return (
        f"“{text}” in {where} is what a spreadsheet made of an id: give the column the format "
        "Text, enter the id again and copy it once more"
    )


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _plain(rows: Sequence[Sequence[str]], object_type: str) -> Sheet:
    reading, unused = _Reading(), 0
    grouped = False
    for number, row in enumerate(rows, 1):
        kind, said = _after_type(row, object_type)
        own, label, groups, *more = *said, *[""] * (3 - len(said))
        grouped |= bool(groups)
        unused += any(more)
        reading.add(reading.ref(kind, own, number), label, _groups(groups))
    remarks = reading.remarks(statistics=False)
    if grouped:
        remarks.insert(0, "Each row is taken as id, name and group.")
    if unused:
        remarks.append(
            f"What stands further right in {_plural(unused, 'row', 'rows')} is not used: name the "
            "columns in a row above them."
        )
    return Sheet(tuple(reading.objects.values()), remarks=tuple(remarks))


def _every_cell(rows: Sequence[Sequence[str]], object_type: str) -> Sheet:
    reading = _Reading()
    for number, row in enumerate(rows, 1):
        kind, said = _after_type(row, object_type)
        for own in _ids_in(said, alone=len(rows) == 1):
            reading.add(reading.ref(kind, own, number), "", ())
    remarks = ("Every cell is taken as an id.", *reading.remarks(statistics=False))
    return Sheet(tuple(reading.objects.values()), remarks=remarks)


def _with_headings(rows: Sequence[Sequence[str]], object_type: str) -> Sheet:
    meanings = _meanings(rows)
    if len(rows) == 1:
        raise ExchangeError("there is only a header in it: give one object a line below")
    reading, statistics, taken = _Reading(), [], set[str]()
    beyond = 0
    for number, row in enumerate(rows[1:], 2):
        said = _by_meaning(meanings, row)
        beyond += any(row[len(meanings) :])
        if not said.get("objectId"):
            raise ExchangeError(f"row {number} has no object id")
        ref = reading.ref(said.get("objectType") or object_type, said["objectId"], number)
        reading.add(ref, said.get("label", ""), _groups(said.get("groups", "")))
        if said.get("statistic") or said.get("definition"):
            statistics.append(_statistic(ref, said, number, taken))
    remarks = reading.remarks(statistics=bool(statistics))
    if not set(filter(None, rows[0])) <= set(headings.OWN):
        remarks.insert(0, "Row 1 is taken as headings.")
    unused = [
        f"“{head}”"
        for at, head in enumerate(rows[0])
        if head and not meanings[at] and any(row[at] for row in rows[1:] if at < len(row))
    ]
    if unused:
        remarks.append(f"Not used: {', '.join(unused)}.")
    if beyond:
        remarks.append(
            f"Cells right of the headings are not used in {_plural(beyond, 'row', 'rows')}."
        )
    objects = tuple(reading.objects.values())
    return Sheet(objects, tuple(statistics), remarks=tuple(remarks))


def _meanings(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return what the columns are: by their headings, else the one of ids by what is in it.

    Raises:
        ExchangeError: no column holds ids.
    """
    found = headings.meanings(rows[0])
    if "objectId" in found:
        return found
    if not any(found) or len(found) == 1:
        # Headings that nobody knows: as if there were none, but for the column of ids.
        at = _column_of_ids(rows[1:], found) or 0
        rest = iter(_PLAIN_COLUMNS[1:])
        return ["objectId" if n == at else next(rest, "") for n in range(len(found))]
    at_ids = _column_of_ids(rows[1:], found)
    if at_ids is None:
        raise ExchangeError("no column is named as ids: write “Agent ID” or “Queue ID” above it")
    return ["objectId" if n == at_ids else meaning for n, meaning in enumerate(found)]


def _column_of_ids(rows: Sequence[Sequence[str]], meanings: Sequence[str]) -> int | None:
    """Return the first column without a known heading in which all cells look like ids."""
    for at, column in enumerate(_columns(rows)):
        if at < len(meanings) and not meanings[at] and all(map(_is_id, column)):
            return at
    return None


def _by_meaning(meanings: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Return the cells by what they are; names of several columns are put together."""
    found: dict[str, str] = {}
    for meaning, cell in zip(meanings, row, strict=False):
        if meaning and cell:
            found[meaning] = f"{found[meaning]} {cell}" if meaning in found else cell
    return found


def _groups(text: str) -> tuple[str, ...]:
    parts = (cells.as_seen(" ".join(part.split())) for part in re.split("[,;|]", text))
    return tuple(dict.fromkeys(filter(None, parts)))


def _statistic(
    ref: ObjectRef, said: Mapping[str, str], number: int, taken: set[str]
) -> WantedStatistic:
    definition = None
    if text := said.get("definition"):
        try:
            fields = json.loads(text)
            plain_json.check(fields)
        except (ValueError, RecursionError) as error:
            raise ExchangeError(f"the definition in row {number} is no JSON ({error})") from None
        if not isinstance(fields, dict):
            raise ExchangeError(f"the definition in row {number} must be a JSON object")
        definition = Definition(fields)
    name = said.get("statistic") or None
    wish = said.get("id") or f"{ref.object_id}/{name or number}"
    extra = {"enabled": False} if said.get("enabled", "").casefold() in _OFF else {}
    return WantedStatistic(Statistic(free_id(wish, taken), ref, name, definition), extra)
