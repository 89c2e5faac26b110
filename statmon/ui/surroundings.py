"""What is around the views. The last readings are shown before this is imported."""

from statmon.ui.alerts.alerts import Alerts
from statmon.ui.card import DetailsCard
from statmon.ui.changes import Changes
from statmon.ui.chart.charts import Charts
from statmon.ui.connect.panel import ConnectionPanel
from statmon.ui.details import Details
from statmon.ui.feed import FeedNotice
from statmon.ui.subscriptions import SubscriptionList
from statmon.ui.timemachine.bundling import Bundling
from statmon.ui.timemachine.travel import Travel

__all__ = [
    "Alerts",
    "Bundling",
    "Changes",
    "Charts",
    "ConnectionPanel",
    "Details",
    "DetailsCard",
    "FeedNotice",
    "SubscriptionList",
    "Travel",
]
