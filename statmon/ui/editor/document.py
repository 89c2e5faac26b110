"""The workspace of the window: what it is, where it is kept, what can be undone."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from statmon.domain.editing import Steps
from statmon.domain.workspace import Site, Workspace
from statmon.storage.workspace_file import Stamp
from statmon.ui.source import Source
from statmon.ui.text import tr


class Document(QObject):
    """Knows nothing of disks: ``Files`` reads and writes.

    The source holds the workspace that is in force. Whoever in the window changes it there
    (labels, charts, boards, alerts) is noticed by ``notice`` and can be undone like the rest.
    """

    changed = Signal()
    """The workspace, its file, or whether it is saved."""
    put = Signal(object)
    """The workspace was changed here, not elsewhere in the window: others have to show it."""
    loaded = Signal()
    """Another workspace took the place of the one before."""

    def __init__(self, source: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._applied = source.workspace
        self._steps = Steps(source.workspace)
        self._saved: Workspace | None = source.workspace
        self.path: Path | None = None
        self.stamp: Stamp | None = None
        self.base: Workspace | None = None
        """What the file held when it was read or written last; None without a file."""
        self._site: tuple[str, Site] | None = None
        self.arranged = False
        """Views were arranged since the file was written: nothing to be asked about."""

    @property
    def workspace(self) -> Workspace:
        """The workspace as it is now."""
        return self._steps.state

    @property
    def modified(self) -> bool:
        """Whether it differs from what its file holds."""
        return self._saved is not self._steps.state

    @property
    def undoable(self) -> str:
        """What undo takes back; empty if there is nothing."""
        return self._steps.undoable

    @property
    def redoable(self) -> str:
        """What redo does again; empty if there is nothing."""
        return self._steps.redoable

    def edit(self, words: str, workspace: Workspace) -> None:
        """Change the workspace and have it in force at once."""
        self._steps.do(words, workspace)
        self._apply()

    def undo(self) -> None:
        """Take the last change back."""
        self._steps.undo()
        self._apply()

    def redo(self) -> None:
        """Do it again."""
        self._steps.redo()
        self._apply()

    def notice(self) -> None:
        """Take in what somebody else in the window changed at the source.

        How views are arranged is no step to undo and nothing to save on purpose.
        """
        now, before = self._source.workspace, self._applied
        if now is before:
            return
        self._applied = now
        if replace(now, views=before.views) == before:
            saved = not self.modified
            self._steps.amend(now)
            self.arranged = True
            if saved:
                self._saved = now
        else:
            self._steps.do(tr("change in the window"), now)
        self.changed.emit()

    def load(self, workspace: Workspace, path: Path | None, stamp: Stamp | None) -> None:
        """Have another workspace in force: one that was read from a file, or a new one."""
        self._steps = Steps(workspace)
        self._apply()
        self.is_kept(path, stamp, workspace)
        self.loaded.emit()

    def take_in(self, words: str, workspace: Workspace, stamp: Stamp, kept: Workspace) -> None:
        """Have in force what came of another version of the open file, as a step like any other.

        Args:
            words: what was done.
            workspace: what is in force from now on.
            stamp: of the file as it is.
            kept: what the file holds.
        """
        self.notice()
        self._steps.do(words, workspace)
        self.stamp, self.base = stamp, kept
        if workspace == kept:
            self._saved = self._steps.state
        self._apply()

    def pass_over(self, words: str, stamp: Stamp, kept: Workspace) -> None:
        """Keep mine; the other version of the open file is one step back."""
        self.notice()
        mine = self._steps.state
        self._steps.do(words, kept)
        self._steps.do(tr("keep mine"), mine)
        self.stamp, self.base = stamp, kept
        self.changed.emit()

    def is_kept(self, path: Path | None, stamp: Stamp | None, workspace: Workspace) -> None:
        """The file holds this workspace; it may have been changed since."""
        if path is not None:
            # The window may look at another service than the file names: the file keeps its own.
            self._site = (self._source.workspace.site.url, workspace.site)
        self.path, self.stamp = path, stamp
        self.base = None if path is None else workspace
        self._saved = self._steps.state
        self.changed.emit()

    def is_unsaved(self, base: Workspace | None = None) -> None:
        """What is in force was never kept, as after a crash; ``base`` is what the file held."""
        self._saved, self.base = None, base
        self.changed.emit()

    def to_keep(self) -> Workspace:
        """Return what is to be written: under the file's own URL, wherever the window looks."""
        workspace = self.workspace
        if self._site is not None and workspace.site.url == self._site[0]:
            return workspace.at(self._site[1].url)
        return workspace

    def is_saved(self, path: Path, stamp: Stamp, state: Workspace, kept: Workspace) -> None:
        """The file holds what the workspace was when saving began, as it was ``kept``."""
        self.path, self.stamp, self._saved, self.base = path, stamp, state, kept
        self.arranged = False
        self.changed.emit()

    def named(self, name: str) -> Workspace:
        """Return the workspace under a name, unless it has one."""
        return self.workspace if self.workspace.name else replace(self.workspace, name=name)

    def _apply(self) -> None:
        self._source.apply(self._steps.state)
        self._applied = self._source.workspace
        self.put.emit(self._applied)
        self.changed.emit()
