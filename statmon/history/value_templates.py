"""What a value looks like, apart from its numbers: a column of values is columns of numbers.

A value is split into its *shape*, its numeric view and its *slots*: the long whole numbers in it
(times, ids, interval lengths). Values of a statistic share a shape for hours, and their slots move
with the clock, so both cost next to nothing on disk. Joined again, a value equals what was split.
"""

import json
import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from statmon.domain.number import is_usable
from statmon.domain.value import value_of

NO_NUMBER: Final = math.nan
EXACT: Final = 1 << 53
"""Whole numbers below it are exact in a float."""
_ABSOLUTE, _SECONDS, _MILLISECONDS = "\x01", "\x02", "\x03"
"""What stands in a template for a slot: never in JSON text, where control characters are escaped.

The last two are slots counted back from the reading's own time.
"""
_LONG: Final = re.compile(r"[1-9]\d{3,14}")
_MARK: Final = re.compile("[\x01\x02\x03]")
BEAN: Final = ("intValue", "stringValue", "intervalLength", "tag", "timestamp")
"""Items of a number's payload (docs/reference/statistics-api.md §7)."""
_WHOLE, _DECIMAL = "b", "d"
BEAN_KINDS: Final = "dbDB"
"""Kinds of such a payload: plus 1 for a whole number, plus 2 with an interval's length."""
HOWS: Final = "mns"
"""How its own time is written: milliseconds, none, seconds."""


@lru_cache(maxsize=4096)
def _marks(template: str) -> int:
    return len(_MARK.findall(template))


class ValueTemplate(NamedTuple):
    """One shape of values. The kind says how ``join`` reads the text.

    ``i``, ``f``: a bare whole or decimal number. ``b``, ``d``: the service's object around a
    whole or decimal number; the text is its tag and how its own time is written; in capitals with
    the interval's length as a slot. ``t``, ``n``: any JSON as a template, without or with number.
    """

    kind: str
    text: str

    @property
    def numeric(self) -> bool:
        """Whether values of this shape have a numeric view."""
        return self.kind != "t"

    @property
    def slots(self) -> int:
        """How many slots each value of this shape has."""
        if self.kind in "BD":
            return 1
        return _marks(self.text) if self.kind in "tn" else 0


Split = tuple[ValueTemplate, float, Sequence[int]]

_INT: Final = ValueTemplate("i", "")
_FLOAT: Final = ValueTemplate("f", "")


def split(raw: Any, stamp: int) -> Split:
    """Split a value into shape, numeric view (NaN where it has none) and slots.

    Args:
        raw: what the service sent.
        stamp: the reading's timestamp, epoch milliseconds.
    """
    kind = type(raw)
    if kind is dict:
        return _split_bean(raw, stamp) or _split_text(raw, stamp)
    if kind is int and -EXACT < raw < EXACT:
        return _INT, float(raw), ()
    if kind is float and is_usable(raw):
        return _FLOAT, raw, ()
    return _split_text(raw, stamp)


def _split_bean(raw: dict[str, Any], stamp: int) -> Split | None:
    """Split the object that the service puts around a number, or return None if it is not one."""
    if len(raw) != len(BEAN):
        return None
    try:
        number, text, length, tag, time = (raw[name] for name in BEAN)
    except KeyError:
        return None
    if type(number) is not int or type(tag) is not int or type(length) is not int:
        return None
    if not -EXACT < length < EXACT:  # nobody's: a slot of it would not fit 64 bits
        return None
    if time == stamp:
        how = "m"
    elif time is None:
        how = "n"
    elif time == stamp // 1000:
        how = "s"
    else:
        return None
    view: float
    if text == str(number) and -EXACT < number < EXACT:
        kind, view = _WHOLE, number
    else:
        exact = decimal(text) if type(text) is str else None
        if exact is None or int(exact) != number:
            return None
        kind, view = _DECIMAL, exact
    if length == 0:
        return ValueTemplate(kind, f"{tag}{how}"), view, ()
    return ValueTemplate(kind.upper(), f"{tag}{how}"), view, (stamp // 1000 - length,)


@lru_cache(maxsize=8192)
def decimal(text: str) -> float | None:
    """Return the fraction that a text says, or None if it is not exactly that one's text."""
    try:
        view = float(text)
    except ValueError:
        return None
    return view if repr(view) == text and is_usable(view) else None


def _split_text(raw: Any, stamp: int) -> Split:
    slots: list[int] = []

    def marked(match: "re.Match[str]") -> str:
        number = int(match[0])
        digits = len(match[0])
        if digits in {9, 10}:
            slots.append(stamp // 1000 - number)
            return _SECONDS
        if digits in {12, 13}:
            slots.append(stamp - number)
            return _MILLISECONDS
        slots.append(number)
        return _ABSOLUTE

    template = _LONG.sub(marked, _dumps(raw))
    number = value_of(raw).number
    if number is None or not is_usable(number):
        return ValueTemplate("t", template), NO_NUMBER, slots
    return ValueTemplate("n", template), number, slots


def _dumps(raw: Any) -> str:
    try:
        return msgspec.json.encode(raw).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):
        # Half a surrogate pair, a number of thirty digits: the standard library writes them.
        return json.dumps(raw, separators=(",", ":"))


@lru_cache(maxsize=1024)
def text_of(shapes: tuple[ValueTemplate, ...]) -> bytes:
    """Return shapes as bytes."""
    return json.dumps(shapes, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


@lru_cache(maxsize=1024)
def shapes_in(data: bytes) -> tuple[ValueTemplate, ...]:
    """Undo ``text_of``.

    Raises:
        ValueError, TypeError: they are not that.
    """
    items: Any = json.loads(data)
    return tuple(ValueTemplate(kind, template) for kind, template in items)


def join(shape: ValueTemplate, number: float, slots: Sequence[int], stamp: int) -> Any:
    """Put a value together again."""
    return _JOIN[shape.kind](shape, number, slots, stamp)


def _join_bean(
    shape: ValueTemplate, number: float, slots: Sequence[int], stamp: int
) -> dict[str, Any]:
    how = shape.text[-1]
    whole = int(number)
    return {
        "intValue": whole,
        "stringValue": str(whole) if shape.kind in "bB" else repr(number),
        "intervalLength": stamp // 1000 - slots[0] if slots else 0,
        "tag": int(shape.text[:-1]),
        "timestamp": {"m": stamp, "s": stamp // 1000, "n": None}[how],
    }


def _join_text(shape: ValueTemplate, _number: float, slots: Sequence[int], stamp: int) -> Any:
    left = iter(slots)
    since = {_SECONDS: stamp // 1000, _MILLISECONDS: stamp}

    def filled(match: "re.Match[str]") -> str:
        slot, mark = next(left), match[0]
        return str(slot if mark == _ABSOLUTE else since[mark] - slot)

    return json.loads(_MARK.sub(filled, shape.text))


_JOIN: Final[dict[str, Callable[[ValueTemplate, float, Sequence[int], int], Any]]] = {
    "i": lambda _shape, number, _slots, _stamp: int(number),
    "f": lambda _shape, number, _slots, _stamp: number,
    **dict.fromkeys("bBdD", _join_bean),
    **dict.fromkeys("tn", _join_text),
}
