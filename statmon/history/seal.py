"""Rows of the history's file with a seal: whoever reads one knows that it is what was written.

SQLite notices some damage to its own structure, and none to what stands in it. So each row has,
as its last column, a checksum over its table's name, its key and its values. A row that was moved,
mixed up or half overwritten has not.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

UNSEALED: Final = frozenset({"page", "keyframe", "journal", "outline", "outline_page"})
"""Tables in which a statmon before version 4 of the file wrote rows; zlib has a checksum, too."""
Row = tuple[Any, ...]


class DamagedHistory(ValueError):
    """What stands in the file is not what was written."""


def seal_of(table: str, values: Iterable[Any]) -> int:
    """Return the checksum of a row.

    Args:
        table: in which it stands.
        values: its columns but for the seal, the key first.
    """
    words, seal = [table], 0
    for value in values:
        if type(value) is bytes:
            seal = zlib.crc32(value, seal)
        else:
            words.append(str(value))
    return zlib.crc32("\x1f".join(words).encode("utf-8", "surrogatepass"), seal)


def blob_of(connection: sqlite3.Connection, table: str, key: int) -> bytes | None:
    """Return what ``get`` returns of a table of two columns, faster; None if there is no such row.

    Raises:
        DamagedHistory: it is not what was written.
        sqlite3.Error: it cannot be read.
    """
    query = f"SELECT data, seal FROM {table} WHERE id = ?"  # noqa: S608
    row = connection.execute(query, (key,)).fetchone()
    if row is None:
        return None
    data, seal = row
    if type(data) is not bytes:
        raise DamagedHistory(f"row {key} of the table {table} is no blob")
    if seal is None and table in UNSEALED:
        return data
    if seal != zlib.crc32(f"{table}\x1f{key}".encode(), zlib.crc32(data)):
        raise DamagedHistory(f"row {key} of the table {table} is not what was written")
    return data


def sealed(table: str, values: Sequence[Any]) -> Row:
    """Return a row as it is written."""
    return (*values, seal_of(table, values))


def put(connection: sqlite3.Connection, table: str, *values: Any) -> None:
    """Write a row, in the place of the one with its key, inside the caller's transaction."""
    put_all(connection, table, [values])


def put_all(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write rows, each in the place of the one with its key, inside the caller's transaction."""
    made = (sealed(table, values) for values in rows)
    first = next(made, None)
    if first is None:
        return
    statement = f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(first))})"  # noqa: S608
    connection.execute(statement, first)
    connection.executemany(statement, made)


def opened(table: str, row: Sequence[Any]) -> Row:
    """Return a row's values.

    Raises:
        DamagedHistory: they are not what was written.
    """
    *values, seal = row
    if seal is None and table in UNSEALED:
        return tuple(values)
    if seal != seal_of(table, values):
        raise DamagedHistory(f"row {values[0]} of the table {table} is not what was written")
    return tuple(values)


def get(connection: sqlite3.Connection, table: str, key: int) -> Row | None:
    """Return the values of the row with a key, or None if there is none.

    Raises:
        DamagedHistory: they are not what was written.
        sqlite3.Error: it cannot be read.
    """
    query = f"SELECT * FROM {table} WHERE id = ?"  # noqa: S608
    row = connection.execute(query, (key,)).fetchone()
    if row is None:
        return None
    if row[0] != key:
        raise DamagedHistory(f"row {key} of the table {table} is another")
    return opened(table, row)


def rows_of(connection: sqlite3.Connection, table: str, where: str = "") -> Iterator[Row]:
    """Yield the values of all rows, by their keys.

    Args:
        connection: to the history's file.
        table: which.
        where: a condition in SQL, from a constant.

    Raises:
        DamagedHistory: some are not what was written.
        sqlite3.Error: they cannot be read.
    """
    query = f"SELECT * FROM {table} {where} ORDER BY id"  # noqa: S608
    return (opened(table, row) for row in connection.execute(query))
