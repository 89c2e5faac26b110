"""What was counted in each interval, object by object, as workforce planning imports it.

Numbers are increases of counters, so they add up over intervals and queues; a number stands there
only if it is exact. Of an interval of which some was not recorded the bounds stand in a column of
words, so that nothing that is only known from below is added up.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final

import numpy as np

from statmon.analysis.buckets import Floats, Ints
from statmon.analysis.increments import Flags, Increments, added, increments, mean_of
from statmon.domain.counters import counts_up
from statmon.domain.definition import Definition
from statmon.domain.library import Library
from statmon.domain.outside import visible
from statmon.domain.statistic import ObjectRef, Series
from statmon.domain.waits import Outcome, Range, range_of, ranges_in
from statmon.domain.workspace import Workspace
from statmon.export.intervals import edges_of, steps_of
from statmon.export.rows import whole
from statmon.export.table import Column, Portion, Row, Table, iso
from statmon.history import Archive

COUNTS: Final = (
    "offered", "answered", "abandoned", "abandoned_short", "answered_in_time", "handled",
    "handling_time",
)  # fmt: skip
COLUMNS: Final = (
    Column("time"), Column("epoch_ms", "whole"), Column("date"), Column("from"), Column("to"),
    Column("object_type"), Column("object"), Column("label"),
    *(Column(name, "number") for name in COUNTS),
    Column("service_level", "number"), Column("in_time_seconds", "number"),
    Column("average_handling_time", "number"), Column("restarts", "whole"), Column("bounds"),
)  # fmt: skip
"""Times of day are the site's; durations are seconds; the service level is in per cent."""
_MASKS: Final = {"CallEntered": "offered", "CallAnswered": "answered", "CallAbandoned": "abandoned"}
_IN_TIME, _SOON = 20.0, 5.0
"""Seconds: what is in time, and who hangs up too soon to count, where only ranges tell it."""
_HOLDS: Final = 86_400_000
"""Milliseconds before the start in which a number is looked for that still holds."""


@dataclass(slots=True)
class _Counted:
    """What is counted of an object: a series for each count."""

    series: dict[str, tuple[Series, ...]] = field(default_factory=dict)
    """Several are added up: calls in ranges of seconds."""
    in_time: float = math.nan
    """Seconds within which a call is answered in time."""
    ranges: list[tuple[Range, Series]] = field(default_factory=list)
    """What counts its waits in ranges."""


def workforce(
    archive: Archive, workspace: Workspace, library: Library, start: int, end: int, every: int,
    zone: tzinfo | None,
) -> Table:  # fmt: skip
    """Return what a workspace's counters counted in each interval.

    Args:
        archive: the history.
        workspace: whose statistics are meant.
        library: knows what predefined names usually count.
        start: local epoch milliseconds.
        end: the same.
        every: milliseconds of an interval.
        zone: the site's; None: this computer's.
    """
    edges = edges_of(start, end, every, zone)
    counted = list(counted_in(workspace, library).items())
    labels = {item.ref: item.label for item in workspace.objects}

    def portions() -> Iterator[Portion]:
        for done, (ref, own) in enumerate(counted, 1):
            rows = list(_rows(archive, ref, labels.get(ref, ""), own, edges, zone))
            yield Portion(rows, done / len(counted))

    return Table(COLUMNS, portions())


def counted_in(workspace: Workspace, library: Library) -> Mapping[ObjectRef, _Counted]:
    """Return what a workspace counts of each object; of two for the same the first."""
    site = workspace.site.url.rstrip("/")
    result: dict[ObjectRef, _Counted] = {}
    for subscription in workspace.subscriptions:
        for item in subscription.statistics:
            statistic = item.statistic
            definition = statistic.definition
            if definition is None and (entry := library.entry_for(statistic)) is not None:
                definition = entry.definition
            role = "" if definition is None else _role(definition, library)
            limits = range_of(definition)
            if not role and limits is None:
                continue
            own = result.setdefault(statistic.ref, _Counted())
            if limits is not None:
                own.ranges.append((limits, statistic.series(site)))
            else:
                own.series.setdefault(role, (statistic.series(site),))
    for own in result.values():
        _take_ranges(own)
    return {ref: own for ref, own in result.items() if own.series}


