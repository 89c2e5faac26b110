"""Lists whose rows come and go while the user is at one of them.

Qt makes another row current in the midst of removing the current one, and says so. Whoever fills
the list again because of that removes rows that are being removed, which ends the program. So
rows come and go unheard (``refilling``), each is known by its key, and the list is whole again
before anybody is told.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFocusEvent
from PySide6.QtWidgets import QHeaderView, QListWidget, QTreeWidget, QTreeWidgetItem, QWidget

from statmon.ui.look.row_height import RowHeight
from statmon.ui.look.text import tooltip

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MEASURED_EACH = 20
"""Rows whose change Qt may measure by itself; for more it would take long."""
_PLAIN: Mapping[int, QColor] = {}


@contextmanager
def refilling(view: QTreeWidget | QListWidget) -> Iterator[None]:
    """Let rows come and go unheard: what is inside must leave the list as it shall be."""
    blocker = QSignalBlocker(view)
    try:
        yield
    finally:
        blocker.unblock()


class Line(NamedTuple):
    """A row as it shall be."""

    key: Hashable
    """What it is about: what is chosen stays chosen, wherever its row goes."""
    texts: tuple[str, ...]
    ink: Mapping[int, QColor] = _PLAIN
    """The colours of the columns that are not written as usual."""
    below: tuple[str, ...] = ()
    """Sentences that unfold beneath it."""
    idle: bool = False
    """A sentence over the whole width that cannot be chosen, such as “None yet”."""


class Listing(QTreeWidget):
    """A list that is told what it shall show, as often as one likes."""

    came_to = Signal(object)
    """The key of the row that the user made current."""
    entered = Signal(object)
    """The key of the row that the user double-clicked, or pressed Enter on."""

    def __init__(
        self,
        name: str,
        headers: Sequence[str],
        *,
        right: Sequence[int] = (),
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty list; ``right``: the columns of numbers."""
        super().__init__(parent)
        self._rows: dict[Hashable, _Row] = {}
        self._order: list[tuple[Hashable, int]] = []
        """What the rows are of, from top to bottom."""
        self._right = tuple(right)
        self.setAccessibleName(name)
        self.setHeaderLabels(list(headers))
        for column in self._right:
            self.headerItem().setTextAlignment(column, _RIGHT)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)  # all can be copied
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setItemDelegate(RowHeight(self))
        header = self.header()
        header.setAccessibleName(name)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.currentItemChanged.connect(lambda item, _: self._tell(self.came_to.emit, item))
        self.itemActivated.connect(lambda item, _: self._tell(self.entered.emit, item))

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these rows.

        What is chosen stays so wherever its row goes, and nothing is chosen in the stead of what
        went. It may be called from whatever the list tells; that other rows are chosen than
        before is told when the list is whole again.
        """
        wanted = _named(lines)
        moved = list(wanted) != self._order
        others = [name for name, line in wanted.items() if moved or self._rows[name].line != line]
        if not moved and not others:
            return
        self._order = list(wanted)
        chosen, current = self._chosen(), _row_of(self.currentItem())
        few = not moved and len(others) <= _MEASURED_EACH
        with refilling(self), nullcontext() if few else self._measured_once():
            for name in self._rows.keys() - wanted.keys():
                self._take(self._rows.pop(name))
            self._put_all(wanted)
            self._choose(chosen, current)
        if self._chosen() != chosen:
            self.itemSelectionChanged.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Come to the list without having chosen anything in it.

        Qt makes the first row current; when a dialog closes that would be chosen for the user.
        """
        with refilling(self):
            super().focusInEvent(event)

    def choose(self, key: Hashable) -> None:
        """Let the first row of a key be the chosen and current one, as if somebody went there."""
        row = next((row for row in self._rows.values() if row.line.key == key), None)
        if row is not None:
            self.setCurrentItem(row)
            self.scrollToItem(row)

    @property
    def lines(self) -> list[Line]:
        """The rows that are shown."""
        rows = sorted(self._rows.values(), key=self.indexOfTopLevelItem)
        return [row.line for row in rows]

    @property
    def chosen(self) -> list[Hashable]:
        """The keys of the rows that are chosen, or have something beneath them that is."""
        return [row.line.key for row in sorted(self._chosen(), key=self.indexOfTopLevelItem)]

    def key_of(self, item: QTreeWidgetItem | None) -> Hashable | None:
        """Return the key of the row that an item is, or is beneath; None for no item."""
        row = _row_of(item)
        return None if row is None else row.line.key

    # How rows come and go.

    def _chosen(self) -> set["_Row"]:
        rows = map(_row_of, self.selectedItems())
        return {row for row in rows if row is not None}

    def _put_all(self, wanted: Mapping[tuple[Hashable, int], Line]) -> None:
        """Have each row at its place; new ones come together, thousands at a time."""
        fresh: list[QTreeWidgetItem] = []

        def bring(end: int) -> None:
            self.insertTopLevelItems(end - len(fresh), fresh)
            fresh.clear()

        for place, (name, line) in enumerate(wanted.items()):
            if name not in self._rows:
                row = self._rows[name] = _Row()
                row.show_line(line, self._right)  # before anybody looks: then each change is dear
                fresh.append(row)
                continue
            if fresh:
                bring(place)
            self._put(place, self._rows[name], line)
        if fresh:
            bring(len(wanted))
        for name, line in wanted.items():
            if line.idle:
                self._rows[name].setFirstColumnSpanned(True)

    def _put(self, place: int, row: "_Row", line: Line) -> None:
        """Have the row of a line at its place, and as it shall be."""
        if self.topLevelItem(place) is not row:
            unfolded = row.isExpanded()
            self._take(row)
            self.insertTopLevelItem(place, row)
            row.setExpanded(unfolded)
        row.show_line(line, self._right)

    @contextmanager
    def _measured_once(self) -> Iterator[None]:
        """Let columns as wide as what is in them be measured at the end, not at every change."""
        header, modes, fitted = self.header(), QHeaderView.ResizeMode, self._fitted()
        for column in fitted:
            header.setSectionResizeMode(column, modes.Fixed)
        try:
            yield
        finally:
            for column in fitted:
                header.setSectionResizeMode(column, modes.ResizeToContents)

    def _fitted(self) -> list[int]:
        """Return the columns that are as wide as what is in them."""
        header, fitted = self.header(), QHeaderView.ResizeMode.ResizeToContents
        columns = range(header.count())
        return [column for column in columns if header.sectionResizeMode(column) is fitted]

    def _take(self, row: "_Row") -> None:
        self.takeTopLevelItem(self.indexOfTopLevelItem(row))

    def _choose(self, chosen: set["_Row"], current: "_Row | None") -> None:
        """Let nothing be chosen, or current, but what was so and is still there."""
        there = set(self._rows.values())
        selection = self.selectionModel()
        if self._chosen() != chosen & there:
            selection.clearSelection()
            for row in chosen & there:
                row.setSelected(True)
        if current not in there:
            selection.clearCurrentIndex()
        elif _row_of(self.currentItem()) is not current:
            self.setCurrentItem(current, 0, selection.SelectionFlag.NoUpdate)

    def _tell(self, tell: Callable[[Hashable], object], item: QTreeWidgetItem | None) -> None:
        row = _row_of(item)
        if row is not None:
            tell(row.line.key)


