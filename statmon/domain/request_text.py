"""The JSON of a request as people see it in an editor: all of it, however long.

What was changed is read again, not the whole: the text before the change and that behind it are
known, so only the statistics between them are. A list of 10,000 answers a key that way.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from statmon.domain import plain_json
from statmon.domain.cells import ExchangeError
from statmon.domain.exchange import read_request, read_request_item, request_item
from statmon.domain.statistic import free_id
from statmon.domain.workspace import Json, WantedStatistic

HEAD: Final = '{\n  "data": {\n    "statistics": ['
TAIL: Final = "\n    ]\n  }\n}"
_INDENT: Final = "\n      "
# Qt's text widgets give these back as blanks and line breaks, so they are written as escapes.
_ESCAPED: Final = {code: f"\\u{code:04x}" for code in (0xA0, 0x2028, 0x2029, 0xFDD0, 0xFDD1)}
_LISTS: Final = re.compile(r'\s*\[|"statistics"\s*:\s*\[')
_BLANK: Final = re.compile(r"\s*")
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class RequestText:
    """A text, the statistics that it says, and where in it each of them stands."""

    text: str
    items: tuple[WantedStatistic, ...]
    ids: tuple[str, ...] = ()
    """The ids as they are written; where one is written twice, an item has another."""
    extras: tuple[Json, ...] = ()
    """What each item has besides in the text; what else it has is ours alone."""
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    """Where each item begins and ends; both empty where that is not known."""


def write(items: Sequence[WantedStatistic]) -> RequestText:
    """Write statistics as they are sent."""
    return written(items, list(pieces(items)))


def written(items: Sequence[WantedStatistic], texts: Sequence[str]) -> RequestText:
    """Return what ``pieces`` wrote, put together."""
    parts, starts, ends, length = [HEAD], [], [], len(HEAD)
    for piece in texts:
        starts.append(length + len(piece) - len(piece.lstrip(",\n ")))
        length += len(piece)
        ends.append(length)
        parts.append(piece)
    text = "".join((*parts, TAIL))
    ids = tuple(item.statistic.id for item in items)
    extras: tuple[Json, ...] = ({},) * len(ids)
    return RequestText(text, tuple(items), ids, extras, tuple(starts), tuple(ends))


def pieces(items: Sequence[WantedStatistic]) -> Iterator[str]:
    """Yield the text of each item, with what stands between it and the one before."""
    known: dict[str, str] = {}
    for number, item in enumerate(items):
        yield ("," if number else "") + _INDENT + _item_text(item, known)


def _item_text(item: WantedStatistic, known: dict[str, str]) -> str:
    data = request_item(item)
    definition = data.pop("definition", None)
    lines = [f"{_dumped(key)}: {_dumped(value)}" for key, value in data.items()]
    if definition is not None:
        # Thousands of objects have the same few definitions, and writing one out is dear.
        key = json.dumps(definition)
        if key not in known:
            known[key] = _dumped(definition, indent=2).replace("\n", _INDENT + "  ")
        lines.append(f'"definition": {known[key]}')
    return "{" + ",".join(f"{_INDENT}  {line}" for line in lines) + _INDENT + "}"


def _dumped(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent).translate(_ESCAPED)


def read(text: str, before: RequestText) -> RequestText:
    """Read a text that was ``before`` once.

    What is ours alone of a statistic, such as a note, does not stand in the request: it stays with
    the id.

    Raises:
        ExchangeError: it cannot be read; says where and why.
    """
    if text == before.text:
        return before
    found = _read_change(text, before) or _read_all(text)
    return _numbered(found, before)


def _read_change(text: str, before: RequestText) -> RequestText | None:
    """Read only what differs; None where that does not do."""
    old = before.text
    head = _common(text, old)
    tail = _common_end(text[head:], old[head:])
    first = bisect_right(before.starts, head) - 1
    last = bisect_left(before.ends, len(old) - tail)
    if first < 0 or last >= len(before.ends):
        return None  # the change reaches beyond the list
    start, more = before.starts[first], len(text) - len(old)
    elements = _elements(text, start, before.ends[last] + more)
    if not elements:
        return None
    try:
        plain_json.check([item for item, _, _ in elements])
        fresh = [read_request_item(item[0], first + at) for at, item in enumerate(elements)]
    except (plain_json.NotPlain, ExchangeError):
        return None  # reading all of it says what is wrong, and where
    behind = slice(last + 1, None)
    return RequestText(
        text,
        (*before.items[:first], *fresh, *before.items[behind]),
        (*before.ids[:first], *(item.statistic.id for item in fresh), *before.ids[behind]),
        (*before.extras[:first], *(item.extra for item in fresh), *before.extras[behind]),
        (
            *before.starts[:first],
            *(begin for _, begin, _ in elements),
            *(place + more for place in before.starts[behind]),
        ),
        (
            *before.ends[:first],
            *(end for _, _, end in elements),
            *(place + more for place in before.ends[behind]),
        ),
    )


def _read_all(text: str) -> RequestText:
    items = read_request(text).statistics
    data = json.loads(text)
    body = data.get("data", data) if isinstance(data, dict) else {"statistics": data}
    written = body["statistics"]
    ids = tuple(read_request_item(item, number).statistic.id for number, item in enumerate(written))
    extras = tuple(item.extra for item in items)
    places = [
        found
        for match in _LISTS.finditer(text)
        if (found := _elements(text, match.end(), None)) is not None
        and [item for item, _, _ in found] == written
    ]
    if len(places) != 1:
        return RequestText(text, items, ids, extras)
    starts, ends = ([place[at] for place in places[0]] for at in (1, 2))
    return RequestText(text, items, ids, extras, tuple(starts), tuple(ends))


def _numbered(found: RequestText, before: RequestText) -> RequestText:
    """Give each item an id of its own, and what is ours alone of it."""
    known = {item.statistic.id: place for place, item in enumerate(before.items)}
    taken: set[str] = set()
    items: list[WantedStatistic] = []
    for item, wish, extra in zip(found.items, found.ids, found.extras, strict=True):
        own = free_id(wish, taken)
        place = known.get(own)
        if place is None:
            items.append(WantedStatistic(replace(item.statistic, id=own), extra))
        elif before.items[place] is item:
            items.append(item)
        else:
            old, written = before.items[place], before.extras[place]
            ours = {key: value for key, value in old.extra.items() if key not in written}
            joined = WantedStatistic(replace(item.statistic, id=own), {**ours, **extra})
            items.append(old if old == joined else joined)
    return replace(found, items=tuple(items))


def _elements(text: str, start: int, end: int | None) -> list[tuple[Any, int, int]] | None:
    """Return the elements of a list from ``start`` to ``end``, or to the bracket that closes it.

    Each with where it begins and ends; None where this is not the inside of a list.
    """
    found: list[tuple[Any, int, int]] = []
    place = _skip(text, start)
    while True:
        try:
            item, behind = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            return found if end is None and not found and text[place : place + 1] == "]" else None
        found.append((item, place, behind))
        place = _skip(text, behind)
        if end is not None and place >= end:
            return found if behind <= end else None
        if end is None and text[place : place + 1] == "]":
            return found
        if text[place : place + 1] != ",":
            return None
        place = _skip(text, place + 1)


def _skip(text: str, place: int) -> int:
    match = _BLANK.match(text, place)
    return place if match is None else match.end()


def _common(one: str, two: str) -> int:
    """Return how many characters both begin with."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == two[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(one: str, two: str) -> int:
    """Return how many characters both end with."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == two[len(two) - middle : len(two) - low]:
            low = middle
        else:
            high = middle - 1
    return low
