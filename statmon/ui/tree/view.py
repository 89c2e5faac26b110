"""The statistic tree: lines that fold and unfold, with values as they come."""

from collections.abc import Hashable

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from statmon.domain.workspace import WantedStatistic
from statmon.live.catalogue import NO_ROW
from statmon.ui.data import drag
from statmon.ui.grid.density import Density
from statmon.ui.grid.pen import draw_chevron
from statmon.ui.grid.view import GridView
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.tree import copying
from statmon.ui.tree.columns import Column
from statmon.ui.tree.grouping import Grouping
from statmon.ui.tree.model import TreeModel
from statmon.ui.tree.painter import LinePainter
from statmon.ui.tree.ticking import Ticking
from statmon.ui.widgets.copying import to_clipboard

_REVEALED = 50
"""Selected statistics for which heads are expanded after regrouping."""
_UNFOLD = frozenset({Qt.Key.Key_Right, Qt.Key.Key_Plus})
_FOLD = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Minus})


class StatisticTree(GridView):
    """Heads, objects and statistics, indented by their level."""

    chosen = Signal(int)
    """The table's row that became current, or -1."""
    chart_wanted = Signal(list)
    """The table's rows that the user wants to see in a chart."""

    def __init__(self, model: TreeModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self.model_ = model
        self._painter = LinePainter(model, theme)
        self._ticking = Ticking(model)
        self._kept: _Place | None = None
        self.setAccessibleName(tr("Statistics"))
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._find_place)
        self.selectionModel().currentChanged.connect(self._current_changed)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._painter.theme = theme
        self.viewport().update()

    def set_density(self, density: Density) -> None:
        """Draw the lines denser or larger, and indent accordingly."""
        super().set_density(density)
        self._indent = self.fontMetrics().height()

    def show_second(self) -> None:
        """Draw again what a second has changed on the screen."""
        region = self._ticking.look(self.on_screen(), self.columns_on_screen())
        if region is None:
            self.viewport().update()
        elif not region.isEmpty():
            self.viewport().update(region)

    # What is expanded.

    def expand_all(self) -> None:
        """Expand every head."""
        self.model_.expand_all(True)

    def collapse_all(self) -> None:
        """Show the uppermost heads only."""
        self.model_.expand_all(False)

    def show_row(self, row: int) -> bool:
        """Go to a statistic, unfolding what is above it; return whether the tree has it."""
        self.model_.group_by(self.model_.grouping, (row,))
        lines = self.model_.lines_of([row])
        if lines:
            self.setCurrentIndex(self.model_.index(lines[0], 0))
            self.scrollTo(self.currentIndex())
        return bool(lines)

    def toggle(self, line: int) -> None:
        """Fold or unfold a line; whoever was at what is folded away is at its head then."""
        model, current = self.model_, self.currentIndex().row()
        levels = (model.level(below) for below in range(line + 1, current + 1))
        if current > line and all(level > model.level(line) for level in levels):
            self.setCurrentIndex(model.index(line, 0))
        model.toggle(line)

    def keyboard_toggles(self, event: QKeyEvent) -> bool:
        """Fold and unfold with the arrows, chart with Enter."""
        line, key = self.currentIndex().row(), event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter(line)
        if line < 0:
            return False
        if key in _UNFOLD:
            self._unfold_or_enter(line)
        elif key in _FOLD:
            self._fold_or_leave(line)
        elif key == Qt.Key.Key_Asterisk:
            self.expand_all()
        else:
            return False
        return True

    def _enter(self, line: int) -> bool:
        if rows := self.selected_rows():
            self.chart_wanted.emit(rows)
        elif line >= 0:
            self.toggle(line)
        return True

    def _unfold_or_enter(self, line: int) -> None:
        model = self.model_
        if model.can_expand(line) and not model.is_expanded(line):
            self.toggle(line)
        elif model.can_expand(line) and line + 1 < len(model.shown):
            self.setCurrentIndex(model.index(line + 1, 0))

    def _fold_or_leave(self, line: int) -> None:
        model = self.model_
        if model.can_expand(line) and model.is_expanded(line):
            self.toggle(line)
            return
        level = model.level(line)
        above = next((n for n in range(line - 1, -1, -1) if model.level(n) < level), line)
        self.setCurrentIndex(model.index(above, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Fold or unfold at the sign before a head; leave the rest to Qt."""
        line = self.line_at(event.position().toPoint())
        if line >= 0 and self._branch(line).contains(event.position().toPoint()):
            self.toggle(line)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Unfold a head; chart a statistic."""
        line = self.line_at(event.position().toPoint())
        if line < 0 or self._branch(line).contains(event.position().toPoint()):
            return
        if self.model_.is_statistic(line):
            self.chart_wanted.emit([self.model_.row_of(line)])
        else:
            self.toggle(line)

    # Keeping the user's place while lines move.

    def _keep_place(self) -> None:
        model = self.model_
        top = self.rowAt(0)
        current = self.currentIndex().row()
        self._kept = _Place(
            [model.ident(line) for line in self.first_selected()],
            model.ident(current) if 0 <= current < len(model.shown) else None,
            model.ident(top) if top >= 0 else None,
            self.verticalScrollBar().value(),
            self.horizontalScrollBar().value(),
        )

    def _find_place(self) -> None:
        kept, model = self._kept, self.model_
        if kept is None:
            return
        self.forget_layout()
        selection = self.selectionModel()
        for line in model.lines_of(kept.selected):
            selection.select(
                model.index(line, 0),
                selection.SelectionFlag.Select | selection.SelectionFlag.Rows,
            )
        for line in model.lines_of([kept.current]) if kept.current is not None else ():
            selection.setCurrentIndex(model.index(line, 0), selection.SelectionFlag.NoUpdate)
        height = self.verticalHeader().defaultSectionSize()
        self.updateGeometries()
        lines = model.lines_of([kept.top]) if kept.top is not None else []
        self.verticalScrollBar().setValue(
            lines[0] * height + kept.y % height if lines else min(kept.y, len(model.shown) * height)
        )
        self.horizontalScrollBar().setValue(kept.x)

    def show_current(self) -> None:
        """Bring the current line into sight, where there is one."""
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def group_by(self, grouping: Grouping) -> None:
        """Put the statistics under other heads; what is selected stays so, and in sight."""
        self.model_.group_by(grouping, self.selected_rows()[:_REVEALED])
        self.show_current()

    # What the user does.

    def selected_rows(self) -> list[int]:
        """Return the table's rows of the selected statistics, from top to bottom."""
        model = self.model_
        lines = [line for line in self.first_selected() if model.is_statistic(line)]
        return list(dict.fromkeys(model.row_of(line) for line in lines))

    def copy(self) -> None:
        """Copy the statistics that the selected lines stand for, with headings."""
        header = self.horizontalHeader()
        columns = [header.logicalIndex(place) for place in range(header.count())]
        seen = [column for column in columns if not header.isSectionHidden(column)]
        if lines := self.first_selected():
            to_clipboard(copying.rows(self.model_, lines, seen))

    def startDrag(self, _: Qt.DropAction) -> None:  # noqa: N802
        """Drag the selected statistics, those of selected objects too, for instance to a chart."""
        table = self.model_.lens.table
        under = (self.model_.rows_under(line) for line in self.first_selected())
        rows = list(dict.fromkeys(row for rows in under for row in rows))
        if rows:
            carried = QDrag(self)
            wanted = [WantedStatistic(table.statistics[row]) for row in rows]
            carried.setMimeData(drag.pack((table.series[row] for row in rows), wanted))
            carried.exec(Qt.DropAction.CopyAction)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Go to the next line whose label starts with what is typed, else has it."""
        wanted, model = search.casefold(), self.model_
        count, start = len(model.shown), max(0, self.currentIndex().row())
        first = start + (1 if len(search) == 1 else 0)
        for matches in (str.startswith, str.__contains__):
            for step in range(count):
                line = (first + step) % count
                if matches(model.text(line, Column.STATISTIC).casefold(), wanted):
                    self.setCurrentIndex(model.index(line, 0))
                    return

    def _current_changed(self, current: QModelIndex) -> None:
        row = self.model_.row_of(current.row()) if current.isValid() else NO_ROW
        self.chosen.emit(row)

    # Drawing.

    def rows_of_line(self, line: int) -> list[int]:
        """Return the row that speaks for a line, if any."""
        row = self.model_.row_of(line)
        return [] if row == NO_ROW else [row]

    def paint_line(
        self, painter: QPainter, line: int, rect: QRect, columns: list[tuple[int, QRect]]
    ) -> None:
        """Draw one line, its sign for folding and its indent."""
        self.draw_ground(painter, line, rect)
        indent = (self.model_.level(line) + 1) * self._indent
        for column, cell in columns:
            if column == Column.STATISTIC:
                if self.model_.can_expand(line) and self.is_drawn(cell):
                    self._draw_branch(painter, line, cell)
                cell.setLeft(cell.left() + indent)
        self._painter.paint(painter, line, columns, self.palette(), self.is_drawn)

    def _draw_branch(self, painter: QPainter, line: int, cell: QRect) -> None:
        size = self._indent
        left = cell.left() + self.model_.level(line) * size
        rect = QRect(left, cell.center().y() - size // 2, size, size)
        color = self.palette().color(QPalette.ColorRole.PlaceholderText)
        draw_chevron(painter, rect, color, opened=self.model_.is_expanded(line))

    def _branch(self, line: int) -> QRect:
        """Return where a click folds a line; nowhere for one that cannot be folded."""
        if not self.model_.can_expand(line):
            return QRect()
        left = self.columnViewportPosition(Column.STATISTIC)
        left += self.model_.level(line) * self._indent
        height = self.verticalHeader().defaultSectionSize()
        return QRect(left, self.rowViewportPosition(line), self._indent, height)


class _Place:
    """Where the user was before the lines moved."""

    def __init__(
        self,
        selected: list[Hashable],
        current: Hashable | None,
        top: Hashable | None,
        y: int,
        x: int,
    ) -> None:
        self.selected, self.current, self.top, self.y, self.x = selected, current, top, y, x
