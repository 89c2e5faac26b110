"""The fields of a value that is an object, as lines of a list."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_DEEPEST = 6
_MOST = 200


class Field(NamedTuple):
    """One line."""

    depth: int
    name: str
    text: str


def fields_of(raw: Any) -> list[Field]:
    """Return the fields of a value from top to bottom; a plain value has none."""
    return list(_fields(raw, 0))


def has_fields(raw: object) -> bool:
    """Tell whether a value has fields at all."""
    return isinstance(raw, dict | list) and bool(raw)


def _fields(raw: Any, depth: int) -> Iterator[Field]:
    if depth > _DEEPEST:
        return
    pairs: list[tuple[object, Any]]
    if isinstance(raw, Mapping):
        pairs = list(raw.items())
    elif isinstance(raw, list):
        pairs = list(enumerate(raw))
    else:
        return
    for key, value in pairs[:_MOST]:
        nested = isinstance(value, Mapping | list)
        yield Field(depth, str(key), "" if nested and depth < _DEEPEST else scalar(value))
        yield from _fields(value, depth + 1)


def scalar(value: Any) -> str:
    """Write a plain value; a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
