"""Which columns a view shows, in which order, how wide, and sorted by which; chosen and kept."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QTableView

from statmon.ui.look.text import tr

_UNSORTED = -1


class ColumnSpec(Protocol):
    """How a column is at first."""

    @property
    def key(self) -> str:
        """Its name in a workspace file."""

    @property
    def title(self) -> str:
        """What stands in its header."""

    @property
    def chars(self) -> int:
        """Its width, in average characters."""

    @property
    def shown(self) -> bool:
        """Whether it is shown at first."""


class ColumnChoice(QObject):
    """The header of a view: a click sorts, a third one unsorts; its menu shows and hides."""

    sorted_by = Signal(object, bool)
    """The column, or None, and whether the largest comes first."""
    changed = Signal()
    """The arrangement is another now."""

    def __init__(
        self, view: QTableView, specs: Sequence[ColumnSpec], order: Sequence[int], roomy: int
    ) -> None:
        """Arrange the columns of a view.

        Args:
            view: whose header it is.
            specs: the columns, by their numbers.
            order: in which they stand at first.
            roomy: the column that takes what room a wide window has, until somebody has chosen
                a width.
        """
        super().__init__(view)
        self._view, self._specs, self._order, self._roomy = view, specs, order, roomy
        self._chosen = False
        """Whether somebody has chosen a width."""
        self._arranging = False
        self._column, self._descending = _UNSORTED, False
        header = self._header = view.horizontalHeader()
        header.setSectionsClickable(True)
        header.setStretchLastSection(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_menu)
        header.sectionClicked.connect(self._clicked)
        self.reset()
        header.sectionMoved.connect(self.changed)
        header.sectionResized.connect(self._resized)
        header.installEventFilter(self)

    def reset(self) -> None:
        """Show the columns as they are at first."""
        self._chosen, self._arranging = False, True
        for place, column in enumerate(self._order):
            self._header.moveSection(self._header.visualIndex(column), place)
            self._header.resizeSection(column, self._first_width(column))
            self._header.setSectionHidden(column, not self._specs[column].shown)
        self._arranging = False
        self._fill()
        self.changed.emit()

    def _first_width(self, column: int) -> int:
        return self._view.fontMetrics().averageCharWidth() * self._specs[column].chars

    def _fill(self) -> None:
        """Give the roomy column what the others, the stretched last one too, do not need."""
        header, roomy, last = self._header, self._roomy, self._last
        if self._chosen or self._arranging or last == roomy or header.isSectionHidden(roomy):
            return
        others = (c for c in range(len(self._specs)) if c not in (roomy, last))
        taken = sum(header.sectionSize(column) for column in others)  # of a hidden one: none
        spare = header.width() - taken - self._first_width(last)
        width = max(self._first_width(roomy), spare)
        if width != header.sectionSize(roomy):
            self._arranging = True
            header.resizeSection(roomy, width)
            self._arranging = False

    def scale(self, times: float) -> None:
        """Make all columns wider or narrower."""
        self._arranging = True
        for column in range(len(self._specs)):
            if not self._header.isSectionHidden(column):
                self._header.resizeSection(column, round(self._header.sectionSize(column) * times))
        self._arranging = False
        self._fill()

    def show_column(self, column: int, shown: bool) -> None:
        """Show or hide a column; the first one stays."""
        if column:
            self._header.setSectionHidden(column, not shown)
            self._fill()
            self.changed.emit()

    def sort(self, column: int | None, descending: bool = False) -> None:
        """Sort by a column, or not at all for None."""
        self._column = _UNSORTED if column is None else column
        self._descending = descending
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._header.setSortIndicatorShown(column is not None)
        self._header.setSortIndicator(self._column, order)
        self.sorted_by.emit(column, descending)
        self.changed.emit()

    def dump(self) -> dict[str, Any]:
        """Return the arrangement as a workspace file keeps it; widths in pixels, if any was chosen.

        The last column is as wide as the window leaves it: that is nobody's choice.
        """
        header, last = self._header, self._last
        places = [header.logicalIndex(place) for place in range(len(self._specs))]
        columns: list[dict[str, Any]] = [
            {"key": self._specs[column].key}
            | ({"width": header.sectionSize(column)} if self._chosen and column != last else {})
            for column in places
            if not header.isSectionHidden(column)
        ]
        result: dict[str, Any] = {"columns": columns}
        if self._column != _UNSORTED:
            result["sort"] = {
                "column": self._specs[self._column].key, "descending": self._descending,
            }  # fmt: skip
        return result

    def restore(self, state: Mapping[str, Any]) -> None:
        """Arrange as a workspace file says; what it does not know stays as it is at first."""
        numbers = {spec.key: column for column, spec in enumerate(self._specs)}
        wanted = state.get("columns")
        known = [
            (numbers[str(item["key"])], item.get("width"))
            for item in (wanted if isinstance(wanted, list) else [])
            if isinstance(item, Mapping) and str(item.get("key")) in numbers
        ]
        self._arranging = True
        if known:
            for column in range(1, len(self._specs)):
                self._header.setSectionHidden(column, True)
        for place, (column, width) in enumerate(known):
            self._header.moveSection(self._header.visualIndex(column), place)
            self._header.setSectionHidden(column, False)
            if isinstance(width, int) and width > 0:
                self._chosen = True
                self._header.resizeSection(column, width)
        self._arranging = False
        self._fill()
        sort = state.get("sort")
        if isinstance(sort, Mapping) and str(sort.get("column")) in numbers:
            self.sort(numbers[str(sort["column"])], sort.get("descending") is True)

    @property
    def _last(self) -> int:
        """The column at the right, which takes what room is left."""
        header = self._header
        places = range(len(self._specs) - 1, -1, -1)
        shown = (header.logicalIndex(place) for place in places)
        return next((column for column in shown if not header.isSectionHidden(column)), 0)

    def _resized(self, column: int, _old: int, _new: int) -> None:
        # Qt stretches the last column and folds hidden ones up by itself.
        theirs = column == self._last or self._header.isSectionHidden(column)
        if not theirs and not self._arranging:
            self._chosen = True
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Look at an event of the header: it may be wider, or narrower."""
        if watched is self._header and event.type() == QEvent.Type.Resize:
            self._fill()
        return False

    def _clicked(self, column: int) -> None:
        if column != self._column:
            self.sort(column, descending=False)
        elif not self._descending:
            self.sort(column, descending=True)
        else:
            self.sort(None)

    def menu(self) -> QMenu:
        """Return the menu of the columns."""
        menu = QMenu(self._view)
        menu.setAccessibleName(tr("Columns"))
        for column, spec in enumerate(self._specs):
            action = menu.addAction(spec.title)
            action.setCheckable(True)
            action.setChecked(not self._header.isSectionHidden(column))
            action.setEnabled(column > 0)
            action.toggled.connect(lambda on, column=column: self.show_column(column, on))
        menu.addSeparator()
        menu.addAction(tr("Do not sort"), lambda: self.sort(None))
        menu.addAction(tr("As at first"), self.reset)
        return menu

    def _open_menu(self, position: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._header.mapToGlobal(position))
