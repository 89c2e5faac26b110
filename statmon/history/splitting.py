"""Splits many values at once, column by column, in a third of the time it takes one by one.

Nearly all that the service sends is its object around a number. What is not is split by
``value_templates.split``, which decides what any value is split into; here the same comes faster.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import eq, itemgetter
from types import NoneType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.history.columns import Ints
from statmon.history.value_templates import (
    BEAN,
    BEAN_KINDS,
    EXACT,
    HOWS,
    ValueTemplate,
    decimal,
    split,
)

_ITEMS: Final = itemgetter(*BEAN)
_SIZE: Final = len(BEAN)
_WITH_LENGTH: Final = 2
_CODES: Final = 4 * len(HOWS)
_MILLISECONDS, _ABSENT, _SECONDS = (4 * how for how in range(len(HOWS)))
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
    shapes: tuple[ValueTemplate, ...]


class _Beans(NamedTuple):
    """The service's objects around numbers, as columns."""

    plain: NDArray[np.bool_]
    """Where they are simply that; elsewhere the other columns mean nothing."""
    codes: Ints
    """Kind, interval and time of each, then its tag."""
    numbers: NDArray[np.float64]
    timed: NDArray[np.bool_]
    """Where there is an interval's length, and thus a slot: ``since``."""
    since: Ints
    tags: list[int]


def split_all(raws: Sequence[Any], stamps: Ints) -> Pieces:
    """Split values, at least one, each with its reading's timestamp (epoch milliseconds)."""
    odd = [i for i, raw in enumerate(raws) if type(raw) is not dict or len(raw) != _SIZE]
    try:
        beans = _beans(_replaced(raws, odd), stamps, len(odd))
    except _Irregular:
        odd = [i for i, raw in enumerate(raws) if not _regular(raw)]
        beans = _beans(_replaced(raws, odd), stamps, len(odd))
    shapes: dict[ValueTemplate, int] = {}
    plain, numbers = beans.plain, beans.numbers
    if plain.all():
        # Nothing else among them, as nearly always.
        shape = _shapes_of(beans.codes, beans.tags, shapes)
        return Pieces(shape, numbers, beans.since[beans.timed], tuple(shapes))
    shape = np.zeros(len(raws), np.int32)
    shape[plain] = _shapes_of(beans.codes[plain], beans.tags, shapes)
    timed = beans.timed & plain
    counts = timed.astype(np.int64)
    others: dict[int, Sequence[int]] = {}
    for place in np.flatnonzero(~plain).tolist():
        found, numbers[place], slots = split(raws[place], int(stamps[place]))
        shape[place] = shapes.setdefault(found, len(shapes))
        counts[place], others[place] = len(slots), slots
    ends = np.cumsum(counts)
    flat = np.empty(ends[-1], np.int64)
    flat[ends[timed] - 1] = beans.since[timed]
    for place, slots in others.items():
        flat[ends[place] - len(slots) : ends[place]] = slots
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


def _beans(raws: Sequence[dict[str, Any]], stamps: Ints, odd: int) -> _Beans:
    """Take objects apart, so many of which are stand-ins.

    Raises:
        _Irregular: some are not regular.
    """
    try:
        wholes, texts, lengths, tags, times = zip(*map(_ITEMS, raws), strict=True)
        if set(map(type, chain(wholes, lengths, tags))) != {int} or set(map(type, times)) - _TIMES:
            raise _Irregular
        table = np.fromiter(chain(wholes, lengths), np.int64, 2 * len(raws))
        missing = None in times
        made = np.array([_NEVER if t is None else t for t in times] if missing else times, np.int64)
    except (KeyError, OverflowError):
        raise _Irregular from None
    if not -EXACT < table.min() <= table.max() < EXACT:
        raise _Irregular
    numbers, length = table.reshape(2, -1)
    seconds = stamps // 1000
    timed = length != 0
    codes = timed * _WITH_LENGTH
    plain = made == stamps
    if np.count_nonzero(plain) + odd < len(raws):
        absent = np.array([time is None for time in times])
        codes += np.where(plain, _MILLISECONDS, np.where(absent, _ABSENT, _SECONDS))
        plain |= absent | (made == seconds)
    whole = np.fromiter(map(eq, texts, map(str, wholes)), np.bool_, len(raws))
    views = numbers.astype(np.float64)
    broken = np.flatnonzero(~whole)
    if len(broken):
        some = [texts[place] for place in broken.tolist()]
        fractions = [decimal(text) if type(text) is str else None for text in some]
        views[broken] = np.array(fractions, np.float64)  # NaN for None
        plain[broken] &= np.trunc(views[broken]) == numbers[broken]
    codes += whole
    distinct = list(dict.fromkeys(tags))
    if len(distinct) > 1:
        order = {tag: _CODES * number for number, tag in enumerate(distinct)}
        codes += np.array([order[tag] for tag in tags])
    return _Beans(plain, codes, views, timed, seconds - length, distinct)


def _shapes_of(codes: Ints, tags: list[int], shapes: dict[ValueTemplate, int]) -> NDArray[np.int32]:
    """Return which shape each code means; new ones are added."""
    used = np.bincount(codes)
    for code in np.flatnonzero(used).tolist():
        tag, rest = divmod(code, _CODES)
        how, kind = divmod(rest, 4)
        shape = ValueTemplate(BEAN_KINDS[kind], f"{tags[tag]}{HOWS[how]}")
        used[code] = shapes.setdefault(shape, len(shapes))
    return used[codes].astype(np.int32)
