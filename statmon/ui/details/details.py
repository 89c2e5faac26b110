"""All that is known of one statistic: value, times, freshness with its reason, definition."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from statmon.domain.outside import visible
from statmon.domain.ratio import ratio_of
from statmon.domain.statistic import Statistic
from statmon.domain.value import channels_of
from statmon.live.freshness import KNOWN
from statmon.ui.data import cells
from statmon.ui.data.fields import fields_of, scalar
from statmon.ui.data.in_words import in_words, ratio_in_words, window_in_words
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import SHIFT, Lens
from statmon.ui.data.names import Names
from statmon.ui.data.reasons import reason
from statmon.ui.details.day_figures import Day, figures_of
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import tooltip, tr
from statmon.ui.look.times import clock_time
from statmon.ui.widgets.listing import refilling
from statmon.ui.widgets.prose import Prose

if TYPE_CHECKING:
    from statmon.history import History

Line = tuple[int, str, str | None]
"""Depth, name and text of a line; without a text the name is a sentence over the whole width."""


class Details(QTreeWidget):
    """The details of the current row; empty until there is one."""

    def __init__(self, lens: Lens, names: Names, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lens, self._names, self._knowledge = lens, names, Knowledge()
        self._day: Day | None = None
        self._row = -1
        self._built: list[tuple[int, str, bool]] = []
        self._items: list[QTreeWidgetItem] = []
        self.setAccessibleName(tr("Details"))
        self.setHeaderLabels([tr("What"), tr("Is")])
        self.header().setAccessibleName(tr("Columns"))
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.setHeaderHidden(True)  # what the columns are is plain to see
        self.setIndentation(self.fontMetrics().height())
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        Prose(self)
        self.refresh()

    @property
    def row(self) -> int:
        """The table's row that is shown, or -1."""
        return self._row

    def show_row(self, row: int) -> None:
        """Show another row of the table, or nothing for -1."""
        self._row = row
        if self._day is not None:
            self._day.ask(row)
        self.refresh()

    def use_history(self, history: "History") -> None:
        """Tell lowest, mean and highest of the day from what is kept on this computer."""
        self._day = Day(self._lens, history, self)
        self._day.came.connect(self.refresh)

    def refresh(self) -> None:
        """Bring what is shown up to date."""
        if self._day is not None:
            self._day.look()
        said = self._lines() if self._row >= 0 else [_NOTHING()]
        lines = [
            (depth, visible(name, lines=True), text and visible(text, lines=True))
            for depth, name, text in said
        ]
        names = [(depth, name, text is None) for depth, name, text in lines]
        if names != self._built:
            self._built = names
            self._build(lines)
        for item, (_, _, text) in zip(self._items, lines, strict=True):
            if text is not None and item.text(1) != text:
                item.setText(1, text)
                item.setToolTip(1, tooltip(text))

    def _lines(self) -> Iterator[Line]:
        lens, row = self._lens, self._row
        statistic = lens.table.statistics[row]
        yield 0, tr("Object"), str(statistic.ref)
        if label := self._names.label(statistic.ref):
            yield 1, tr("Label"), label
        if groups := self._names.groups(statistic.ref):
            yield 1, tr("Groups"), ", ".join(groups)
        yield from describe(lens, row)
        yield from _spans(lens, row, self._day)
        yield from self._meaning(statistic)
        if fields := fields_of(lens.table.raw[row]):
            yield 0, tr("As it came"), ""
            for field in fields:
                yield field.depth + 1, field.name, field.text

    def _meaning(self, statistic: Statistic) -> Iterator[Line]:
        entry = self._knowledge.entry(statistic)
        if entry is not None:
            yield 0, tr("Meaning"), entry.title
            yield 1, entry.meaning, None
            yield 1, f"{tr('Formula')}: {entry.formula}", None
            how = signs.of_aggregate(entry.aggregate).removesuffix(" of").removesuffix(",")
            yield 1, tr("In a group"), how
            if statistic.definition is None and entry.definition is not None:
                # The name is configured at the service, perhaps otherwise than in the library.
                yield 0, tr("As usually defined"), ""
                yield 1, in_words(entry.definition), None
        definition = self._knowledge.definition(statistic)
        if definition is not None and (ratio := ratio_of(definition)):
            yield 1, tr("Parts"), f"{ratio_in_words(ratio)}, {window_in_words(definition)}"
        if statistic.definition is not None:
            yield 0, tr("Definition"), statistic.definition.title
            yield 1, in_words(statistic.definition), None
            for key, value in statistic.definition.fields.items():
                yield 1, key, scalar(value)

    def _build(self, lines: list[Line]) -> None:
        self._items = []
        above: list[QTreeWidgetItem] = []
        with refilling(self):
            self.clear()
            for depth, name, text in lines:
                del above[depth:]
                item = QTreeWidgetItem(above[-1]) if above else QTreeWidgetItem(self)
                item.setText(0, name)
                item.setFirstColumnSpanned(text is None)
                above.append(item)
                self._items.append(item)
        self.expandAll()


