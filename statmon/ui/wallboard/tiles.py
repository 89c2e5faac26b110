"""The pinned statistics as tiles: what must be seen from the door."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from statmon.ui.data import cells
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.lens import Lens
from statmon.ui.data.names import Names
from statmon.ui.grid.pen import draw_text
from statmon.ui.look import signs
from statmon.ui.look.painting import painting
from statmon.ui.look.theme import Theme, Tone

_MOST = 6
_GAP = 12
_TITLE, _VALUE, _WINDOW = 0.19, 0.4, 0.13
"""Pixels of the fonts, as parts of a tile's height."""


_LINE = 1.3
"""Height of a line, as a multiple of its font's pixels."""


class Tiles(QWidget):
    """As many tiles in a row as are pinned, six at most; hidden when none is."""

    def __init__(
        self,
        lens: Lens,
        names: Names,
        knowledge: Knowledge,
        rows: Callable[[], Sequence[int]],
        theme: Theme,
    ) -> None:
        super().__init__()
        self._lens, self._names, self._knowledge, self._rows = lens, names, knowledge, rows
        self._theme = theme
        self.high = 160
        """Pixels of height."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Show them in another theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the height that was asked for."""
        return QSize(600, self.high)

    @property
    def rows(self) -> list[int]:
        """The table's rows that are shown."""
        return list(self._rows())[:_MOST]

    def refresh(self) -> None:
        """Bring what is shown up to date."""
        self.setVisible(bool(self.rows))
        said = ", ".join(self._said(row) for row in self.rows)
        if said != self.accessibleName():
            self.setAccessibleName(said)
        self.update()

    def _said(self, row: int) -> str:
        window = self._window(row)
        value = cells.of_row(self._lens, row).value
        return f"{self._title(row)}{f' ({window})' if window else ''}: {value}"

    def _window(self, row: int) -> str:
        """Return over which part of the past a row counts; nothing of what is about now."""
        return self._knowledge.counted(self._lens.table.statistics[row])

    def _title(self, row: int) -> str:
        statistic = self._lens.table.statistics[row]
        entry = self._knowledge.entry(statistic)
        return f"{self._names.short(statistic.ref)} · {entry.title if entry else statistic.title}"

    @painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Paint all tiles."""
        with QPainter(self) as painter:
            self._tiles(painter)

    def _tiles(self, painter: QPainter) -> None:
        rows = self.rows
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = (self.width() - _GAP * (len(rows) - 1)) / max(1, len(rows))
        for place, row in enumerate(rows):
            tile = QRect(round(place * (wide + _GAP)), 0, round(wide), self.height())
            self._tile(painter, tile, row)

    def _tile(self, painter: QPainter, tile: QRect, row: int) -> None:
        theme, shown, level = self._theme, cells.of_row(self._lens, row), self._lens.level(row)
        ground, ink = self.palette().color(QPalette.ColorRole.Base), theme.tones[shown.tone]
        faint, words = theme.tones[Tone.MUTED], shown.value
        if level:
            sign = signs.of_level(level)
            critical = sign.tone is Tone.BAD
            ground = theme.critical if critical else theme.badge
            ink = faint = theme.critical_text if critical else theme.badge_text
            words = f"{sign.glyph} {words}"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(tile, 8, 8)
        room = tile.adjusted(_GAP, _GAP // 2, -_GAP, -_GAP)
        title = QRect(room.left(), room.top(), room.width(), round(tile.height() * 0.3))
        painter.setFont(self._font(_TITLE, self._title(row), title.width(), least=0.7))
        draw_text(painter, title, self._title(row), faint)
        value = QRect(room.left(), title.bottom(), room.width(), room.bottom() - title.bottom())
        if window := self._window(row):
            strip = QRect(value)
            strip.setTop(value.bottom() - round(tile.height() * _WINDOW * _LINE))
            value.setBottom(strip.top())
            painter.setFont(self._font(_WINDOW, window, strip.width(), least=0.6))
            draw_text(painter, strip, window, faint)
        painter.setFont(self._font(_VALUE, words, value.width(), least=0.4))
        draw_text(painter, value, words, ink)
        if shown.badge:
            painter.setFont(self._font(_TITLE, shown.age, value.width(), least=1))
            draw_text(painter, value, shown.age, faint, right=True)

    def _font(self, part: float, words: str, width: int, *, least: float) -> QFont:
        """Return a font of a part of the height, smaller where the words would not fit."""
        font = QFont(self.font())
        wanted = self.height() * part
        font.setPixelSize(max(8, round(wanted)))
        needed = QFontMetrics(font).horizontalAdvance(words) + 2 * _GAP
        shrunk = max(least, min(1.0, width / max(1, needed)))
        font.setPixelSize(max(8, round(wanted * shrunk)))
        return font
