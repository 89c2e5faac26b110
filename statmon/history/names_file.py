"""The names once more, in a small file beside the history's, until they stand in that one twice.

In a new history all names lie within 64 KB, and so does their copy, wherever it is written: what
hits one hits the other. A stretch of damage lies in one file; so until the copy in the history's
own file came to lie far enough from the names (``copies``) it stands in this one.
"""

import json
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from statmon import private
from statmon.history.seal import Row

NAMES_FILE: Final = "history.names"
_LARGEST: Final = 64 * 1024 * 1024


class NamesFile:
    """The small file: written after each commit, never waited for."""

    def __init__(self, folder: Path) -> None:
        """Open it, empty.

        Raises:
            OSError: it cannot be written.
        """
        private.make(folder / NAMES_FILE)
        self._file = (folder / NAMES_FILE).open("r+b", buffering=0)
        self.clear()

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows of series; those of the same number before do not count any more."""
        lines = [_line(row) for row in rows]
        with suppress(OSError):  # a full disk: the names stand in the history's file alone
            self._file.write(b"".join(lines))

    def clear(self) -> None:
        """Let no name stand in it: they stand elsewhere, or shall not stand anywhere."""
        self._file.seek(0)
        self._file.truncate()

    def close(self) -> None:
        """Write no more."""
        self._file.close()


def read_names(folder: Path) -> dict[int, Row]:
    """Return the rows of series that stand in the small file, by their numbers."""
    try:
        with (folder / NAMES_FILE).open("rb") as file:
            lines = file.read(_LARGEST).splitlines()
    except OSError:
        return {}
    found = (line.partition(b" ") for line in lines)
    rows = (tuple(json.loads(text)) for seal, _, text in found if seal == _seal(text))
    return {row[0]: row for row in rows}


def _line(row: Row) -> bytes:
    text = json.dumps(row, separators=(",", ":")).encode()
    return b"\n%s %s\n" % (_seal(text), text)  # whatever half a line is before it


def _seal(text: bytes) -> bytes:
    return b"%08x" % zlib.crc32(text)
