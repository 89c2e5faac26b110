"""What can be read of a damaged file is written into a sound one; what is gone is counted.

The damaged file is set aside; ``aside`` says when it is deleted.
"""

import sqlite3
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from statmon.history.archive import FILE
from statmon.history.aside import NAME, SAVING
from statmon.history.btree_rows import Found, leaf_rows, roots_in, rows_in
from statmon.history.inflate import inflate
from statmon.history.marks import TALLY_FILE, read_tally
from statmon.history.model import Damage
from statmon.history.names_file import NAMES_FILE, read_names
from statmon.history.page_images import Newest
from statmon.history.rebuild import mend
from statmon.history.schema import connect
from statmon.history.seal import Row, seal_of, sealed
from statmon.history.transaction import transaction

_SUFFIXES: Final = ("", "-wal", "-shm")
_TOGETHER: Final = 1000
"""Rows that are saved in one transaction."""
_WIDTHS: Final[dict[str, int]] = {
    "page": 3,
    "keyframe": 3,
    "copy": 3,
    "journal": 4,
    "mark": 4,
    "erasure": 4,
    "gap": 6,
    "segment": 6,
    "damage": 8,
    "series": 10,
}
"""The tables that are saved, and how many columns they have. Outlines are made anew."""
_TABLES_OF: Final = {
    width: [table for table, of_table in _WIDTHS.items() if of_table == width]
    for width in set(_WIDTHS.values())
}
_LARGE: Final = frozenset({"page", "keyframe", "journal"})
"""What is written at once; the other tables are looked through first."""


def set_aside(folder: Path, when: str) -> Path:
    """Rename the history's file; return its new name.

    Raises:
        OSError: it cannot be renamed.
    """
    aside = folder / NAME.format(when=when)
    for suffix in _SUFFIXES:
        source = folder / f"{FILE}{suffix}"
        if source.exists():
            source.rename(f"{aside}{suffix}")
    return aside


def replace(folder: Path, when: str) -> tuple[Damage, Path]:
    """Put a sound file in the place of a damaged one; return what is gone, and where that is.

    If it cannot be made, because the disk is full for instance, the damaged one stays in its place.

    Args:
        folder: where it is.
        when: goes into the damaged file's new name, for instance ``20260101-120000``.

    Raises:
        OSError, sqlite3.Error: the sound one cannot be made.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=SAVING) as name:
        place = Path(name)
        damage = salvage(folder / FILE, folder, place)
        aside = set_aside(folder, when)
        for beside in (TALLY_FILE, NAMES_FILE):
            (folder / beside).unlink(missing_ok=True)
        (place / FILE).replace(folder / FILE)
    return damage, aside


def salvage(damaged: Path, said_in: Path, folder: Path) -> Damage:
    """Write what can be read of a damaged file into a new one; return what is gone.

    Args:
        damaged: the file; its log lies beside it.
        said_in: the folder in which the file was, where it stands how much there was.
        folder: where the new one is made.

    Raises:
        OSError: the damaged one cannot be read at all.
        sqlite3.Error: the new one cannot be written.
    """
    said = read_tally(said_in)
    new = connect(folder / FILE)
    try:
        with Newest(damaged) as images:
            small = _copy(images, new)
        small["beside"] = read_names(said_in)
        return mend(new, small, said)
    finally:
        new.close()


Small = dict[str, dict[int, Row]]


def _copy(images: Newest, new: sqlite3.Connection) -> Small:
    """Write the large tables into the new file; return the rows of the small ones by their keys."""
    small: Small = defaultdict(dict)
    loose: Small = defaultdict(dict)
    waiting: dict[str, list[Row]] = defaultdict(list)
    for found in _all(images, new):
        known = _known(found)
        if known is None:
            continue
        table, row, with_seal = known
        if table not in _LARGE:
            (small if with_seal else loose)[table].setdefault(row[0], row)
            continue
        waiting[table].append(row)
        if len(waiting[table]) >= _TOGETHER:
            _write(new, table, waiting.pop(table))
    for table, rows in waiting.items():
        _write(new, table, rows)
    # A file of before there were seals has none at all.
    return small if any(small.values()) else loose


def _all(images: Newest, new: sqlite3.Connection) -> Iterator[Found]:
    """Yield all rows that can be found, the newest of a key first."""
    layout = dict(new.execute("SELECT rootpage, name FROM sqlite_master WHERE type = 'table'"))
    # Every history has its tables in the same places; its own schema says it better, if it can.
    yield from rows_in(images, {**layout, **roots_in(images)})
    for page, image in images.damaged():
        for row in leaf_rows(images, page, image):
            yield Found(None, row)


def _known(found: Found) -> tuple[str, Row, bool] | None:
    """Return to which table a row belongs, its values, and whether its seal says so."""
    width = len(found.row)
    *values, seal = found.row
    for table in _TABLES_OF.get(width, ()):
        if seal == seal_of(table, values):
            return table, tuple(values), True
    if found.table is None or found.table not in _WIDTHS:
        return None
    lacking = _WIDTHS[found.table] - width
    if lacking not in {0, 1} or (not lacking and seal is not None):
        return None
    old = found.row if lacking else tuple(values)
    return (found.table, old, False) if _plausible(found.table, old) else None


def _plausible(table: str, row: Row) -> bool:
    """Return whether a row without a seal can be what was written."""
    *_, last = row
    if table in _LARGE:
        try:
            return bool(inflate(last))
        except (zlib.error, TypeError):
            return False
    kinds = {"series": (str,) * 8, "gap": (str, int), "segment": (int, int, int, bytes)}
    return all(map(isinstance, row[1:], kinds.get(table, ())))


def _write(new: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * _WIDTHS[table])
    with transaction(new):
        new.executemany(
            f"INSERT OR IGNORE INTO {table} VALUES ({marks})",  # noqa: S608
            (sealed(table, row) for row in rows),
        )
