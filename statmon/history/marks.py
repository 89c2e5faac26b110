"""What the file says of itself: how much there must be in it, and a few notes.

A row that is gone leaves nothing behind: that it is missing is only seen by who counts. So the
file says how many readings, names, gaps and segments there are, and the sum of their seals. Beside
it, a small file says the same as of the last commit: what is cut off from the end of the
write-ahead log takes with it what the file said of itself.
"""

import sqlite3
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from statmon import private
from statmon.history.seal import DamagedHistory, get, put

ALIVE: Final = 1
"""When statmon was last seen to run, local epoch milliseconds; how many readings there are."""
NEXT_SERIES: Final = 2
"""No series with a number from this one on was ever recorded."""
EXPIRED: Final = 3
"""Until when segments ended from which agents' readings that are too old were erased."""
COMPACTED: Final = 4
"""Up to this row the journal was compacted."""
WHOLE: Final = 5
"""From this segment on no page is missing."""
VERSION: Final = 10
"""The version of the file, as its head says it: one of the two may be damaged."""
TALLIES: Final = {"series": 6, "gap": 7, "segment": 8, "erasure": 9}
"""Where it stands how many rows a table has, and the sum of their seals."""
TALLY_FILE: Final = "history.tally"
_TALLY: Final = struct.Struct("<4qI")


class Tally(NamedTuple):
    """How much there was at the last commit."""

    alive: int
    """Local epoch milliseconds."""
    readings: int
    names: int
    gaps: int


def mark(connection: sqlite3.Connection, which: int) -> tuple[int, int]:
    """Return what stands at a mark; zeros where nothing was noted.

    Raises:
        DamagedHistory: it is not what was written.
        sqlite3.Error: it cannot be read.
    """
    row = get(connection, "mark", which)
    return (0, 0) if row is None else (row[1], row[2])


def set_mark(connection: sqlite3.Connection, which: int, value: int, more: int = 0) -> None:
    """Note something, inside the caller's transaction."""
    put(connection, "mark", which, value, more)


def fewer(connection: sqlite3.Connection, readings: int) -> None:
    """Note that so many readings were deleted, inside the caller's transaction."""
    alive, there = mark(connection, ALIVE)
    set_mark(connection, ALIVE, alive, there - readings)


def counted(connection: sqlite3.Connection, table: str) -> tuple[int, int]:
    """Return how many rows a table has, and the sum of their seals."""
    query = f"SELECT count(*), coalesce(sum(seal), 0) FROM {table}"  # noqa: S608
    number, seals = connection.execute(query).fetchone()
    return number, seals


def count(connection: sqlite3.Connection, table: str) -> int:
    """Note how many rows a table has, inside the transaction that changed it; return it."""
    number, seals = counted(connection, table)
    set_mark(connection, TALLIES[table], number, seals)
    return number


def check(connection: sqlite3.Connection, table: str) -> None:
    """Look whether a table has all its rows, and no others.

    Raises:
        DamagedHistory: it has not.
        sqlite3.Error: it cannot be read.
    """
    if counted(connection, table) != mark(connection, TALLIES[table]):
        raise DamagedHistory(f"the table {table} has not the rows that it had")


class TallyFile:
    """The small file beside the history's: written after each commit, never waited for."""

    def __init__(self, folder: Path) -> None:
        """Open it.

        Raises:
            OSError: it cannot be written.
        """
        private.make(folder / TALLY_FILE)
        self._file = (folder / TALLY_FILE).open("r+b", buffering=0)

    def write(self, found: Tally) -> None:
        """Say how much there is now. A disk that is full has room for it: it does not grow."""
        data = _TALLY.pack(*found, zlib.crc32(repr(tuple(found)).encode()))
        with suppress(OSError):  # then it says less than there is, and nothing is missed
            self._file.seek(0)
            self._file.write(data)

    def close(self) -> None:
        """Write no more."""
        self._file.close()


def read_tally(folder: Path) -> Tally | None:
    """Return what stands in the small file, or None where there is none that can be read."""
    try:
        *found, seal = _TALLY.unpack((folder / TALLY_FILE).read_bytes())
    except (OSError, struct.error):
        return None
    said = Tally(*found)
    return said if seal == zlib.crc32(repr(tuple(said)).encode()) else None
