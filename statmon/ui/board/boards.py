"""The boards of a workspace as tabs: opened, added, renamed, removed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QTabWidget, QWidget

from statmon.domain.editing import Edit
from statmon.domain.library import PARTS
from statmon.domain.outside import visible
from statmon.domain.parts import Missing, with_parts
from statmon.domain.workspace import Json, Workspace
from statmon.live.catalogue import Catalogue
from statmon.ui.board import spec as specs
from statmon.ui.board.spec import BoardSpec
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.matching import goes_on
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.grid.density import Density
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.tree import page as tree_page
from statmon.ui.widgets.buttons import bare_menu_button

if TYPE_CHECKING:
    from statmon.ui.board.page import BoardPage

_SUBJECT = ("title", "objectType")
_FIRST = ("Queue", "Agent")
"""Types that get a board where nobody has arranged any."""


@dataclass(slots=True, eq=False)
class _Board:
    """A board and its tab; the page is made later."""

    spec: BoardSpec
    tab: QWidget
    page: "BoardPage | None" = None

    @property
    def spec_now(self) -> BoardSpec:
        """How it is arranged."""
        return self.spec if self.page is None else self.page.model.spec

    def call(self, title: str) -> None:
        """Give it another name."""
        self.spec = replace(self.spec, title=title)
        if self.page is not None:
            self.page.model.spec = replace(self.page.model.spec, title=title)


class Boards(QObject):
    """Keeps one page for each board in the tabs behind the tree.

    A board of the workspace has a tab at once; its page is made when somebody goes there, or asks
    for the pages, or when what is more urgent has been shown (``open_next``).
    """

    opened = Signal(object)
    """A new page."""
    changed = Signal()
    """A board is arranged otherwise now."""

    def __init__(
        self, tabs: QTabWidget, workspace: Workspace, edit: Edit, pulse: Pulse,
        catalogue: Catalogue, names: Names, theme: Theme,
    ) -> None:  # fmt: skip
        super().__init__(tabs)
        self._tabs, self._pulse, self._names = tabs, pulse, names
        self._workspace, self._edit = workspace, edit
        self._catalogue, self._knowledge = catalogue, Knowledge()
        self._theme = theme
        self._density = Density.NORMAL
        self._boards: list[_Board] = []
        """In the order of their tabs, which is that of the workspace."""
        self._add_button()
        bar = tabs.tabBar()
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._open_menu)
        bar.tabBarDoubleClicked.connect(self.rename)
        pulse.structured.connect(self.rebuild)
        tabs.currentChanged.connect(self._go_to)
        self._show(workspace)

    @property
    def pages(self) -> "list[BoardPage]":
        """The page of every board, made now if it was not yet."""
        while self.open_next():
            pass
        return self._open

    @property
    def specs(self) -> list[BoardSpec]:
        """How every board is arranged, whether it has a page or not."""
        return [board.spec_now for board in self._boards]

    @property
    def automatic(self) -> bool:
        """Whether the boards are as they came of their own accord."""
        workspace = self._workspace
        return _are_automatic(workspace.views) and self.specs == self._specs_of(workspace)

    def take(self, workspace: Workspace) -> None:
        """Show the boards of a workspace that has changed, or of another one."""
        before, self._workspace = self._workspace, workspace
        others = workspace.views is not before.views
        if others or workspace.subscriptions is not before.subscriptions:
            self._show(workspace)

    def _show(self, workspace: Workspace) -> None:
        """Show the boards of a workspace and no others; what is shown already goes on."""
        specs_now = self._specs_of(workspace)
        before, now = ([specs.dump(p) for p in some] for some in (self.specs, specs_now))
        old, self._boards = self._boards, []
        for spec, place in zip(specs_now, goes_on(before, now, _SUBJECT), strict=True):
            known = None if place is None else old[place]
            if known is not None and replace(known.spec_now, title=spec.title) == spec:
                known.call(spec.title)
                self._boards.append(known)
            else:
                self._boards.append(_Board(spec, QWidget()))
        with QSignalBlocker(self._tabs):
            self._put()
        self._go_to(self._tabs.currentIndex())

    def _put(self) -> None:
        """Have a tab for each board and no other, behind the tree's."""
        tabs, wanted = self._tabs, [board.tab for board in self._boards]
        for at in range(tabs.count() - 1, 0, -1):
            tab = tabs.widget(at)
            if tab is not None and tab not in wanted:
                tabs.removeTab(at)
                tab.deleteLater()
        for place, board in enumerate(self._boards, 1):
            title, at = _title_of(board.spec_now), tabs.indexOf(board.tab)
            if at < 0:
                tabs.insertTab(place, board.tab, title)
            else:
                tabs.setTabText(at, title)
                tabs.tabBar().moveTab(at, place)

    def open_next(self) -> bool:
        """Make the page of the first board that has none; return whether there was one."""
        board = next((board for board in self._boards if board.page is None), None)
        if board is None:
            return False
        waiting, tabs = board.tab, self._tabs
        place, front = tabs.indexOf(waiting), tabs.currentIndex()
        page = board.page = board.tab = self._make(board.spec)
        tabs.setUpdatesEnabled(False)
        with QSignalBlocker(tabs):  # for the user nothing has changed
            tabs.removeTab(place)
            tabs.insertTab(place, page, _title_of(board.spec))
            tabs.setCurrentIndex(front)
        tabs.setUpdatesEnabled(True)
        waiting.deleteLater()
        self.opened.emit(page)
        return True

    def _go_to(self, place: int) -> None:
        tab = self._tabs.widget(place)
        while any(board.tab is tab and board.page is None for board in self._boards):
            self.open_next()

    def _specs_of(self, workspace: Workspace) -> list[BoardSpec]:
        """Return the boards of a workspace; the automatic ones until somebody arranges any."""
        if not _are_automatic(workspace.views):
            views = (view for view in workspace.views if view.get("kind") == specs.KIND)
            return [specs.parse(view) for view in views]
        types = {
            item.statistic.ref.object_type
            for subscription in workspace.subscriptions
            for item in subscription.statistics
        }
        return [BoardSpec(self._title(kind), kind) for kind in _FIRST if kind in types]

    def _title(self, object_type: str) -> str:
        known = {"Queue": tr("Queues"), "Agent": tr("Agents")}
        return known.get(object_type, object_type)

    def _make(self, spec: BoardSpec) -> "BoardPage":
        from statmon.ui.board.page import BoardPage  # the tree is shown before any board

        page = BoardPage(
            spec, self._pulse, self._catalogue, self._names, self._knowledge, self._theme
        )
        page.set_density(self._density)
        page.changed.connect(lambda _: self.changed.emit())
        page.header.parts_wanted.connect(self._open_parts)
        return page

    def add(self, object_type: str) -> None:
        """Open a new board and go there; its name is none that another board has."""
        taken = {spec.title for spec in self.specs}
        title = first = self._title(object_type)
        for number in count(2):
            if title not in taken:
                break
            title = f"{first} {number}"
        view = specs.dump(BoardSpec(title, object_type))

        def added(workspace: Workspace) -> Workspace:
            return replace(workspace, views=(*workspace.views, view))

        self._edit(tr("add the board {name}").format(name=title), added)
        self._tabs.setCurrentIndex(self._tabs.count() - 1)

    def _open_parts(self, heading: str, missing: list[Missing]) -> None:
        """Open the parts of a ratio, so that the numbers of its groups become exact."""
        words = tr("open the parts of {statistic}").format(statistic=heading)
        self._edit(words, partial(with_parts, missing=missing, name=tr(PARTS)))

    def remove(self, page: "BoardPage") -> None:
        """Close a board; undo brings it back."""
        words = tr("remove the board {name}").format(name=page.model.spec.title)
        self._edit(words, partial(_with_board, place=self._place_of(page)))

    def _place_of(self, page: "BoardPage") -> int:
        return [board.page for board in self._boards].index(page)

    def rename(self, tab: int) -> None:
        """Ask how a board is to be called."""
        page = self._page_at(tab)
        if page is None:
            return
        dialog = QInputDialog(self._tabs)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Rename board"))
        dialog.setLabelText(tr("Name of the board:"))
        dialog.setTextValue(page.model.spec.title)
        dialog.textValueSelected.connect(lambda title: self.call(page, title))
        dialog.open()

    def call(self, page: "BoardPage", title: str) -> None:
        """Give a board another name."""
        before, name = page.model.spec, " ".join(title.split())
        if name == before.title:
            return
        words = tr("rename the board {name}").format(name=before.title)
        renamed = specs.dump(replace(before, title=name))
        self._edit(words, partial(_with_board, place=self._place_of(page), by=renamed))

    def levels(self) -> list[tuple[QWidget, int]]:
        """Return the tab of each board with the worst threshold state on it."""
        return [
            (board.tab, 0 if board.page is None else board.page.model.worst_of_all())
            for board in self._boards
        ]

    def dump(self) -> list[dict[str, Any]]:
        """Return the boards as a workspace file keeps them."""
        return [specs.dump(spec) for spec in self.specs]

    def _page_at(self, tab: int) -> "BoardPage | None":
        pages = self.pages
        return next((page for page in pages if page is self._tabs.widget(tab)), None)

    @property
    def _open(self) -> "list[BoardPage]":
        return [board.page for board in self._boards if board.page is not None]

    def rebuild(self) -> None:
        """Take in that the set of statistics changed."""
        for page in self._open:
            page.rebuild()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        for page in self._open:
            page.set_theme(theme)

    def set_density(self, density: Density) -> None:
        """Draw the lines denser or larger."""
        self._density = density
        for page in self._open:
            page.set_density(density)

    def _add_button(self) -> None:
        button = bare_menu_button("+", tr("Add a board"))
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


def _are_automatic(views: Sequence[Json]) -> bool:
    """Return whether the views hold no board that somebody has made or arranged."""
    kinds = [view.get("kind") for view in views]
    return specs.KIND not in kinds and (specs.AUTOMATIC in kinds or tree_page.KIND not in kinds)


def _title_of(spec: BoardSpec) -> str:
    return visible(spec.title).replace("&", "&&")


def _with_board(workspace: Workspace, place: int, by: Json | None = None) -> Workspace:
    """Return a workspace with another board in the place of one, or with none."""
    boards = [n for n, view in enumerate(workspace.views) if view.get("kind") == specs.KIND]
    at = boards[place]
    new = () if by is None else (by,)
    return replace(workspace, views=(*workspace.views[:at], *new, *workspace.views[at + 1 :]))
