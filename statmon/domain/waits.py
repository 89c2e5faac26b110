"""Waits in ranges: which statistics count how many callers waited how long.

A queue's waits are told by one counter for each range of seconds and each outcome (answered, hung
up). Such counts add up, over queues and over time; percentiles and averages do not.
"""

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from statmon.domain.counters import counts_up
from statmon.domain.definition import Definition
from statmon.domain.editing import Choice
from statmon.domain.library import Library
from statmon.domain.parts import Missing
from statmon.domain.ratio import computes
from statmon.domain.statistic import ObjectRef, Statistic

TEMPLATE: Final = "waits"
"""The library's template that holds the definitions."""
_RANGED: Final = "TotalNumberInTimeRange"
_DAY: Final = 86_400.0
"""Seconds; who is said to have waited longer is anybody who waited at least so long as the left."""
_NO_RANGE: Final = ("timeRangeLeft", "timeRangeRight")


class Outcome(StrEnum):
    """How a wait ended, by the word of its mask."""

    ANSWERED = "CallAnswered"
    ABANDONED = "CallAbandoned"


@dataclass(frozen=True, slots=True)
class Range:
    """Which waits a statistic counts."""

    outcome: Outcome
    left: float
    """Seconds; who waited exactly so long is in it."""
    right: float
    """Seconds, infinite for the last range; who waited exactly so long is in the next one."""
    alike: Hashable
    """What else decides what it counts: window, filter. Only what is equal in it adds up."""


class Ranges(NamedTuple):
    """What counts all waits of an object, without a hole."""

    edges: tuple[float, ...]
    """Seconds, from 0; the last one is infinite. One more than there are ranges."""
    answered: tuple[int, ...]
    """Of each range the place of what counts its answered calls ..."""
    abandoned: tuple[int, ...]
    """... and of those that hung up."""


def range_of(definition: Definition | None) -> Range | None:
    """Return which waits a statistic counts; None if it is no counter of waits in a range."""
    if definition is None or definition.category != _RANGED or not counts_up(definition):
        return None
    mask, right = definition.text("mainMask").strip(), definition.seconds("timeRangeRight")
    if mask not in set(Outcome) or right is None:
        return None
    left = definition.seconds("timeRangeLeft") or 0.0
    plain = {key: value for key, value in definition.fields.items() if key not in _NO_RANGE}
    alike = computes(Definition({**plain, "category": "TotalNumber", "mainMask": "CallWait"}))
    return Range(Outcome(mask), left, math.inf if right >= _DAY else right, alike)


def ranges_in(found: Sequence[Range | None]) -> Ranges | None:
    """Return the finest ranges that count all waits of one object, each once.

    Args:
        found: what each of its statistics counts. Ranges may overlap, and be of several windows:
            those of the first window that is whole are taken.

    Returns:
        Both outcomes have the same edges. None: waits of some length would not be counted.
    """
    for alike in dict.fromkeys(one.alike for one in found if one is not None):
        places: dict[Outcome, dict[tuple[float, float], int]] = {o: {} for o in Outcome}
        for place, one in enumerate(found):
            if one is not None and one.alike == alike:
                places[one.outcome].setdefault((one.left, one.right), place)
        answered, abandoned = (places[outcome] for outcome in Outcome)
        edges = _finest(answered.keys() & abandoned.keys())
        if edges:
            steps = list(pairwise(edges))
            return Ranges(
                edges, tuple(answered[s] for s in steps), tuple(abandoned[s] for s in steps)
            )
    return None


def _finest(steps: Iterable[tuple[float, float]]) -> tuple[float, ...]:
    """Return the longest way from 0 to infinity; empty where there is none."""
    ways: dict[float, tuple[float, ...]] = {0.0: (0.0,)}
    for left, right in sorted(steps):
        if left in ways and len(ways[left]) >= len(ways.get(right, ())):
            ways[right] = (*ways[left], right)
    return ways.get(math.inf, ())


def missing_ranges(
    objects: Iterable[ObjectRef], opened: Iterable[Statistic], library: Library
) -> list[Missing]:
    """Return what has to be opened so that the waits of these objects are counted.

    Nothing for an object whose waits are counted already, in whatever ranges.
    """
    names = next((own.entries for own in library.templates if own.id == TEMPLATE), ())
    entries = [library[name] for name in names]
    wanted = [(computes(e.definition), e) for e in entries if e.definition is not None]
    there: dict[ObjectRef, list[Definition]] = {}
    for one in opened:
        if range_of(one.definition) is not None and one.definition is not None:
            there.setdefault(one.ref, []).append(one.definition)
    result: list[Missing] = []
    for ref in dict.fromkeys(objects):
        own = there.get(ref, [])
        if ranges_in([range_of(one) for one in own]) is None:
            counted = {computes(one) for one in own}
            result += [
                (ref, Choice(None, entry.definition, entry.id))
                for key, entry in wanted
                if key not in counted and entry.valid_for(ref.object_type)
            ]
    return result
