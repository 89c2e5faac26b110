"""Whether a file from elsewhere is a history, and nothing else than one.

SQLite runs what a file's schema says: triggers, views, computed columns. A stranger's file is
therefore opened for reading only, with nothing of its schema trusted, and refused unless its
schema is to the letter what statmon makes.
"""

import sqlite3
from functools import cache
from pathlib import Path

from statmon.history.schema import APPLICATION, MIGRATIONS, NewerHistory

Schema = frozenset[tuple[str, str, str]]


class Foreign(ValueError):
    """It is no history of statmon's; the message is the rest of a sentence."""


def check(path: Path) -> None:
    """Make sure that a file may be opened as a history.

    Raises:
        Foreign: it is something else, or holds more than a history does.
        NewerHistory: a newer statmon wrote it.
        sqlite3.Error: it cannot be read.
    """
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
            connection.execute(f"PRAGMA {pragma}")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise Foreign("its database is not one of statmon's")
        if version > len(MIGRATIONS):
            raise NewerHistory(path)
        if strange := _schema(connection) - _made(version):
            name = sorted(name for _, name, _ in strange)[0][:40]
            raise Foreign(f"its database holds “{name}”, which no history has")
    finally:
        connection.close()


def _schema(connection: sqlite3.Connection) -> Schema:
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    return frozenset((str(kind), str(name), str(sql)) for kind, name, sql in rows)


@cache
def _made(version: int) -> Schema:
    """Return the schema that statmon makes in that version."""
    connection = sqlite3.connect(":memory:")
    try:
        for step in MIGRATIONS[:version]:
            for statement in step:
                connection.execute(statement)
        return _schema(connection)
    finally:
        connection.close()
