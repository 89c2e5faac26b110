"""The main window: menu, toolbar, docks around the tree, status bar. It only arranges.

Importing this imports nothing of what is in the window: its frame is painted before that.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QSettings, QSize, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.outside import visible
from statmon.ui.look import theme as themes
from statmon.ui.look.text import tr
from statmon.ui.window.deferred_steps import DeferredSteps

if TYPE_CHECKING:
    from statmon.history import History
    from statmon.ui.data.source import Engine
    from statmon.ui.wallboard import Wallboard

_SETTINGS_VERSION = 1
_SIZE = (1360, 860)
_FRAME = QSize(0, 40)
"""What the system's title bar takes, more or less: it is not known before the window is shown."""
_SURROUNDINGS = (
    "statmon.ui.alerts.alerts",
    "statmon.ui.connect.panel",
    "statmon.ui.chart.charts",
    "statmon.ui.timemachine.travel",
    "statmon.ui.start.surroundings",
)
"""What is around the views, in slices that each hold the loop for a moment only."""


class _Part(Protocol):
    """What is shown in a theme."""

    def set_theme(self, theme: themes.Theme) -> None:
        """Show it in another one."""


class MainWindow(QMainWindow):
    """One workspace, as it is now."""

    closing = Signal()
    themed = Signal(object)
    """It is shown in another theme."""
    news = Signal()
    """Something happened to connection, service or subscriptions."""
    connect_wanted = Signal()
    disconnect_wanted = Signal()
    sign_in_wanted = Signal()
    sign_out_wanted = Signal()

    def __init__(
        self,
        source: "Engine | None" = None,
        choice: themes.Choice = "system",
        settings: QSettings | None = None,
    ) -> None:
        """Make the window of a source or, without one, the frame of a window to ``fill``."""
        super().__init__()
        self._settings, self._choice = settings, choice
        self.history: History | None = None
        self.wallboard: Wallboard | None = None
        """While it is shown."""
        self.later = DeferredSteps(self)
        """What is done when the last readings are shown, or somebody uses the window."""
        self.filled = False
        """Whether there are views in it yet."""
        self._arranged = False
        self.may_leave: Callable[[], bool] = lambda: True
        """Whether a person may close it; else somebody is asked, and it closes after that."""
        keys = QKeySequence(QKeySequence.StandardKey.Quit)
        self.quitting = self._action(tr("&Quit"), self.quit, keys)
        self.resize(*_SIZE)
        self._restore_geometry()
        if source is not None:
            self.fill(source)
        else:
            self._show_opening()

    def _show_opening(self) -> None:
        """Show that the rest is on its way: the menus' titles, and no view yet."""
        bar = self.menuBar()
        bar.setAccessibleName(tr("Menu"))
        for title in (
            tr("&Workspace"),
            tr("&Site"),
            tr("&Edit"),
            tr("S&ubscription"),
            tr("&View"),
            tr("His&tory"),
            tr("&Help"),
        ):
            bar.addAction(title).setEnabled(False)
        # Not a label: naming a text's format would have all of Qt's enumerations made for Python.
        self.statusBar().showMessage(tr("opening …"))
        self.addAction(self.quitting)

    def fill(self, source: "Engine") -> None:
        """Put the views of a source into the window, and all that is around them."""
        self.show_views(source)
        self.finish()

    def show_views(self, source: "Engine") -> None:
        """Put the views of a source into the window; what is around them comes ``later``."""
        from statmon.ui.window import docks  # with the parts it outlasts the painting of the frame

        self.setUpdatesEnabled(False)
        self._source = source
        self._make_views(source)
        self.show_name(self.document.workspace.name)
        self._lay_out()
        self.docks = docks.put_around(self)
        self._make_actions()
        self._make_tools()
        self._connect_views()
        # Once they are laid out: before that, sizes do not count in a window that is shown.
        QTimer.singleShot(0, self, self._arrange)
        self.pulse.start()
        self.filled = True
        self.setUpdatesEnabled(True)
        self.later.wait()
        for module in _SURROUNDINGS:
            self.later.add(partial(import_module, module))
        for step in (self._make_lists, self._make_alerts, self._make_past, self._put_around):
            self.later.add(step)

    def finish(self) -> None:
        """Have all that is around the views now; the charts follow when the loop is idle."""
        self.later.finish()
        if not self.later.dropped:
            QTimer.singleShot(0, self.charts, self.charts.open_waiting)

    def _make_views(self, source: "Engine") -> None:
        """Make the document, and what shows readings."""
        from statmon.ui.start import parts

        theme = self.theme
        document = self.document = parts.Document(source)
        """The only one that writes the workspace; all parts follow it."""
        self.site = document.workspace.site.url
        self.pulse = parts.Pulse(source.table, self)
        self.banner = parts.Banner(theme)
        self.feed = parts.Banner(theme)
        self.views = parts.CentreTabs(
            document.workspace, document.edit, document.arrange, self.pulse, theme, self
        )
        document.follow(self.views)
        self.status = parts.StatusBar(source, self.site, self.pulse, theme)
        self.page = self.views.page
        self._follow(self.banner, self.feed, self.views, self.status)

    def _make_lists(self) -> None:
        """Make the list of subscriptions, and what tells about a row."""
        from statmon.ui.start import surroundings

        source, theme, names = self._source, self.theme, self.views.names
        self.subscriptions = surroundings.SubscriptionList(source, theme)
        self.details = surroundings.Details(self.pulse.lens, names)
        self.card = surroundings.DetailsHeader(self.pulse.lens, names, theme)
        self._feed_notice = surroundings.FeedNotice(source)
        self._follow(self.subscriptions, self.card)

    def _make_alerts(self) -> None:
        """Make what watches the present."""
        from statmon.ui.start import surroundings

        source, theme, names = self._source, self.theme, self.views.names
        document = self.document
        self.alerts = surroundings.Alerts(
            source, document.workspace, document.edit, self.pulse, names, theme, self
        )
        document.follow(self.alerts)
        self.changes = surroundings.Changes(self.pulse, names, theme)
        self.line = surroundings.ConnectionPanel(source, self.pulse, self.status, theme)
        self._follow(self.alerts, self.changes, self.line)
        for stop in (self.alerts.stop, self.changes.stop):
            self.closing.connect(stop)

    def _make_past(self) -> None:
        """Make what shows the past."""
        from statmon.ui.start import surroundings

        document = self.document
        self.charts = surroundings.Charts(
            document.workspace, document.edit, self.views.names, self.pulse, self.theme
        )
        document.follow(self.charts)
        self.travel = surroundings.Travel(self, self.pulse, self.theme, self.travelling)
        self._source.listen(self.charts.recorder.told)
        self._follow(self.charts, self.travel)
        self.closing.connect(self.charts.stop)
        self.closing.connect(self.travel.stop)
        self.closing.connect(lambda: self._source.unlisten(self.charts.recorder.told))

    def _follow(self, *parts: "_Part") -> None:
        """Let parts follow the window's theme."""
        for part in parts:
            self.themed.connect(part.set_theme)

    def _put_around(self) -> None:
        """Put what was made for it around the views, where its room is."""
        from statmon.ui.window import docks, menus

        # Others add to these: until then they are seen as they are, and not half filled.
        growing = self.menuBar(), self.docks.subscriptions
        for part in growing:
            part.setUpdatesEnabled(False)
        docks.fill(self)
        self.removeAction(self.quitting)  # from now on it is in a menu
        menus.fill(self)
        self._connect_surroundings()
        self.told()
        self.later.add(lambda: [part.setUpdatesEnabled(True) for part in growing])

    def show_name(self, name: str) -> None:
        """Show a workspace's name in the title."""
        self.setWindowTitle(f"{visible(name) or tr('untitled')} – statmon")

    def _lay_out(self) -> None:
        from statmon.ui.start import parts

        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._frame = parts.AmberFrame(self.views.tabs)
        layout.addWidget(self.feed)
        layout.addWidget(self.banner)
        layout.addWidget(self._frame, 1)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)

    def _make_actions(self) -> None:
        standard = QKeySequence.StandardKey
        self.connecting = self._action(tr("&Connect"), self.connect_wanted.emit, "Ctrl+Shift+C")
        self.disconnecting = self._action(
            tr("&Disconnect"), self.disconnect_wanted.emit, "Ctrl+Shift+D"
        )
        self.signing_in = self._action(tr("Sign &in…"), self.sign_in_wanted.emit, "Ctrl+Shift+S")
        self.signing_out = self._action(tr("Sign &out"), self.sign_out_wanted.emit)
        self.pausing = self._action(tr("&Pause"), self._pause, "Ctrl+P")
        self.pausing.setCheckable(True)
        self.copying = self._action(tr("&Copy rows"), self.views.copy, QKeySequence(standard.Copy))
        self.filtering = self._action(
            tr("&Filter"), self.views.focus_filter, QKeySequence(standard.Find)
        )
        self.charting = self._action(tr("Show in c&hart"), self._chart_selection, "Ctrl+Return")
        self.expanding = self._action(tr("&Expand all"), self.page.tree.expand_all, "Ctrl+E")
        self.collapsing = self._action(
            tr("C&ollapse all"), self.page.tree.collapse_all, "Ctrl+Shift+E"
        )
        self.pinning = self._action(tr("P&in or unpin"), self.views.pin, "Ctrl+D")
        self.travelling = self._action(tr("&Time machine"), self._travel, "Ctrl+Shift+T")
        self.travelling.setCheckable(True)
        self.travelling.setEnabled(False)
        self.wall = self._action(tr("&Wallboard"), self._show_wall, "F11")
        self.ruling = self._action(tr("&Thresholds…"), self._edit_thresholds, "Ctrl+T")
        self.about = self._action(tr("&About"), self._show_about)

    def _action(
        self, text: str, do: Callable[..., object], keys: str | QKeySequence = ""
    ) -> QAction:
        action = QAction(text, self)
        shortcut = QKeySequence(keys) if isinstance(keys, str) else keys
        # As a list: to tell what a single one is, all of Qt's enumerations would be made.
        action.setShortcuts([] if shortcut.isEmpty() else [shortcut])
        action.triggered.connect(lambda _checked=False: self._do(do))
        return action

    def _do(self, what: Callable[..., object]) -> None:
        """Do what an action is for, with all there that it may need."""
        self.later.finish()
        what()

    def _make_tools(self) -> None:
        from statmon.ui.start import parts

        self.tools = parts.MainToolbar(self)
        self.addToolBar(self.tools)
        self.tools.show_site(self.site)

    def _connect_views(self) -> None:
        self.pulse.second.connect(self._each_second)
        for do in (self.later.drop, self.pulse.stop):
            self.closing.connect(do)
        QApplication.styleHints().colorSchemeChanged.connect(self._retheme)

    def _connect_surroundings(self) -> None:
        self.views.chosen.connect(self._show_row)
        self.views.chart_wanted.connect(self.charts.show_rows)
        self.pulse.structured.connect(self._leave_row)
        for do in (self.details.refresh, self.card.refresh, self.changes.refresh):
            self.views.names.changed.connect(do)
        self.page.menu.rules_wanted.connect(self.alerts.edit)
        for part in (self.alerts.dock, self.changes):
            part.chosen.connect(self._show_row)
            part.chart_wanted.connect(self.charts.show_rows)
        self.charts.failed.connect(self.banner.say)
        self.travel.said.connect(self.banner.say)
        self.news.connect(self.subscriptions.refresh)
        self.news.connect(self._show_feed)
        for do in (self._show_alerts, self.details.refresh, self.card.refresh):
            self.pulse.second.connect(do)
        self.pulse.changed.connect(self._show_changes)

    def _show_row(self, row: int) -> None:
        self.details.show_row(row)
        self.card.show_row(row)

    def _leave_row(self) -> None:
        """Tell no more of a statistic that the workspace does not have any more."""
        row = self.details.row
        if row >= 0 and not self.pulse.lens.live.is_wanted(row):
            self._show_row(-1)

    def use_history(self, history: "History", words: Callable[[], tuple[str, str]]) -> None:
        """Show what is kept on this computer; ``words``: how that is doing."""
        self.history = history
        self.status.history_words = words
        self.page.use_history(history)
        self.later.add(partial(self._look_back, history))

    def _look_back(self, history: "History") -> None:
        """Let all that shows the past show what is kept on this computer."""
        from statmon.ui.start import surroundings

        self.details.use_history(history)
        self.charts.use_store(history)
        self.travel.use_store(history)
        bundling = surroundings.Bundling(self, history, lambda: self.document.workspace)
        bundling.said.connect(self.banner.say)
        self.travel.save_with(bundling)

    @property
    def theme(self) -> themes.Theme:
        """The colours of now."""
        return themes.current(self._choice)

    def set_running(self, running: bool) -> None:
        """Offer to connect, or to disconnect."""
        self.connecting.setEnabled(not running)
        self.disconnecting.setEnabled(running)
        self.status.running = running
        self.tools.show_running(running=running)

    def told(self) -> None:
        """Something happened to connection, service or subscriptions."""
        self.status.refresh()
        self.news.emit()

    def _show_feed(self) -> None:
        if words := self._feed_notice.text():
            self.feed.say(words, dismissable=False)
        else:
            self.feed.take_back()

    def _each_second(self) -> None:
        self.told()
        if self.pulse.paused_at is not None:
            self._say_paused()

    def _show_alerts(self) -> None:
        watch = self.alerts.watch
        self.tools.show_alerts(watch.count(), unknown=watch.unknown)

    def _show_changes(self, dirty: set[int]) -> None:
        if self.details.row in dirty:
            self.details.refresh()
            self.card.refresh()

    def _pause(self) -> None:
        paused = self.pausing.isChecked()
        self.pulse.set_paused(paused)
        self._frame.set_color(self.theme.badge if paused else None)
        if paused:
            self._say_paused()
        else:
            self.banner.take_back()

    def _say_paused(self) -> None:
        from statmon.ui.look import numbers

        self.banner.say(
            f"‖ {tr('paused')} {self.pulse.paused_for}, "
            f"{numbers.count(self.pulse.lens.behind)} {tr('updates behind')}",
            dismissable=False,
        )

    def _chart_selection(self) -> None:
        rows = self.views.selected_rows()
        self.charts.show_rows(rows)
        if not rows:
            self.banner.say(tr("Choose statistics to chart: unfold an object, or take a cell."))

    def _travel(self) -> None:
        self.travel.toggle(on=self.travelling.isChecked())

    def _edit_thresholds(self) -> None:
        rows = self.views.selected_rows()
        self.alerts.edit(rows[0] if rows else self.details.row)

    def _show_wall(self) -> None:
        from statmon.ui.wallboard import Wallboard

        if self.wallboard is None:
            self.wallboard = Wallboard(self, self._source, self.theme)
            self.document.follow(self.wallboard)
            self.wallboard.closed.connect(self._wall_closed)
        self.wallboard.begin()

    def _wall_closed(self) -> None:
        if self.wallboard is not None:
            self.document.unfollow(self.wallboard)
            self.wallboard.deleteLater()
            self.wallboard = None

    def _show_about(self) -> None:
        from statmon.ui.window.about import About

        About(self).open()

    def set_look(self, choice: themes.Choice) -> None:
        """Show it light, dark, or as the desktop has it, from now on."""
        self._choice = choice
        self._retheme()

    def _retheme(self) -> None:
        from statmon.ui.look import icons, sheet

        theme = themes.current(self._choice)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            themes.apply(app, theme)
            sheet.dress(app, theme)
        self.themed.emit(theme)
        if self.wallboard is not None:
            self.wallboard.set_theme(theme)
        icons.redress(self)

    def fit_to_screen(self) -> None:
        """Become no larger than the room on the screen: a small laptop has less than is wanted."""
        if not self.isMaximized():
            self.resize(self.size().boundedTo(self.screen().availableSize() - _FRAME))

    def _restore_geometry(self) -> None:
        geometry = None if self._settings is None else self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def _arrange(self) -> None:
        """Arrange the docks as they were, or as they are at first."""
        from statmon.ui.window import docks

        state = None if self._settings is None else self._settings.value("state")
        known = isinstance(state, QByteArray) and self.restoreState(state, _SETTINGS_VERSION)
        if not known:
            docks.give_sizes(self)
        self._arranged = True

    def quit(self) -> bool:
        """Close the window as a person wants it: what is unsaved is asked about first."""
        return self.may_leave() and self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Keep the arrangement, stop drawing, and say that it is over."""
        if event.spontaneous() and not self.may_leave():
            event.ignore()
            return
        if self.filled:
            self._end()
        event.accept()
        self.closing.emit()

    def keep_arrangement(self) -> None:
        """Write down where everything is."""
        if self._settings is not None:
            self._settings.setValue("geometry", self.saveGeometry())
            if self._arranged:  # else closed at once: the last time's still holds
                self._settings.setValue("state", self.saveState(_SETTINGS_VERSION))
            self._settings.sync()

    def _end(self) -> None:
        self.keep_arrangement()
        if self.wallboard is not None:
            self.wallboard.close()
