"""The file of the history: an SQLite database in WAL mode, its tables and their versions."""

import itertools
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from statmon import private
from statmon.history.marks import VERSION, mark, set_mark
from statmon.history.seal import DamagedHistory
from statmon.history.upgrade import SMALL, upgrade

APPLICATION: Final = 0x73746D6E
"""Marks an SQLite file as ours: ``stmn``."""
PAGE_SIZE: Final = 8192

_FIRST: Final = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID",
    "CREATE TABLE series (id INTEGER PRIMARY KEY, site TEXT NOT NULL, object_type TEXT NOT NULL,"
    " object_id TEXT NOT NULL, measure TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',"
    " label TEXT NOT NULL DEFAULT '', subscription TEXT NOT NULL DEFAULT '',"
    " unit TEXT NOT NULL DEFAULT 'count', UNIQUE (site, object_type, object_id, measure))",
    "CREATE TABLE journal (id INTEGER PRIMARY KEY AUTOINCREMENT, fresh INTEGER NOT NULL,"
    " batch BLOB NOT NULL)",
    "CREATE TABLE gap (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, start INTEGER NOT NULL,"
    " end INTEGER, series BLOB)",
)
_SEGMENTS: Final = (
    "CREATE TABLE segment (id INTEGER PRIMARY KEY, start INTEGER NOT NULL,"
    ' "end" INTEGER NOT NULL, samples INTEGER NOT NULL, firsts BLOB NOT NULL)',
    "CREATE TABLE keyframe (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE page (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    "CREATE TABLE erasure (id INTEGER PRIMARY KEY, series BLOB NOT NULL, until INTEGER NOT NULL)",
)
_OUTLINES: Final = (
    "CREATE TABLE outline (id INTEGER PRIMARY KEY, start INTEGER NOT NULL,"
    ' "end" INTEGER NOT NULL, samples INTEGER NOT NULL, firsts BLOB NOT NULL,'
    " upto INTEGER NOT NULL)",
    "CREATE TABLE outline_page (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
)
SEALED: Final = (
    "series",
    "journal",
    "gap",
    "segment",
    "keyframe",
    "page",
    "erasure",
    "outline",
    "outline_page",
)
"""The tables of before version 4, which have seals since."""
_SEALS: Final = (
    "CREATE TABLE mark (id INTEGER PRIMARY KEY, value INTEGER NOT NULL, more INTEGER NOT NULL,"
    " seal INTEGER)",
    "CREATE TABLE copy (id INTEGER PRIMARY KEY, data BLOB NOT NULL, seal INTEGER)",
    "CREATE TABLE damage (id INTEGER PRIMARY KEY, start INTEGER, end INTEGER,"
    " readings INTEGER NOT NULL, names INTEGER NOT NULL, gaps INTEGER NOT NULL,"
    " counted INTEGER NOT NULL, seal INTEGER)",
    *(f"ALTER TABLE {table} ADD COLUMN seal INTEGER" for table in SEALED),
    "DROP TABLE meta",
)
MIGRATIONS: Final[Sequence[Sequence[str]]] = (_FIRST, _SEGMENTS, _OUTLINES, _SEALS)
"""The statements that make a file of version n one of version n + 1; how many there are is
today's version."""
WITH_SEALS: Final = 4
"""The first version whose rows have seals; ``upgrade`` does what no statement can."""


class NewerHistory(Exception):
    """The file was written by a newer statmon."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"the history in {path} was written by a newer statmon: update statmon")


def connect(path: Path) -> sqlite3.Connection:
    """Open the file for recording, made if it is missing, brought to today's version.

    Raises:
        NewerHistory: a newer statmon wrote it.
        DamagedHistory, sqlite3.Error, OSError: it cannot be opened, or is damaged.
    """
    if not path.exists():
        private.make(path)  # what SQLite puts beside it is as private
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    connection.text_factory = _text
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open the file for reading only, while another may be recording it.

    Raises:
        NewerHistory: a newer statmon wrote it.
        sqlite3.Error: there is none, or it cannot be read.
    """
    uri = path.resolve().as_uri()
    try:
        connection = _opened(f"{uri}?mode=ro")
    except sqlite3.OperationalError:
        # In a folder that cannot be written nobody records: what stands there stands still.
        connection = _opened(f"{uri}?immutable=1")
    try:
        version = _version(connection, path)
        connection.execute("PRAGMA temp_store=MEMORY")
        if version < len(MIGRATIONS):
            _pretend(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _pretend(connection: sqlite3.Connection) -> None:
    """Let a file from before today look like one of today to who may not write it."""
    there = {name for (name,) in connection.execute("SELECT name FROM main.sqlite_master")}
    for statement in itertools.chain(*MIGRATIONS):
        verb, _, table, *_ = statement.split()
        if verb == "DROP":
            continue
        if table in there and table not in SMALL:
            if verb == "ALTER":
                connection.execute(
                    f"CREATE TEMP VIEW {table} AS SELECT *, NULL AS seal FROM main.{table}"  # noqa: S608
                )
        else:
            # What it lacks is empty.
            temporary = "CREATE TEMP TABLE" if verb == "CREATE" else "ALTER TABLE temp."
            plain = "CREATE TABLE" if verb == "CREATE" else "ALTER TABLE "
            connection.execute(statement.replace(plain, temporary))
    upgrade(connection)


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return how many bytes the data takes in the file."""
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _opened(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0)
    connection.text_factory = _text
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    for pragma in (
        f"page_size={PAGE_SIZE}",
        "auto_vacuum=INCREMENTAL",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "secure_delete=FAST",
        "cache_size=-8000",
        f"application_id={APPLICATION}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    migrate(connection, path)


def _text(data: bytes) -> str:
    """Read a text; of a damaged one, what can be read."""
    return data.decode("utf-8", "replace")


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a file to today's version, in one transaction a step.

    Raises:
        NewerHistory: it is newer than today's.
    """
    version = _version(connection, path)
    for number, step in enumerate(MIGRATIONS[version:], version + 1):
        connection.execute("BEGIN IMMEDIATE")
        for statement in step:
            if number == WITH_SEALS and statement.startswith("DROP"):
                upgrade(connection)
            connection.execute(statement)
        if number >= WITH_SEALS:
            set_mark(connection, VERSION, number)
        connection.execute(f"PRAGMA user_version={number}")
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a file.

    Raises:
        NewerHistory: a newer statmon wrote it.
        DamagedHistory: it does not say it.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise NewerHistory(path)
    there = connection.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'mark'").fetchone()
    if there and mark(connection, VERSION) != (version, 0):
        raise DamagedHistory(f"its version is not {version}")
    return int(version)
