"""One line of a board, drawn in one go: thresholds, bars and heat behind the numbers."""

import math

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPalette

from statmon.ui.board.model import NAME, BoardCell, BoardModel
from statmon.ui.board.spec import Look
from statmon.ui.data.goals import Goal
from statmon.ui.grid.pen import GAP, draw_level, draw_risen, draw_text
from statmon.ui.look import signs
from statmon.ui.look.painting import painting
from statmon.ui.look.theme import Theme, Tone

_TRACK = 70
"""Opacity (of 255) of the part of a goal's bar that is not reached."""
_STRONGEST = 110
"""Opacity (of 255) of the ground of a column's largest number."""


class BoardPainter:
    """Draws lines in a theme."""

    def __init__(self, model: BoardModel, theme: Theme) -> None:
        self._model = model
        self.theme = theme
        self._largest: dict[int, float] = {}
        self._looks: dict[int, Look] = {}

    def forget(self) -> None:
        """Look again for the looks of the columns and their largest numbers."""
        self._largest.clear()
        self._looks.clear()

    @painting
    def paint(
        self, painter: QPainter, line: int, columns: list[tuple[int, QRect]], palette: QPalette
    ) -> None:
        """Draw a line's cells into the rectangles of the columns."""
        place = self._model.group_of(line)
        group = place is not None
        for column, rect in columns:
            if column == NAME:
                color = palette.color(QPalette.ColorRole.Text)
                level = 0 if place is None else self._model.worst(place)
                sign = signs.of_level(level)
                rest = draw_risen(painter, rect, sign, self.theme) if level else rect
                draw_text(painter, rest, self._model.label(line), color, bold=group)
            else:
                self._cell(painter, column, rect, self._model.cell(line, column), group)

    def _cell(
        self, painter: QPainter, column: int, rect: QRect, cell: BoardCell, group: bool
    ) -> None:
        if cell.goal is not None:
            self._goal(painter, rect, cell.goal)
        if cell.level:
            sign = signs.of_level(cell.level)
            draw_level(painter, rect, sign, cell.text, self.theme, right=cell.right)
            return
        look = self._looks.get(column)
        if look is None:
            look = self._looks[column] = self._model.look(column)
        if look is not Look.PLAIN and not group:
            self._ground(painter, column, rect, cell.number, look)
        color = self.theme.tones[cell.tone]
        end = not cell.right
        draw_text(painter, rect, cell.text, color, right=cell.right, bold=group, keep_end=end)

    def _goal(self, painter: QPainter, rect: QRect, goal: Goal) -> None:
        """Draw how far a number is, and a mark where it is to be, at the bottom of its cell."""
        room = rect.adjusted(GAP // 2, 0, -GAP, 0)
        low, tones = room.bottom() - 2, self.theme.tones
        color = tones[Tone.MUTED if goal.met is None else Tone.GOOD if goal.met else Tone.BAD]
        faint = QColor(tones[Tone.MUTED])
        faint.setAlpha(_TRACK)
        painter.fillRect(QRect(room.left(), low, room.width(), 2), faint)
        painter.fillRect(QRect(room.left(), low, round(room.width() * goal.share), 2), color)
        mark = room.left() + round((room.width() - 2) * goal.mark)
        painter.fillRect(QRect(mark, low - 2, 2, 4), tones[Tone.PLAIN])

    def _ground(
        self, painter: QPainter, column: int, rect: QRect, number: float, look: Look
    ) -> None:
        largest = self._largest.get(column)
        if largest is None:
            largest = self._largest[column] = self._model.largest(column)
        if not (number > 0 and largest > 0) or math.isnan(number):
            return
        share = min(1.0, number / largest)
        color = QColor(self.theme.tones[Tone.GOOD])
        room = rect.adjusted(GAP // 2, 2, -GAP // 2, -2)
        if look is Look.HEAT:
            color.setAlpha(int(_STRONGEST * share))
            painter.fillRect(rect.adjusted(0, 0, -1, -1), color)
        else:
            color.setAlpha(70)
            room.setWidth(max(1, int(room.width() * share)))
            painter.fillRect(room, color)
