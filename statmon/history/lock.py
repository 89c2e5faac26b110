"""One recorder at a time: a lock that the system releases however its process ends."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

from statmon import private

_LOCK: Final = "recorder.lock"


def is_recorded(folder: Path) -> bool:
    """Return whether a statmon is recording into a folder."""
    try:
        connection = sqlite3.connect(
            f"{(folder / _LOCK).resolve().as_uri()}?mode=ro", uri=True, timeout=0.0
        )
    except sqlite3.OperationalError:
        return False  # nobody ever did
    with contextlib.closing(connection):
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False


class RecorderLock:
    """The right to record into a folder. SQLite's own file locks work on every platform."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _LOCK
        self._connection: sqlite3.Connection | None = None

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._connection is not None

    def take(self) -> bool:
        """Try to get it; return whether it is ours.

        Raises:
            sqlite3.OperationalError, OSError: the folder cannot be written.
        """
        if self.held:
            return True
        if not self._path.exists():
            private.make(self._path)
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=0.0)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return False
            raise
        self._connection = connection
        return True

    def release(self) -> None:
        """Let another have it."""
        if self._connection is not None:
            with contextlib.closing(self._connection):
                self._connection.rollback()
            self._connection = None
