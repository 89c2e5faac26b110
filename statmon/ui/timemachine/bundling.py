"""Saves the instant that is shown as a bundle: asks how much and where, works in another thread."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from statmon.domain.workspace import Workspace
from statmon.history import History
from statmon.storage.user import bundle, kinds
from statmon.storage.user.bundle import Slice
from statmon.ui.background.futures import Courier
from statmon.ui.chart.ticks import local
from statmon.ui.look.text import tr
from statmon.ui.widgets.file_dialog import ask_for_file

_MINUTE = 60_000
_MINUTES, _MOST_MINUTES = 30, 7 * 24 * 60


class Bundling(QObject):
    """What "Save as bundle" does."""

    said = Signal(str)
    """A sentence for the user: it is written, or why not."""

    def __init__(
        self, window: QWidget, history: History, workspace: Callable[[], Workspace]
    ) -> None:
        super().__init__(window)
        self._window, self._history, self._workspace = window, history, workspace
        self._courier = Courier(self)

    def ask(self, instant: int) -> None:
        """Ask how much around an instant is to be in it, and where to put it."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(tr("Save as bundle"))
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setLabelText(tr("Minutes to include before and after the instant"))
        dialog.setIntRange(1, _MOST_MINUTES)
        dialog.setIntValue(_MINUTES)
        dialog.intValueSelected.connect(lambda minutes: self._ask_file(instant, minutes))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_file(self, instant: int, minutes: int) -> None:
        around = Slice(instant - minutes * _MINUTE, instant + minutes * _MINUTE, instant)
        ask_for_file(
            self._window,
            tr("Save as bundle"),
            (f"{tr('Bundle')} (*{kinds.BUNDLE})",),
            lambda path: self.write(path, around),
            saves=True,
            name=f"statmon-{local(instant / 1000):%Y-%m-%d-%H%M}{kinds.BUNDLE}",
            suffix=kinds.BUNDLE.removeprefix("."),
        )

    def write(self, path: Path, part: Slice) -> None:
        """Write a bundle in another thread, and say how that went."""
        workspace, history = self._workspace(), self._history

        def work() -> str:
            try:
                bundle.write(path, workspace, history, part)
            except OSError as error:
                return f"{tr('could not write')} {path}: {error.strerror or error}"
            return f"{tr('The bundle is in')} {path}"

        self._courier.work(work, self.said.emit)