def _NOTHING() -> Line:  # noqa: N802
    return 0, tr("Select a statistic in the tree."), None


def describe(lens: Lens, row: int) -> Iterator[Line]:
    """Return what is known of a row, line by line."""
    table = lens.table
    statistic = table.statistics[row]
    yield 0, tr("Statistic"), statistic.title
    yield 0, tr("Value"), cells.of_row(lens, row).value
    for channel in channels_of(table.raw[row]):
        sign = signs.of_state(channel.state)
        yield 1, " ".join(filter(None, (channel.media or tr("channel"), channel.dn))), str(sign)
    freshness = lens.freshness(row)
    yield 0, tr("Freshness"), str(signs.of_freshness(freshness))
    yield 1, tr("because"), reason(lens, row)
    yield from _times(lens, row)
    yield 0, tr("Unit"), table.units[row].value
    if level := lens.level(row):
        yield 0, tr("Threshold"), str(signs.of_level(level))
    at_least = lens.counted_at_least(row)
    change = cells.change_text(lens.change(row), table.units[row], at_least=at_least, in_words=True)
    if change:
        since = tr("the shift's beginning") if lens.span == SHIFT else tr("midnight")
        span = f"{lens.span} {tr('min')}" if lens.span > 0 else since
        yield 0, f"{tr('Change since')} {span}", change


def _spans(lens: Lens, row: int, kept: Day | None) -> Iterator[Line]:
    """Tell lowest, mean and highest of the last hour and of the day.

    Without a history the last hour is what was noted of it, a number a minute. Whatever is told,
    the number that stands above is in it.
    """
    if lens.travelling:
        return
    unit = lens.table.units[row]
    now = float(lens.table.numbers[row]) if lens.freshness(row) in KNOWN else np.nan
    hour = (kept.hour if kept else None) or figures_of(np.append(lens.hour(row), now))
    for words, figures in ((tr("Last hour"), hour), (tr("Today"), kept.figures if kept else None)):
        if figures is not None:
            figures = figures.including(now)  # noqa: PLW2901
            yield 0, words, ""
            for name, number in zip(
                (tr("Lowest"), tr("Mean"), tr("Highest")), figures, strict=True
            ):
                yield 1, name, numbers.written(number, unit)


def _times(lens: Lens, row: int) -> Iterator[Line]:
    stamp = lens.table.timestamp(row)
    if stamp is None:
        return
    yield 0, tr("Time at the service"), clock_time(stamp)
    yield 0, tr("Came here"), clock_time(lens.table.arrived(row))
    yield 0, tr("Service's clock"), _offset(lens.table.clock.offset)


def _offset(ms: int) -> str:
    tenths = round(ms / 100)
    sign = "+" if tenths > 0 else "−"
    return f"{sign}{numbers.decimal(abs(tenths) / 10, 1)} s" if tenths else tr("as here")
