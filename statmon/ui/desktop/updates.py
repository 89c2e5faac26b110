"""The notice of a newer statmon: quiet, in the status bar; what it says is in a dialog."""

import asyncio
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from statmon.service.access import Access
from statmon.storage.user import preferences
from statmon.ui.background.answers import Answers, Start
from statmon.ui.desktop.updates_dialog import UpdatesDialog
from statmon.ui.look.text import tr
from statmon.ui.widgets.buttons import small_button
from statmon.updates.check import Standing, UpdateCheck

FIRST_AFTER: Final = 60.0
"""Seconds from the start to the first question: the floor comes first."""
_LOOK_EVERY: Final = 3600.0
"""Seconds after which to look at the clock again: a computer that slept has a later one."""


class Updates(QObject):
    """Asks once a day while the user wants that; asks at once when the user says so."""

    def __init__(
        self,
        window: QMainWindow,
        start: Start,
        way: Callable[[], Access | None],
        check: UpdateCheck | None = None,
    ) -> None:
        """Be quiet until ``begin``.

        Args:
            window: whose status bar shows the notice.
            start: starts work in the loop.
            way: the site of now, whose proxy and authorities are used.
            check: who asks.
        """
        super().__init__(window)
        self._window, self._start, self._way = window, start, way
        self._check = check or UpdateCheck()
        self._changed = asyncio.Event()
        self.notice = small_button("", self.show)
        self.notice.setParent(window)
        self.notice.setAutoRaise(True)
        self.notice.hide()
        window.statusBar().addPermanentWidget(self.notice)

    def begin(self, first_after: float = FIRST_AFTER) -> None:
        """Show what is known already, and ask when it is time, while the window lives."""
        self._start(self._watch(first_after), "updates")

    def reconsider(self) -> None:
        """The user's wish may have changed: look at it now."""
        self._changed.set()

    def add_to(self, menu: QMenu, before: QAction) -> QAction:
        """Add the dialog to a menu; return the action."""
        action = QAction(tr("&Updates…"), menu)
        action.triggered.connect(lambda _checked=False: self.show())
        menu.insertAction(before, action)
        return action

    def show(self) -> None:
        """Open the dialog."""
        self._start(self._open(), "updates")

    async def _watch(self, first_after: float) -> None:
        loop = asyncio.get_running_loop()
        earliest = loop.time() + first_after
        while True:
            self._changed.clear()
            wanted, standing, now = await asyncio.to_thread(self._look)
            if wanted and not standing.place.barred:
                self._tell(standing)
                wait = max(standing.due - now, earliest - loop.time())
                if wait <= 0:
                    self._tell(await self._check.ask(self._way()))
                    continue
                await self._sleep(min(wait, _LOOK_EVERY))
            else:
                self.notice.hide()
                await self._changed.wait()

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _look(self) -> tuple[bool, Standing, float]:
        return preferences.load().updates, self._check.standing(), self._check.now

    def _tell(self, standing: Standing) -> None:
        release = standing.release
        if release is not None:
            words = f"statmon {release.version} {tr('is available')}"
            self.notice.setText(words)
            self.notice.setAccessibleName(words)
        self.notice.setVisible(release is not None)

    async def _open(self) -> None:
        wanted, standing, _ = await asyncio.to_thread(self._look)
        dialog = UpdatesDialog(standing, wanted=wanted, parent=self._window)
        answers = Answers(dialog, self._start)
        dialog.asked.connect(lambda: answers.ask(self._ask_anew, "updates", dialog.show_standing))
        dialog.open()

    async def _ask_anew(self) -> Standing:
        await self._check.ask(self._way())
        wanted, standing, _ = await asyncio.to_thread(self._look)
        if wanted:
            self._tell(standing)
        return standing
