"""Readings on disk, and what the table looked like at a given instant.

``History(folder, rules)`` is all that the rest of the program needs::

    history = History(folder)
    history.record(readings)                       # never blocks
    history.gap("connection", since=now)           # and history.mend("connection", until=later)
    samples = await asyncio.wrap_future(history.read(series, start_ms, end_ms))
    samples.arrived, samples.numbers, samples.values
    buckets = await asyncio.wrap_future(history.buckets([series], start_ms, end_ms, 1000))
    readings = await asyncio.wrap_future(history.as_of(when_ms))    # the whole table, one a series
    readings = await asyncio.wrap_future(history.last())
    gaps = await asyncio.wrap_future(history.gaps(start_ms, end_ms))
    history.close()

The time axis is when a reading arrived here, local epoch milliseconds: the service's own time of
it is kept beside. Knows domain and SQLite; no Qt, no asyncio, no service: whoever wires it up
tells it what arrives and what breaks off.
"""

from statmon.history.alert_journal import AlertEntry, Deed
from statmon.history.archive import Archive, Reader
from statmon.history.downsamples import CELL
from statmon.history.history import History
from statmon.history.model import (
    PERSONAL,
    Buckets,
    Gap,
    GapKind,
    Rules,
    Samples,
    SeriesInfo,
    State,
    Status,
)
from statmon.history.schema import NewerHistory
from statmon.history.sqlite_errors import UNREADABLE, sentence
from statmon.history.tolerant_reader import sound_reader

__all__ = [
    "CELL",
    "PERSONAL",
    "UNREADABLE",
    "AlertEntry",
    "Archive",
    "Buckets",
    "Deed",
    "Gap",
    "GapKind",
    "History",
    "NewerHistory",
    "Reader",
    "Rules",
    "Samples",
    "SeriesInfo",
    "State",
    "Status",
    "sentence",
    "sound_reader",
]
