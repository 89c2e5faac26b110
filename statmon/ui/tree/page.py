"""The middle of the window: the filter, the tree, and what stands there where it is empty."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from statmon.domain.workspace import Workspace
from statmon.ui.background.debounce import Debounce
from statmon.ui.data import cells
from statmon.ui.data.midnight import MidnightSeeder
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.grid.columns import ColumnChoice
from statmon.ui.grid.density import Density
from statmon.ui.look import numbers
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.tree.bar import TreeBar
from statmon.ui.tree.columns import FIRST_ORDER, Column
from statmon.ui.tree.empty import EmptyPage
from statmon.ui.tree.grouping import Grouping
from statmon.ui.tree.menu import TreeMenu
from statmon.ui.tree.model import TreeModel
from statmon.ui.tree.pinned import Pinned
from statmon.ui.tree.seeding import TrendSeeder
from statmon.ui.tree.view import StatisticTree

if TYPE_CHECKING:
    from statmon.history import History

KIND = "tree"
KEYS = frozenset({"kind", "groupBy", "columns", "sort", "pinned"})
"""The keys of its arrangement in a workspace file; an absent one is as at first."""
_LONGEST_TYPED = 60
_TYPING_MS = 120
"""A filter is applied when typing pauses for this long."""


class TreePage(QWidget):
    """Bar above the tree; a page that says what to do where the tree would be empty."""

    changed = Signal()
    """The tree is arranged otherwise now."""

    def __init__(
        self,
        workspace: Workspace,
        pulse: Pulse,
        theme: Theme,
        names: Names | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pulse = pulse
        self.model = TreeModel(workspace, pulse.lens, names or Names(workspace), self)
        self.tree = StatisticTree(self.model, theme)
        self.columns = ColumnChoice(self.tree, self.model.columns, FIRST_ORDER, Column.TREND)
        self.menu = TreeMenu(self.tree)
        self.pinned = Pinned(self.tree, theme)
        self.bar = TreeBar()
        self.filter, self.matches = self.bar.filter, self.bar.matches
        self.empty = EmptyPage(self.filter.clear)
        self._seeder: TrendSeeder | None = None
        self._midnight: MidnightSeeder | None = None
        self._typing = Debounce(self.apply_filter, _TYPING_MS, self)
        self._look: Iterator[bool] = iter(())
        self._looking = QTimer(self, interval=0)
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.bar)
        layout.addWidget(self.pinned.view)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._typing.ask)
        self.filter.left.connect(self.tree.setFocus)
        self.bar.grouped.connect(self.group_by)
        self.columns.sorted_by.connect(self.model.sort_by)
        self.columns.changed.connect(self.changed)
        self.menu.pin_wanted.connect(self.pinned.toggle)
        self.pinned.changed.connect(self.changed)
        self._looking.timeout.connect(self._look_on)
        self._pulse.changed.connect(self._show_changes)
        self._pulse.second.connect(self._each_second)
        self._pulse.settled.connect(self._show_second)
        self._pulse.structured.connect(self.rebuild)

    def apply_filter(self) -> None:
        """Show only what matches the typed words."""
        self._typing.stop()
        self.model.filter(self.filter.text().strip())
        self._show_state()

    def group_by(self, grouping: Grouping) -> None:
        """Put the statistics under other heads; selection and place stay."""
        self.bar.show_grouping(grouping)
        self.tree.group_by(grouping)
        self.changed.emit()

    def dump(self) -> dict[str, Any]:
        """Return how the tree is arranged, as a workspace file keeps it."""
        result = {"kind": KIND, "groupBy": self.model.grouping.value, **self.columns.dump()}
        pinned = self.pinned.dump()
        return {**result, "pinned": pinned} if pinned else result

    def take(self, workspace: Workspace) -> None:
        """Show the subscriptions of a workspace."""
        before = self.model.workspace
        self.model.workspace = self.pinned.model.workspace = workspace
        # With other rows ``rebuild`` comes by itself.
        if workspace.subscriptions is not before.subscriptions and not self._pulse.behind:
            self.rebuild()

    def restore(self, view: Mapping[str, Any]) -> None:
        """Arrange the tree as a workspace file says, and as at first where it says nothing."""
        grouping = view.get("groupBy")
        self.group_by(Grouping(grouping) if grouping in set(Grouping) else Grouping.TYPE)
        self.columns.reset()
        self.columns.sort(None)
        self.columns.restore(view)
        self.pinned.restore(view.get("pinned"))

    def set_density(self, density: Density) -> None:
        """Draw the lines denser or larger; the columns keep their proportions."""
        before = self.tree.fontMetrics().averageCharWidth()
        self.tree.set_density(density)
        self.pinned.set_density(density)
        self.columns.scale(self.tree.fontMetrics().averageCharWidth() / before)

    def use_history(self, history: "History") -> None:
        """Fill the trends from what is kept on this computer."""
        self._seeder = TrendSeeder(self._pulse.lens, history, self)
        self._midnight = MidnightSeeder(self._pulse.lens, history, self)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.tree.set_theme(theme)
        self.pinned.set_theme(theme)

    def rebuild(self) -> None:
        """Take in that the set of statistics changed."""
        self.model.rebuild()
        self.pinned.rebuild()
        self._show_state()

    def _show_changes(self, dirty: set[int]) -> None:
        self.model.take_values(dirty)
        self.tree.show_changes(dirty)
        self.pinned.view.show_changes(dirty)

    def _each_second(self) -> None:
        if self._midnight is not None:
            self._midnight.look()
        if self._seeder is not None and self.isVisible():
            self._seeder.look([row for line in self.tree.on_screen() for row in line.rows])
        if self.model.changing and not self._looking.isActive():
            self._look = self.model.steps_of_look()
            self._looking.start()

    def _look_on(self) -> None:
        """Do a step of looking whether lines are to move; draw all once that is known."""
        # No line moves from under the pointer; once it has left they take their places.
        moved = None if self.tree.is_held() else next(self._look, None)
        if moved is False:
            return
        self._looking.stop()
        if moved:
            self._show_state()
            self.tree.viewport().update()
        self._show_second()

    def _show_second(self) -> None:
        # What is sorted by value is drawn when that is done.
        if self.isVisible() and not self._looking.isActive():
            self.tree.show_second()
            self.pinned.view.show_second()

    def _show_state(self) -> None:
        shown, wanted = self.model.statistics, len(self.model.lens.rows)
        typed = self.model.typed
        self.matches.setText(f"{numbers.count(shown)} {tr('of')} {numbers.count(wanted)}")
        self.matches.setVisible(bool(typed))
        if not wanted:
            self.empty.say(
                tr("Nothing is subscribed yet. How do you want to begin?"), filtered=False
            )
        elif not shown:
            words = cells.one_line(typed, _LONGEST_TYPED)
            self.empty.say(f"{tr('No statistic matches')} “{words}”.", filtered=True)
        self._stack.setCurrentIndex(0 if shown else 1)
