"""What is around the views, part by part. The last readings are shown before this is imported."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from statmon.ui.alerts.alerts import Alerts
from statmon.ui.chart.charts import Charts
from statmon.ui.connect.panel import ConnectionPanel
from statmon.ui.data.feed import FeedNotice
from statmon.ui.details.changes import Changes
from statmon.ui.details.pane import DetailsPane
from statmon.ui.editor.subscription_list import SubscriptionList
from statmon.ui.timemachine.bundling import Bundling
from statmon.ui.timemachine.travel import Travel
from statmon.ui.window import menus

if TYPE_CHECKING:
    from statmon.ui.start.parts import Parts


def make_lists(parts: "Parts") -> None:
    """Make the list of subscriptions, and what tells about a row."""
    source, theme, names = parts.source, parts.window.theme, parts.views.names
    parts.subscriptions = SubscriptionList(source, theme)
    parts.details = DetailsPane(parts.pulse.lens, names, theme)
    parts.feed_notice = FeedNotice(source)
    parts.follow(parts.subscriptions, parts.details)


def make_alerts(parts: "Parts") -> None:
    """Make what watches the present."""
    window, source, document, names = parts.window, parts.source, parts.document, parts.views.names
    theme, pulse = window.theme, parts.pulse
    parts.alerts = Alerts(source, document.workspace, document.edit, pulse, names, theme, window)
    if parts.keeper is not None:
        parts.keeper.keep_alerts(parts.alerts.watch.alerting)
    document.follow(parts.alerts)
    parts.changes = Changes(pulse, names, theme)
    parts.line = ConnectionPanel(source, pulse, parts.status, theme)
    parts.follow(parts.alerts, parts.changes, parts.line)
    for stop in (parts.alerts.stop, parts.changes.stop):
        window.closing.connect(stop)


def make_past(parts: "Parts") -> None:
    """Make what shows the past."""
    window, source, document = parts.window, parts.source, parts.document
    pulse, theme = parts.pulse, window.theme
    charts = parts.charts = Charts(
        document.workspace, document.edit, parts.views.names, pulse, theme
    )
    document.follow(charts)
    parts.travel = Travel(window, pulse, theme, parts.actions.travelling)
    source.listen(charts.recorder.told)
    parts.follow(charts, parts.travel)
    window.closing.connect(parts.travel.stop)
    window.closing.connect(lambda: source.unlisten(charts.recorder.told))


def put_around(parts: "Parts") -> None:
    """Put all of that around the views, where its room is."""
    window, docks = parts.window, parts.docks
    # Others add to these: until then they are seen as they are, and not half filled.
    growing = window.menuBar(), docks.subscriptions
    for part in growing:
        part.setUpdatesEnabled(False)
    docks.subscriptions.setWidget(parts.subscriptions)
    docks.details.setWidget(parts.details)
    docks.charts.setWidget(parts.charts)
    docks.alerts.setWidget(parts.alerts.dock)
    docks.connection.setWidget(parts.line)
    docks.changes.setWidget(parts.changes)
    window.removeAction(window.quitting)  # from now on it is in a menu
    looks = parts.views.density_menu(), parts.views.span_menu()
    menus.fill(window.menuBar(), parts.actions, parts.travel.saving, docks, looks)
    _connect(parts)
    parts.told()
    parts.later.add(lambda: [part.setUpdatesEnabled(True) for part in growing])


def _connect(parts: "Parts") -> None:
    """Let the parts hear of each other."""
    views, details, charts, pulse = parts.views, parts.details, parts.charts, parts.pulse
    for part in (views, parts.alerts.dock, parts.changes):
        part.chosen.connect(details.show_row)
        part.chart_wanted.connect(charts.show_rows)
    pulse.structured.connect(details.leave_row)
    for do in (details.refresh, parts.changes.refresh):
        views.names.changed.connect(do)
    parts.alerts.dock.row_wanted.connect(views.show_row)
    parts.page.menu.rules_wanted.connect(parts.alerts.edit)
    charts.failed.connect(parts.banner.say)
    parts.travel.said.connect(parts.banner.say)
    parts.news.connect(parts.subscriptions.refresh)
    parts.news.connect(lambda: _show_feed(parts))
    pulse.second.connect(lambda: _count_alerts(parts))
    pulse.second.connect(details.refresh)
    pulse.changed.connect(details.refresh_if)


def _show_feed(parts: "Parts") -> None:
    if words := parts.feed_notice.text():
        parts.feed.say(words, dismissable=False)
    else:
        parts.feed.take_back()


def _count_alerts(parts: "Parts") -> None:
    watch = parts.alerts.watch
    parts.tools.show_alerts(watch.count(), watch.worst(), unknown=watch.unknown)


def look_back(parts: "Parts") -> None:
    """Let all that shows the past show what is kept on this computer."""
    history = parts.history
    if history is None:
        raise LookupError("there is no history to look back at")
    parts.details.use_history(history)
    parts.alerts.use_store(history)
    parts.charts.use_store(history)
    parts.travel.use_store(history)
    bundling = Bundling(parts.window, history, lambda: parts.document.workspace)
    bundling.said.connect(parts.banner.say)
    parts.travel.save_with(bundling)


STEPS: Final[Mapping[str, Callable[["Parts"], None]]] = {
    "lists": make_lists,
    "alerts": make_alerts,
    "past": make_past,
    "all around": put_around,
    "looking back": look_back,
}
"""One after the other; each holds the loop for a moment only."""
