"""The header of a board: a click sorts; its menu hides, adds, freezes and dresses columns."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QMenu

from statmon.domain.cost import cost_of_statistics
from statmon.domain.parts import statistics_of
from statmon.domain.unit import Unit
from statmon.ui.board.layout import titles_of
from statmon.ui.board.model import NAME
from statmon.ui.board.spec import BoardColumn, BoardSpec, Look
from statmon.ui.board.view import BoardView
from statmon.ui.look import numbers
from statmon.ui.look.text import tr

_FIRST_CHARS = 20
_CHARS = 14
_STATE_CHARS = 42


class BoardHeader(QObject):
    """Turns what is done to the columns into a changed spec."""

    changed = Signal(object)
    """The spec as it is now."""
    parts_wanted = Signal(str, object)
    """What the user wants opened: the column's heading, and its missing parts."""

    def __init__(self, view: BoardView) -> None:
        super().__init__(view)
        self._view, self._model = view, view.board
        self._busy = False
        view.horizontalHeader().sectionResized.connect(self._resized)
        view.horizontalHeader().sectionMoved.connect(self._moved)
        self._model.modelReset.connect(self.show_spec)
        self.attach(view.horizontalHeader())
        self.show_spec()

    def attach(self, header: QHeaderView) -> None:
        """Serve a header; the columns that stay have one of their own."""
        header.setSectionsClickable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(
            lambda position: self._open_menu(header, position)
        )
        header.sectionClicked.connect(self._clicked)

    def show_spec(self) -> None:
        """Show widths and the sign of the order as the spec says."""
        self._busy = True
        header, model = self._view.horizontalHeader(), self._model
        wide = self._view.fontMetrics().averageCharWidth()
        for column in range(model.columnCount()):
            chars = _FIRST_CHARS if column == NAME else self._chars(column)
            own = (
                None
                if column == NAME
                else model.spec.column(model.layout_.titles[column - 1]).width
            )
            width = model.spec.extra.get("nameWidth") if column == NAME else own
            header.resizeSection(column, width if isinstance(width, int) else wide * chars)
        sort = model.spec.sort
        header.setSortIndicatorShown(sort is not None)
        if sort is not None:
            known = sort[0] in model.layout_.titles
            order = Qt.SortOrder.DescendingOrder if sort[1] else Qt.SortOrder.AscendingOrder
            place = model.layout_.titles.index(sort[0]) + 1 if known else NAME
            header.setSortIndicator(place, order)
        self._busy = False

    def _chars(self, column: int) -> int:
        state = self._model.units[column - 1] is Unit.STATE
        return _STATE_CHARS if state else max(_CHARS, len(self._model.title(column)) + 4)

    def _change(self, change: Callable[[BoardSpec], BoardSpec]) -> None:
        self._model.set_spec(change(self._explicit()))
        self.changed.emit(self._model.spec)

    def _explicit(self) -> BoardSpec:
        """Return the spec with its columns named; until then it shows all there are."""
        spec = self._model.spec
        if spec.columns:
            return spec
        return replace(spec, columns=tuple(map(BoardColumn, self._model.layout_.titles)))

    def _clicked(self, column: int) -> None:
        title = "" if column == NAME else self._model.layout_.titles[column - 1]
        sort = self._model.spec.sort
        if sort is None or sort[0] != title:
            turned: tuple[str, bool] | None = (title, column != NAME)
        else:
            first = column != NAME
            turned = (title, not first) if sort[1] == first else None
        self._change(lambda spec: replace(spec, sort=turned))

    def _resized(self, column: int, _: int, size: int) -> None:
        if self._busy or size <= 0:
            return
        spec = self._explicit()
        if column == NAME:
            spec = replace(spec, extra={**spec.extra, "nameWidth": size})
        else:
            title = self._model.layout_.titles[column - 1]
            spec = spec.with_column(replace(spec.column(title), width=size))
        self._model.spec = spec
        self.changed.emit(spec)

    def _moved(self, _: int, old: int, new: int) -> None:
        if self._busy:
            return
        self._busy = True
        self._view.horizontalHeader().moveSection(new, old)
        self._busy = False
        if NAME not in (old, new):
            columns = list(self._explicit().columns)
            columns.insert(new - 1, columns.pop(old - 1))
            self._change(lambda spec: replace(spec, columns=tuple(columns)))

    def menu(self, column: int) -> QMenu:
        """Return the menu of a column."""
        menu = QMenu(self._view)
        menu.setAccessibleName(tr("Columns"))
        if column > NAME:
            self._offer_parts(menu, column)
            self._add_looks(menu, self._model.layout_.titles[column - 1])
        if column >= NAME:
            menu.addAction(
                tr("Freeze up to here"),
                lambda: self._change(lambda p: replace(p, frozen=column + 1)),
            )
            menu.addAction(tr("Do not sort"), lambda: self._change(lambda p: replace(p, sort=None)))
        model = self._model
        rows = model.lens.rows.astype("int32")
        more = menu.addMenu(tr("Add column"))
        for title in titles_of(model.catalogue, rows, model.spec.object_type):
            if title not in model.layout_.titles:
                more.addAction(title, partial(self._add, title))
        more.setEnabled(not more.isEmpty())
        return menu

    def _offer_parts(self, menu: QMenu, column: int) -> None:
        """Offer to open what the groups' numbers of a ratio lack, with what it costs."""
        missing = self._model.missing_parts(column)
        if not missing:
            return
        cost = cost_of_statistics(statistics_of(missing))
        words = tr(
            "&Open the parts of this ratio: {count} statistics, about {rate} notifications a minute"
        )
        menu.addAction(
            words.format(
                count=numbers.count(cost.asked), rate=numbers.count(round(cost.per_minute))
            ),
            partial(self.parts_wanted.emit, self._model.title(column), missing),
        )
        menu.addSeparator()

    def _add_looks(self, menu: QMenu, title: str) -> None:
        names = {Look.PLAIN: tr("Plain"), Look.BARS: tr("Bars"), Look.HEAT: tr("Heat")}
        for look, name in names.items():
            action = menu.addAction(name, partial(self._dress, title, look))
            action.setCheckable(True)
            action.setChecked(self._model.spec.column(title).look is look)
        menu.addSeparator()
        menu.addAction(tr("Remove column"), lambda: self._remove(title))

    def _dress(self, title: str, look: Look) -> None:
        self._change(lambda spec: spec.with_column(replace(spec.column(title), look=look)))

    def _remove(self, title: str) -> None:
        self._change(
            lambda p: (
                replace(p, columns=tuple(c for c in p.columns if c.title != title))
                if len(p.columns) > 1
                else p
            )
        )

    def _add(self, title: str) -> None:
        self._change(lambda p: replace(p, columns=(*p.columns, BoardColumn(title))))

    def _open_menu(self, header: QHeaderView, position: QPoint) -> None:
        menu = self.menu(header.logicalIndexAt(position))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(header.mapToGlobal(position))
