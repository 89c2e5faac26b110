"""Says that another version was installed while this one is open, before it meets missing parts."""

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from statmon.storage.machine.program import Installed
from statmon.ui.background.debounce import Debounce
from statmon.ui.look.text import tr

_SETTLED_MS = 2000
"""A packager takes a moment between removing a file and putting the next one there."""


def sentence() -> str:
    """Return what to say of it."""
    return tr(
        "Another version of statmon was installed while this one was open: close statmon and "
        "start it again. Your workspace and history stay as they are."
    )


class Replaced(QObject):
    """Watches the program's own file; the system wakes it, nothing is polled."""

    found = Signal(str)
    """A sentence, once."""

    def __init__(self, installed: Installed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installed = installed
        self._settled = Debounce(self._look, _SETTLED_MS, self)
        file = installed.file
        self._watcher = QFileSystemWatcher([str(file), str(file.parent)], self)
        self._watcher.fileChanged.connect(self._heard)
        self._watcher.directoryChanged.connect(self._heard)

    def _heard(self, _path: str) -> None:
        # Not put off each time: where Qt has to poll, it tells of a missing file for ever.
        self._settled.ask_once()

    def _look(self) -> None:
        if self._installed.replaced:
            self._watcher.removePaths(self._watcher.files() + self._watcher.directories())
            self.found.emit(sentence())
