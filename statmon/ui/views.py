"""The centre of the window: the tree and the boards as tabs, and how they are kept."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QTabWidget, QWidget

from statmon.domain.workspace import Json, Workspace
from statmon.ui.board import plan as plans
from statmon.ui.board.boards import Boards
from statmon.ui.copying import copy_rows
from statmon.ui.grid.density import Density
from statmon.ui.names import Names
from statmon.ui.pulse import Pulse
from statmon.ui.source import Source
from statmon.ui.text import tr
from statmon.ui.theme import Theme
from statmon.ui.tree import page as tree_page
from statmon.ui.tree.page import TreePage
from statmon.ui.zone import SiteZone

if TYPE_CHECKING:
    from statmon.ui.board.page import BoardPage
    from statmon.ui.board.view import BoardView
    from statmon.ui.tree.view import StatisticTree

_KEEP_MS = 800
"""Changes are handed to the workspace when they pause for this long."""
_DENSITY, _SPAN = "density", "changeOver"
_SPANS = (1, 5, 15, 0)
_OURS = frozenset({tree_page.KIND, plans.KIND})


class Views(QObject):
    """The tabs, the names that all of them show, and what they hand to the workspace."""

    chosen = Signal(int)
    """The table's row that became current, or -1."""
    chart_wanted = Signal(list)
    """The table's rows that the user wants to see in a chart."""
    taken = Signal(object)
    """A workspace that was changed elsewhere is shown."""

    def __init__(
        self, source: Source, pulse: Pulse, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._source, self._lens = source, pulse.lens
        workspace = source.workspace
        self.names = Names(workspace, self.keep, self)
        self.zone = SiteZone(workspace, pulse.lens, self.keep, parent)
        self.page = TreePage(workspace, pulse, theme, self.names)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Views"))
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.page, tr("Tree"))
        catalogue = self.page.model.catalogue
        self.boards = Boards(self.tabs, workspace, pulse, catalogue, self.names, theme)
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keeping.timeout.connect(self._keep_views)
        self.density = Density.NORMAL
        self._ours = _ours(workspace)
        self._restore(workspace)
        self._listen(self.page)
        self.boards.opened.connect(self._listen)
        self.boards.changed.connect(self._keeping.start)
        self.page.changed.connect(self._keeping.start)
        self._keeping.stop()

    def _listen(self, page: "TreePage | BoardPage") -> None:
        tree = (page.tree, page.pinned.view) if isinstance(page, TreePage) else (page.view,)
        for view in tree:
            view.chosen.connect(self.chosen)
            view.chart_wanted.connect(self.chart_wanted)

    def _restore(self, workspace: Workspace) -> None:
        for view in workspace.views:
            if view.get("kind") == tree_page.KIND:
                self.page.restore(view)
                if view.get(_SPAN) in _SPANS:
                    self._lens.span = int(view[_SPAN])
                if view.get(_DENSITY) in set(Density):
                    self.set_density(Density(view[_DENSITY]))

    # Handing over.

    def keep(self, change: Callable[[Workspace], Workspace]) -> None:
        """Change the workspace that the engine serves."""
        self._source.apply(change(self._source.workspace))

    def _tree_state(self) -> dict[str, Any]:
        kept = {_DENSITY: self.density.value, _SPAN: self._lens.span}
        return {**self.page.state(), **kept}

    def _keep_views(self) -> None:
        views = self._ours = (self._tree_state(), *self.boards.state())
        self.keep(
            lambda workspace: replace(
                workspace,
                views=(*(v for v in workspace.views if v.get("kind") not in _OURS), *views),
            )
        )

    def stop(self) -> None:
        """Hand over at once what is not handed over yet."""
        if self._keeping.isActive():
            self._keeping.stop()
            self._keep_views()

    def take(self, workspace: Workspace) -> None:
        """Show a workspace that was changed, or opened, elsewhere."""
        self._keeping.stop()
        self.page.model.workspace = workspace
        self.names.take(workspace)
        self.zone.take(workspace)
        ours = _ours(workspace)
        if ours != self._ours:
            self._ours = ours
            self._restore(workspace)
            self.boards.show(workspace)
        self._keeping.stop()
        self.taken.emit(workspace)

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

    def set_density(self, density: Density) -> None:
        """Draw all views denser or larger."""
        self.density = density
        self.page.set_density(density)
        self.boards.set_density(density)
        self._keeping.start()

    def span_menu(self) -> QMenu:
        """Return a menu that chooses over which span changes are told."""
        menu = QMenu(tr("Chan&ge over"), self.tabs)
        menu.setAccessibleName(tr("Change over"))
        group = QActionGroup(menu)
        for minutes in _SPANS:
            words = f"{minutes} {tr('min')}" if minutes else tr("Since midnight")
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
        self._keeping.start()

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


def _ours(workspace: Workspace) -> tuple[Json, ...]:
    """Return the tree and the boards among a workspace's views."""
    return tuple(view for view in workspace.views if view.get("kind") in _OURS)
