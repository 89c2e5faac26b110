"""The boards of a workspace as tabs: opened, added, renamed, removed."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QTabWidget, QToolButton, QWidget

from statmon.domain.workspace import Workspace
from statmon.live.catalogue import Catalogue
from statmon.ui.board import plan as plans
from statmon.ui.board.plan import Plan
from statmon.ui.grid.density import Density
from statmon.ui.knowledge import Knowledge
from statmon.ui.names import Names
from statmon.ui.pulse import Pulse
from statmon.ui.text import tr
from statmon.ui.theme import Theme

if TYPE_CHECKING:
    from statmon.ui.board.page import BoardPage

_FIRST = ("Queue", "Agent")
"""Types that get a board in a workspace that has none."""


class Boards(QObject):
    """Keeps one page for each board in the tabs behind the tree.

    A board of the workspace has a tab at once; its page is made when somebody goes there, or asks
    for the pages, or when what is more urgent has been shown (``open_next``).
    """

    opened = Signal(object)
    """A new page."""
    changed = Signal()
    """A board is arranged otherwise now, is new, or is gone."""

    def __init__(
        self, tabs: QTabWidget, workspace: Workspace, pulse: Pulse, catalogue: Catalogue,
        names: Names, theme: Theme,
    ) -> None:  # fmt: skip
        super().__init__(tabs)
        self._tabs, self._pulse, self._names = tabs, pulse, names
        self._catalogue, self._knowledge = catalogue, Knowledge()
        self._theme = theme
        self._density = Density.NORMAL
        self._pages: list[BoardPage] = []
        self._waiting: dict[QWidget, Plan] = {}
        """What has a tab and no page yet; these stand behind all pages."""
        self._add_button()
        bar = tabs.tabBar()
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._open_menu)
        bar.tabBarDoubleClicked.connect(self.rename)
        pulse.structured.connect(self.rebuild)
        tabs.currentChanged.connect(self._go_to)
        self.show(workspace)

    @property
    def pages(self) -> "list[BoardPage]":
        """The page of every board, made now if it was not yet."""
        while self.open_next():
            pass
        return self._pages

    def show(self, workspace: Workspace) -> None:
        """Show the boards of a workspace and no others."""
        gone = [*self._pages, *self._waiting]
        self._pages.clear()
        self._waiting.clear()
        for tab in gone:
            self._tabs.removeTab(self._tabs.indexOf(tab))
            tab.deleteLater()
        for plan in self._planned(workspace):
            tab = QWidget()
            self._waiting[tab] = plan
            self._tabs.addTab(tab, _title_of(plan))
        self._go_to(self._tabs.currentIndex())

    def open_next(self) -> bool:
        """Make the page of the first board that has none; return whether there was one."""
        tab = next(iter(self._waiting), None)
        if tab is None:
            return False
        plan, tabs = self._waiting.pop(tab), self._tabs
        place, front = tabs.indexOf(tab), tabs.currentIndex()
        page = self._make(plan)
        tabs.setUpdatesEnabled(False)
        with QSignalBlocker(tabs):  # for the user nothing has changed
            tabs.removeTab(place)
            tabs.insertTab(place, page, _title_of(plan))
            tabs.setCurrentIndex(front)
        tabs.setUpdatesEnabled(True)
        tab.deleteLater()
        self.opened.emit(page)
        return True

    def _go_to(self, place: int) -> None:
        while self._tabs.widget(place) in self._waiting:
            self.open_next()

    def _planned(self, workspace: Workspace) -> Iterator[Plan]:
        kept = [plans.parse(view) for view in workspace.views if view.get("kind") == plans.KIND]
        if kept:
            yield from kept
            return
        for kind in _FIRST:
            if kind in self._catalogue.types.keys:
                yield Plan(self._title(kind), kind)

    def _title(self, object_type: str) -> str:
        known = {"Queue": tr("Queues"), "Agent": tr("Agents")}
        return known.get(object_type, object_type)

    def open(self, plan: Plan) -> "BoardPage":
        """Open a board in a tab of its own."""
        page = self._make(plan)
        self._tabs.addTab(page, _title_of(plan))
        self.opened.emit(page)
        return page

    def _make(self, plan: Plan) -> "BoardPage":
        from statmon.ui.board.page import BoardPage  # the tree is shown before any board

        page = BoardPage(
            plan, self._pulse, self._catalogue, self._names, self._knowledge, self._theme
        )
        page.set_density(self._density)
        page.planned.connect(lambda _: self.changed.emit())
        self._pages.append(page)
        return page

    def add(self, object_type: str) -> None:
        """Open a new board and go there; its name is none that another board has."""
        taken = {page.model.plan.title for page in self.pages}
        title = first = self._title(object_type)
        for number in count(2):
            if title not in taken:
                break
            title = f"{first} {number}"
        self._tabs.setCurrentWidget(self.open(Plan(title, object_type)))
        self.changed.emit()

    def remove(self, page: "BoardPage") -> None:
        """Close a board for good."""
        self._tabs.removeTab(self._tabs.indexOf(page))
        self._pages.remove(page)
        page.deleteLater()
        self.changed.emit()

    def rename(self, tab: int) -> None:
        """Ask how a board is to be called."""
        page = self._page_at(tab)
        if page is None:
            return
        dialog = QInputDialog(self._tabs)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Rename board"))
        dialog.setLabelText(tr("Name of the board:"))
        dialog.setTextValue(page.model.plan.title)
        dialog.textValueSelected.connect(lambda title: self.call(page, title))
        dialog.open()

    def call(self, page: "BoardPage", title: str) -> None:
        """Give a board another name."""
        page.model.plan = replace(page.model.plan, title=" ".join(title.split()))
        self._tabs.setTabText(self._tabs.indexOf(page), _title_of(page.model.plan))
        self.changed.emit()

    def state(self) -> list[dict[str, Any]]:
        """Return the boards as a workspace file keeps them."""
        opened = [page.model.plan for page in self._pages]
        return [plans.dump(plan) for plan in (*opened, *self._waiting.values())]

    def _page_at(self, tab: int) -> "BoardPage | None":
        pages = self.pages
        return next((page for page in pages if page is self._tabs.widget(tab)), None)

    def rebuild(self) -> None:
        """Take in that the set of statistics changed."""
        for page in self._pages:
            page.rebuild()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        for page in self._pages:
            page.set_theme(theme)

    def set_density(self, density: Density) -> None:
        """Draw the lines denser or larger."""
        self._density = density
        for page in self._pages:
            page.set_density(density)

    def _add_button(self) -> None:
        button = QToolButton()
        button.setText("+")
        button.setAutoRaise(True)
        button.setStyleSheet("QToolButton::menu-indicator { image: none }")
        button.setAccessibleName(tr("Add a board"))
        button.setToolTip(tr("Add a board"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        button.setMenu(menu)
        self._tabs.setCornerWidget(button, Qt.Corner.TopRightCorner)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for kind in self._catalogue.types.keys:
            menu.addAction(f"{tr('Board of')} {kind}", partial(self.add, kind))
        if menu.isEmpty():
            menu.addAction(tr("Subscribe to something first")).setEnabled(False)

    def _open_menu(self, position: QPoint) -> None:
        tab = self._tabs.tabBar().tabAt(position)
        page = self._page_at(tab)
        if page is None:
            return
        menu = QMenu(self._tabs)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Rename…"), lambda: self.rename(tab))
        menu.addAction(tr("Remove board"), lambda: self.remove(page))
        menu.popup(self._tabs.tabBar().mapToGlobal(position))


def _title_of(plan: Plan) -> str:
    return plan.title.replace("&", "&&")
