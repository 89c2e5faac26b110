"""Statistics and objects from elsewhere: the API's request body, CSV, what a spreadsheet pastes.

Reading and writing are each other's inverse. CSV cells that a spreadsheet would take for a formula
are written with an apostrophe before them and read without it.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from statmon.domain import plain_json
from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.vocabulary import OBJECT_TYPE_ALIASES, OBJECT_TYPES
from statmon.domain.workspace import (
    ObjectLabel,
    Subscription,
    WantedStatistic,
    WorkspaceError,
    dump_statistic,
    parse_statistic,
)

MOST_ROWS: Final = 200_000
_COLUMNS: Final = (
    "objectType", "objectId", "label", "groups", "statistic", "definition", "id", "enabled"
)  # fmt: skip
_SYNONYMS: Final[Mapping[str, str]] = {
    "objecttype": "objectType", "type": "objectType",
    "objectid": "objectId", "object": "objectId", "agent": "objectId", "employeeid": "objectId",
    "queue": "objectId", "username": "objectId",
    "label": "label", "displayname": "label", "fullname": "label", "agentname": "label",
    "queuename": "label",
    "groups": "groups", "group": "groups", "team": "groups",
    "statistic": "statistic", "statisticname": "statistic",
    "definition": "definition", "id": "id", "statisticid": "id", "enabled": "enabled",
}  # fmt: skip
_OFF: Final = frozenset({"false", "no", "off", "0"})
_API_WORDS: Final = frozenset({"objecttype", "objectid", "statisticid"})
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_TYPES: Final = {item.casefold(): item for item in (*OBJECT_TYPES, *OBJECT_TYPE_ALIASES)}


class ExchangeError(ValueError):
    """What came from elsewhere cannot be read; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a CSV file or the clipboard held: objects in order, and statistics if it names any."""

    objects: tuple[ObjectLabel, ...] = ()
    statistics: tuple[WantedStatistic, ...] = ()

    @property
    def refs(self) -> list[ObjectRef]:
        """The objects, each once."""
        return list(dict.fromkeys(item.ref for item in self.objects))


def read_request(text: str) -> Subscription:
    """Read the body of ``POST /subscriptions`` as a subscription named by its operationId.

    Raises:
        ExchangeError: it is no such body; says what is wrong.
    """
    try:
        data = json.loads(text)
        plain_json.check(data)
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"this is not JSON ({error})") from None
    body = data.get("data", data) if isinstance(data, dict) else {"statistics": data}
    items = body.get("statistics") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise ExchangeError('there is no "statistics" list in it: is it a request body?')
    name = data.get("operationId") if isinstance(data, dict) else None
    taken: set[str] = set()
    statistics = []
    for index, item in enumerate(items):
        found = read_request_item(item, index)
        own = free_id(found.statistic.id, taken)
        statistics.append(replace(found, statistic=replace(found.statistic, id=own)))
    title = name if isinstance(name, str) and name else "Imported"
    return Subscription(title, tuple(statistics))


def read_request_item(item: Any, index: int) -> WantedStatistic:
    """Read one statistic of a request body, under the id that is written there.

    Raises:
        ExchangeError: it is no statistic; says which, by ``index``, and what is wrong.
    """
    where = f"statistics[{index}]"
    if not isinstance(item, dict):
        raise ExchangeError(f"{where} must be a JSON object")
    rest = {key: value for key, value in item.items() if key != "statisticId"}
    wanted = item.get("statisticId", rest.get("id"))
    rest["id"] = wanted if isinstance(wanted, str) and wanted else f"s{index + 1}"
    try:
        return parse_statistic(rest, where)
    except WorkspaceError as error:
        raise ExchangeError(str(error)) from None


def free_id(wish: str, taken: set[str]) -> str:
    """Return an id that is not taken yet, as near to the wish as can be, and take it."""
    result, number = wish, 1
    while result in taken:
        number += 1
        result = f"{wish}-{number}"
    taken.add(result)
    return result


def request_item(wanted: WantedStatistic) -> dict[str, Any]:
    """Return a statistic as the service gets it: nothing of our own is in it."""
    statistic = wanted.statistic
    item: dict[str, Any] = {
        "statisticId": statistic.id,
        "objectId": statistic.ref.object_id,
        "objectType": statistic.ref.object_type,
    }
    if statistic.definition is not None:
        return {**item, "definition": dict(statistic.definition.fields)}
    return {**item, "name": statistic.name}


def write_request(subscription: Subscription) -> str:
    """Write a subscription as the body of ``POST /subscriptions``."""
    items = [request_item(item) for item in subscription.statistics if item.enabled]
    body = {"operationId": subscription.name, "data": {"statistics": items}}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def read_table(text: str, object_type: str) -> Sheet:
    """Read CSV or pasted cells: with or without a header, separated by tab, semicolon or comma.

    Without a header a line is an object id, or an object type and an object id.

    Args:
        text: what was pasted or read.
        object_type: what objects are that do not say it themselves.

    Raises:
        ExchangeError: a row cannot be used; says which and why.
    """
    try:
        plain_json.check(text)
    except plain_json.NotPlain as error:
        raise ExchangeError(f"the table cannot be taken: {error}") from None
    rows = _rows(text.removeprefix("\ufeff"))
    header = _columns(rows[0])
    if "objectId" in header and not _is_object(rows[0], header):
        if len(rows) == 1:
            raise ExchangeError("there is only a header in it: give one object a line below")
        return _named(rows[1:], header, object_type)
    found: dict[ObjectRef, ObjectLabel] = {}
    for row in rows:
        item = _plain(tuple(row), object_type)
        found.setdefault(item.ref, item)
    return Sheet(tuple(found.values()))


def _columns(row: Sequence[str]) -> list[str]:
    """Return what each column is, by its heading; empty for one that is none of ours.

    ``name`` is a statistic where the API's words stand beside it, and a person's in a team list.
    """
    words = [re.sub(r"[\s_-]", "", cell).casefold() for cell in row]
    known = {**_SYNONYMS, "name": "statistic" if _API_WORDS & set(words) else "label"}
    return [known.get(word, "") for word in words]


def _is_object(row: Sequence[str], header: Sequence[str]) -> bool:
    """Whether the first row is a type and an id already: ``Queue 7001`` is no header."""
    return len(row) > 1 and row[0].casefold() in _TYPES and not header[1]


def _rows(text: str) -> list[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {mark: first.count(mark) for mark in "\t;,"}
    mark = max(counts, key=lambda item: counts[item])
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise ExchangeError(f"the table cannot be read ({error})") from None
    rows = [cells for row in found if any(cells := [_cell(cell) for cell in row])]
    if not rows:
        raise ExchangeError("there is nothing in it: give one object a line")
    if len(rows) > MOST_ROWS:
        raise ExchangeError(f"these are {len(rows)} rows, {MOST_ROWS} at most can be taken")
    return rows


@lru_cache(maxsize=20_000)  # a key typed into a long list changes one line of it
def _plain(row: tuple[str, ...], object_type: str) -> ObjectLabel:
    cells = [cell for cell in row if cell]
    kind = _TYPES.get(cells[0].casefold())
    if kind is not None and len(cells) > 1:
        return ObjectLabel(ObjectRef(kind, cells[1]), cells[2] if len(cells) > 2 else "")
    return ObjectLabel(ObjectRef(object_type, cells[0]), cells[1] if len(cells) > 1 else "")


def _named(rows: Sequence[Sequence[str]], header: Sequence[str], object_type: str) -> Sheet:
    objects: dict[ObjectRef, ObjectLabel] = {}
    statistics: list[WantedStatistic] = []
    taken: set[str] = set()
    for number, row in enumerate(rows, 2):
        cells = dict(zip(header, row, strict=False))
        if not cells.get("objectId"):
            raise ExchangeError(f"row {number} has no object id")
        kind = cells.get("objectType") or object_type
        ref = ObjectRef(_TYPES.get(kind.casefold(), kind), cells["objectId"])
        known = objects.get(ref, ObjectLabel(ref))
        groups = [part.strip() for part in cells.get("groups", "").split(",") if part.strip()]
        objects[ref] = ObjectLabel(
            ref, cells.get("label") or known.label, tuple(dict.fromkeys((*known.groups, *groups)))
        )
        if cells.get("statistic") or cells.get("definition"):
            statistics.append(_statistic(ref, cells, number, taken))
    return Sheet(tuple(objects.values()), tuple(statistics))


def _statistic(
    ref: ObjectRef, cells: Mapping[str, str], number: int, taken: set[str]
) -> WantedStatistic:
    definition = None
    if text := cells.get("definition"):
        try:
            fields = json.loads(text)
            plain_json.check(fields)
        except (ValueError, RecursionError) as error:
            raise ExchangeError(f"the definition in row {number} is no JSON ({error})") from None
        if not isinstance(fields, dict):
            raise ExchangeError(f"the definition in row {number} must be a JSON object")
        definition = Definition(fields)
    name = cells.get("statistic") or None
    wish = cells.get("id") or f"{ref.object_id}/{name or number}"
    extra = {"enabled": False} if cells.get("enabled", "").casefold() in _OFF else {}
    return WantedStatistic(Statistic(free_id(wish, taken), ref, name, definition), extra)


def write_table(subscription: Subscription, objects: Iterable[ObjectLabel] = ()) -> str:
    """Write a subscription as CSV with a header; labels and groups stand with the objects."""
    known = {item.ref: item for item in objects}
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for item in subscription.statistics:
        ref, data = item.statistic.ref, dump_statistic(item)
        label = known.get(ref, ObjectLabel(ref))
        definition = data.get("definition")
        text = "" if definition is None else json.dumps(definition, ensure_ascii=False)
        cells = (*ref, label.label, ", ".join(label.groups), item.statistic.name or "", text)
        on = "" if item.enabled else "false"
        writer.writerow([_guarded(cell) for cell in (*cells, item.statistic.id, on)])
    return file.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _cell(text: str) -> str:
    """Return what a cell says: without blanks around it, and without our apostrophe."""
    cell = text.strip()
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
