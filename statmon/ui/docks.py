"""The docks around the views: where each stands, and how large it is at first."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QVBoxLayout, QWidget

from statmon.ui.dock_title import DockTitle
from statmon.ui.text import tr

if TYPE_CHECKING:
    from statmon.ui.main_window import MainWindow

Docks = tuple[QDockWidget, ...]
"""Subscriptions, details, charts, alerts, connection, what changed."""


def put_around(window: "MainWindow") -> Docks:
    """Make a window's docks, each at its side."""
    window.setDockNestingEnabled(True)
    areas = Qt.DockWidgetArea
    left = _dock(window, "subscriptions", tr("Subscriptions"), window.subscriptions)
    right = _dock(window, "details", tr("Details"), _under_card(window))
    below = _dock(window, "charts", tr("Charts"), window.charts)
    beside = _dock(window, "alerts", tr("Alerts"), window.alerts.dock)
    line = _dock(window, "connection", tr("Connection"), window.line)
    moved = _dock(window, "changes", tr("What changed"), window.changes)
    window.addDockWidget(areas.LeftDockWidgetArea, left)
    for dock in (right, line):
        window.addDockWidget(areas.RightDockWidgetArea, dock)
    for dock in (below, beside, moved):
        window.addDockWidget(areas.BottomDockWidgetArea, dock)
    window.tabifyDockWidget(right, line)
    line.hide()
    window.tabifyDockWidget(beside, moved)
    beside.raise_()
    return left, right, below, beside, line, moved


def give_sizes(window: "MainWindow") -> None:
    """Make the docks as large as they are at first; counts once they are laid out."""
    left, right, below, beside, *_ = window.docks
    window.resizeDocks([left, right], [240, 320], Qt.Orientation.Horizontal)
    window.resizeDocks([below, beside], [860, 500], Qt.Orientation.Horizontal)
    window.resizeDocks([below], [300], Qt.Orientation.Vertical)


def _under_card(window: "MainWindow") -> QWidget:
    both = QWidget()
    layout = QVBoxLayout(both)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(window.card)
    layout.addWidget(window.details, 1)
    return both


def _dock(window: "MainWindow", name: str, title: str, widget: QWidget) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setAccessibleName(title)
    dock.setWidget(widget)
    dock.setTitleBarWidget(DockTitle(dock))
    # Switched on it comes to the front, not as a tab behind another one.
    dock.toggleViewAction().triggered.connect(lambda on: dock.raise_() if on else None)
    return dock
