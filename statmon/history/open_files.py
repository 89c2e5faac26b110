"""Files that SQLite has open in this process must not be closed by anybody else in it.

On POSIX systems that would give away SQLite's locks, and another program could then write over
what we read (https://sqlite.org/howtocorrupt.html, 2.2). So whoever read such a file by itself
leaves it open until SQLite has closed it.
"""

import os
import sqlite3
import threading
from collections import Counter
from io import FileIO
from typing import Final

_Key = tuple[int, int]
_guard: Final = threading.Lock()
_held: Final[Counter[_Key]] = Counter()
_left_open: Final[dict[_Key, list[FileIO]]] = {}
_keys: Final[dict[int, _Key]] = {}
"""The file of each connection, by its identity."""


def hold(connection: sqlite3.Connection) -> None:
    """Note that SQLite has a file open."""
    rows = connection.execute("PRAGMA database_list").fetchall()
    path = next((path for _, name, path in rows if name == "main"), "")
    try:
        state = os.stat(path)  # noqa: PTH116 # it is SQLite's
    except OSError:
        return
    with _guard:
        key = _keys[id(connection)] = (state.st_dev, state.st_ino)
        _held[key] += 1


def let_go(connection: sqlite3.Connection) -> None:
    """Note that SQLite is about to close a file."""
    with _guard:
        key = _keys.pop(id(connection), None)
        if key is None:
            return
        _held[key] -= 1
        if _held[key] <= 0:
            del _held[key]
            for file in _left_open.pop(key, ()):
                file.close()


def close(file: FileIO) -> None:
    """Close a file, or leave it open as long as SQLite has it open."""
    with _guard:
        state = os.fstat(file.fileno())
        key = (state.st_dev, state.st_ino)
        if _held[key] > 0:
            _left_open.setdefault(key, []).append(file)
        else:
            del _held[key]
            file.close()
