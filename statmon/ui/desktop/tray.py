"""The icon in the tray: how it stands at a glance, and the way back to a hidden window."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from statmon.ui.look.text import tr


class Tray(QObject):
    """While it is on, closing the window hides it; quitting is in the icon's menu."""

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

    def tell(self, title: str, words: str) -> None:
        """Show a notice of the desktop's, if there is a tray to show it from."""
        if self._on:
            self._icon.showMessage(title, words)

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
