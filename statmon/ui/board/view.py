"""A board on the screen: cells that can be selected, copied, charted; columns that stay."""

from typing import Any

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QWidget,
)

from statmon.domain.cells import written
from statmon.domain.workspace import WantedStatistic
from statmon.live.catalogue import NO_ROW
from statmon.ui.board.model import NAME, BoardModel
from statmon.ui.board.painter import BoardPainter
from statmon.ui.data import drag
from statmon.ui.grid.pen import draw_chevron
from statmon.ui.grid.view import GridView
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.copying import to_clipboard

_RULE, _GROUP_RULE = 24, 90
"""Opacity (of 255) of the line under an object, and under a group."""


class BoardView(GridView):
    """Groups and objects down, statistics across."""

    chosen = Signal(int)
    """The table's row of the cell that became current, or -1."""
    chart_wanted = Signal(list)
    """The table's rows that the user wants to see in a chart."""

    def __init__(self, model: BoardModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self.board = model
        self.columns: int | None = None
        """How many of the first columns it shows; None: all."""
        self.painter_ = BoardPainter(model, theme)
        self._kept: tuple[Any, ...] | None = None
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setAccessibleName(tr("Board"))
        self.selectionModel().currentChanged.connect(self._current_changed)

    def keep_place(self) -> None:
        """Keep selection and place while lines move.

        To be called when all views of the model are made: each clears the selection first.
        """
        self.board.modelAboutToBeReset.connect(self._keep_place)
        self.board.modelReset.connect(self._find_place)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.painter_.theme = theme
        self.viewport().update()

    def rows_of_line(self, line: int) -> list[int]:
        """Return the table's rows of a line's cells."""
        return self.board.rows_of(line, self.columns)

    def paint_line(
        self, painter: QPainter, line: int, rect: QRect, columns: list[tuple[int, QRect]]
    ) -> None:
        """Draw one line, its ground cell by cell."""
        model, selection = self.board, self.selectionModel()
        current = self.currentIndex()
        palette = self.palette()
        group = model.group_of(line) is not None
        if group:
            painter.fillRect(rect, palette.alternateBase())
        for column, cell in columns if selection.hasSelection() else ():
            if selection.isSelected(model.index(line, column)):
                painter.fillRect(cell, palette.highlight())
        inset = [
            (column, self._with_indent(painter, line, column, cell)) for column, cell in columns
        ]
        self.painter_.paint(painter, line, inset, palette)
        rule = palette.color(palette.ColorRole.Text)
        rule.setAlpha(_GROUP_RULE if group else _RULE)
        # A filled rectangle takes a tenth of the time of a line with an opacity.
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, rule)
        if current.row() == line and self.hasFocus():
            at = [cell for column, cell in columns if column == current.column()]
            for cell in at:
                painter.setPen(palette.color(palette.ColorRole.Accent))
                painter.drawRect(cell.adjusted(0, 0, -1, -1))

    def _with_indent(self, painter: QPainter, line: int, column: int, cell: QRect) -> QRect:
        if column != NAME:
            return cell
        size = self.fontMetrics().height()
        if self.board.can_fold(line):
            rect = QRect(cell.left(), cell.center().y() - size // 2, size, size)
            color = self.palette().color(QPalette.ColorRole.PlaceholderText)
            draw_chevron(painter, rect, color, opened=not self.board.is_folded(line))
        return cell.adjusted(size, 0, 0, 0)

    def show_groups(self) -> None:
        """Draw the groups' lines again."""
        for line in self.on_screen():
            if not line.rows:
                self.viewport().update(line.rect)

    # What the user does.

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Fold or unfold at the sign before a group; leave the rest to Qt."""
        where = event.position().toPoint()
        line, size = self.line_at(where), self.fontMetrics().height()
        left = self.columnViewportPosition(NAME)
        if line >= 0 and self.board.can_fold(line) and left <= where.x() < left + size:
            self.board.toggle(line)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Fold a group; chart the cell of an object."""
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        if self.board.can_fold(index.row()):
            self.board.toggle(index.row())
        elif rows := self.selected_rows():
            self.chart_wanted.emit(rows)

    def keyboard_toggles(self, event: QKeyEvent) -> bool:
        """Chart the selected cells with Enter; fold and unfold groups with plus and minus."""
        line, key = self.currentIndex().row(), event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() != self.State.EditingState:
            if rows := self.selected_rows():
                self.chart_wanted.emit(rows)
            elif line >= 0:
                self.board.toggle(line)
            return True
        if line >= 0 and key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus) and self.board.can_fold(line):
            if self.board.is_folded(line) == (key == Qt.Key.Key_Plus):
                self.board.toggle(line)
            return True
        return False

    def selected_rows(self) -> list[int]:
        """Return the table's rows of the selected cells; of a name all of its line."""
        rows: list[int] = []
        for index in sorted(self.selectedIndexes()):
            if index.column() == NAME:
                rows += self.board.rows_of(index.row())
            elif (row := self.board.row_at(index.row(), index.column())) != NO_ROW:
                rows.append(row)
        return list(dict.fromkeys(rows))

    def copy(self) -> None:
        """Copy the selected cells, with names and headings; of a folded group its objects too.

        A name alone stands for its line.
        """
        board = self.board
        cells = {(index.row(), index.column()) for index in self.selectedIndexes()}
        every = range(NAME + 1, board.columnCount())
        columns = sorted({column for _, column in cells} - {NAME}) or list(every)
        rows = [[board.title(NAME), *map(board.title, columns)]]
        for line in sorted({line for line, _ in cells}):
            whole = (line, NAME) in cells
            own = [column if whole or (line, column) in cells else None for column in columns]
            texts = [written(board.text(line, column)) if column else "" for column in own]
            rows.append([board.label(line), *texts])
            for place in board.folded_under(line):
                texts = [
                    written(board.object_cell(place, column).text) if column else ""
                    for column in own
                ]
                rows.append([board.names.short(board.layout_.objects[place]), *texts])
        to_clipboard(rows)

    def startDrag(self, _: Qt.DropAction) -> None:  # noqa: N802
        """Drag the statistics of the selected cells, for instance to a chart."""
        table = self.board.lens.table
        if rows := self.selected_rows():
            carried = QDrag(self)
            wanted = [WantedStatistic(table.statistics[row]) for row in rows]
            carried.setMimeData(drag.pack((table.series[row] for row in rows), wanted))
            carried.exec(Qt.DropAction.CopyAction)

    def _current_changed(self, current: QModelIndex) -> None:
        row = NO_ROW
        if current.isValid():
            row = self.board.row_at(current.row(), current.column())
            rows = self.board.rows_of(current.row())
            row = rows[0] if row == NO_ROW and rows else row
        self.chosen.emit(row)

    # Keeping the user's place while lines move.

    def _keep_place(self) -> None:
        def name(index: QModelIndex) -> tuple[Any, ...]:
            model, line = self.board, index.row()
            column = index.column()
            title = model.layout_.titles[column - 1] if column else ""
            return model.ident(line), title

        current = self.currentIndex()
        self._kept = (
            {name(index) for index in self.selectedIndexes()},
            name(current) if current.isValid() else None,
            self.verticalScrollBar().value(),
            self.horizontalScrollBar().value(),
        )

    def _find_place(self) -> None:
        if self._kept is None:
            return
        selected, current, y, x = self._kept
        model, flags = self.board, self.selectionModel().SelectionFlag
        self.forget_layout()
        self.painter_.forget()
        if selected or current:
            wanted = {ident for ident, _ in selected} | ({current[0]} if current else set())
            columns = {title: place for place, title in enumerate(["", *model.layout_.titles])}
            for line in range(model.rowCount()):
                ident = model.ident(line)
                if ident not in wanted:
                    continue
                for title, column in columns.items():
                    if (ident, title) in selected:
                        self.selectionModel().select(model.index(line, column), flags.Select)
                    if (ident, title) == current:
                        self.selectionModel().setCurrentIndex(
                            model.index(line, column), flags.NoUpdate
                        )
        self.updateGeometries()
        self.verticalScrollBar().setValue(y)
        self.horizontalScrollBar().setValue(x)
