"""What went wrong with the file, and what to tell the user."""

import sqlite3
from typing import Final, Literal

from statmon.history.seal import DamagedHistory

UNREADABLE: Final = (sqlite3.Error, UnicodeDecodeError, DamagedHistory)
"""What reading or writing the file raises; SQLite's own words about damage may be no text."""
Trouble = Literal["damaged", "disk"]
"""``damaged``: what stands in the file is not what was written. ``disk``: it cannot be read or
written now, and perhaps can later."""

_DAMAGED: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        # What we ask is always the same: if a table or a column is not there, or two rows have
        # one key, or a text has no end, then the file is another than it was.
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
    }
)
_WORDS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space, recording goes on by itself",
    sqlite3.SQLITE_READONLY: "the history cannot be written: make its folder writable",
    sqlite3.SQLITE_CANTOPEN: "the history cannot be opened: make its folder writable",
    sqlite3.SQLITE_PERM: "the history cannot be written: make its folder writable",
    sqlite3.SQLITE_BUSY: "another program holds the history's file: close it",
    sqlite3.SQLITE_LOCKED: "another program holds the history's file: close it",
    sqlite3.SQLITE_IOERR: "the disk does not read or write: check it",
}


def trouble_in(error: Exception) -> Trouble:
    """Tell what kind of trouble an error of the file is."""
    if isinstance(error, sqlite3.Error):
        return "damaged" if _code(error) in _DAMAGED else "disk"
    return "damaged"


def sentence(error: Exception) -> str:
    """Return one sentence for the user that says what to do."""
    if isinstance(error, sqlite3.Error):
        return _WORDS.get(_code(error), f"the history does not work ({error})")
    if isinstance(error, OSError):
        return f"the history's folder cannot be used ({error.strerror}): make it writable"
    return str(error)


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's primary code; an error of its Python module has none."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF
