"""Saves and copies what a chart shows: asks where, writes in another thread, says if it failed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from statmon.domain.cells import as_text
from statmon.storage.machine.files import write_bytes
from statmon.ui.background.futures import Courier
from statmon.ui.chart import export
from statmon.ui.chart.factory import AnyChart
from statmon.ui.look.text import tr
from statmon.ui.widgets.copying import for_spreadsheets, to_clipboard
from statmon.ui.widgets.file_dialog import ask_for_file

_MAKERS: dict[str, Callable[[AnyChart], bytes]] = {
    "png": export.png,
    "svg": export.svg,
    "csv": lambda chart: as_text(export.values(chart), for_spreadsheets()).encode(),
}


class Saving(QObject):
    """What the export menu does."""

    failed = Signal(str)
    """A sentence for the user."""
    saved = Signal(str)
    """The file that was written."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._courier = Courier(self)

    def do(self, kind: str, chart: AnyChart) -> None:
        """Copy, or ask for a file and save: ``copy``, ``copy-csv``, ``png``, ``svg``, ``csv``."""
        if kind == "copy":
            QApplication.clipboard().setPixmap(chart.grab())
        elif kind == "copy-csv":
            to_clipboard(export.values(chart))
        else:
            self._ask(kind, chart)

    def _ask(self, kind: str, chart: AnyChart) -> None:
        # What is shown now is saved, however long the user takes to find a place for it.
        content = _MAKERS[kind](chart)
        ask_for_file(
            self._parent,
            tr("Export what is shown"),
            (f"{kind.upper()} (*.{kind})",),
            lambda path: self.write(path, content),
            saves=True,
            name=f"{_file_name(chart.spec.title)}.{kind}",
            suffix=kind,
        )

    def write(self, path: Path, content: bytes) -> None:
        """Write a file in another thread."""

        def work() -> str:
            try:
                write_bytes(path, content)
            except OSError as error:
                return f"{tr('could not write')} {path}: {error.strerror or error}"
            return ""

        self._courier.work(work, lambda words: self._written(path, words))

    def _written(self, path: Path, words: str) -> None:
        if words:
            self.failed.emit(words)
        else:
            self.saved.emit(str(path))


def _file_name(title: str) -> str:
    kept = "".join(char if char.isalnum() or char in " -_" else "_" for char in title)
    return kept.strip()[:60] or "chart"
