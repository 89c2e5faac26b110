"""Notices by the icon in the tray, where there is no D-Bus: a click is all that comes back."""

import sys
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import SignalInstance

from statmon.delivery.notice import SHOW, DesktopNotice


class Tray(Protocol):
    """What is asked of the icon."""

    @property
    def notice_clicked(self) -> SignalInstance:
        """Somebody clicked on the notice that is shown."""

    def tell(self, title: str, words: str, *, critical: bool) -> bool:
        """Show a notice, if this desktop has a tray to show it from; return whether it has."""


class TrayNotices:
    """Shows the newest notice; the desktop decides for how long, and whether now."""

    plays = False

    def __init__(self, tray: Tray, acted: Callable[[str, str], object]) -> None:
        """Show notices by a tray; ``acted`` is called with a notice's key and ``SHOW``."""
        self._tray, self._acted, self._key = tray, acted, ""
        tray.notice_clicked.connect(self._clicked)

    async def show(self, notice: DesktopNotice) -> None:
        """Show a notice."""
        if self._tray.tell(notice.title, notice.words, critical=notice.critical):
            self._key = notice.key

    async def withdraw(self, key: str) -> None:
        """Let a click on what may still be there do nothing: Qt cannot take it away."""
        if key == self._key:
            self._key = ""

    async def quiet(self) -> bool:
        """Return whether Windows says that nobody wants to be disturbed; others do not tell."""
        if sys.platform == "win32":
            from statmon.storage.machine import windows

            return windows.is_busy()
        return False

    async def close(self) -> None:
        """End."""
        self._tray.notice_clicked.disconnect(self._clicked)

    def _clicked(self) -> None:
        if self._key:
            self._acted(self._key, SHOW)
