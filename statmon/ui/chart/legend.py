"""The legend of a chart: sign, name, last, lowest, mean and highest value of each line."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from statmon.analysis.buckets import Summary
from statmon.domain.unit import Unit
from statmon.ui import numbers
from statmon.ui.row_height import RowHeight
from statmon.ui.text import tooltip, tr
from statmon.ui.theme import Theme

SIGNS = "●■▲◆▼★"
"""What tells lines apart without colour; the same stand at the lines' ends."""
NAME, LAST, LOW, MEAN, HIGH, AT = range(6)
_UNKNOWN = "–"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NUMBER_CHARS, _STATE_CHARS = 8, 22


class Look(NamedTuple):
    """How the line at a place looks."""

    color: QColor
    shape: int
    """Which of ``SIGNS``."""


def look_of(place: int, theme: Theme) -> Look:
    """Return the look of a line; no two of the first 36 are the same."""
    colors = len(theme.lines)
    return Look(theme.lines[place % colors], (place + place // colors) % len(SIGNS))


class Legend(QTreeWidget):
    """A table of plain text; names come from the user and are never taken for HTML."""

    def __init__(self, names: Sequence[str], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Legend"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        # Names that begin alike differ at their ends.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setItemDelegate(RowHeight(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHeaderLabels(
            [tr("Line"), tr("Last"), tr("Min"), tr("Avg"), tr("Max"), tr("Cursor")]
        )
        self.items = [QTreeWidgetItem(self, [name]) for name in names]
        self._names = list(names)
        header = self.header()
        header.setAccessibleName(tr("Columns"))
        header.setStretchLastSection(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        for column in range(LAST, AT + 1):
            self.headerItem().setToolTip(column, self.headerItem().text(column))
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(30)
        wide = self.fontMetrics().averageCharWidth()
        for column in range(LAST, AT + 1):
            header.resizeSection(column, wide * _NUMBER_CHARS)
            self.headerItem().setTextAlignment(column, _RIGHT)
            for item in self.items:
                item.setTextAlignment(column, _RIGHT)
        self.setColumnHidden(AT, True)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        for place, item in enumerate(self.items):
            look = look_of(place, theme)
            item.setText(NAME, f"{SIGNS[look.shape]} {self._names[place]}")
            item.setToolTip(NAME, tooltip(self._names[place]))
            item.setForeground(NAME, QBrush(look.color))

    def show_last_only(self) -> None:
        """Leave room for the names: lowest, mean and highest are not shown."""
        for column in (LOW, MEAN, HIGH):
            self.setColumnHidden(column, True)

    def show_states_only(self) -> None:
        """Leave room for the names of states: they have no lowest, mean and highest."""
        self.show_last_only()
        for column in (LAST, AT):
            wide = self.fontMetrics().averageCharWidth() * _STATE_CHARS
            self.header().resizeSection(column, wide)

    def show_summary(self, place: int, told: Summary, unit: Unit) -> None:
        """Show what a line was in the time that the chart shows."""
        for column, number in ((LAST, told.last), (LOW, told.low), (HIGH, told.high)):
            self._show(place, column, number_text(number, unit))
        self._show(place, MEAN, number_text(told.mean, unit, digits=1))

    def show_cursor(self, values: Sequence[str] | None) -> None:
        """Show the values under the crosshair, or none."""
        self.setColumnHidden(AT, values is None)
        for place, text in enumerate(values or ()):
            self._show(place, AT, text)

    def show_last(self, place: int, text: str) -> None:
        """Show a newest value that is no number, the name of a state for one."""
        self._show(place, LAST, text)

    def _show(self, place: int, column: int, text: str) -> None:
        item = self.items[place]
        if item.text(column) != text:
            item.setText(column, text)


def number_text(number: float, unit: Unit, digits: int = 0) -> str:
    """Write a number of a legend in its unit; a dash where nothing is known."""
    if math.isnan(number):
        return _UNKNOWN
    if digits and unit is not Unit.SECONDS and abs(number) < 1000:
        number = round(number, digits)
    return numbers.written(number, unit)
