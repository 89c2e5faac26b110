"""What the main window's own menus offer; others add theirs beside them."""

from typing import TYPE_CHECKING

from statmon.ui.look.text import tr

if TYPE_CHECKING:
    from statmon.ui.window.main_window import MainWindow


def fill(window: "MainWindow") -> None:
    """Fill a window's menu bar anew."""
    bar = window.menuBar()
    bar.clear()
    bar.setAccessibleName(tr("Menu"))
    for title, actions in (
        (
            tr("&Site"),
            (
                window.connecting,
                window.disconnecting,
                None,
                window.signing_in,
                window.signing_out,
                None,
                window.quitting,
            ),
        ),
        (tr("&Edit"), (window.copying, window.filtering, window.pinning, window.ruling)),
        (
            tr("&View"),
            (
                window.pausing,
                window.travelling,
                window.travel.saving,
                window.wall,
                window.charting,
                None,
                window.expanding,
                window.collapsing,
                None,
            ),
        ),
        (tr("&Help"), (window.about,)),
    ):
        menu = bar.addMenu(title)
        menu.setAccessibleName(title.replace("&", ""))
        for action in actions:
            menu.addSeparator() if action is None else menu.addAction(action)
        if window.expanding in actions:
            menu.addActions([dock.toggleViewAction() for dock in window.docks])
            menu.addSeparator()
            menu.addMenu(window.views.density_menu())
            menu.addMenu(window.views.span_menu())
