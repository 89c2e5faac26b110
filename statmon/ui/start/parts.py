"""What the window consists of: one name for each part."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from statmon.history import History
    from statmon.ui.alerts.alerts import Alerts
    from statmon.ui.chart.charts import Charts
    from statmon.ui.connect.panel import ConnectionPanel
    from statmon.ui.connect.status_bar import StatusBar
    from statmon.ui.data.feed import FeedNotice
    from statmon.ui.data.pulse import Pulse
    from statmon.ui.data.source import Engine
    from statmon.ui.details.changes import Changes
    from statmon.ui.details.pane import DetailsPane
    from statmon.ui.editor.document import Document
    from statmon.ui.editor.subscription_list import SubscriptionList
    from statmon.ui.history.keeper import Keeper
    from statmon.ui.look.theme import Theme
    from statmon.ui.timemachine.travel import Travel
    from statmon.ui.tree.page import TreePage
    from statmon.ui.wallboard.wallboard import Wallboard
    from statmon.ui.widgets.banner import Banner
    from statmon.ui.window.actions import Actions
    from statmon.ui.window.amber_frame import AmberFrame
    from statmon.ui.window.centre import CentreTabs
    from statmon.ui.window.deferred_steps import DeferredSteps
    from statmon.ui.window.docks import Docks
    from statmon.ui.window.main_window import MainWindow
    from statmon.ui.window.pausing import Pausing
    from statmon.ui.window.toolbar import MainToolbar


class _Themed(Protocol):
    """What is shown in a theme."""

    def set_theme(self, theme: "Theme") -> None:
        """Show it in another one."""


class Parts(QObject):
    """All of them; ``compose`` makes those that show readings, ``surroundings`` the others."""

    news = Signal()
    """Something happened to connection, service or subscriptions."""

    window: "MainWindow"
    source: "Engine"
    later: "DeferredSteps"
    document: "Document"
    """The only one that writes the workspace; all parts follow it."""
    site: str
    pulse: "Pulse"
    banner: "Banner"
    feed: "Banner"
    views: "CentreTabs"
    page: "TreePage"
    status: "StatusBar"
    frame: "AmberFrame"
    docks: "Docks"
    actions: "Actions"
    pausing: "Pausing"
    tools: "MainToolbar"
    history: "History | None" = None
    keeper: "Keeper | None" = None
    """What keeps it, if it is kept for this window."""
    wallboard: "Wallboard | None" = None
    """While it is shown."""
    subscriptions: "SubscriptionList"
    details: "DetailsPane"
    feed_notice: "FeedNotice"
    alerts: "Alerts"
    changes: "Changes"
    line: "ConnectionPanel"
    charts: "Charts"
    travel: "Travel"

    def follow(self, *parts: _Themed) -> None:
        """Let parts follow the window's theme."""
        for part in parts:
            self.window.themed.connect(part.set_theme)

    def told(self) -> None:
        """Something happened to connection, service or subscriptions."""
        self.status.refresh()
        self.news.emit()
