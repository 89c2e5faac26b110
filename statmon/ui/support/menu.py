"""What the Help menu has for help desks: check, log, bundle.

What they need is imported when one of them is chosen: no start waits for it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from statmon.service.access import Access
from statmon.service.wire.masking import masked
from statmon.storage.machine import logs
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.file_dialog import ask_for_file

if TYPE_CHECKING:
    from statmon.support.finding import Finding
    from statmon.ui.background.answers import Start
    from statmon.ui.support.doctor_dialog import DoctorDialog
    from statmon.ui.support.log_dialog import LogDialog

_LOG_SHOWN: Final = 1_000_000
"""Bytes of the log's end that are shown."""


class SupportMenu:
    """Adds its actions at the top of the Help menu."""

    def __init__(
        self,
        menu: QMenu,
        window: QWidget,
        access: Callable[[], Access | None],
        start: "Start",
        theme: Callable[[], Theme],
        say: Callable[[str], object],
    ) -> None:
        """Add the actions.

        Args:
            menu: the Help menu.
            window: whose dialogs these are.
            access: how the service is reached now; None where there is none.
            start: starts work in the loop.
            theme: the theme of now.
            say: tells the user a sentence.
        """
        self._window, self._access = window, access
        self._start, self._theme, self._say = start, theme, say
        first = menu.actions()[0] if menu.actions() else None
        self.checking = self._add(menu, first, tr("&Check this installation…"), self.check)
        self.reading = self._add(menu, first, tr("&Log…"), self.read)
        self.bundling = self._add(menu, first, tr("&Save a support bundle…"), self.bundle)
        if first is not None:
            menu.insertSeparator(first)

    def _add(
        self, menu: QMenu, before: QAction | None, text: str, do: Callable[[], object]
    ) -> QAction:
        action = QAction(text, menu)
        action.triggered.connect(lambda _checked=False: do())
        menu.insertAction(before, action) if before is not None else menu.addAction(action)
        return action

    def check(self) -> "DoctorDialog":
        """Open the doctor."""
        from statmon.ui.support.doctor_dialog import DoctorDialog

        dialog = DoctorDialog(self._examine, self._start, self._theme(), self._window)
        dialog.open()
        return dialog

    def read(self) -> "LogDialog":
        """Open the log."""
        from statmon.ui.support.log_dialog import LogDialog

        dialog = LogDialog(_log, self._start, self._window)
        dialog.open()
        return dialog

    def bundle(self) -> QFileDialog:
        """Ask where the bundle goes, then write it."""
        from statmon.support import bundle

        return ask_for_file(
            self._window,
            tr("Save a support bundle"),
            (tr("Archive (*.zip)"),),
            self.write_bundle,
            saves=True,
            name=bundle.suggested_name(),
            suffix="zip",
        )

    def write_bundle(self, target: Path) -> None:
        """Write the bundle; what is found and what is logged, secrets masked."""
        self._start(self._write(target), "support bundle")

    async def _write(self, target: Path) -> None:
        from statmon.support import bundle

        findings = [finding async for finding in self._examine()]
        access = self._access()
        paths = [] if access is None else bundle.key_files(access)
        try:
            await asyncio.to_thread(bundle.write, target, findings, paths)
        except OSError as error:
            words = tr("cannot be written")
            self._say(f"⚠ {target} {words} ({error.strerror}); {tr('choose another folder')}")
            return
        self._say(f"{tr('The support bundle is in')} {target}")

    def _examine(self) -> "AsyncIterator[Finding]":
        from statmon.support import doctor
        from statmon.ui.support import fitness

        return doctor.examine(self._access(), fitness.findings)


def _log() -> str:
    """Return the end of the newest log, masked once more; nothing where nothing was logged yet."""
    from statmon.support import bundle

    path = logs.folder() / "statmon.log"
    return masked(bundle.tail(path, _LOG_SHOWN)) if path.exists() else ""
