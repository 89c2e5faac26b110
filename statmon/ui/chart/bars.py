"""Bars of now: one bar for each series, as long as its newest value."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.unit import Unit
from statmon.ui.chart.scale import nice_range, percent_range
from statmon.ui.chart.spec import ChartSpec
from statmon.ui.chart.timeline import Timeline
from statmon.ui.look.painting import painting
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme, Tone

_PART = int(Qt.ItemDataRole.UserRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NAME, BAR, VALUE = range(3)
_ROW_HIGH = 24

Now = Callable[[int], tuple[float, str, bool]]
"""The newest value of a row: its number or NaN, as the tree shows it, and whether it is known."""


class _Bar(QStyledItemDelegate):
    """Paints a bar of the part of the column that the value is of the axis."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    @painting
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the bar; it is hollow where its value may not be taken for now."""
        part, known = index.data(_PART) or (0.0, False)
        rect = QRectF(option.rect).adjusted(2, 4, -2, -4)
        rect.setWidth(max(0.0, min(1.0, part)) * rect.width())
        painter.save()
        color = self.theme.lines[0] if known else self.theme.tones[Tone.MUTED]
        painter.setPen(color)
        painter.setBrush(color if known else Qt.BrushStyle.BDiagPattern)
        painter.drawRect(rect)
        painter.restore()


class Bars(QWidget):
    """A table of bars; it has no time of its own, it shows the present that it is given."""

    changed = Signal(object, str)
    moved = Signal()
    wants = Signal(int, object)
    """As a chart over time has them; this one never needs the past."""

    def __init__(
        self,
        spec: ChartSpec,
        rows: Sequence[int],
        names: Sequence[str],
        units: Sequence[Unit],
        now: Now,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.spec, self.rows = spec, tuple(rows)
        self.timeline, self.chosen = Timeline(round(spec.span * 1000)), False
        self._units, self._now = units, now
        self.table = QTreeWidget()
        self.table.setAccessibleName(f"{tr('Chart')} {spec.title}")
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setHeaderLabels([tr("Series"), "", tr("Now")])
        self.table.headerItem().setTextAlignment(VALUE, _RIGHT)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(BAR, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(VALUE, self.fontMetrics().averageCharWidth() * 14)
        self._bars = _Bar(theme, self.table)
        self.table.setItemDelegateForColumn(BAR, self._bars)
        self.items = [QTreeWidgetItem(self.table, [name]) for name in names]
        for item in self.items:
            item.setTextAlignment(VALUE, _RIGHT)
            item.setSizeHint(BAR, QSize(0, _ROW_HIGH))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.setFocusProxy(self.table)

    def redraw(self, now: int) -> None:  # noqa: ARG002
        """Show the newest values."""
        found = [self._now(row) for row in self.rows]
        for unit in set(self._units):
            members = [place for place, own in enumerate(self._units) if own is unit]
            numbers = [n for place in members if (n := found[place][0]) == n]
            extremes = (0.0, max(numbers, default=0.0))
            top = (percent_range if unit is Unit.PERCENT else nice_range)(extremes)[1]
            for place in members:
                self._show(place, found[place], top)

    def _show(self, place: int, value: tuple[float, str, bool], top: float) -> None:
        number, text, known = value
        item = self.items[place]
        part = number / top if number == number else 0.0
        if item.text(VALUE) != text:
            item.setText(VALUE, text)
        if item.data(BAR, _PART) != (part, known):
            item.setData(BAR, _PART, (part, known))

    redraw_if_new = redraw

    def use_spec(self, spec: ChartSpec) -> None:
        """Keep another span or other notes: there is no time to show them on."""
        self.spec, self.timeline = spec, self.timeline.with_span(spec.span)

    def go_on_from(self, timeline: Timeline, *, chosen: bool) -> None:
        """Show the present, whatever time the one shows whose place it takes."""

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._bars.theme = theme
        self.table.viewport().update()

    def values(self) -> list[tuple[str, str]]:
        """Return names and values as they are shown."""
        return [(item.text(NAME), item.text(VALUE)) for item in self.items]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave the keys to the table."""
        self.table.keyPressEvent(event)
