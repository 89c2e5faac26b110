"""The head of the details: what a statistic is, its value in large, how fresh, its last hour."""

import math

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from statmon.domain.unit import Unit
from statmon.ui.data import cells, goals
from statmon.ui.data.cells import Cells
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.grid.pen import GAP, draw_level, draw_text
from statmon.ui.grid.sparkline import Sparklines
from statmon.ui.look import signs
from statmon.ui.look.painting import painting
from statmon.ui.look.text import tooltip
from statmon.ui.look.theme import Theme, Tone

_LARGE = 1.9
"""Times the usual size of text."""
_MARGIN = 8
_TREND = 44
"""Pixels of the trend's height."""


class DetailsHeader(QWidget):
    """Hidden until there is a row to tell about."""

    def __init__(
        self, lens: Lens, names: Names, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lens, self._names, self._theme = lens, names, theme
        self._knowledge, self._sparks = Knowledge(), Sparklines()
        self._row = -1
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.update()

    def show_row(self, row: int) -> None:
        """Tell about another row of the table, or about nothing for -1."""
        self._row = row
        self.setVisible(row >= 0)
        self.updateGeometry()
        self.refresh()

    def refresh(self) -> None:
        """Bring what is shown up to date."""
        if self._row < 0:
            return
        shown = cells.of_row(self._lens, self._row)
        target = self._target()
        words = (*self._titles(), shown.value, shown.fresh.word, shown.age, target)
        said = ", ".join(words if target else words[:-1])
        if said != self.accessibleName():
            self.setAccessibleName(said)
            self.setToolTip(tooltip("\n".join((*self._titles(), shown.value, target)).rstrip()))
        self.update()

    def _titles(self) -> tuple[str, str]:
        statistic = self._lens.table.statistics[self._row]
        entry = self._knowledge.entry(statistic)
        return self._names.short(statistic.ref), entry.title if entry else statistic.title

    def _target(self) -> str:
        """Return what the number is to be, in words, or nothing."""
        return goals.of_row(self._lens, self._row, self._names, self._knowledge)

    @property
    def _has_trend(self) -> bool:
        return self._row >= 0 and self._lens.table.units[self._row] is not Unit.STATE

    def _large(self, words: str = "", width: int = 0) -> QFont:
        """Return the font of the value, smaller where its words would not fit."""
        font = QFont(self.font())
        font.setPointSizeF(self.font().pointSizeF() * _LARGE)
        needed = QFontMetrics(font).horizontalAdvance(words) + 4 * GAP
        if words and needed > width:
            least = self.font().pointSizeF()
            font.setPointSizeF(max(least, font.pointSizeF() * width / needed))
        return font

    def _value(self) -> str:
        """Return the value's words; the lines below name an agent's channels."""
        freshness = self._lens.freshness(self._row)
        return cells.value_of(self._lens, self._row, freshness, channels=False)[0]

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the room for three lines of text and the trend."""
        line = self.fontMetrics().height()
        large = QFontMetrics(self._large()).height()
        trend = _TREND if self._has_trend else 0
        return QSize(240, 2 * line + large + trend + 3 * _MARGIN)

    @painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Paint all of it."""
        if self._row < 0:
            return
        with QPainter(self) as painter:
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        palette = self.palette()
        painter.fillRect(self.rect(), palette.base())
        shown, tones = cells.of_row(self._lens, self._row), self._theme.tones
        whose, what = self._titles()
        line = self.fontMetrics().height()
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        top = QRect(room.left(), room.top(), room.width(), line)
        self._freshness(painter, top, shown)
        draw_text(painter, top.adjusted(0, 0, -room.width() // 3, 0), whose, tones[Tone.MUTED])
        title = top.translated(0, line)
        draw_text(painter, title, what, palette.color(QPalette.ColorRole.Text), bold=True)
        words = self._value()
        painter.setFont(self._large(words, room.width()))
        height = QFontMetrics(self._large()).height()
        value = QRect(room.left(), title.bottom() + _MARGIN // 2, room.width(), height)
        if level := self._lens.level(self._row):
            draw_level(painter, value, signs.of_level(level), words, self._theme, right=False)
        else:
            draw_text(painter, value, words, tones[shown.tone])
        self._goal(painter, value.adjusted(painter.fontMetrics().horizontalAdvance(words), 0, 0, 0))
        if self._has_trend:
            self._trend(painter, value, shown)

    def _goal(self, painter: QPainter, beside: QRect) -> None:
        """Write what the number is to be, as far as there is room beside it."""
        painter.setFont(self.font())
        color = self._theme.tones[Tone.MUTED]
        draw_text(painter, beside.adjusted(2 * GAP, 0, 0, 0), self._target(), color, right=True)

    def _freshness(self, painter: QPainter, rect: QRect, shown: Cells) -> None:
        normal = shown.fresh.tone in (Tone.PLAIN, Tone.GOOD)
        color = self._theme.tones[Tone.MUTED if normal else shown.fresh.tone]
        words = "  ".join(filter(None, (str(shown.fresh), shown.age)))
        draw_text(painter, rect, words, color, right=True)

    def _trend(self, painter: QPainter, above: QRect, shown: Cells) -> None:
        known = shown.tone is Tone.PLAIN and not self._lens.travelling
        now = self._lens.table.number(self._row) if known else math.nan
        tones = self._theme.tones
        color = tones[Tone.MUTED if math.isnan(now) else Tone.GOOD]
        room = above.translated(0, above.height() + _MARGIN)
        room.setHeight(_TREND - _MARGIN)
        rect = room.adjusted(GAP // 2, 0, -GAP // 2, 0)
        self._sparks.draw(painter, rect, self._lens, self._row, now, (color, tones[Tone.MUTED]))
