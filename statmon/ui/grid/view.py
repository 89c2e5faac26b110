"""A view on a flat list of lines that draws them itself, and on each tick only those that changed.

Measured with 100,000 rows: asking ``data`` for seven roles a cell costs 2.4 times as much as
drawing a row in one go, and ``dataChanged`` for each value freezes the window (docs/reference/qt.md
§4).
"""

from collections.abc import Callable, Iterable, Set
from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QRegion,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from statmon.ui.grid.density import Density, row_height
from statmon.ui.look.painting import painting
from statmon.ui.look.text import tr


class Line(NamedTuple):
    """A line on the screen."""

    number: int
    rect: QRect
    rows: frozenset[int]
    """The table's rows that it shows."""


class GridView(QTableView):
    """Lines of one height, drawn by ``paint_line``; subclasses say what stands in them."""

    def __init__(self, model: QAbstractTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._onscreen: list[Line] | None = None
        self.is_drawn: Callable[[QRect], bool] = lambda _: True
        """Whether anything of a rectangle is drawn now; the rest stands as it is."""
        self.density = Density.NORMAL
        self._set_up()
        self.setModel(model)
        self.set_density(Density.NORMAL)
        for signal in (
            self.verticalScrollBar().valueChanged,
            self.horizontalHeader().sectionResized,
            model.modelReset,
            model.layoutChanged,
            model.rowsInserted,
            model.rowsRemoved,
        ):
            signal.connect(self.forget_layout)

    def _set_up(self) -> None:
        self._lay_ground()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        per_pixel = QAbstractItemView.ScrollMode.ScrollPerPixel
        self.setHorizontalScrollMode(per_pixel)
        self.setVerticalScrollMode(per_pixel)
        self.setDragEnabled(True)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setAccessibleName(tr("Lines"))
        vertical.setMinimumSectionSize(1)
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setAccessibleName(tr("Columns"))
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionsMovable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def _lay_ground(self) -> None:
        """Have a viewport of ours: to tell what Qt's own is, PySide makes every kind of widget.

        That takes as long as half of a first frame.
        """
        ground = QWidget()
        ground.setBackgroundRole(QPalette.ColorRole.Base)
        ground.setAutoFillBackground(True)
        self.setViewport(ground)

    def set_density(self, density: Density) -> None:
        """Draw the lines denser or larger."""
        self.density = density
        font = density.font(QApplication.font())
        self.set_type(font, row_height(QFontMetrics(font), density))

    def set_type(self, font: QFont, height: int) -> None:
        """Draw the lines in a font, and so many pixels high."""
        self.setFont(font)
        self.verticalHeader().setDefaultSectionSize(height)
        self.forget_layout()
        self.viewport().update()

    # What subclasses say.

    def paint_line(
        self, painter: QPainter, line: int, rect: QRect, columns: list[tuple[int, QRect]]
    ) -> None:
        """Draw one line; ``columns`` are those that can be seen, with their rectangles."""
        raise NotImplementedError

    def rows_of_line(self, line: int) -> Iterable[int]:
        """Return the table's rows whose change is seen in a line."""
        raise NotImplementedError

    # The tick.

    def show_changes(self, dirty: Set[int]) -> None:
        """Draw again the lines that are on screen and show a row in ``dirty``."""
        region = QRegion()
        for line in self.on_screen():
            if not dirty.isdisjoint(line.rows):
                region += line.rect
        if not region.isEmpty():
            self.viewport().update(region)

    def on_screen(self) -> list[Line]:
        """Return the lines that can be seen now."""
        if self._onscreen is None:
            width = self.viewport().width()
            self._onscreen = [
                Line(number, QRect(0, top, width, height), frozenset(self.rows_of_line(number)))
                for number, top, height in self._seen(self.viewport().rect())
            ]
        return self._onscreen

    def forget_layout(self) -> None:
        """Look again for what is on screen before the next tick."""
        self._onscreen = None

    def _seen(self, rect: QRect) -> Iterable[tuple[int, int, int]]:
        """Return number, top and height of the lines that meet a rectangle of the viewport."""
        first = self.rowAt(max(0, rect.top()))
        if first < 0:
            return
        height = self.verticalHeader().defaultSectionSize()
        top = self.rowViewportPosition(first)
        for number in range(first, self.model().rowCount()):
            if top > rect.bottom():
                return
            yield number, top, height
            top += height

    # Drawing.

    @painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the lines that meet the region."""
        with QPainter(self.viewport()) as painter:
            painter.setFont(self.font())
            region, width = event.region(), self.viewport().width()
            self.is_drawn = region.intersects
            columns = self.columns_on_screen()
            for number, top, height in self._seen(event.rect()):
                rect = QRect(0, top, width, height)
                if region.intersects(rect):
                    cells = [(column, QRect(x, top, wide, height)) for column, x, wide in columns]
                    self.paint_line(painter, number, rect, cells)

    def columns_on_screen(self) -> list[tuple[int, int, int]]:
        """Return number, left end and width of the columns that can be seen."""
        header = self.horizontalHeader()
        width = self.viewport().width()
        found = []
        for place in range(header.count()):
            column = header.logicalIndex(place)
            if not header.isSectionHidden(column):
                left, wide = header.sectionViewportPosition(column), header.sectionSize(column)
                if left < width and left + wide > 0:
                    found.append((column, left, wide))
        return found

    def draw_ground(self, painter: QPainter, line: int, rect: QRect) -> None:
        """Draw what lies under a line: the selection, and the keyboard's place."""
        palette = self.palette()
        model = self.model()
        if self.selectionModel().isSelected(model.index(line, 0)):
            painter.fillRect(rect, palette.highlight())
        if self.currentIndex().row() == line and self.hasFocus():
            painter.setPen(palette.color(palette.ColorRole.Accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Note that the layout changed."""
        self.forget_layout()
        super().resizeEvent(event)  # type: ignore[arg-type]

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size that the view would like."""
        return QSize(900, 500)

    def line_at(self, position: QPoint) -> int:
        """Return the line at a place of the viewport, or -1."""
        return self.rowAt(position.y())

    def first_selected(self) -> list[int]:
        """Return the selected lines from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def is_held(self) -> bool:
        """Whether the pointer is over the lines, so that none may move from under it."""
        return self.viewport().underMouse() and self.isActiveWindow()

    def keyboard_toggles(self, event: QKeyEvent) -> bool:
        """Return whether a key was taken; subclasses take their own."""
        del event
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Offer a key to the subclass first."""
        if not self.keyboard_toggles(event):
            super().keyPressEvent(event)
