"""Splits many values at once, column by column, in a third of the time it takes one by one.

Nearly all that the service sends is its object around a number. What is not is split by
``shapes.split``, which decides what any value is split into; here the same comes faster.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import eq, itemgetter
from types import NoneType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.history.columns import Ints
from statmon.history.shapes import BEAN, BEAN_KINDS, EXACT, HOWS, Shape, decimal, split

_ITEMS: Final = tuple(map(itemgetter, BEAN))
_WITH_LENGTH: Final = 2
_CODES: Final = 4 * len(HOWS)
_IN_MS: Final = HOWS.index("m")
_NEVER: Final = -EXACT
"""A time that no reading has."""
_TIMES: Final = {int, NoneType}
_STAND_IN: Final = dict(zip(BEAN, (0, "0", 0, -1, _NEVER), strict=True))
"""Stands where a value is something else: by its time it is never taken for plain."""


class Pieces(NamedTuple):
    """Values as columns; what stands in them is said in ``Columns``."""

    shape: NDArray[np.int32]
    numbers: NDArray[np.float64]
    slots: Ints
    shapes: tuple[Shape, ...]


class _Beans(NamedTuple):
    """The service's objects around numbers, as columns."""

    plain: NDArray[np.bool_]
    """Where they are simply that; elsewhere the other columns mean nothing."""
    codes: Ints
    """Kind, interval and time of each, then its tag."""
    numbers: NDArray[np.float64]
    since: Ints
    """The slot of each that has an interval's length."""
    tags: list[int]


def split_all(raws: Sequence[Any], stamps: Ints) -> Pieces:
    """Split values, at least one, each with its reading's timestamp (epoch milliseconds)."""
    odd = [i for i, raw in enumerate(raws) if type(raw) is not dict or len(raw) != len(BEAN)]
    try:
        beans = _beans(_replaced(raws, odd), stamps)
    except _Irregular:
        odd = [i for i, raw in enumerate(raws) if not _regular(raw)]
        beans = _beans(_replaced(raws, odd), stamps)
    shapes: dict[Shape, int] = {}
    lengths = beans.codes & _WITH_LENGTH != 0
    if beans.plain.all():
        # Nothing else among them, as nearly always.
        shape = _shapes_of(beans.codes, beans.tags, shapes)
        return Pieces(shape, beans.numbers, beans.since[lengths], tuple(shapes))
    shape, numbers = np.zeros(len(raws), np.int32), beans.numbers
    shape[beans.plain] = _shapes_of(beans.codes[beans.plain], beans.tags, shapes)
    slots: list[int] = []
    places: list[int] = []
    for place in np.flatnonzero(~beans.plain).tolist():
        found, numbers[place], own = split(raws[place], int(stamps[place]))
        shape[place] = shapes.setdefault(found, len(shapes))
        slots += own
        places += [place] * len(own)
    with_slot = np.flatnonzero(lengths & beans.plain)
    flat = np.insert(beans.since[with_slot], with_slot.searchsorted(places), slots)
    return Pieces(shape, numbers, flat, tuple(shapes))


class _Irregular(Exception):
    """Some objects are none of the service's, or hold no whole numbers."""


def _replaced(raws: Sequence[Any], odd: Iterable[int]) -> Sequence[dict[str, Any]]:
    """Return values with stand-ins in some places."""
    if not odd:
        return raws
    replaced = list(raws)
    for place in odd:
        replaced[place] = _STAND_IN
    return replaced


def _regular(raw: Any) -> bool:
    """Return whether a value has the items of the service's object, and whole numbers in them."""
    if type(raw) is not dict or raw.keys() != _STAND_IN.keys():
        return False
    whole, _text, length, tag, time = (raw[name] for name in BEAN)
    return all(
        type(item) is int and -EXACT < item < EXACT
        for item in (whole, length, tag, 0 if time is None else time)
    )


def _beans(raws: Sequence[dict[str, Any]], stamps: Ints) -> _Beans:
    """Take objects apart.

    Raises:
        _Irregular: some are not regular.
    """
    try:
        wholes, texts, lengths, tags, times = (list(map(item, raws)) for item in _ITEMS)
        missing = None in times
        made = np.array([_NEVER if t is None else t for t in times] if missing else times, np.int64)
        numbers, length = np.array(wholes, np.int64), np.array(lengths, np.int64)
    except (KeyError, OverflowError, TypeError, ValueError):
        raise _Irregular from None
    if set(map(type, chain(wholes, lengths, tags))) != {int} or set(map(type, times)) - _TIMES:
        raise _Irregular
    seconds = stamps // 1000
    plain = made == stamps
    how: Ints | int = _IN_MS
    if not plain.all():
        absent = np.array([time is None for time in times])
        how = np.where(plain, _IN_MS, np.where(absent, HOWS.index("n"), HOWS.index("s")))
        plain |= absent | (made == seconds)
    # A power of two; unsigned, since the least number has no absolute value.
    plain &= (np.abs(numbers) | np.abs(length)).view(np.uint64) < EXACT
    whole = np.fromiter(map(eq, texts, map(str, wholes)), np.bool_, len(raws))
    views = numbers.astype(np.float64)
    broken = np.flatnonzero(~whole)
    if len(broken):
        some = [texts[place] for place in broken.tolist()]
        fractions = [decimal(text) if type(text) is str else None for text in some]
        views[broken] = np.array(fractions, np.float64)  # NaN for None
        plain[broken] &= np.trunc(views[broken]) == numbers[broken]
    distinct = list(dict.fromkeys(tags))
    codes = whole + _WITH_LENGTH * (length != 0) + 4 * how
    if len(distinct) > 1:
        order = {tag: _CODES * number for number, tag in enumerate(distinct)}
        codes += np.array([order[tag] for tag in tags])
    return _Beans(plain, codes, views, seconds - length, distinct)


def _shapes_of(codes: Ints, tags: list[int], shapes: dict[Shape, int]) -> NDArray[np.int32]:
    """Return which shape each code means; new ones are added."""
    used = np.bincount(codes)
    for code in np.flatnonzero(used).tolist():
        tag, rest = divmod(code, _CODES)
        how, kind = divmod(rest, 4)
        shape = Shape(BEAN_KINDS[kind], f"{tags[tag]}{HOWS[how]}")
        used[code] = shapes.setdefault(shape, len(shapes))
    return used[codes].astype(np.int32)
