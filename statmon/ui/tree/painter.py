"""One line of the tree, drawn in one go."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPalette

from statmon.ui.cells import Cells
from statmon.ui.grid.pen import GAP, draw_badge, draw_text
from statmon.ui.theme import Theme, Tone
from statmon.ui.tree.columns import Column
from statmon.ui.tree.model import TreeModel


class LinePainter:
    """Draws lines in a theme."""

    def __init__(self, model: TreeModel, theme: Theme) -> None:
        self._model = model
        self.theme = theme

    def paint(
        self, painter: QPainter, line: int, columns: list[tuple[int, QRect]], palette: QPalette
    ) -> None:
        """Draw a line's cells into the rectangles of the columns; the indent is taken off."""
        model = self._model
        is_field = model.shown.field[line] >= 0
        shown = None if is_field else model.cells(line)
        plain, muted = palette.color(QPalette.ColorRole.Text), self.theme.tones[Tone.MUTED]
        for column, rect in columns:
            if column == Column.STATISTIC:
                bold = not (is_field or model.is_statistic(line))
                color = muted if is_field else plain
                draw_text(painter, rect, model.text(line, column), color, bold=bold)
            elif shown is not None and column not in (Column.OBJECT, Column.GROUPS):
                self._cell(painter, Column(column), rect, line, shown)
            else:
                draw_text(painter, rect, model.text(line, column), muted)

    def _cell(
        self, painter: QPainter, column: Column, rect: QRect, line: int, shown: Cells
    ) -> None:
        tones = self.theme.tones
        match column:
            case Column.VALUE:
                draw_text(painter, rect, shown.value, tones[shown.tone], right=shown.number)
            case Column.AGE if shown.badge:
                draw_badge(painter, rect, shown.age, self.theme)
            case Column.AGE:
                draw_text(painter, rect, shown.age, tones[Tone.MUTED], right=True)
            case Column.FRESHNESS:
                self._freshness(painter, rect, shown)
            case _:
                draw_text(painter, rect, self._model.text(line, column), tones[Tone.PLAIN])

    def _freshness(self, painter: QPainter, rect: QRect, shown: Cells) -> None:
        # What is as it should be stays grey: colour is for what is not.
        normal = shown.fresh.tone in (Tone.PLAIN, Tone.GOOD)
        color = self.theme.tones[Tone.MUTED if normal else shown.fresh.tone]
        glyph = rect.adjusted(GAP, 0, 0, 0)
        draw_text(painter, glyph, shown.fresh.glyph, color)
        word = glyph.adjusted(painter.fontMetrics().height() + GAP // 2, 0, 0, 0)
        draw_text(painter, word, shown.fresh.word, color)
