"""One line of the tree, drawn in one go."""

import math
from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPalette

from statmon.domain.unit import Unit
from statmon.ui.data import cells
from statmon.ui.data.cells import Cells
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.grid.pen import GAP, draw_badge, draw_level, draw_risen, draw_text
from statmon.ui.grid.sparkline import Sparklines
from statmon.ui.look import signs
from statmon.ui.look.painting import painting
from statmon.ui.look.theme import Theme, Tone
from statmon.ui.tree.columns import Column
from statmon.ui.tree.model import TreeModel

_SAY_NOTHING = (Column.TREND, Column.CHANGE)


class LinePainter:
    """Draws lines in a theme."""

    def __init__(self, model: TreeModel, theme: Theme) -> None:
        self._model = model
        self._knowledge, self._sparks = Knowledge(), Sparklines()
        self.theme = theme

    @painting
    def paint(
        self, painter: QPainter, line: int, columns: list[tuple[int, QRect]], palette: QPalette,
        wanted: Callable[[QRect], bool] = lambda _: True,
    ) -> None:  # fmt: skip
        """Draw a line's cells into the rectangles of the columns; the indent is taken off.

        Only those that are ``wanted``: the others stand as they are.
        """
        model = self._model
        is_field = model.shown.field[line] >= 0
        shown = None if is_field else model.cells(line)
        plain, muted = palette.color(QPalette.ColorRole.Text), self.theme.tones[Tone.MUTED]
        if shown is not None and not shown.number:
            columns = with_room_for_words(columns)
        for column, rect in columns:
            if not wanted(rect):
                continue
            if column == Column.STATISTIC:
                bold = not (is_field or model.is_statistic(line))
                color = muted if is_field else plain
                rest = self._risen(painter, rect, line) if bold else rect
                draw_text(painter, rest, model.text(line, column), color, bold=bold)
            elif shown is not None and column not in (Column.OBJECT, Column.GROUPS):
                self._cell(painter, Column(column), rect, line, shown)
            else:
                draw_text(painter, rect, model.text(line, column), muted)

    def _risen(self, painter: QPainter, rect: QRect, line: int) -> QRect:
        """Draw the worst threshold state under a head before its name; return the room left."""
        level = self._model.worst(line)
        return draw_risen(painter, rect, signs.of_level(level), self.theme) if level else rect

    def _cell(
        self, painter: QPainter, column: Column, rect: QRect, line: int, shown: Cells
    ) -> None:
        tones = self.theme.tones
        match column:
            case Column.VALUE if level := self._level(line):
                self._beyond(painter, rect, line, signs.of_level(level), shown)
            case Column.TREND:
                self._trend(painter, rect, line, shown)
            case Column.CHANGE:
                self._change(painter, rect, line)
            case Column.ALERT:
                sign = signs.of_level(self._level(line))
                draw_text(painter, rect, str(sign).strip(), tones[sign.tone])
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

    def _beyond(
        self, painter: QPainter, rect: QRect, line: int, sign: signs.Sign, shown: Cells
    ) -> None:
        lens, row = self._model.lens, self._model.row_of(line)
        # Of an agent the state is beyond the threshold, not the channels behind it.
        words, _, number = cells.value_of(lens, row, lens.freshness(row), channels=False)
        draw_level(painter, rect, sign, words, self.theme, right=number and shown.number)

    def _level(self, line: int) -> int:
        return self._model.lens.level(self._model.row_of(line))

    def _trend(self, painter: QPainter, rect: QRect, line: int, shown: Cells) -> None:
        lens, row = self._model.lens, self._model.row_of(line)
        if lens.table.units[row] is Unit.STATE:
            return
        # Of another time's hour nothing is known: its end alone would look like a number lost.
        known = shown.tone is Tone.PLAIN and not lens.travelling
        now = lens.table.number(row) if known else math.nan
        tones = self.theme.tones
        colors = tones[Tone.MUTED if math.isnan(now) else Tone.GOOD], tones[Tone.MUTED]
        self._sparks.draw(painter, rect.adjusted(2 * GAP, 2, -GAP, -2), lens, row, now, colors)

    def _change(self, painter: QPainter, rect: QRect, line: int) -> None:
        model, row = self._model, self._model.row_of(line)
        change = model.lens.change(row)
        unit, at_least = model.lens.table.units[row], model.lens.counted_at_least(row)
        text = cells.change_text(change, unit, at_least=at_least)
        if text:
            direction = self._knowledge.direction(model.lens.table.statistics[row])
            tone = cells.change_tone(0 if text == cells.UNCHANGED else change, direction)
            # The sign beside the colour: better or worse, not only more or less.
            mark = {Tone.GOOD: "✓ ", Tone.BAD: "✗ "}.get(tone, "")
            draw_text(painter, rect, mark + text, self.theme.tones[tone], right=True)

    def _freshness(self, painter: QPainter, rect: QRect, shown: Cells) -> None:
        # What is as it should be stays grey: colour is for what is not.
        normal = shown.fresh.tone in (Tone.PLAIN, Tone.GOOD)
        color = self.theme.tones[Tone.MUTED if normal else shown.fresh.tone]
        glyph = rect.adjusted(GAP, 0, 0, 0)
        draw_text(painter, glyph, shown.fresh.glyph, color)
        word = glyph.adjusted(painter.fontMetrics().height() + GAP // 2, 0, 0, 0)
        draw_text(painter, word, shown.fresh.word, color)


def with_room_for_words(columns: list[tuple[int, QRect]]) -> list[tuple[int, QRect]]:
    """Let words run over the columns behind them that have something to say of numbers only."""
    result: list[tuple[int, QRect]] = []
    for column, rect in columns:
        if column in _SAY_NOTHING and result and result[-1][0] == Column.VALUE:
            result[-1] = (Column.VALUE, result[-1][1].united(rect))
        else:
            result.append((column, rect))
    return result
