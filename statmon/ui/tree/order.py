"""In which order the members of a tree stand: heads together, and sorted within them."""

import re
from collections.abc import Generator, Sequence

import numpy as np
from numpy.typing import NDArray

from statmon.live.catalogue import NO_ROW, Catalogue, Codes
from statmon.ui.tree.grouping import Level, Members

Ranks = NDArray[np.float64]
_LARGEST_COUNTED = 0xFFFF
_SIGN, _LAST = np.uint64(1 << 63), np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_DIGITS = re.compile(r"([0-9]{1,18})")


def natural(members: Members) -> NDArray[np.intp]:
    """Return the members in the order in which the workspace names them, heads together."""
    order = np.arange(len(members.rows))
    for level in reversed(members.levels):
        order = order[_stable(level.codes[order])]
    return order


def by_rank(
    members: Members, ranks: Ranks, catalogue: Catalogue, *, descending: bool
) -> Generator[None, None, NDArray[np.intp]]:
    """Sort members by a rank of their rows within their heads, in steps; return their order.

    Objects are sorted by the rank of their state, where they have one. What has no rank
    (NaN) stands last, whichever way round.

    Args:
        members: what to sort.
        ranks: a number for each row of the table.
        catalogue: says which row speaks for an object.
        descending: the largest first.
    """
    order = in_order(_turned(ranks[members.rows], descending))
    for level in reversed(members.levels):
        yield
        keys = level.codes
        if level.objects:
            own = _of_objects(ranks, catalogue)
            # Ties and silent objects keep the order in which they came.
            places = in_order(_turned(own, descending))
            keys = _inverse(places)[level.codes]
        order = order[_stable(keys[order])]
    return order


def in_order(ranks: Ranks) -> NDArray[np.intp]:
    """Return where the smallest stands, and so on; equal ones as they came, NaN last.

    Counts the digits of the numbers, 16 bits each, from the least on: half the time of comparing
    them, a third where they are whole.
    """
    # As integers, numbers are in order once the sign is turned and the negative ones are all.
    bits = (ranks + 0.0).view(np.uint64)
    bits = np.where(bits >= _SIGN, ~bits, bits | _SIGN)
    bits[np.isnan(ranks)] = _LAST
    order = np.arange(len(ranks))
    for shift in range(0, 64, 16):
        digits = (bits >> np.uint64(shift)).astype(np.uint16)
        if len(digits) and (digits != digits[0]).any():
            order = order[np.argsort(digits[order], kind="stable")]
    return order


def _stable(keys: Codes) -> NDArray[np.intp]:
    """Return the order of small numbers; in 16 bits numpy counts them instead of comparing."""
    small = len(keys) and keys.max() <= _LARGEST_COUNTED and keys.min() >= 0
    return np.argsort(keys.astype(np.uint16) if small else keys, kind="stable")


def by_name(
    members: Members, titles: Sequence[str], names: Sequence[str], catalogue: Catalogue,
    *, descending: bool,
) -> NDArray[np.intp]:  # fmt: skip
    """Return the members sorted by what they and their heads are called.

    Args:
        members: what to sort.
        titles: the name of each statistic's title.
        names: the name of each object.
        catalogue: says which rows are whose.
        descending: Z first.
    """
    if members.by_object:
        own = alphabetical(names)[catalogue.object_of[members.rows]]
    else:
        own = alphabetical(titles)[catalogue.title_of[members.rows]]
    order = np.argsort(-own if descending else own, kind="stable")
    for level in reversed(members.levels):
        heads = alphabetical(_labels(level))[level.codes]
        keys = -heads if descending else heads
        order = order[np.argsort(keys[order], kind="stable")]
    return order


def alphabetical(names: Sequence[str]) -> Codes:
    """Return for each name its place in the alphabet, numbers in them by their size."""
    places = sorted(range(len(names)), key=lambda place: _natural_key(names[place]))
    return _inverse(np.array(places, np.intp))


def _natural_key(name: str) -> list[tuple[int, int, str]]:
    # Split at digits: every second part is a number, so equal places hold equal kinds.
    parts = _DIGITS.split(name.casefold())
    return [(0, int(part), "") if place % 2 else (1, 0, part) for place, part in enumerate(parts)]


def _labels(level: Level) -> list[str]:
    return [level.labels[code] for code in range(len(level.labels))]


def _of_objects(ranks: Ranks, catalogue: Catalogue) -> Ranks:
    # Sorted in steps: the catalogue may know rows that came since the ranks were taken.
    rows = np.where(catalogue.state_of < len(ranks), catalogue.state_of, NO_ROW)
    silent = rows == NO_ROW
    return np.where(silent, np.nan, ranks[np.where(silent, 0, rows)])


def _turned(ranks: Ranks, descending: bool) -> Ranks:
    return -ranks if descending else ranks


def _inverse(places: NDArray[np.intp]) -> Codes:
    result = np.empty(len(places), np.int32)
    result[places] = np.arange(len(places), dtype=np.int32)
    return result
