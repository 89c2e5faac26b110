"""Copying rows to the clipboard, as a spreadsheet of this computer takes them."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QTreeView

from statmon.domain import cells
from statmon.domain.cells import Cell, Dialect
from statmon.domain.outside import visible
from statmon.ui.look import numbers

_DISPLAY = Qt.ItemDataRole.DisplayRole


def to_clipboard(rows: Iterable[Sequence[Cell]]) -> None:
    """Put rows on the clipboard."""
    text = cells.as_text(rows, cells.clipboard(numbers.locale().decimalPoint()))
    QApplication.clipboard().setText(text)


def for_spreadsheets() -> Dialect:
    """Return how a file is written that a spreadsheet of this computer opens."""
    return cells.spreadsheets(numbers.locale().decimalPoint())


def copy_rows(view: QAbstractItemView) -> None:
    """Copy the selected rows of a list as they are seen: visible columns, with headings."""
    model, header = view.model(), _header(view)
    columns = [0]
    if header is not None:
        places = map(header.logicalIndex, range(header.count()))
        columns = [column for column in places if not header.isSectionHidden(column)]
    rows: list[list[str]] = []
    if header is not None and not header.isHidden():
        titles = (model.headerData(c, Qt.Orientation.Horizontal, _DISPLAY) for c in columns)
        rows.append([_said(title) for title in titles])
    chosen = {index.siblingAtColumn(0) for index in view.selectionModel().selectedIndexes()}
    rows += (
        [_said(first.siblingAtColumn(column).data(_DISPLAY)) for column in columns]
        for first in sorted(chosen, key=_place)
    )
    if chosen:
        to_clipboard(rows)


def _header(view: QAbstractItemView) -> QHeaderView | None:
    if isinstance(view, QTreeView):
        return view.header()
    return view.horizontalHeader() if isinstance(view, QTableView) else None


def _place(index: QModelIndex) -> list[int]:
    """Return where a row stands, from the top of the list."""
    places = []
    while index.isValid():
        places.append(index.row())
        index = index.parent()
    return places[::-1]


def _said(data: object) -> str:
    return "" if data is None else cells.written(visible(str(data), lines=True))
