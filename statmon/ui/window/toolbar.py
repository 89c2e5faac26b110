"""The toolbar: site, connection, subscriptions, pause, time machine, alerts, wallboard."""

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from statmon.ui.look import icons, numbers, signs
from statmon.ui.look.text import tooltip, tr
from statmon.ui.widgets.buttons import menu_button, small_button
from statmon.ui.window.actions import Actions
from statmon.ui.window.docks import Docks

_LONGEST_SITE = 32
"""Characters of a site's name; more would push the rest out of the window."""


class MainToolbar(QToolBar):
    """Buttons for actions that the menus have as well; it decides nothing."""

    alerts_wanted = Signal()
    """Somebody wants to see the open alerts."""

    def __init__(self, actions: Actions, docks: Docks) -> None:
        super().__init__(tr("Tools"))
        self._actions, self._docks = actions, docks
        self.setObjectName("tools")
        self.setAccessibleName(tr("Tools"))
        self.setIconSize(icons.SIZE)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setMovable(False)
        self.site = self._menu_button(tr("Site"), "site")
        self.link = small_button("")
        self.link.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.link.setIconSize(icons.SIZE)
        self.subscriptions = self._menu_button(tr("Subscriptions"), "subscriptions")
        self.alerts = small_button(
            tr("Show the open alerts"), self.alerts_wanted.emit, icon="alerts"
        )
        self._give_icons()
        self._fill()
        self.show_running(running=actions.disconnecting.isEnabled())
        self.show_alerts(0, unknown=True)

    def _give_icons(self) -> None:
        can = self._actions
        for action, name in (
            (can.connecting, "connect"),
            (can.disconnecting, "disconnect"),
            (can.pausing, "pause"),
            (can.travelling, "time"),
            (can.wall, "wallboard"),
            (can.signing_in, "signin"),
        ):
            icons.dress(action, name)

    def _fill(self) -> None:
        can = self._actions
        menu = self.site.menu()
        menu.addActions([can.connecting, can.disconnecting])
        menu.addSeparator()
        menu.addActions([can.signing_in, can.signing_out])
        menu.addSeparator()
        menu.addAction(self._docks.connection.toggleViewAction())
        self.addWidget(self.site)
        self.addWidget(self.link)
        self.addSeparator()
        self.addWidget(self.subscriptions)
        self.addSeparator()
        self._add(can.pausing)
        self._add(can.travelling)
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(room)
        self.alerts.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.alerts.setIconSize(icons.SIZE)
        self.addWidget(self.alerts)
        self._add(can.wall)

    def _add(self, action: QAction) -> None:
        self.addAction(action)
        words = action.text().replace("&", "")
        button = self.widgetForAction(action)
        button.setAccessibleName(words)
        keys = action.shortcut().toString()
        action.setToolTip(f"{words} ({keys})" if keys else words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _menu_button(self, words: str, name: str) -> QToolButton:
        button = menu_button(words)
        button.setIconSize(icons.SIZE)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        menu = QMenu(button)
        menu.setAccessibleName(words)
        button.setMenu(menu)
        icons.dress(button, name)
        return button

    def offer_subscriptions(self, entries: QMenu) -> None:
        """Offer what can be done with subscriptions, the entries of another menu."""
        menu = self.subscriptions.menu()
        menu.addActions(entries.actions())
        menu.addSeparator()
        menu.addAction(self._docks.subscriptions.toggleViewAction())

    def show_site(self, url: str) -> None:
        """Name the site that the window looks at; asked each second, a screen reader hears news."""
        tip = tooltip(f"{tr('Site')}: {url}" if url else tr("No site"))
        if tip == self.site.toolTip():
            return
        host = urlsplit(url).netloc or tr("No site")
        short = host if len(host) <= _LONGEST_SITE else host[: _LONGEST_SITE - 1] + "…"
        self.site.setText(f"{short} ▾")
        self.site.setAccessibleName(f"{tr('Site')} {host}")
        self.site.setToolTip(tip)

    def show_running(self, *, running: bool) -> None:
        """Offer to connect, or to disconnect."""
        action = self._actions.disconnecting if running else self._actions.connecting
        self.link.setDefaultAction(action)
        self.link.setAccessibleName(action.text().replace("&", ""))

    def show_alerts(self, count: int, worst: int = 0, *, unknown: bool = False) -> None:
        """Say how many alerts are open and how bad, or that nobody knows while the feed is down."""
        words = f"{numbers.count(count)} " + (tr("alert") if count == 1 else tr("alerts"))
        said = tr("Alerts unknown") if unknown else words if count else tr("No alerts")
        sign = signs.of_level(0 if unknown else worst)
        shown = f"{sign.glyph} {said}".strip()
        if shown != self.alerts.text():
            self.alerts.setText(shown)
            self.alerts.setAccessibleName(f"{said}, {sign.word}" if sign.word else said)
