"""When the file is written without being asked for: one rule for all that changes subscriptions."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from statmon.domain.workspace import Workspace
from statmon.ui.background.answers import Start
from statmon.ui.editor.document import By, Document
from statmon.ui.editor.files import Files
from statmon.ui.look.text import tr

if TYPE_CHECKING:
    import asyncio


class Writing(QObject):
    """Writes the file when subscriptions are changed, by whatever: an edit, undo or redo.

    What is unsaved besides, charts or thresholds, is nobody's to write but the user's: then the
    subscriptions wait with it, and that is said.
    """

    said = Signal(str)
    """What the user has to know until the file is saved."""

    def __init__(self, document: Document, files: Files, start: Start, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._files, self._start = document, files, start
        self._subscriptions = document.workspace.subscriptions
        self._clean = not document.modified
        """Nothing is unsaved, or only what is being written."""
        self.task: asyncio.Task[bool] | None = None
        """The last writing; nobody needs to wait for it."""
        document.changed(self._told)

    def _told(self, workspace: Workspace, by: By) -> None:
        before, self._subscriptions = self._subscriptions, workspace.subscriptions
        document, clean = self._document, self._clean
        changed = by in (By.EDIT, By.STEPS) and workspace.subscriptions is not before
        if changed and document.modified and document.path is not None:
            if self._files.laid_down:
                self.said.emit(_theirs(document.path))
            elif clean:
                self.task = self._start(self._files.save(), "save")
            else:
                self._say_why_not(document.path)
            return
        writing = self.task is not None and not self.task.done()
        goes_on = writing and by in (By.FILING, By.ARRANGEMENT)
        self._clean = not document.modified or (clean and goes_on)

    def _say_why_not(self, path: Path) -> None:
        words = tr(
            "The subscriptions changed; {file} is not written, since it has other unsaved changes: "
            "Ctrl+S writes all of them."
        )
        self.said.emit(words.format(file=path.name))


def _theirs(path: Path) -> str:
    words = tr(
        "{file} is your administrator's and is not written: what you change holds in this window. "
        "Ctrl+S saves it in a file of your own."
    )
    return words.format(file=path.name)
