"""CSV: one line a row, UTF-8, for programs or for spreadsheets."""

from collections.abc import Sequence
from typing import TextIO

from statmon.domain.cells import SCRIPTS, Dialect, Rows
from statmon.export.table import Column, Row


class CsvWriter:
    """Writes a table as CSV; the file is its owner's to close."""

    def __init__(self, file: TextIO, columns: Sequence[Column], dialect: Dialect = SCRIPTS) -> None:
        self._rows = Rows(file, dialect)
        self._rows.put([[column.name for column in columns]])

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows; texts are made harmless, numbers stay numbers."""
        self._rows.put(rows)

    def close(self) -> None:
        """Nothing is left to be written."""
