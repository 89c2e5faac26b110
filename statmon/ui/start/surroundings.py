"""What is around the views. The last readings are shown before this is imported."""

from statmon.ui.alerts.alerts import Alerts
from statmon.ui.chart.charts import Charts
from statmon.ui.connect.panel import ConnectionPanel
from statmon.ui.data.feed import FeedNotice
from statmon.ui.details.changes import Changes
from statmon.ui.details.details import Details
from statmon.ui.details.details_header import DetailsHeader
from statmon.ui.editor.subscription_list import SubscriptionList
from statmon.ui.timemachine.bundling import Bundling
from statmon.ui.timemachine.travel import Travel

__all__ = [
    "Alerts",
    "Bundling",
    "Changes",
    "Charts",
    "ConnectionPanel",
    "Details",
    "DetailsHeader",
    "FeedNotice",
    "SubscriptionList",
    "Travel",
]
