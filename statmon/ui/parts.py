"""What is in the main window. Only its frame is there before this is imported."""

from typing import TYPE_CHECKING

from statmon.ui.alerts.alerts import Alerts
from statmon.ui.banner import Banner
from statmon.ui.card import DetailsCard
from statmon.ui.changes import Changes
from statmon.ui.chart.charts import Charts
from statmon.ui.connect.panel import ConnectionPanel
from statmon.ui.details import Details
from statmon.ui.feed import FeedNotice
from statmon.ui.frozen import FrozenFrame
from statmon.ui.pulse import Pulse
from statmon.ui.source import Source
from statmon.ui.status import StatusBar
from statmon.ui.subscriptions import SubscriptionList
from statmon.ui.timemachine.travel import Travel
from statmon.ui.tools import Tools
from statmon.ui.views import Views

if TYPE_CHECKING:
    from statmon.ui.main_window import MainWindow

__all__ = [
    "Alerts",
    "Banner",
    "Changes",
    "Charts",
    "ConnectionPanel",
    "Details",
    "DetailsCard",
    "FeedNotice",
    "FrozenFrame",
    "Pulse",
    "StatusBar",
    "SubscriptionList",
    "Tools",
    "Travel",
    "Views",
    "put_into",
]


def put_into(window: "MainWindow", source: Source) -> None:
    """Make everything that looks at a source, as the window's own."""
    theme = window.theme
    window.pulse = Pulse(source.table, window)
    window.banner = Banner(theme)
    window.feed = Banner(theme)
    window.views = Views(source, window.pulse, theme, window)
    names = window.views.names
    window.alerts = Alerts(source, window.pulse, names, theme, window)
    window.changes = Changes(window.pulse, names, theme)
    window.subscriptions = SubscriptionList(source, theme)
    window.details = Details(window.pulse.lens, names)
    window.card = DetailsCard(window.pulse.lens, names, theme)
    window.charts = Charts(source, window.pulse, theme)
    window.travel = Travel(window, window.pulse, theme)
    window.status = StatusBar(source, window.pulse, theme)
    window.line = ConnectionPanel(source, window.pulse, window.status, theme)
