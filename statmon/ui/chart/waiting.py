"""The waits that a chart shows: which queues have which ranges, and what they counted in a span."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from statmon.analysis.buckets import Floats, Ints
from statmon.analysis.increments import increment
from statmon.analysis.waits import Bounds, Level, Waits, below, merged, percentile
from statmon.domain.statistic import ObjectRef
from statmon.domain.unit import Unit
from statmon.domain.waits import Ranges, range_of, ranges_in
from statmon.live.table import LiveTable
from statmon.ui.chart.increases import named
from statmon.ui.look import numbers
from statmon.ui.look.text import tr

Line = Callable[[int], tuple[Ints, Floats]]
"""Returns when a row had which number, NaN where it is not known."""
_NAMED = 4
"""Queues that are named; of more it is said how many they are."""


@dataclass(frozen=True, slots=True)
class Queue:
    """An object whose waits are all counted."""

    name: str
    ranges: Ranges
    rows: tuple[int, ...]
    """The table's row of each place that the ranges name."""

    @property
    def used(self) -> tuple[int, ...]:
        """The rows that are counted."""
        places = (*self.ranges.answered, *self.ranges.abandoned)
        return tuple(self.rows[place] for place in places)


@dataclass(frozen=True)
class Counted:
    """What was counted of some queues in a span."""

    waits: Waits | None
    """None while nothing is known."""
    begin: int
    """Since when, epoch milliseconds: the span's begin, or when the last queue was known first."""
    partly: bool
    """Some of the time was not recorded: what is told is what was counted."""
    names: tuple[str, ...]
    """The queues that are in it ..."""
    without: tuple[str, ...]
    """... and those of which nothing is known yet."""


def rows_of(table: LiveTable, objects: Iterable[ObjectRef]) -> list[int]:
    """Return the rows that count waits of some objects in ranges."""
    wanted, statistics = set(objects), table.statistics
    return [
        row
        for row in table.rows()
        if statistics[row].ref in wanted and range_of(statistics[row].definition) is not None
    ]


def queues_in(
    table: LiveTable, rows: Sequence[int], name_of: Callable[[ObjectRef], str]
) -> list[Queue]:
    """Return the objects of which the rows count all waits."""
    by_object: dict[ObjectRef, list[int]] = {}
    for row in rows:
        if range_of(table.statistics[row].definition) is not None:
            by_object.setdefault(table.statistics[row].ref, []).append(row)
    found = []
    for ref, own in by_object.items():
        ranges = ranges_in([range_of(table.statistics[row].definition) for row in own])
        if ranges is not None:
            found.append(Queue(name_of(ref), ranges, tuple(own)))
    return found


def counted(queues: Sequence[Queue], line: Line, begin: int, now: int) -> Counted:
    """Return what was counted from an instant to now, epoch milliseconds.

    It begins later where less is known: before that nobody knows who waited.
    """
    known: list[tuple[Queue, dict[int, tuple[Ints, Floats]]]] = []
    without = []
    for queue in queues:
        lines = {row: line(row) for row in queue.used}
        first = [_first(*one) for one in lines.values()]
        since = max(at for at in first if at is not None) if None not in first else None
        if since is None or since > now:
            without.append(queue.name)
        else:
            known.append((queue, lines))
            begin = max(begin, since)
    if not known:
        return Counted(None, begin, partly=False, names=(), without=tuple(without))
    partly, parts = False, []
    for queue, lines in known:
        grown = {row: increment(*one, begin, now + 1) for row, one in lines.items()}
        partly = partly or not all(exact for _, exact in grown.values())
        answered, abandoned = (
            np.nan_to_num([grown[queue.rows[place]][0] for place in places])
            for places in (queue.ranges.answered, queue.ranges.abandoned)
        )
        parts.append(Waits(queue.ranges.edges, answered, abandoned))
    names = tuple(queue.name for queue, _ in known)
    return Counted(merged(parts), begin, partly, names, tuple(without))


def _first(times: Ints, values: Floats) -> int | None:
    """Return when a number was known first; None: never."""
    if len(values) and values[0] == values[0]:
        return int(times[0])
    at = np.flatnonzero(~np.isnan(values))
    return int(times[at[0]]) if len(at) else None


