"""The legend of a chart: sign, name, last, lowest, mean and highest value of each line."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from statmon.analysis.buckets import Summary
from statmon.domain.unit import Unit
from statmon.ui.look import numbers, signs
from statmon.ui.look.row_height import RowHeight
from statmon.ui.look.text import tooltip, tr
from statmon.ui.look.theme import Theme, Tone
from statmon.ui.widgets.listing import refilling

SIGNS = "●■▲◆▼★"
"""What tells lines apart without colour; the same stand at the lines' ends."""
NAME, LAST, LOW, MEAN, HIGH, AT = range(6)
_UNKNOWN = "–"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NUMBER_CHARS, _STATE_CHARS, _NAME_CHARS = 8, 22, 24
_SIGN_CHARS = 4
"""Room for the sign before a name, and around it."""


class LineStyle(NamedTuple):
    """How the line at a place looks."""

    color: QColor
    shape: int
    """Which of ``SIGNS``."""


def line_style(place: int, theme: Theme) -> LineStyle:
    """Return how a line is drawn; no two of the first 36 are the same."""
    colors = len(theme.lines)
    return LineStyle(theme.lines[place % colors], (place + place // colors) % len(SIGNS))


class Legend(QTreeWidget):
    """A table of plain text; names come from the user and are never taken for HTML."""

    def __init__(
        self,
        names: Sequence[str],
        states: Sequence[int],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Make a row for each line; ``states``: the places of those that are ribbons of states."""
        super().__init__(parent)
        self._states = frozenset(states)
        self._optional: tuple[int, ...] = (MEAN, HIGH, LOW)
        """Columns that are shown where the names leave room; the last one goes first."""
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
        if self._states:
            for column in (LAST, AT):
                header.resizeSection(column, wide * _STATE_CHARS)
            if len(self._states) == len(names):
                self._optional = ()  # states have no lowest, mean and highest
        self._explained: list[QTreeWidgetItem] = []
        self._of_targets: list[QTreeWidgetItem] = []
        self.set_theme(theme)
        self._make_room()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        for place, item in enumerate(self.items):
            name = self._names[place]
            item.setToolTip(NAME, tooltip(name))
            if place in self._states:  # a ribbon has the signs and colours of its states
                item.setText(NAME, name)
                continue
            look = line_style(place, theme)
            item.setText(NAME, f"{SIGNS[look.shape]} {name}")
            item.setForeground(NAME, QBrush(look.color))
        for item in self._explained:
            item.setForeground(NAME, QBrush(theme.tones[Tone.MUTED]))

    def explain(self, words: Sequence[str]) -> None:
        """Say below the lines what else is drawn."""
        self._explained += map(self._line, words)
        self.set_theme(self._theme)

    def explain_targets(self, words: Sequence[str]) -> None:
        """Say below them what the lines are to be, in place of what was said before."""
        with refilling(self):
            for item in self._of_targets:
                self.takeTopLevelItem(self.indexOfTopLevelItem(item))
                self._explained.remove(item)
        self._of_targets = [self._line(text) for text in words]
        self._explained += self._of_targets
        self.set_theme(self._theme)

    def _line(self, text: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [text])
        item.setFirstColumnSpanned(True)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setToolTip(NAME, tooltip(text))
        return item

    def show_last_only(self) -> None:
        """Leave room for the names: lowest, mean and highest are not shown."""
        self._optional = ()
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Show as many numbers as leave room for the names."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Lines that cannot be told apart are worth less than their lowest value."""
        metrics, header = self.fontMetrics(), self.header()
        longest = max(map(metrics.horizontalAdvance, self._names), default=0)
        wide = metrics.averageCharWidth()
        room = self.viewport().width() - header.sectionSize(LAST)
        room -= min(longest, wide * _NAME_CHARS) + wide * _SIGN_CHARS
        for column in (MEAN, HIGH, LOW):
            room -= wide * _NUMBER_CHARS
            self.setColumnHidden(column, column not in self._optional or room < 0)

    def show_summary(self, place: int, told: Summary, unit: Unit) -> None:
        """Show what a line was in the time that the chart shows."""
        if place in self._states:
            return
        for column, number in ((LAST, told.last), (LOW, told.low), (HIGH, told.high)):
            self._show(place, column, number_text(number, unit))
        self._show(place, MEAN, number_text(told.mean, unit, digits=1))

    def show_cursor(self, values: Sequence[str] | None) -> None:
        """Show the values under the crosshair, or none."""
        self.setColumnHidden(AT, values is None)
        for place, text in enumerate(values or ()):
            self._show(place, AT, text)

    def show_state(self, place: int, state: str) -> None:
        """Show the state that a ribbon ends with; empty where that is not known."""
        words = f"{signs.of_state(state).glyph} {state}" if state else _UNKNOWN
        self._show(place, LAST, words)

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
