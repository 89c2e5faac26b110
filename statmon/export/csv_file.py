"""CSV: one line a row, UTF-8, and nothing in it that a spreadsheet would run."""

import csv
from collections.abc import Sequence
from typing import Final, TextIO

from statmon.export.table import Cell, Column, Row

RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so is run by a spreadsheet, or ends its cell."""

_END: Final = "\r\n"
"""The csv module quotes what a line's end consists of: with both, no text breaks its line."""


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run: an apostrophe goes before it.

    Names come from the service and from colleagues: ``=HYPERLINK(…)`` is a name, too.
    """
    return f"'{text}" if text.startswith(RUNS) else text


class _Lines:
    """Ends lines with LF alone, as command lines expect."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> None:
        self._file.write(f"{line[: -len(_END)]}\n")


class CsvWriter:
    """Writes a table as CSV."""

    def __init__(self, file: TextIO, columns: Sequence[Column]) -> None:
        self._writer = csv.writer(_Lines(file), lineterminator=_END)
        self._writer.writerow([column.name for column in columns])

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows; texts are made harmless, numbers stay numbers."""
        self._writer.writerows([_cells(row) for row in rows])

    def close(self) -> None:
        """Nothing is left to be written: the file is its owner's."""


def _cells(row: Row) -> list[Cell]:
    return [harmless(cell) if isinstance(cell, str) else cell for cell in row]