# In words.


def summary(got: Counted, now: int) -> str:
    """Say whose waits are shown, of which time, and how many they are."""
    waits = got.waits
    if waits is None:
        return tr("Nothing is known yet of who has waited.")
    answered, hung_up = float(waits.answered.sum()), float(waits.abandoned.sum())
    count = f"{_at_least(got)}{_count(answered + hung_up)}"
    return tr("{who}, {span}: {count} waited, {answered} answered, {abandoned} hung up.").format(
        who=_who(got.names), span=named(np.array([got.begin, now], np.int64), 0), count=count,
        answered=f"{_at_least(got)}{_count(answered)}",
        abandoned=f"{_at_least(got)}{_count(hung_up)}",
    )  # fmt: skip


def level_in_words(got: Counted, level: Level, seconds: float, short: float) -> str:
    """Say the service level at a threshold with its arithmetic, or between what it is."""
    waits = got.waits
    if waits is None or math.isnan(level.share.least):
        return ""
    near = "≈ " if got.partly else ""
    if level.share.exact:
        words = tr("Answered within {seconds}: {share} = {some} of {all}.")
    else:
        words = tr("Answered within {seconds}: {share}, that is {some} of {all}.")
    said = words.format(
        seconds=_seconds(seconds), share=near + _between(level.share, _percent),
        some=_between(level.in_time, _count), all=_between(level.counted, _count),
    )  # fmt: skip
    if not level.in_time.exact:
        left, right = _around(waits.edges, seconds)
        said += " " + tr(
            "Exact at {edges}: between them nobody counts who was answered when."
        ).format(edges=" · ".join(_seconds(edge) for edge in (left, right) if math.isfinite(edge)))
    soon = below(waits.edges, waits.abandoned, short)
    if short and soon.most:
        said += " " + tr("{count} who hung up within {seconds} do not count.").format(
            count=_between(soon, _count), seconds=_seconds(short)
        )
    return said


def percentiles_in_words(waits: Waits) -> str:
    """Say between which edges the median and the ninetieth percentile are, by outcome."""
    if not waits.all.sum():
        return ""
    lines = []
    for counts, words in (
        (
            waits.all,
            tr("Half of all waited no longer than {half} (P50), nine of ten {most} (P90)."),
        ),
        (waits.answered, tr("Until an answer: {half} (P50), {most} (P90).")),
        (waits.abandoned, tr("Until they hung up: {half} (P50), {most} (P90).")),
    ):
        if counts.sum():
            half, most = (percentile(waits.edges, counts, part) for part in (0.5, 0.9))
            lines.append(words.format(half=_wait(half), most=_wait(most)))
    return " ".join(lines)


def doubts(got: Counted) -> str:
    """Say what is missing from what is shown."""
    words = []
    if got.partly:
        words.append(
            tr("Some of this time was not recorded: these are the waits that were counted.")
        )
    if got.without and got.waits is not None:
        words.append(tr("Not known yet, so left out: {names}.").format(names=_who(got.without)))
    return " ".join(words)


def _who(names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names)
    return tr("{count} queues").format(count=_count(len(names)))


def _at_least(got: Counted) -> str:
    return "≥ " if got.partly else ""


def _around(edges: Sequence[float], seconds: float) -> tuple[float, float]:
    """Return the edges on both sides of a threshold."""
    return max(e for e in edges if e < seconds), min(e for e in edges if e > seconds)


def _between(bounds: Bounds, write: Callable[[float], str]) -> str:
    if bounds.exact:
        return write(bounds.least)
    return tr("{least} to {most}").format(least=write(bounds.least), most=write(bounds.most))


def _wait(bounds: Bounds) -> str:
    if math.isinf(bounds.most):
        return tr("{least} or longer").format(least=_seconds(bounds.least))
    return tr("{least} to {most}").format(least=_seconds(bounds.least), most=_seconds(bounds.most))


def _count(number: float) -> str:
    return numbers.written(number, Unit.COUNT)


def _percent(share: float) -> str:
    return numbers.written(share * 100, Unit.PERCENT)


def _seconds(number: float) -> str:
    return numbers.written(number, Unit.SECONDS)
