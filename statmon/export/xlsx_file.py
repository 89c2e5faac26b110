"""XLSX: sheets of at most a million rows, written row by row in constant memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from statmon.domain.cells import guarded
from statmon.export.table import Column, Row

MOST_ROWS: Final = 1_048_575
"""Rows of one sheet, its header apart: what Excel reads."""
_LONGEST: Final = 32_767
"""Characters of one cell."""
_WIDTHS: Final = {"text": 22, "number": 12, "whole": 15}


class XlsxWriter:
    """Writes a table as one or more sheets; texts are texts, whatever they begin with."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._bold = self._book.add_format({"bold": True})
        # What a spreadsheet sets itself where a user types an apostrophe first.
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._sheets = 0
        self._sheet: Any = None
        self._row = MOST_ROWS
        self._begin_sheet()

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows, on a new sheet where one is full."""
        for row in rows:
            if self._row == MOST_ROWS:
                self._begin_sheet()
            self._row += 1
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    style = self._quoted if guarded(cell) != cell else None
                    self._sheet.write_string(self._row, place, cell[:_LONGEST], style)
                elif cell is not None:
                    self._sheet.write_number(self._row, place, cell)

    def close(self) -> None:
        """Write what is left.

        Raises:
            OSError: it cannot be written.
        """
        try:
            self._book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(*error.args[0].args) from None

    def _begin_sheet(self) -> None:
        self._sheets += 1
        name = "Readings" if self._sheets == 1 else f"Readings {self._sheets}"
        self._sheet, self._row = self._book.add_worksheet(name), 0
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, _WIDTHS[column.type])
            self._sheet.write_string(0, place, column.name, self._bold)
        self._sheet.freeze_panes(1, 0)
