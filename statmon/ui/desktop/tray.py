"""The icon in the tray: how it stands at a glance, and the way back to a hidden window."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from statmon.ui.look.level_icon import badged
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme


class Tray(QObject):
    """While it is on, closing the window hides it; quitting is in the icon's menu."""

    notice_clicked = Signal()
    """Somebody clicked on the notice that was shown last."""

    def __init__(
        self,
        window: QWidget,
        icon: QIcon,
        words: Callable[[], str],
        leave: Callable[[], bool] | None = None,
    ) -> None:
        """Make the icon of a window.

        Args:
            window: hides instead of closing.
            icon: what is shown.
            words: how it stands.
            leave: closes the window for good, if it may be; by default it always may.
        """
        super().__init__(window)
        self._window, self._words = window, words
        self._leave = leave or window.close
        self._on = False
        self._plain, self._alerts = icon, (0, 0)
        self._leaving = False
        self._menu = QMenu(window)
        self._menu.setAccessibleName(tr("statmon in the tray"))
        self.showing = self._menu.addAction(tr("&Show"))
        self.showing.triggered.connect(self.bring_back)
        self.quitting = self._menu.addAction(tr("&Quit"))
        self.quitting.triggered.connect(self.leave)
        self._icon = QSystemTrayIcon(icon, window)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self.notice_clicked)
        window.installEventFilter(self)

    @staticmethod
    def there_is_one() -> bool:
        """Tell whether this desktop has a tray at all."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def on(self) -> bool:
        """Whether closing the window only hides it."""
        return self._on

    def switch(self, *, on: bool) -> None:
        """Show the icon, or take it away; without a tray it stays away."""
        self._on = on and self.there_is_one()
        self._icon.setVisible(self._on)
        self.refresh()
        if not self._on and self._window.isHidden() and not self._leaving:
            self.bring_back()

    def refresh(self) -> None:
        """Say anew how it stands."""
        if self._on:
            self._icon.setToolTip(self._words())

    def tell(self, title: str, words: str, *, critical: bool = False) -> bool:
        """Show a notice, if this desktop has a tray to show it from; return whether it has.

        An icon that is not kept in the tray comes for the notice, and goes with the last alert.
        """
        if not self.there_is_one():
            return False
        icons = QSystemTrayIcon.MessageIcon
        self._icon.setVisible(True)
        self._icon.showMessage(title, words, icons.Critical if critical else icons.Warning)
        return True

    def show_alerts(self, level: int, count: int, theme: Theme) -> None:
        """Show the alerts that ask for attention: in the tray, and how many in the task bar.

        Args:
            level: the worst of them; 0 where there are none.
            count: how many.
            theme: whose colours the badge has.
        """
        if (level, count) == self._alerts:
            return
        self._alerts = level, count
        self._icon.setIcon(badged(self._plain, level, theme))
        if isinstance(app := QGuiApplication.instance(), QGuiApplication):
            app.setBadgeNumber(count)
        if not count:
            self._icon.setVisible(self._on)

    def bring_back(self) -> None:
        """Show the window, on top."""
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def leave(self) -> None:
        """Close the window for good."""
        self._leaving = self._leave()
        if self._leaving:
            self._icon.hide()
        else:
            self.bring_back()  # somebody is asked there

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.bring_back()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let a closed window only hide, while the tray is on."""
        if watched is self._window and event.type() == QEvent.Type.Close and self._hides(event):
            event.ignore()
            self._window.hide()
            return True
        return False

    def _hides(self, event: QEvent) -> bool:
        return self._on and not self._leaving and event.spontaneous()
