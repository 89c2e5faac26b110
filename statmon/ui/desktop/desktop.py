"""The window among others: settings, tray, second starts, the session's end."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication, QSessionManager
from PySide6.QtWidgets import QMainWindow, QMenu

from statmon.storage.machine import autostart
from statmon.storage.machine.appearance import Appearance
from statmon.storage.user import alert_delivery, history_rules, preferences, settings
from statmon.storage.user.secrets import background
from statmon.storage.user.webhook_secret import WebhookSecrets
from statmon.ui.background.answers import Start
from statmon.ui.desktop.double_clicks import MacApplication
from statmon.ui.desktop.tray import Tray
from statmon.ui.desktop.updates import Updates
from statmon.ui.look.text import tr

if TYPE_CHECKING:
    from statmon.ui.desktop.preferences_dialog import Choices
    from statmon.ui.desktop.second_starts import InstanceServer

_log = logging.getLogger(__name__)


class Face(Protocol):
    """What is asked of the window besides being one."""

    def set_look(self, look: Appearance) -> None:
        """Show it light, dark, or as the desktop has it."""

    def quit(self) -> bool:
        """Close it as a person wants it; return whether that is done at once."""


class Desktop(QObject):
    """Made once a window; ends with it."""

    kept = Signal()
    """The settings that were chosen are kept."""
    last_call = Signal()
    """The session may end: what is not kept yet has to be kept now."""

    def __init__(
        self,
        window: QMainWindow,
        face: Face,
        start: Start,
        open_file: Callable[[Path], object],
        say: Callable[[str], object],
        words: Callable[[], str],
        updates: Updates,
    ) -> None:
        """Find the window its place.

        Args:
            window: the window.
            face: how it is made light or dark.
            start: starts work in the loop.
            open_file: opens a workspace that another start was asked for.
            say: tells the user a sentence.
            words: how connection, service and data stand, for the tray.
            updates: asks for newer versions, if the user wants that.
        """
        super().__init__(window)
        self._window, self._face, self._start = window, face, start
        self._open_file, self._say, self._updates = open_file, say, updates
        self.secrets = WebhookSecrets()
        """Those that sign alerts: in memory where there is no keyring, so for all that use them."""
        self._server: InstanceServer | None = None
        self.tray = Tray(window, window.windowIcon(), words, face.quit)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.commitDataRequest.connect(self.session_may_end)

    def begin(self, address: str | None) -> None:
        """Take the user's preferences up and, at an address, listen for other starts."""
        self.tray.switch(on=preferences.load().tray)
        self._updates.begin()
        if address is not None:
            from statmon.ui.desktop.second_starts import InstanceServer  # and with it Qt's network

            self._server = InstanceServer(address, self)
            self._server.started_again.connect(self._started_again)
        app = QGuiApplication.instance()
        if isinstance(app, MacApplication):
            app.hand_files_to(self._started_again)

    def end(self) -> None:
        """The window is closed."""
        if self._server is not None:
            self._server.stop()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.commitDataRequest.disconnect(self.session_may_end)
        if isinstance(app, MacApplication):
            app.hand_files_to(None)

    def add_to(self, menu: QMenu) -> QAction:
        """Add the settings dialog to a menu, above its last entry; return the action."""
        action = QAction(tr("Se&ttings…"), menu)
        action.setMenuRole(QAction.MenuRole.PreferencesRole)
        action.setShortcut("Ctrl+,")
        action.triggered.connect(lambda _checked=False: self.ask())
        last = menu.actions()[-1] if menu.actions() else None
        menu.insertAction(last, action) if last is not None else menu.addAction(action)
        return action

    def ask(self) -> None:
        """Open the settings dialog."""
        self._start(self._ask(), "settings")

    async def _ask(self) -> None:
        from statmon.ui.desktop.preferences_dialog import Choices, PreferencesDialog
        from statmon.updates import release_source

        choices, allowed, announced, told = await asyncio.to_thread(
            lambda: (
                Choices(
                    preferences.load(), autostart.is_on(), history_rules.wished(),
                    alert_delivery.wishes(),
                ),
                history_rules.load(),
                release_source.find(),
                alert_delivery.load(),
            )
        )  # fmt: skip
        webhook = told.delivery.webhook
        has_secret = bool(webhook) and bool(
            await asyncio.wrap_future(background(lambda: self.secrets.of(webhook)))
        )
        dialog = PreferencesDialog(
            choices,
            has_tray=Tray.there_is_one(),
            kept_in=str(settings.path()),
            parent=self._window,
            allowed=allowed,
            updates=announced,
            told=told,
            has_secret=has_secret,
        )
        dialog.chosen.connect(lambda chosen: self.use(chosen, choices.autostart))
        dialog.open()

    def use(self, choices: "Choices", started: bool) -> None:
        """Put choices in force and keep them."""
        self._face.set_look(choices.preferences.look)
        self.tray.switch(on=choices.preferences.tray)
        self._start(self._keep(choices, started), "keep settings")

    async def _keep(self, choices: "Choices", started: bool) -> None:
        await asyncio.to_thread(preferences.save, choices.preferences)
        await asyncio.to_thread(history_rules.keep, choices.history)
        await asyncio.to_thread(alert_delivery.keep, choices.alerts)
        await self._keep_secret(choices.webhook_secret)
        self._updates.reconsider()
        self.kept.emit()
        if choices.autostart == started:
            return
        try:
            await asyncio.to_thread(lambda: autostart.switch(on=choices.autostart))
        except OSError as error:
            words = tr("Starting with the session could not be changed")
            self._say(f"⚠ {words} ({error.strerror or error})")

    async def _keep_secret(self, secret: str) -> None:
        """Keep a new secret for the webhook that holds, the policy's perhaps."""
        if not secret:
            return
        told = await asyncio.to_thread(alert_delivery.load)
        kept = background(lambda: self.secrets.keep(told.delivery.webhook, secret))
        if not await asyncio.wrap_future(kept):
            self._say(
                tr("⚠ The secret of the webhook is kept until statmon ends: there is no keyring.")
            )

    def _started_again(self, file: Path | None) -> None:
        self.tray.bring_back()
        if file is not None:
            self._open_file(file)

    def session_may_end(self, _: QSessionManager | None = None) -> None:
        """Keep everything, without a question, and stay: others may still call the end off.

        When it comes, Qt leaves its loop, and the window closes as on Quit (``ui.start.loop``).
        """
        _log.info("the session may end")
        self.last_call.emit()
