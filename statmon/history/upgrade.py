"""What no statement can do when a file gets its seals: compute them, and count what there is."""

import sqlite3
from typing import Final

from statmon.history import marks
from statmon.history.journal import unpack
from statmon.history.page import DamagedPage
from statmon.history.seal import put_all

SMALL: Final = {"series": 9, "gap": 5, "segment": 5, "erasure": 3}
"""The tables whose rows are sealed at once, and how many columns they had. Pages, keyframes and
journal keep the checksum that zlib gave them."""


def upgrade(connection: sqlite3.Connection) -> None:
    """Seal the rows of a file of before version 4, inside the caller's transaction.

    Raises:
        sqlite3.Error: it cannot be read or written.
    """
    there = {name for (name,) in connection.execute("SELECT name FROM main.sqlite_master")}
    for table, columns in SMALL.items():
        if table not in there:
            continue
        rows = connection.execute(f"SELECT * FROM main.{table}").fetchall()  # noqa: S608
        put_all(connection, table, [row[:columns] for row in rows])
    noted = dict(connection.execute("SELECT key, value FROM main.meta").fetchall())
    marks.set_mark(connection, marks.ALIVE, noted.get("alive", 0), _readings(connection))
    marks.set_mark(connection, marks.NEXT_SERIES, noted.get("series", 1))
    marks.set_mark(connection, marks.EXPIRED, noted.get("expired", 0))
    marks.set_mark(connection, marks.COMPACTED, _compacted(connection))
    marks.set_mark(connection, marks.WHOLE, _highest(connection) + 1)
    for table in marks.TALLIES:
        marks.count(connection, table)


def _readings(connection: sqlite3.Connection) -> int:
    (there,) = connection.execute("SELECT coalesce(sum(samples), 0) FROM segment").fetchone()
    batches = [batch for (batch,) in connection.execute("SELECT batch FROM journal")]
    try:
        return int(there) + len(unpack(batches))
    except DamagedPage:
        return int(there) + sum(map(_length, batches))


def _length(batch: bytes) -> int:
    try:
        return len(unpack([batch]))
    except DamagedPage:
        return 0


def _compacted(connection: sqlite3.Connection) -> int:
    (first,) = connection.execute("SELECT min(id) FROM journal").fetchone()
    if first is not None:
        return int(first) - 1
    query = "SELECT seq FROM main.sqlite_sequence WHERE name = 'journal'"
    row = connection.execute(query).fetchone()
    return 0 if row is None else int(row[0])


def _highest(connection: sqlite3.Connection) -> int:
    (segment,) = connection.execute("SELECT max(id) FROM segment").fetchone()
    return int(segment or 0)