class _Row(QTreeWidgetItem):
    """An item that knows what it shows."""

    line = Line(None, ())

    def show_line(self, line: Line, right: Sequence[int]) -> None:
        """Show a line; what is as it was is left alone."""
        before, self.line = self.line, line
        if line == before:
            return
        for column, text in enumerate(line.texts):
            if self.text(column) != text:
                self.setText(column, text)
                self.setToolTip(column, tooltip(text))
        if line.ink != before.ink:
            for column in before.ink.keys() | line.ink.keys():
                color = line.ink.get(column)
                self.setData(column, Qt.ItemDataRole.ForegroundRole, color and QBrush(color))
        if line.below != before.below:
            self._unfold(line.below)
        if line.idle != before.idle:
            self.setFirstColumnSpanned(line.idle)
            self.setDisabled(line.idle)
        for column in right if not before.texts else ():
            self.setTextAlignment(column, _RIGHT)

    def _unfold(self, texts: Sequence[str]) -> None:
        self.takeChildren()
        for text in texts:
            item = QTreeWidgetItem(self, [text])
            item.setFirstColumnSpanned(True)
            item.setToolTip(0, tooltip(text))


def _row_of(item: QTreeWidgetItem | None) -> _Row | None:
    row = item.parent() or item if item is not None else None
    return row if isinstance(row, _Row) else None


def _named(lines: Sequence[Line]) -> dict[tuple[Hashable, int], Line]:
    """Name each line by its key and by how many of the same are above it."""
    above: Counter[Hashable] = Counter()
    result = {}
    for line in lines:
        result[line.key, above[line.key]] = line
        above[line.key] += 1
    return result