def _take_ranges(own: _Counted) -> None:
    """Take what counts calls in time and short abandons: ranges that begin at 0.

    Those of a distribution, the first of which tells little, only where there are no others; then
    the ranges up to the usual limits are added up.
    """
    whole_set = ranges_in([limits for limits, _ in own.ranges])
    used = () if whole_set is None else (*whole_set.answered, *whole_set.abandoned)
    for role, outcome, usual in (
        ("answered_in_time", Outcome.ANSWERED, _IN_TIME),
        ("abandoned_short", Outcome.ABANDONED, _SOON),
    ):
        alone: list[tuple[float, tuple[Series, ...]]] = [
            (limits.right, (series,))
            for place, (limits, series) in enumerate(own.ranges)
            if limits.outcome is outcome and not limits.left and place not in used
        ]
        if not alone and whole_set is not None:
            places = whole_set.answered if outcome is Outcome.ANSWERED else whole_set.abandoned
            ends = [end for end in whole_set.edges[1:] if math.isfinite(end)]
            sums = [
                (end, tuple(own.ranges[place][1] for place in places[:count]))
                for count, end in enumerate(ends, 1)
            ]
            alone = sorted(sums, key=lambda item: abs(item[0] - usual))[:1]
        if alone:
            seconds, own.series[role] = alone[0]
            if outcome is Outcome.ANSWERED:
                own.in_time = seconds


def _role(definition: Definition, library: Library) -> str:
    """Return which count a definition is; empty for none."""
    if not counts_up(definition):
        return ""
    mask, category = definition.text("mainMask"), definition.category
    if category == "TotalNumber" and mask in _MASKS:
        return _MASKS[mask]
    for name, role in (("calls-handled", "handled"), ("handling-time", "handling_time")):
        known = library[name].definition if name in library else None
        if known is not None and (category, mask) == (known.category, known.text("mainMask")):
            return role
    return ""


def _rows(
    archive: Archive, ref: ObjectRef, label: str, own: _Counted, edges: Ints,
    zone: tzinfo | None,
) -> Iterator[Row]:  # fmt: skip
    start, end = int(edges[0]), int(edges[-1])
    series = list(dict.fromkeys(one for several in own.series.values() for one in several))
    gaps = archive.gaps_between(start - _HOLDS, end)
    grown: dict[Series, Increments] = {}
    for one, samples in zip(series, archive.read(series, start - _HOLDS, end), strict=True):
        steps = steps_of(samples, gaps)
        grown[one] = increments(steps.times, steps.values, edges)
    found: dict[str, Increments] = {
        name: added([grown[one] for one in own.series[name]])
        for name in COUNTS
        if name in own.series
    }
    known: Flags = np.any([~np.isnan(got.least) for got in found.values()], axis=0)
    level, mean = _service_level(found, len(known)), _handling(found, len(known))
    exact = {name: got.exact for name, got in found.items()}
    numbers = {name: got.numbers.tolist() for name, got in found.items()}
    restarts = np.max([got.restarts for got in found.values()], axis=0)
    for place in np.flatnonzero(known).tolist():
        begin, until = int(edges[place]), int(edges[place + 1])
        counts = [whole(numbers[n][place]) if n in numbers else None for n in COUNTS]
        yield (
            iso(begin), begin, f"{_local(begin, zone):%Y-%m-%d}", f"{_local(begin, zone):%H:%M}",
            f"{_local(until, zone):%H:%M}", ref.object_type, visible(ref.object_id), visible(label),
            *counts, whole(float(level[place])), whole(own.in_time), whole(float(mean[place])),
            int(restarts[place]),
            "; ".join(_bound(n, got, place) for n, got in found.items() if not exact[n][place]),
        )  # fmt: skip


def _service_level(found: Mapping[str, Increments], size: int) -> Floats:
    """In time ÷ (answered + abandoned - abandoned too soon to count, where that is counted)."""
    needed = ("answered_in_time", "answered", "abandoned")
    if not all(name in found for name in needed):
        return np.full(size, np.nan)
    good, answered, abandoned = (found[name].numbers for name in needed)
    short = found["abandoned_short"].numbers if "abandoned_short" in found else 0.0
    below = answered + abandoned - short
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.where(below > 0, 100 * good / below, np.nan)
    return result


def _handling(found: Mapping[str, Increments], size: int) -> Floats:
    if "handling_time" not in found or "handled" not in found:
        return np.full(size, np.nan)
    return mean_of(found["handling_time"], found["handled"])


def _bound(name: str, got: Increments, place: int) -> str:
    """Say what is known of a count that is not exact: ``answered 20 to 32``."""
    least, most = float(got.least[place]), float(got.most[place])
    if math.isnan(least):
        return f"{name} not known"
    if math.isinf(most) or most == least:
        return f"{name} at least {least:g}"
    return f"{name} {least:g} to {most:g}"


def _local(ms: int, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone)
