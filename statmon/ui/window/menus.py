"""What the main window's own menus offer; others add theirs beside them."""

from collections.abc import Iterable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from statmon.ui.look.text import tr
from statmon.ui.window.actions import Actions
from statmon.ui.window.docks import Docks


def fill(
    bar: QMenuBar, actions: Actions, saving: QAction, docks: Docks, views: Iterable[QMenu]
) -> None:
    """Fill a menu bar anew.

    Args:
        bar: the window's.
        actions: what can be done.
        saving: saves what the time machine shows.
        docks: are switched on and off.
        views: how the views look.
    """
    bar.clear()
    bar.setAccessibleName(tr("Menu"))
    can = actions
    site = (can.connecting, can.disconnecting, None, can.signing_in, can.signing_out)
    _add(bar, tr("&Site"), (*site, None, can.quitting))
    _add(bar, tr("&Edit"), (can.copying, can.filtering, can.pinning, can.next_alert, can.ruling))
    shown = (can.pausing, can.travelling, saving, can.wall, can.charting)
    view = _add(bar, tr("&View"), (*shown, None, can.expanding, can.collapsing, None))
    view.addActions([dock.toggleViewAction() for dock in docks])
    view.addSeparator()
    for menu in views:
        view.addMenu(menu)
    _add(bar, tr("&Help"), (can.about,))


def _add(bar: QMenuBar, title: str, actions: Iterable[QAction | None]) -> QMenu:
    menu = bar.addMenu(title)
    menu.setAccessibleName(title.replace("&", ""))
    for action in actions:
        menu.addSeparator() if action is None else menu.addAction(action)
    return menu
