"""One row an interval: smallest, average, largest and last value of a series in it.

A value holds until the next one arrives: a queue that stood at 3 for the whole quarter of an hour
has an average of 3 in it, though nothing arrived. The average is weighted by how long each value
held. While nothing was recorded (a gap), and from there until the next reading, it is not known,
and counts for nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from statmon.export.rows import NAMES, names_of, whole
from statmon.export.table import Column, Portion, Row, Table, iso
from statmon.history import Archive, Gap, Samples, SeriesInfo

COLUMNS: Final = (
    *NAMES,
    Column("readings", "whole"),
    Column("min", "number"),
    Column("avg", "number"),
    Column("max", "number"),
    Column("last", "number"),
    Column("freshness"),
)
_TOGETHER: Final = 20
"""Series that are read at once."""
_HOLDS: Final = 86_400_000
"""Milliseconds before the start in which a value is looked for that still holds."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def intervals(
    archive: Archive, chosen: Sequence[SeriesInfo], start: int, end: int, every: int
) -> Table:
    """Return what happened in each interval of ``every`` milliseconds, series by series.

    Intervals begin at full hours of this computer's clock as it stands at ``start``. Those in
    which a series has no number, and never had one before, are left out. Freshness: live, where
    readings arrived; quiet, where the last one still held; stale, where it was not known.
    """
    return Table(COLUMNS, _portions(archive, chosen, edges_of(start, end, every)))


def edges_of(start: int, end: int, every: int, zone: tzinfo | None = None) -> Ints:
    """Return where intervals begin, and where the last one ends; epoch milliseconds.

    They begin at full hours of a time zone (this computer's for None) as it stands at ``start``.
    """
    offset = datetime.fromtimestamp(start / 1000, UTC).astimezone(zone).utcoffset()
    shift = int(offset.total_seconds() * 1000) if offset is not None else 0
    first = (start + shift) // every * every - shift
    edges = np.arange(first, max(end, first + 1) + every, every, dtype=np.int64)
    return edges[: int(np.searchsorted(edges, end)) + 1]


def _portions(archive: Archive, chosen: Sequence[SeriesInfo], edges: Ints) -> Iterator[Portion]:
    start, end = int(edges[0]), int(edges[-1])
    gaps = archive.gaps_between(start - _HOLDS, end)
    for place in range(0, len(chosen), _TOGETHER):
        some = chosen[place : place + _TOGETHER]
        found = archive.read([info.series for info in some], start - _HOLDS, end)
        rows = [
            row
            for info, samples in zip(some, found, strict=True)
            for row in _rows(info, steps_of(samples, gaps), edges)
        ]
        yield Portion(rows, min(1.0, (place + _TOGETHER) / len(chosen)))


@dataclass(frozen=True, slots=True)
class Steps:
    """A series as a step line: each value holds until the next; NaN: not known."""

    times: Ints
    values: Floats
    arrived: NDArray[np.bool_]
    """Where a reading arrived, and not a gap began."""


def steps_of(samples: Samples, gaps: Sequence[Gap]) -> Steps:
    """Return the step line of a series; where a gap begins it is no longer known."""
    shown = ~samples.outdated
    times, values = samples.arrived[shown], samples.numbers[shown]
    begins = np.array(sorted(g.start for g in gaps if g.covers(samples.series)), np.int64)
    places = np.searchsorted(times, begins, "right")
    arrived = np.insert(np.ones(len(times), np.bool_), places, False)
    return Steps(np.insert(times, places, begins), np.insert(values, places, np.nan), arrived)


def _rows(info: SeriesInfo, steps: Steps, edges: Ints) -> Iterator[Row]:
    if not len(steps.times):
        return
    begun = max(0, int(np.searchsorted(edges, steps.times[0], "right")) - 1)
    names = names_of(info)
    found = figures(steps, edges)
    columns = [column[begun:].tolist() for column in found]
    for edge, count, low, mean, high, last, held in zip(
        edges[begun:-1].tolist(), *columns, strict=True
    ):
        freshness = "live" if count else "quiet" if held else "stale"
        numbers = (whole(low), whole(mean), whole(high), whole(last))
        yield (iso(edge), edge, *names, count, *numbers, freshness)


class Figures(NamedTuple):
    """What happened in each interval; NaN where it has no number."""

    counts: Ints
    """Readings that arrived in it."""
    lowest: Floats
    mean: Floats
    highest: Floats
    last: Floats
    held: NDArray[np.bool_]
    """Whether the value at its end is known."""


def figures(steps: Steps, edges: Ints) -> Figures:
    """Return what happened in each interval.

    Args:
        steps: the line.
        edges: where intervals begin, and where the last one ends; epoch milliseconds.
    """
    size = len(edges) - 1
    inside = (steps.times >= edges[0]) & (steps.times < edges[-1])
    before = np.searchsorted(steps.times, edges[:-1], "right") - 1
    # The line again, cut at the edges: each piece lies in one interval.
    times = np.concatenate((edges[:-1], steps.times[inside]))
    order = np.argsort(times, kind="stable")
    times = times[order]
    values = np.concatenate((np.append(steps.values, np.nan)[before], steps.values[inside]))[order]
    held = np.concatenate((np.append(steps.arrived, False)[before], steps.arrived[inside]))[order]
    place = np.searchsorted(edges, times, "right") - 1
    lasted = np.diff(times, append=edges[-1]).astype(np.float64)
    ends = np.append(np.searchsorted(place, np.arange(1, size)), len(times)) - 1
    starts = np.searchsorted(place, np.arange(size))
    # An edge at which a value begins is no piece of its own.
    shown = np.where((lasted > 0) | (order >= size), values, np.nan)
    return Figures(
        np.bincount(place[(order >= size) & held], minlength=size).astype(np.int64),
        np.fmin.reduceat(shown, starts),
        _mean(values, lasted, place, size),
        np.fmax.reduceat(shown, starts),
        values[ends],
        held[ends],
    )


def _mean(values: Floats, lasted: Floats, place: Ints, size: int) -> Floats:
    """Return the average in each interval, weighted by how long each value lasted."""
    known = ~np.isnan(values)
    weight = np.bincount(place[known], lasted[known], size)
    total = np.bincount(place[known], lasted[known] * values[known], size)
    mean: Floats = np.divide(total, weight, out=np.full(size, np.nan), where=weight > 0)
    return mean
