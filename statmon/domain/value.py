"""What the service sent for a statistic, and the two views of it: a number and a text.

The payload's structure is Stat Server's and not fully documented, so every reading of it is
accepted: null, a number, a text, an object with ``intValue`` and ``stringValue``, an object
with a state, or anything else. What is not understood is still shown. See
docs/reference/statistics-api.md §7.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from statmon.domain.number import is_usable, parsed
from statmon.domain.outside import visible
from statmon.domain.unit import Unit
from statmon.domain.vocabulary import status_by_code, status_by_name

_SECONDS_BELOW = 1e11
"""A timestamp below this is in seconds, above it in milliseconds.

See docs/reference/statistics-api.md §8.
"""
_MICROSECONDS_FROM = 1e14
_LATEST_MS = 4_102_444_800_000
"""The year 2100: a time after it is none, lest it outlasts all that follow."""
DEEPEST = 64
"""Objects and lists within each other in a value; what lies deeper is left out."""
LONGEST_INTEGER = range(-(1 << 63), 1 << 64)
"""Whole numbers that JSON readers and writers agree about; another one is nobody's."""
_HUGE = 1e15
"""From here on a number is written by its first digits."""
_UNDEFINED = re.compile(
    r"[+-]?(nan|inf|infinity)(\([^)]*\))?|[+-]?1\.#(ind|qnan|inf)0*|n/a", re.IGNORECASE
)
"""What Stat Server and those in between write where there is no number."""
MILLISECONDS = range(int(_SECONDS_BELOW), _LATEST_MS)
"""Integers that are taken for epoch milliseconds as they are."""


@dataclass(frozen=True, slots=True)
class State:
    """The state of an agent, place or DN."""

    name: str
    """Stat Server's status name, or ``status 99`` for a code that is not known."""
    since: float | None
    """Epoch seconds on the service's clock at which the state was entered."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """The two views of a payload; ``number`` is None where it has none."""

    number: float | None
    text: str
    state: State | None = None
    undefined: bool = False
    """The service says that it cannot compute the statistic."""


def value_of(raw: Any, unit: Unit = Unit.COUNT) -> Value:
    """Derive the numeric and the display view of what the service sent."""
    state = state_of(raw)
    if state is not None:
        return Value(None, f"{state.name} ({state.reason})" if state.reason else state.name, state)
    number = number_of(raw)
    if number is not None:
        return Value(number, format_number(number, unit))
    text = "" if is_undefined(raw) else visible(_text_of(raw), lines=True)
    return Value(None, text, undefined=text == "")


def is_undefined(raw: Any) -> bool:
    """Return whether a payload says by a word in ``stringValue`` that there is no number."""
    if type(raw) is not dict or "intValue" not in raw:
        return False
    text = raw.get("stringValue")
    return type(text) is str and _UNDEFINED.fullmatch(text.strip()) is not None


def tamed(raw: Any) -> Any:
    """Return what the service sent, without what no program can be expected to take.

    Whole numbers beyond 64 bits and what is nested deeper than ``DEEPEST`` become None, so that
    they cost their own value and none of its neighbours.
    """
    kind = type(raw)
    if kind is int:
        return raw if raw in LONGEST_INTEGER else None
    if kind is not dict and kind is not list:
        return raw
    for item in raw.values() if kind is dict else raw:
        kind = type(item)
        if kind is dict or kind is list or (kind is int and item not in LONGEST_INTEGER):
            return raw if _is_tame(raw) else _shallow(raw, DEEPEST)
    return raw


def _is_tame(raw: Any) -> bool:
    level = [raw]
    for _ in range(DEEPEST):
        items = [item for inner in level for item in _items(inner)]
        if any(type(item) is int and item not in LONGEST_INTEGER for item in items):
            return False
        level = [item for item in items if type(item) is dict or type(item) is list]
        if not level:
            return True
    return False


def _items(raw: Any) -> Iterable[Any]:
    return raw.values() if type(raw) is dict else raw


def _shallow(raw: Any, depth: int) -> Any:
    kind = type(raw)
    if kind is int:
        return raw if raw in LONGEST_INTEGER else None
    if kind is dict:
        return {k: _shallow(v, depth - 1) for k, v in raw.items()} if depth else None
    if kind is list:
        return [_shallow(item, depth - 1) for item in raw] if depth else None
    return raw


def number_of(raw: Any) -> float | None:
    """Return the numeric view, or None.

    Fractions come as text beside a truncated integer: ``stringValue`` wins when it is a number.
    """
    if type(raw) is dict:
        text = raw.get("stringValue")
        number = raw.get("intValue")
        if type(text) is str:
            if type(number) is int and number in LONGEST_INTEGER and text == str(number):
                return float(number)
            fraction = parsed(text)
            if fraction is not None:
                return fraction
            if _UNDEFINED.fullmatch(text.strip()) is not None:
                return None
        return number_of(number) if type(number) is not dict else None
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int | float):
        return _finite(raw)
    return parsed(raw) if isinstance(raw, str) else None


def usable_of(raw: Any) -> float | None:
    """Return the number to reckon with, or None: sums and means of such are finite."""
    number = number_of(raw)
    return number if number is not None and is_usable(number) else None


def _finite(number: int | float) -> float | None:
    try:
        value = float(number)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def state_of(raw: Any) -> State | None:
    """Return the state inside a payload: ``stateValue``, or a bare object with ``status``."""
    if not isinstance(raw, Mapping):
        return None
    body = raw.get("stateValue", raw)
    if not isinstance(body, Mapping):
        return State(_status_name(body), None) if isinstance(body, str) and body else None
    if "status" not in body:
        return None
    return State(_status_name(body["status"]), _epoch_seconds(body.get("time")), _reason(body))


@dataclass(frozen=True, slots=True)
class Channel:
    """A telephone or media channel of an agent or place."""

    dn: str
    media: str
    state: str
    """Stat Server's status name."""


