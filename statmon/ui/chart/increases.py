"""What a chart of bars per interval shows: by how much its counters grew in each, and how sure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from statmon.analysis.buckets import Floats, Ints, with_gaps
from statmon.analysis.increments import Increments
from statmon.domain.unit import Unit
from statmon.history.model import Gap, Samples
from statmon.ui.chart.ticks import clock, local, ticks
from statmon.ui.chart.track import Track
from statmon.ui.look import numbers
from statmon.ui.look.text import tr

_HOUR, _DAY = 3600, 86_400
_EVERY = ((2 * _HOUR, 300), (_DAY, 900), (2 * _DAY, 1800), (8 * _DAY, _HOUR))
"""Seconds: up to which span an interval is so long."""


def every(span: float, wanted: float = 0) -> int:
    """Return the seconds of an interval: those that are wanted, else what suits a span."""
    if wanted > 0:
        return max(60, round(wanted))
    return next((step for most, step in _EVERY if span <= most), _DAY)


def edges_of(now: int, span: float, step: int) -> Ints:
    """Return where the intervals of a span begin, and where the last one ends: epoch milliseconds.

    They begin at whole intervals of the local day; the last one is under way.
    """
    end = now / 1000
    found = ticks(int(end - span) - step, int(end) + step + 1, step)
    inside = [at for at in found if at + step > end - span and at <= end]
    after = [at for at in found if at > end]
    return np.array([*inside, *after[:1]], np.int64) * 1000


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read of one counter, as a step line with NaN where nothing is known."""

    begin: int
    times: Ints
    values: Floats


def kept(samples: Samples, gaps: Sequence[Gap], begin: int) -> Kept:
    """Return what was read of a counter from an instant on, epoch milliseconds."""
    shown = ~samples.outdated
    begins = [g.start for g in gaps if g.covers(samples.series)]
    return Kept(begin, *with_gaps(samples.arrived[shown], samples.numbers[shown], begins))


def line(past: Kept | None, track: Track) -> tuple[Ints, Floats]:
    """Return when a counter had which number, from history and from memory."""
    times, values = track.times, track.values
    if past is None:
        return times, values
    before = past.times < track.begins
    return (
        np.concatenate((past.times[before], times)),
        np.concatenate((past.values[before], values)),
    )


def amount(got: Increments, place: int, unit: Unit) -> str:
    """Write one interval's number: ``27``, its bounds ``20–32``, ``≥ 20``, or a dash."""
    least, most = float(got.least[place]), float(got.most[place])
    if math.isnan(least):
        return "–"
    if not got.across[place]:
        return numbers.written(least, unit)
    if math.isinf(most) or most == least:
        return f"≥ {numbers.written(least, unit)}"
    return f"{numbers.written(least, unit)}–{numbers.written(most, unit)}"


def named(edges: Ints, place: int) -> str:
    """Name an interval: its day where that is not today, and from when to when."""
    begin, end = edges[place] / 1000, edges[place + 1] / 1000
    day = (
        "" if local(begin).date() == local(edges[-1] / 1000).date() else f"{local(begin):%a %d %b} "
    )
    return f"{day}{clock(begin)}–{clock(end)}"


def sentence(edges: Ints, place: int, found: Sequence[tuple[str, Unit, Increments]]) -> str:
    """Say what an interval shows of all counters, and what is to be known of it."""
    words = [f"{name} {amount(got, place, unit)}" for name, unit, got in found]
    said = f"{named(edges, place)}: {', '.join(words)}"
    if any(got.restarts[place] for _, _, got in found):
        said += f" · {tr('began anew in it')}"
    if any(got.across[place] for _, _, got in found):
        said += f" · {tr('some of it was not recorded')}"
    return said
