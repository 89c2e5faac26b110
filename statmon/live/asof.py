"""What the table was at an instant: the same rows, filled with what was known then.

The result equals a table that has lived through all of it up to that instant: values, times,
states, and also freshness, since that is decided by the same code from the same columns.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.live.freshness import LIVE_FOR
from statmon.live.table import LiveTable

LOOK_BACK = LIVE_FOR
"""Milliseconds before the instant whose readings count one by one: whether a value is live or
quiet depends on when it last changed, and beyond that it is quiet in any case."""


class Gap(Protocol):
    """A time in which nothing was known, of all series or of some."""

    @property
    def start(self) -> int:
        """Local epoch milliseconds."""

    @property
    def end(self) -> int | None:
        """None while it lasts."""

    @property
    def series(self) -> tuple[Series, ...] | None:
        """None: all of them."""


def fill(table: LiveTable, readings: Iterable[Reading], gaps: Sequence[Gap], when: int) -> None:
    """Let a blank table live through readings and gaps up to an instant.

    Args:
        table: its subscriptions are closed and it has no readings.
        readings: the newest of each series ``LOOK_BACK`` before the instant, and all since.
        gaps: those that began before the instant.
        when: local epoch milliseconds.
    """
    table.set_open(table.series, is_open=True)
    _live_through(table, sorted(readings, key=lambda reading: reading.arrived), gaps, when)
    settle(table, gaps, when)


def advance(
    table: LiveTable, readings: Iterable[Reading], gaps: Sequence[Gap], since: int, when: int
) -> None:
    """Let a filled table live on from one instant to a later one.

    Args:
        table: as it was at ``since``.
        readings: those that arrived after ``since`` and up to ``when``, by arrival.
        gaps: those that touch the time between; others do no harm.
        since: local epoch milliseconds.
        when: local epoch milliseconds.
    """
    begun = [gap for gap in gaps if gap.start > since]
    _live_through(table, list(readings), begun, when)
    if crossed(gaps, since, when):
        settle(table, gaps, when)


def crossed(gaps: Sequence[Gap], since: int, when: int) -> bool:
    """Return whether a gap begins or ends after one instant and up to a later one."""
    edges = (edge for gap in gaps for edge in (gap.start, gap.end))
    return any(edge is not None and since < edge <= when for edge in edges)


def _live_through(
    table: LiveTable, readings: Sequence[Reading], gaps: Sequence[Gap], when: int
) -> None:
    place = 0
    for gap in sorted(gaps, key=lambda gap: gap.start):
        if gap.start > when:
            break
        upto = place
        while upto < len(readings) and readings[upto].arrived <= gap.start:
            upto += 1
        table.apply(readings[place:upto], judged=True)
        place = upto
        table.set_open(members(table, gap), is_open=False)
    table.apply(readings[place:], judged=True)


def settle(table: LiveTable, gaps: Sequence[Gap], when: int) -> None:
    """Open what no gap closes at the instant."""
    lasting = [gap for gap in gaps if gap.start <= when and (gap.end is None or gap.end > when)]
    table.healthy = all(gap.series is not None for gap in lasting)
    closed = {series for gap in lasting for series in members(table, gap)}
    wanted = [series for series in table.series if series not in closed] if closed else table.series
    table.set_open(wanted, is_open=True)


def members(table: LiveTable, gap: Gap) -> Sequence[Series]:
    """Return the series that are not known in a gap; those of the table itself for all."""
    return table.series if gap.series is None else gap.series
