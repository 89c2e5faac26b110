"""Every name stands in the file twice, far enough apart that one stretch of damage leaves one.

Without its name a reading is worth nothing, and the names of thousands of readings lie on a few
pages side by side. Where SQLite puts a row nobody can tell it; so it is looked up afterwards, and
a copy that came to lie too near is written once more later, when it will lie elsewhere.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from statmon.history.btree_rows import SIZE, keys_in
from statmon.history.page_images import Newest
from statmon.history.seal import Row, put_all, rows_of

AGAIN: Final = 64 * 1024
"""Bytes of readings that are written between two attempts."""
_FAR: Final = 10
"""Pages that a name and its copy are apart at least: 64 KB touch nine."""
_FULL: Final = SIZE // 2
"""Bytes after which a copy is full: no two fit on a page, so that each new one gets another."""


def copy_names(connection: sqlite3.Connection, names: Iterable[Row]) -> None:
    """Write the names of which there is no copy, inside the caller's transaction.

    Args:
        connection: to the history's file.
        names: the rows of all series.
    """
    copies = list(rows_of(connection, "copy"))
    there = names_in(copies)
    known = {row[0]: row for row in names}
    for number, data in copies:
        if all(known.get(row[0]) != row for row in _names(data)):
            connection.execute("DELETE FROM copy WHERE id = ?", (number,))
    lacking = [row for number, row in known.items() if there.get(number) != row]
    first = copies[-1][0] + 1 if copies else 1
    put_all(connection, "copy", enumerate(_packed(lacking), first))


def drop_near(connection: sqlite3.Connection, path: Path) -> bool:
    """Delete the copies that lie too near to what they are of; return whether there were any.

    Raises:
        OSError: the file cannot be read.
        sqlite3.Error: it cannot be written.
    """
    roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master"))
    with Newest(path) as images:
        series, copies = (dict(keys_in(images, roots[name])) for name in ("series", "copy"))
    near = [
        number
        for number, data in rows_of(connection, "copy")
        if any(abs(copies.get(number, 0) - series.get(row[0], 0)) < _FAR for row in _names(data))
    ]
    connection.executemany("DELETE FROM copy WHERE id = ?", ((number,) for number in near))
    return bool(near)


def names_in(copies: Iterable[Row]) -> dict[int, Row]:
    """Return the rows of series that stand in copies, by their numbers; the newest count.

    Raises:
        ValueError: a copy is none.
    """
    return {row[0]: row for _, data in sorted(copies) for row in _names(data)}


def _names(data: bytes) -> Iterator[Row]:
    return map(tuple, json.loads(data))


def _packed(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield rows as copies."""
    parts: list[bytes] = []
    for row in rows:
        parts.append(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode())
        if sum(map(len, parts)) > _FULL:
            yield b"[%s]" % b",".join(parts)
            parts = []
    if parts:
        yield b"[%s]" % b",".join(parts)
