"""What is in the main window. Only its frame is there before this is imported."""

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
from statmon.ui.status import StatusBar
from statmon.ui.subscriptions import SubscriptionList
from statmon.ui.timemachine.travel import Travel
from statmon.ui.tools import Tools
from statmon.ui.views import Views

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
]
