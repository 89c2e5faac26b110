"""What the passing of a second changes on the screen: most cells stay as they are."""

from collections.abc import Iterable

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion

from statmon.live.catalogue import NO_ROW
from statmon.ui.grid.view import Line
from statmon.ui.tree.columns import Column
from statmon.ui.tree.model import TreeModel
from statmon.ui.tree.painter import with_room_for_words


class Ticking:
    """Compares the lines on the screen with what they were at the last look."""

    def __init__(self, model: TreeModel) -> None:
        self._model = model
        self._second = -1
        self._all: tuple[object, ...] = ()
        self._lines: dict[int, tuple[object, ...]] = {}

    def look(self, lines: Iterable[Line], columns: list[tuple[int, int, int]]) -> QRegion | None:
        """Return what has to be drawn again, None for everything.

        Ages and times in state tick. A line is another when its freshness or threshold is; each
        minute brings other trends and changes.

        Args:
            lines: on the screen.
            columns: number, left end and width of those that can be seen.
        """
        lens = self._model.lens
        everything = (lens.table, lens.trends.version, lens.travelling, lens.span, columns)
        before, self._all = self._all, everything
        second = lens.now // 1000
        ticks, self._second = second != self._second, second
        seen, self._lines = self._lines, {}
        region = QRegion()
        for line in lines:
            looks = self._lines[line.number] = self._looks(line.number)
            if looks != seen.get(line.number):
                region += line.rect
            elif ticks:
                for cell in self._ticking(line, columns):
                    region += cell
        return region if everything == before else None

    def _looks(self, line: int) -> tuple[object, ...]:
        model, row = self._model, self._model.row_of(line)
        if row == NO_ROW:
            return (model.worst(line),)
        return (row, model.lens.freshness(row), model.lens.level(row), model.worst(line))

    def _ticking(self, line: Line, columns: list[tuple[int, int, int]]) -> list[QRect]:
        model, row = self._model, self._model.row_of(line.number)
        if row == NO_ROW or model.is_field(line.number):
            return []
        top, height = line.rect.top(), line.rect.height()
        cells = [(column, QRect(left, top, wide, height)) for column, left, wide in columns]
        wanted = {Column.AGE}
        if model.lens.table.states[row] is not None:
            wanted.add(Column.VALUE)
            cells = with_room_for_words(cells)
        return [rect for column, rect in cells if column in wanted]
