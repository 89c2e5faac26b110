"""One board in large: lines and columns as wide and high as the screen lets them be."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QHeaderView

from statmon.domain.unit import Unit
from statmon.live.catalogue import Catalogue
from statmon.ui.board.model import NAME, BoardModel
from statmon.ui.board.spec import BoardSpec
from statmon.ui.board.view import BoardView
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.look.theme import Theme
from statmon.ui.wallboard.slides import font_pixels, line_height

_NAME_CHARS, _STATE_CHARS, _NUMBER_CHARS = 18, 36, 10
_HEADER = 0.5
"""The header's font, as a part of the lines'."""
_PADDING = 22


def without_widths(spec: BoardSpec) -> BoardSpec:
    """Return what of a board's arrangement holds for the wall: its widths are the screen's."""
    return replace(spec, columns=tuple(replace(c, width=None) for c in spec.columns))


class WallPage(BoardView):
    """A view on a model of its own: what the board in the window folds or sorts stays there."""

    def __init__(
        self, spec: BoardSpec, pulse: Pulse, catalogue: Catalogue, names: Names,
        knowledge: Knowledge, theme: Theme,
    ) -> None:  # fmt: skip
        super().__init__(
            BoardModel(without_widths(spec), pulse.lens, catalogue, names, knowledge), theme
        )
        self.board.setParent(self)
        self.fitting = 1
        """How many lines fit the screen."""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(self.SelectionMode.NoSelection)
        for policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.keep_place()
        self.board.modelReset.connect(self.fit)
        pulse.changed.connect(self._show_dirty)
        pulse.second.connect(self._each_second)
        pulse.structured.connect(self.board.rebuild)

    @property
    def title(self) -> str:
        """What the board is called."""
        return self.board.spec.title

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.board.rowCount()

    def show_from(self, line: int) -> None:
        """Show the part that begins with a line."""
        self.verticalScrollBar().setValue(line * self.verticalHeader().defaultSectionSize())

    def fit(self) -> None:
        """Choose font, heights and widths for the room there is."""
        chars = self._chars()
        height = line_height(self.height(), self.lines + 1)
        font = QFont(self.font())
        font.setPixelSize(font_pixels(height, self.width(), sum(chars)))
        small = QFont(font)
        small.setPixelSize(max(8, round(font.pixelSize() * _HEADER)))
        header = self.horizontalHeader()
        # The header's font is the style sheet's business.
        header.setStyleSheet(f"QHeaderView::section {{ font-size: {small.pixelSize()}px }}")
        head = QFontMetrics(small).height() + _PADDING
        self.fitting = max(1, (self.height() - head) // height)
        height = (self.height() - head) // self.fitting
        self.set_type(font, height)
        # What is left over goes to the header: no line is cut in two.
        header.setFixedHeight(max(1, self.height() - self.fitting * height))
        for column, part in enumerate(chars):
            header.resizeSection(column, self.width() * part // sum(chars))

    def _chars(self) -> list[int]:
        units = self.board.units
        return [
            _NAME_CHARS
            if column == NAME
            else (_STATE_CHARS if units[column - 1] is Unit.STATE else self._number_chars(column))
            for column in range(self.board.columnCount())
        ]

    def _number_chars(self, column: int) -> int:
        return max(_NUMBER_CHARS, round(len(self.board.title(column)) * _HEADER) + 3)

    def _show_dirty(self, dirty: set[int]) -> None:
        if self.isVisible():
            self.show_changes(dirty)

    def _each_second(self) -> None:
        if self.isVisible():
            self.board.touch()
            self.painter_.forget()
            self.board.look_again()
            self.viewport().update()

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Fit the new room."""
        super().resizeEvent(event)
        self.fit()
