"""A damaged file is set aside, never deleted; what can be read of it is saved."""

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from statmon.history.archive import FILE
from statmon.history.schema import connect, open_damaged
from statmon.history.transaction import transaction

_log = logging.getLogger(__name__)
_TABLES: Final = {
    "meta": "key",
    "series": "id",
    "gap": "id",
    "keyframe": "id",
    "segment": "id",
    "journal": "id",
    "erasure": "id",
}
"""The tables and their keys, but for the pages, which are looked up one by one."""
UNREADABLE: Final = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises; SQLite's own words about it may be no text."""
_SUFFIXES: Final = ("", "-wal", "-shm")
_TOGETHER: Final = 1000
"""Pages that are saved in one transaction."""


def set_aside(folder: Path, when: str) -> Path:
    """Rename the history's file; return its new name.

    Args:
        folder: where it is.
        when: goes into the name, for instance ``20260101-120000``.

    Raises:
        OSError: it cannot be renamed.
    """
    aside = folder / f"history-damaged-{when}.db"
    for suffix in _SUFFIXES:
        source = folder / f"{FILE}{suffix}"
        if source.exists():
            source.rename(f"{aside}{suffix}")
    return aside


def salvage(damaged: Path, folder: Path) -> int:
    """Write what can be read of a damaged file into a new one; return how many rows that were.

    Raises:
        sqlite3.Error: the new one cannot be written.
    """
    new = connect(folder / FILE)
    try:
        return _copy(damaged, new)
    finally:
        new.close()


def _copy(damaged: Path, new: sqlite3.Connection) -> int:
    try:
        old = open_damaged(damaged)
    except UNREADABLE as error:
        _log.warning("nothing of the damaged history can be read: %s", error)
        return 0
    try:
        saved = 0
        for table, key in _TABLES.items():
            with transaction(new):
                saved += _write(new, table, _rows(old, table, key))
        return saved + _copy_pages(old, new)
    finally:
        old.close()


def _copy_pages(old: sqlite3.Connection, new: sqlite3.Connection) -> int:
    # What the segments say that there is; each page stands and falls alone.
    wanted = [
        (segment << 20) + page
        for segment, pages in new.execute("SELECT id, length(firsts) / 4 FROM segment")
        for page in range(pages)
    ]
    saved = 0
    for start in range(0, len(wanted), _TOGETHER):
        found = (_row(old, page) for page in wanted[start : start + _TOGETHER])
        with transaction(new):
            saved += _write(new, "page", (row for row in found if row is not None))
    return saved


def _row(old: sqlite3.Connection, page: int) -> tuple[Any, ...] | None:
    try:
        row: tuple[Any, ...] | None = old.execute(
            "SELECT * FROM page WHERE id = ?", (page,)
        ).fetchone()
    except UNREADABLE:
        return None  # that it is damaged is why we are here
    return row


def _rows(old: sqlite3.Connection, table: str, key: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table from its beginning to the damage, and from its end to it."""
    seen = set()
    for order in ("ASC", "DESC"):
        try:
            for row in old.execute(f"SELECT * FROM {table} ORDER BY {key} {order}"):  # noqa: S608
                if row[0] in seen:
                    break
                seen.add(row[0])
                yield row
            else:
                return
        except UNREADABLE as error:
            _log.info("the damaged history's %s end early: %s", table, error)


def _write(new: sqlite3.Connection, table: str, rows: Iterator[tuple[Any, ...]]) -> int:
    saved = 0
    for row in rows:
        marks = ", ".join("?" * len(row))
        new.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row)  # noqa: S608
        saved += 1
    return saved
