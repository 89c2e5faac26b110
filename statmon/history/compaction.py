"""Turns a finished stretch of the recording into a segment, in slices short enough to wait for."""

import sqlite3
from collections.abc import Iterator
from typing import Final

import numpy as np

from statmon.history.marks import COMPACTED, set_mark
from statmon.history.memtable import Memtable
from statmon.history.page_store import Writer, series_cuts
from statmon.history.segments import finish
from statmon.history.transaction import transaction

_SLICE: Final = 8192
"""Samples that are compacted in one go: some 3 to 5 ms."""


def compact(
    connection: sqlite3.Connection, stretch: Memtable, after: Memtable, number: int
) -> Iterator[None]:
    """Write a stretch as the segment of a number; each step is one slice.

    A crash in between loses nothing: until the last step the journal stands, and what was
    written is discarded by the next attempt.

    Args:
        connection: to the history's file.
        stretch: what is written; it ended with the journal's row ``stretch.upto``.
        after: the stretch that followed it.
        number: the segment's.
    """
    writer = Writer(connection, "segment", number)
    with transaction(connection):
        writer.discard()
    yield
    columns = stretch.columns()
    yield
    columns = columns.take(np.argsort(columns.ids, kind="stable"))
    yield
    for part in columns.parts(series_cuts(columns.ids, _SLICE)):
        with transaction(connection):
            writer.add(part)
        yield
    with transaction(connection):
        finish(connection, writer, after.before)
        connection.execute("DELETE FROM journal WHERE id <= ?", (stretch.upto,))
        set_mark(connection, COMPACTED, stretch.upto)