def channels_of(raw: Any) -> list[Channel]:
    """Return the channels inside the state of an agent or place, as its place lists them."""
    body = raw.get("stateValue", raw) if isinstance(raw, Mapping) else None
    place = body.get("place", body) if isinstance(body, Mapping) else None
    listed = place.get("dnStatuses") if isinstance(place, Mapping) else None
    return [
        Channel(
            visible(str(item.get("dnId", ""))),
            visible(str(item.get("mediaType", item.get("media", "")))),
            _status_name(item.get("status")),
        )
        for item in (listed if isinstance(listed, list) else [])
        if isinstance(item, Mapping)
    ]


def _status_name(status: Any) -> str:
    known = None
    if isinstance(status, int) and not isinstance(status, bool):
        known = status_by_code(status)
    elif isinstance(status, str):
        known = status_by_name(status)
    if known is not None:
        return known.name
    if isinstance(status, int | float) and not isinstance(status, bool):
        return f"status {status}"
    return visible(status) if isinstance(status, str) and status else "unknown status"


def _epoch_seconds(time: Any) -> float | None:
    stamp = epoch_ms_of(time)
    return None if stamp is None else stamp / 1000


def epoch_ms_of(time: Any) -> int | None:
    """Return a time in epoch milliseconds, or None if it is none.

    Documented are milliseconds; Stat Server itself counts seconds (docs/reference/statistics-api.md
    §8). Micro- and nanoseconds are told by their size. What is none of them is no time.
    """
    if type(time) is int and time in MILLISECONDS:
        return time
    number = number_of(time)
    if number is None or number <= 0:
        return None
    if number < _SECONDS_BELOW:
        number *= 1000
    for _ in ("micro", "nano"):
        if number >= _MICROSECONDS_FROM:
            number /= 1000
    return round(number) if number < _LATEST_MS else None


def _reason(body: Mapping[str, Any]) -> str:
    return _words(body.get("reasons", body.get("reason")))


def _words(reason: Any) -> str:
    """Write a reason as people read it; its form is not documented, so all are accepted."""
    if isinstance(reason, str):
        return visible(reason)
    if isinstance(reason, Mapping):
        named = reason.get("value", reason.get("name"))
        return _words(list(reason.values()) if named is None else named)
    if isinstance(reason, list):
        return ", ".join(filter(None, map(_words, reason)))
    return "" if reason is None else str(reason)


def _text_of(raw: Any) -> str:
    if raw is None or raw == {}:
        return ""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, Mapping):
        text = raw.get("stringValue")
        if isinstance(text, str):
            return text
        if text is None and raw.get("intValue", 0) is None:
            return ""
    return json.dumps(raw, ensure_ascii=False, separators=(", ", ": "), default=str)


def format_number(number: float, unit: Unit) -> str:
    """Write a number as people read it: ``5``, ``82.4 %``, ``2:14``, ``1:02:14``.

    A huge one by its first digits, ``1e+308``; what is no number as a dash.
    """
    if not math.isfinite(number):
        return "–"
    if unit is Unit.SECONDS:
        return format_duration(number)
    if abs(number) >= _HUGE:
        text = f"{number:.6g}"
    else:
        text = f"{number:.0f}" if number == int(number) else f"{number:.1f}"
    return f"{text} %" if unit is Unit.PERCENT else text


def format_duration(seconds: float) -> str:
    """Write seconds as ``m:ss``, or ``h:mm:ss`` from an hour on; a huge number as it is."""
    if not math.isfinite(seconds):
        return "–"
    if abs(seconds) >= _HUGE:
        return f"{seconds:.6g} s"
    sign = "-" if seconds <= -1 else ""
    total = int(abs(seconds))
    hours, minutes = total // 3600, total // 60 % 60
    if hours:
        return f"{sign}{hours}:{minutes:02}:{total % 60:02}"
    return f"{sign}{minutes}:{total % 60:02}"
