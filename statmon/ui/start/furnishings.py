"""What every window has around its views: help, settings, its place among other windows."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QProcess
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from statmon.service.access import Access
from statmon.service.sign_in.tokens import as_signed_in
from statmon.storage.machine import program
from statmon.ui.alerts.telling import Telling
from statmon.ui.background.answers import Start
from statmon.ui.connect.guarded import Guarded
from statmon.ui.desktop.desktop import Desktop
from statmon.ui.desktop.updates import Updates
from statmon.ui.editor import formulas, site_hours, targets
from statmon.ui.look.text import tr
from statmon.ui.start.compose import Whole
from statmon.ui.support.menu import SupportMenu


@runtime_checkable
class Reachable(Protocol):
    """A source that is a service; a replay, for one, is none."""

    access: Access


class Furnishings:
    """Made with the window and ended with it."""

    def __init__(
        self,
        parts: Whole,
        start: Start,
        open_file: Callable[[Path], object],
    ) -> None:
        self._parts, window, source = parts, parts.window, parts.source
        say, can = parts.banner.say, parts.actions

        def access() -> Access | None:
            return source.access if isinstance(source, Reachable) else None

        def examined() -> Access | None:
            reached = access()
            if reached is None or not isinstance(source, Guarded):
                return reached
            return as_signed_in(reached, source.tokens)

        help_menu = menu_of(can.about)
        self.support = SupportMenu(
            help_menu,
            window,
            examined,
            start,
            lambda: window.theme,
            say,
        )
        self.updates = Updates(window, start, access)
        self.updates.add_to(help_menu, can.about)
        self.desktop = Desktop(window, window, start, open_file, say, self._words, self.updates)
        edits, table = menu_of(can.ruling), parts.pulse.lens.live
        self.formulas = formulas.add_to(edits, parts.document, table, window)
        self.targets = targets.add_to(
            edits, parts.document, table, parts.views.selected_rows, window
        )
        self.hours = site_hours.add_to(edits, parts.document, parts.pulse.lens, window)
        self.settings = self.desktop.add_to(menu_of(can.quitting))
        parts.page.empty.offer(tr("Look at the &demo"), self._show_demo)
        parts.pulse.second.connect(self._each_second)
        self.telling = Telling(
            parts.alerts.watch, parts.views.names, self.desktop.tray, start, window, parts.site,
            self.desktop.secrets, access,
        )  # fmt: skip
        self.telling.said.connect(say)
        parts.document.follow(self.telling)
        self.telling.take(parts.document.workspace)
        self.telling.show_wanted.connect(self._show_alerts)
        self.desktop.kept.connect(self.telling.reconsider)
        window.closing.connect(self.telling.end)
        window.closing.connect(self.desktop.end)

    def begin(self, seat: str | None) -> None:
        """Take the user's preferences up and, at an address, listen for other starts."""
        self.desktop.begin(seat)
        self.telling.begin()

    def _each_second(self) -> None:
        watch, tray = self._parts.alerts.watch, self.desktop.tray
        tray.refresh()
        tray.show_alerts(watch.worst(), watch.count(), self._parts.window.theme)
        self.telling.second()

    def _show_alerts(self, ids: list[str]) -> None:
        self.desktop.tray.bring_back()
        self._parts.show_alerts(ids)

    def _show_demo(self) -> None:
        """Open the demo in a window of its own: its contact centre is another one."""
        words = [*program.command(), "demo"]
        if not QProcess.startDetached(words[0], words[1:])[0]:
            self._parts.banner.say(tr("⚠ The demo cannot be started; try to install statmon anew."))

    def _words(self) -> str:
        status = self._parts.status
        lights = (status.connection.text, status.service.text, status.data.text)
        return "\n".join((self._parts.window.windowTitle(), *lights))


def menu_of(action: QAction) -> QMenu:
    """Return the menu that an action is in."""
    return next(found for found in action.associatedObjects() if isinstance(found, QMenu))
