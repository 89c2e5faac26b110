"""Files that macOS wants opened: there a double click is an event, not an argument."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class MacApplication(QApplication):
    """The process's QApplication on macOS; other systems need nothing of it."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._open: Callable[[Path], object] | None = None
        self._waiting: Path | None = None

    def hand_files_to(self, open_file: Callable[[Path], object] | None) -> None:
        """Have files opened by this from now on; the last that came before as well."""
        self._open = open_file
        if open_file is not None and self._waiting is not None:
            file, self._waiting = self._waiting, None
            open_file(file)

    def event(self, event: QEvent) -> bool:
        """Take the files; all else is Qt's."""
        if not isinstance(event, QFileOpenEvent):
            return super().event(event)
        file = Path(event.file())
        if self._open is None:
            self._waiting = file
        else:
            self._open(file)
        return True
