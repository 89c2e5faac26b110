"""The centre of the window: the tree and the boards as tabs, and how they are kept."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QTabWidget, QWidget

from statmon.domain.editing import Arrange, Change, Edit
from statmon.domain.shifts import KEY as SHIFTS
from statmon.domain.shifts import shifts_in
from statmon.domain.workspace import Json, Workspace
from statmon.ui.board import spec as specs
from statmon.ui.board.boards import Boards
from statmon.ui.data.lens import SHIFT
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.data.zone import SiteZone
from statmon.ui.grid.density import Density
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.tree import page as tree_page
from statmon.ui.tree.page import TreePage
from statmon.ui.widgets.copying import copy_rows
from statmon.ui.window.tab_levels import TabLevels

if TYPE_CHECKING:
    from statmon.ui.board.page import BoardPage
    from statmon.ui.board.view import BoardView
    from statmon.ui.tree.view import StatisticTree

_DENSITY, _SPAN = "density", "changeOver"
_SPANS = (1, 5, 15, 60, 0, SHIFT)
_FIRST_SPAN = 15
"""Minutes over which changes are told."""
_AS_AT_FIRST: Json = {}


class CentreTabs(QObject):
    """The tabs, the names that all of them show, and what they hand to the workspace."""

    chosen = Signal(int)
    """The table's row that became current, or -1."""
    chart_wanted = Signal(list)
    """The table's rows that the user wants to see in a chart."""

    def __init__(
        self, workspace: Workspace, edit: Edit, arrange: Arrange, pulse: Pulse, theme: Theme,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._lens, self._workspace, self._arrange = pulse.lens, workspace, arrange
        self._taking = True
        """What looks otherwise now is what the workspace says: nobody has arranged it."""
        self.names = Names(workspace, edit, self)
        self.zone = SiteZone(workspace, pulse.lens, edit, parent)
        self.page = TreePage(workspace, pulse, theme, self.names)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Views"))
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.page, tr("Tree"))
        catalogue = self.page.model.catalogue
        self.boards = Boards(
            self.tabs, workspace, self._edit_boards, pulse, catalogue, self.names, theme
        )
        self._levels = TabLevels(self.tabs, self.page, self.boards, self._lens, theme)
        pulse.second.connect(self._levels.refresh)
        self._edit = edit
        self._lens.use_shifts(shifts_in(workspace.extra.get(SHIFTS))[0].begins)
        self.density = Density.NORMAL
        self._show_tree(_tree_in(workspace))
        self._listen(self.page)
        self.boards.opened.connect(self._listen)
        self.boards.changed.connect(self._arranged)
        self.page.changed.connect(self._arranged)
        self._taking = False

    def _listen(self, page: "TreePage | BoardPage") -> None:
        tree = (page.tree, page.pinned.view) if isinstance(page, TreePage) else (page.view,)
        for view in tree:
            view.chosen.connect(self.chosen)
            view.chart_wanted.connect(self.chart_wanted)

    # The workspace.

    def take(self, workspace: Workspace) -> None:
        """Show a workspace that has changed, or another one."""
        before, self._workspace = self._workspace, workspace
        self._lens.use_shifts(shifts_in(workspace.extra.get(SHIFTS))[0].begins)
        self._taking = True
        try:
            self.page.take(workspace)
            self.names.take(workspace)
            self.zone.take(workspace)
            tree = _tree_in(workspace)
            if tree is not _tree_in(before) and tree != self._tree_state(tree):
                self._show_tree(tree)
            self.boards.take(workspace)
        finally:
            self._taking = False

    def _show_tree(self, view: Json) -> None:
        density = view.get(_DENSITY)
        self.set_density(Density(density) if density in set(Density) else Density.NORMAL)
        span = view.get(_SPAN)
        self._lens.span = int(span) if span in _SPANS else _FIRST_SPAN
        self.page.restore(view)

    def _tree_state(self, view: Json) -> dict[str, Any]:
        """Return how the tree looks, with what else the workspace has of it."""
        looks: dict[str, Any] = {_DENSITY: self.density.value, _SPAN: self._lens.span}
        unknown = {key: view[key] for key in view if key not in tree_page.KEYS | looks.keys()}
        return {**self.page.dump(), **looks, **unknown}

    def _arranged(self) -> None:
        """The user has arranged something: the workspace has it at once."""
        if not self._taking:
            self._arrange(lambda workspace: self._with_views(workspace, self.boards.automatic))

    def _edit_boards(self, words: str, change: Change) -> None:
        """Add, remove or rename a board; with it, all others are in the workspace."""
        self._edit(words, lambda workspace: change(self._with_views(workspace, automatic=False)))

    def _with_views(self, workspace: Workspace, automatic: bool) -> Workspace:
        """Return a workspace with the views as they are now, each in its place.

        Automatic boards stay so: in the workspace they would be somebody's, and be deleted by a
        merge as soon as the other has not got them.
        """
        boards = iter(() if automatic else self.boards.dump())
        tree = _tree_in(workspace)
        views: list[Json] = []
        for view in workspace.views:
            if view is tree:
                views.append(self._tree_state(tree))
            elif view.get("kind") == specs.KIND:
                views.append(next(boards, view))
            elif automatic or view.get("kind") != specs.AUTOMATIC:
                views.append(view)
        if not tree:
            views.insert(0, self._tree_state(tree))
        if automatic and not any(view.get("kind") == specs.AUTOMATIC for view in views):
            views.append({"kind": specs.AUTOMATIC})
        return replace(workspace, views=(*views, *boards))

    # What menus do, whichever tab is in front.

    @property
    def view(self) -> "StatisticTree | BoardView":
        """The tree or board in front."""
        board = self._board
        return self.page.tree if board is None else board.view

    @property
    def _board(self) -> "BoardPage | None":
        """The board in front, if one is; it was opened when it came there."""
        front: Any = self.tabs.currentWidget()
        return None if front is self.page else front

    def copy(self) -> None:
        """Copy what is selected in the list that has the keyboard, else in the view in front."""
        focus = QApplication.focusWidget()
        own = (self.view, self.page.pinned.view)
        if isinstance(focus, QAbstractItemView) and not any(part is focus for part in own):
            copy_rows(focus)
        else:
            (self.page.pinned.view if focus is self.page.pinned.view else self.view).copy()

    def show_row(self, row: int) -> None:
        """Go to a row of the table in the tree, wherever it is folded or filtered away."""
        self.tabs.setCurrentWidget(self.page)
        if not self.page.tree.show_row(row) and self.page.filter.text():
            self.page.filter.clear()
            self.page.apply_filter()
            self.page.tree.show_row(row)

    def focus_filter(self) -> None:
        """Go to the filter of the view in front."""
        (self._board or self.page).filter.setFocus()

    def selected_rows(self) -> list[int]:
        """Return the table's rows that are selected in the view in front."""
        pinned = self.page.pinned.view
        return (pinned if pinned.hasFocus() else self.view).selected_rows()

    def pin(self) -> None:
        """Pin what is selected in the view in front, or take it off."""
        if rows := self.selected_rows():
            self.page.pinned.toggle(rows)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.page.set_theme(theme)
        self.boards.set_theme(theme)
        self._levels.set_theme(theme)

    def set_density(self, density: Density) -> None:
        """Draw all views denser or larger."""
        self.density = density
        self.page.set_density(density)
        self.boards.set_density(density)
        self._arranged()

    def span_menu(self) -> QMenu:
        """Return a menu that chooses over which span changes are told."""
        menu = QMenu(tr("Chan&ge over"), self.tabs)
        menu.setAccessibleName(tr("Change over"))
        group = QActionGroup(menu)
        for minutes in _SPANS:
            if minutes == SHIFT and not self._lens.shifts:
                continue
            since = tr("Since the shift began") if minutes == SHIFT else tr("Since midnight")
            words = f"{minutes} {tr('min')}" if minutes > 0 else since
            action = menu.addAction(words, partial(self._set_span, minutes))
            action.setCheckable(True)
            action.setChecked(minutes == self._lens.span)
            group.addAction(action)
        menu.addSeparator()
        menu.addAction(self.zone.action)
        return menu

    def _set_span(self, minutes: int) -> None:
        self._lens.span = minutes
        self.page.tree.viewport().update()
        self._arranged()

    def density_menu(self) -> QMenu:
        """Return a menu that chooses the density."""
        menu = QMenu(tr("&Density"), self.tabs)
        menu.setAccessibleName(tr("Density"))
        group = QActionGroup(menu)
        words = {
            Density.COMPACT: tr("&Compact"),
            Density.NORMAL: tr("&Normal"),
            Density.WALL: tr("&Wall"),
        }
        for density, word in words.items():
            action = menu.addAction(word, partial(self.set_density, density))
            action.setCheckable(True)
            action.setChecked(density is self.density)
            group.addAction(action)
        return menu


def _tree_in(workspace: Workspace) -> Json:
    """Return how the tree is arranged; nothing where the workspace does not say."""
    return next((v for v in workspace.views if v.get("kind") == tree_page.KIND), _AS_AT_FIRST)
