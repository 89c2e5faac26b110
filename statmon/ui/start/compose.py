"""The one place where the window is put together: it alone knows all parts.

Made first is what shows the last readings; what is around it comes later (``surroundings``), and
is imported only then. Each part gets what it needs of the others, and none gets the window to reach
another one through it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from statmon.storage.machine.appearance import Appearance
from statmon.ui.background.garbage import LargeWorkspaces
from statmon.ui.connect.status_bar import StatusBar
from statmon.ui.data.pulse import Pulse
from statmon.ui.data.source import Engine
from statmon.ui.editor.document import Document
from statmon.ui.look.text import tr
from statmon.ui.start.parts import Parts
from statmon.ui.widgets.banner import Banner
from statmon.ui.window import docks
from statmon.ui.window.actions import Actions
from statmon.ui.window.amber_frame import AmberFrame
from statmon.ui.window.centre import CentreTabs
from statmon.ui.window.main_window import MainWindow
from statmon.ui.window.pausing import Pausing
from statmon.ui.window.sight import in_sight
from statmon.ui.window.toolbar import MainToolbar

if TYPE_CHECKING:
    from statmon.domain.statistic import Series
    from statmon.history import History
    from statmon.ui.background.answers import Start
    from statmon.ui.editor.editing_controller import EditingController
    from statmon.ui.history.keeper import Keeper

_LATER: Final = (
    "statmon.ui.alerts.alerts",
    "statmon.ui.connect.panel",
    "statmon.ui.chart.charts",
    "statmon.ui.timemachine.travel",
    "statmon.ui.start.surroundings",
)
"""What is around the views, in slices that each hold the loop for a moment only."""


class Whole(Parts):
    """A window with all that belongs to it, and how one part hears of another."""

    def __init__(self, window: MainWindow, source: Engine) -> None:
        """Put the views of a source into a window; what is around them comes ``later``."""
        super().__init__(window)
        window.setUpdatesEnabled(False)
        window.parts, self.window, self.source = self, window, source
        self.later = window.later
        self._make_views()
        self._lay_out()
        self._make_actions()
        self._connect_views()
        # Once they are laid out: before that, sizes do not count in a window that is shown.
        QTimer.singleShot(0, window, lambda: window.arrange(self._give_sizes))
        self.pulse.start()
        window.setUpdatesEnabled(True)
        self.later.wait()
        for module in _LATER:
            self.later.add(partial(import_module, module))
        for step in ("lists", "alerts", "past", "all around"):
            self.later.add(partial(self._go_on_with, step))

    def finish(self) -> None:
        """Have all that is around the views now; the charts follow when the loop is idle."""
        self.later.finish()
        if not self.later.dropped:
            QTimer.singleShot(0, self.charts, self.charts.open_waiting)

    def _go_on_with(self, step: str) -> None:
        from statmon.ui.start import surroundings  # not before the last readings are shown

        surroundings.STEPS[step](self)

    def _make_views(self) -> None:
        """Make the document, and what shows readings."""
        window, theme, source = self.window, self.window.theme, self.source
        document = self.document = Document(source)
        self.site = document.workspace.site.url
        self.pulse = Pulse(source.table, window, in_sight)
        self.banner, self.feed = Banner(theme), Banner(theme)
        self.views = CentreTabs(
            document.workspace, document.edit, document.arrange, self.pulse, theme, window
        )
        document.follow(self.views)
        self.status = StatusBar(source, self.site, self.pulse, theme)
        self.page = self.views.page
        self.follow(self.banner, self.feed, self.views, self.status)
        window.show_name(document.workspace.name)

    def _lay_out(self) -> None:
        window, centre = self.window, QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.frame = AmberFrame(self.views.tabs)
        layout.addWidget(self.feed)
        layout.addWidget(self.banner)
        layout.addWidget(self.frame, 1)
        window.setCentralWidget(centre)
        window.setStatusBar(self.status)
        self.docks = docks.put_around(window)

    def _give_sizes(self) -> None:
        docks.give_sizes(self.window, self.docks)

    def _make_actions(self) -> None:
        window, views = self.window, self.views
        can = self.actions = Actions(window, window.quitting, self.later.finish)
        self.pausing = Pausing(
            can.pausing, self.pulse, self.frame, self.banner, lambda: window.theme
        )
        for action, do in (
            (can.pausing, self.pausing.toggle),
            (can.copying, views.copy),
            (can.filtering, views.focus_filter),
            (can.charting, self._chart_selection),
            (can.expanding, self.page.tree.expand_all),
            (can.collapsing, self.page.tree.collapse_all),
            (can.pinning, views.pin),
            (can.travelling, lambda: self.travel.toggle(on=can.travelling.isChecked())),
            (can.wall, self._show_wall),
            (can.ruling, self._edit_thresholds),
            (can.next_alert, self._next_alert),
            (can.about, self._show_about),
        ):
            can.does(action, do)
        self.tools = MainToolbar(can, self.docks)
        self.tools.alerts_wanted.connect(self.show_alerts)
        window.addToolBar(self.tools)
        self.tools.show_site(self.site)

    def _connect_views(self) -> None:
        window = self.window
        self.pulse.second.connect(self.told)
        self.pulse.second.connect(self.pausing.refresh)
        for do in (self.later.drop, self.pulse.stop, self._close_wall):
            window.closing.connect(do)
        QApplication.styleHints().colorSchemeChanged.connect(window.look_again)

    def set_running(self, running: bool) -> None:
        """Offer to connect, or to disconnect."""
        self.actions.show_running(running=running)
        self.status.running = running
        self.tools.show_running(running=running)

    def use_history(self, history: "History", words: Callable[[], tuple[str, str]]) -> None:
        """Show what is kept on this computer; ``words``: how that is doing."""
        self.history = history
        self.status.history_words = words
        self.page.use_history(history)
        self.later.add(partial(self._go_on_with, "looking back"))

    def keep(self, keeper: "Keeper", start: "Start") -> None:
        """Show what a keeper of the history has, and let it speak, with a menu for it.

        If the last readings are read by now, they are shown when the window is painted first.
        """
        self.keeper = keeper
        if keeper.restore_at_once():
            self.pulse.tick()
        self.document.follow(keeper.recording)
        self.use_history(keeper.history, keeper.words)
        keeper.speak_in(self.banner)
        say, window = self.banner.say, self.window
        self.later.add(lambda: keeper.make_menu(window, self._selected_series, say, start))

    def edit(self, start: "Start") -> "EditingController":
        """Let the user change what the window shows; ``start`` starts work in the loop."""
        from statmon.ui.editor.editing_controller import EditingController, Shown

        window = self.window
        shown = Shown(
            self.document, self.subscriptions, self.banner, self.page.empty.offer,
            lambda: window.theme, window.themed,
        )  # fmt: skip
        editing = EditingController(window, shown, self.source, start)
        window.may_leave = editing.leaving.may_leave
        window.closing.connect(editing.end)
        self.tools.offer_subscriptions(editing.menus.subscription)
        table = self.source.table
        large = LargeWorkspaces(lambda: len(table), self.pulse.structured, window)
        editing.files.was_read.connect(large.was_read)
        return editing

    def _selected_series(self) -> list["Series"]:
        table = self.pulse.lens.table
        return [table.series[row] for row in self.views.selected_rows()]

    def _chart_selection(self) -> None:
        rows = self.views.selected_rows()
        self.charts.show_rows(rows)
        if not rows:
            self.banner.say(tr("Choose statistics to chart: unfold an object, or take a cell."))

    def _edit_thresholds(self) -> None:
        rows = self.views.selected_rows()
        self.alerts.edit(rows[0] if rows else self.details.row)

    def show_alerts(self, ids: Sequence[str] = ()) -> None:
        """Show the open alerts, and choose the first of these that is still there."""
        self.later.finish()
        self.docks.alerts.show()
        self.docks.alerts.raise_()
        self.alerts.dock.show_open(ids)

    def _next_alert(self) -> None:
        """Go to the alert after the one that is chosen, and to its row."""
        self.show_alerts()
        row = self.alerts.dock.go_on()
        if row is not None:
            self.views.show_row(row)
        else:
            self.banner.say(tr("No alert is open."))

    def _show_wall(self) -> None:
        from statmon.ui.wallboard.wallboard import Shown, Wallboard

        if self.wallboard is None:
            views, window = self.views, self.window
            shown = Shown(
                self.pulse, views.page, views.boards, views.names, self.status.lights,
                self.alerts.watch,
            )  # fmt: skip
            self.wallboard = Wallboard(window, self.source, shown, window.theme)
            self.document.follow(self.wallboard)
            self.follow(self.wallboard)
            self.wallboard.closed.connect(self._wall_closed)
            self.news.connect(self.wallboard.refresh)  # each second, and when the window hears news
        self.wallboard.begin()

    def _close_wall(self) -> None:
        if self.wallboard is not None:
            self.wallboard.close()

    def _wall_closed(self) -> None:
        if self.wallboard is not None:
            self.document.unfollow(self.wallboard)
            self.wallboard.deleteLater()
            self.wallboard = None

    def _show_about(self) -> None:
        from statmon.ui.window.about import About

        About(self.window).open()


def whole_window(
    source: Engine, choice: Appearance = "system", settings: QSettings | None = None
) -> MainWindow:
    """Return the window of a source, with all that belongs to it."""
    window = MainWindow(choice, settings)
    Whole(window, source).finish()
    return window
