"""One row a reading, by the time at which it arrived."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from statmon.domain.cells import Cell
from statmon.domain.outside import visible
from statmon.domain.value import value_of
from statmon.export.table import Column, Portion, Row, Table, iso
from statmon.history import Archive, Samples, SeriesInfo

NAMES: Final = (
    Column("time"),
    Column("epoch_ms", "whole"),
    Column("subscription"),
    Column("object_type"),
    Column("object"),
    Column("label"),
    Column("statistic"),
)
COLUMNS: Final = (*NAMES, Column("number", "number"), Column("text"), Column("freshness"))
_PORTION: Final = 50_000
"""Readings that are in memory at once, about."""


def readings(archive: Archive, chosen: Sequence[SeriesInfo], start: int, end: int) -> Table:
    """Return the readings of some series that arrived from ``start`` to before ``end``.

    Freshness is what it was when the reading arrived: live; undefined, where the service said
    that it cannot compute it; or late, where a newer one had come before.
    """
    return Table(COLUMNS, _portions(archive, chosen, start, end))


def _portions(
    archive: Archive, chosen: Sequence[SeriesInfo], start: int, end: int
) -> Iterator[Portion]:
    cuts = archive.cuts(start, end, _PORTION)
    for number, (lo, hi) in enumerate(pairwise(cuts), 1):
        found = archive.read([info.series for info in chosen], lo, hi)
        yield Portion(_rows(chosen, found), number / (len(cuts) - 1))


def _rows(chosen: Sequence[SeriesInfo], found: Sequence[Samples]) -> list[Row]:
    rows = [
        row for info, samples in zip(chosen, found, strict=True) for row in _rows_of(info, samples)
    ]
    times = np.array([row[1] for row in rows], np.int64)
    return [rows[place] for place in np.argsort(times, kind="stable").tolist()]


def _rows_of(info: SeriesInfo, samples: Samples) -> Iterator[Row]:
    names = names_of(info)
    columns = (samples.arrived.tolist(), samples.values, samples.outdated.tolist())
    for arrived, raw, outdated in zip(*columns, strict=True):
        value = value_of(raw, info.unit)
        freshness = "late" if outdated else "undefined" if value.undefined else "live"
        yield (iso(arrived), arrived, *names, whole(value.number), value.text, freshness)


def names_of(info: SeriesInfo) -> tuple[str, str, str, str, str]:
    """Return what the table calls a series."""
    series = info.series
    title = info.title or series.measure
    names = (info.subscription, series.object_type, series.object_id, info.label, title)
    subscription, kind, id_, label, title = (visible(name, lines=True) for name in names)
    return subscription, kind, id_, label, title


def whole(number: float | None) -> Cell:
    """Return a number without its ``.0``."""
    if number is None or number != number:
        return None
    return int(number) if number == int(number) else number
