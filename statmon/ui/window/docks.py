"""The docks around the views: where each stands, and how large it is at first."""

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from statmon.ui.look.text import tr
from statmon.ui.window.dock_title import DockTitle

_BELOW = 0.35
"""Part of the window's height that the docks below the views have at first."""


class Docks(NamedTuple):
    """A window's docks, in the order of its View menu."""

    subscriptions: QDockWidget
    details: QDockWidget
    charts: QDockWidget
    alerts: QDockWidget
    connection: QDockWidget
    changes: QDockWidget


def put_around(window: QMainWindow) -> Docks:
    """Make a window's docks, each at its side, with nothing in them yet."""
    window.setDockNestingEnabled(True)
    areas = Qt.DockWidgetArea
    docks = Docks(
        _dock(window, "subscriptions", tr("Subscriptions")),
        _dock(window, "details", tr("Details")),
        _dock(window, "charts", tr("Charts")),
        _dock(window, "alerts", tr("Alerts")),
        _dock(window, "connection", tr("Connection")),
        _dock(window, "changes", tr("What changed")),
    )
    window.addDockWidget(areas.LeftDockWidgetArea, docks.subscriptions)
    for dock in (docks.details, docks.connection):
        window.addDockWidget(areas.RightDockWidgetArea, dock)
    for dock in (docks.charts, docks.alerts, docks.changes):
        window.addDockWidget(areas.BottomDockWidgetArea, dock)
    window.tabifyDockWidget(docks.details, docks.connection)
    docks.connection.hide()
    window.tabifyDockWidget(docks.alerts, docks.changes)
    docks.alerts.raise_()
    return docks


def give_sizes(window: QMainWindow, docks: Docks) -> None:
    """Make the docks as large as they are at first; counts once they are laid out."""
    ways = Qt.Orientation
    window.resizeDocks([docks.subscriptions, docks.details], [240, 320], ways.Horizontal)
    window.resizeDocks([docks.charts, docks.alerts], [860, 500], ways.Horizontal)
    window.resizeDocks([docks.charts], [round(window.height() * _BELOW)], ways.Vertical)


def _dock(window: QMainWindow, name: str, title: str) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setAccessibleName(title)
    dock.setTitleBarWidget(DockTitle(dock))
    # Switched on it comes to the front, not as a tab behind another one.
    dock.toggleViewAction().triggered.connect(lambda on: dock.raise_() if on else None)
    return dock
