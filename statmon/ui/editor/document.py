"""The workspace in the window: what it is, where it is kept, what can be undone. No Qt, no disk."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from statmon.domain import editing
from statmon.domain.editing import Change, Steps
from statmon.domain.workspace import Workspace
from statmon.ui.look.text import tr

if TYPE_CHECKING:
    from statmon.storage.user.workspace_file import Stamp
    from statmon.ui.data.source import Engine

_OPENED = 0
"""The number of the step that was opened."""


class By(Enum):
    """What made the document another one."""

    EDIT = auto()
    """A part of the window, for the user."""
    ARRANGEMENT = auto()
    """Views look otherwise: no step, and nothing to save on purpose."""
    STEPS = auto()
    """Undo or redo."""
    OPENING = auto()
    """Another workspace took the place."""
    OTHERS = auto()
    """Somebody else's version of the file was taken, or merged."""
    FILING = auto()
    """The workspace is the same; its file is another, or holds it now."""


class Part(Protocol):
    """What shows the workspace, or a part of it."""

    def take(self, workspace: Workspace) -> None:
        """Show it. What it holds is compared by identity with what was taken last."""


Told = Callable[[Workspace, By], object]


@dataclass(frozen=True, slots=True)
class Moment:
    """The document as it was when saving began."""

    steps: Steps[Workspace]
    number: int
    workspace: Workspace
    """As it is to be written."""


class Document:
    """The one owner of the window's workspace, and the only one that tells the engine of it.

    Parts change it by ``edit`` and hear of every change by their ``take``; nobody asks it whether
    it has changed. What a part edits while parts are told waits until all have heard. ``Files``
    reads and writes.
    """

    def __init__(self, engine: "Engine") -> None:
        self._engine, self._url = engine, engine.workspace.site.url
        self._steps = Steps(engine.workspace)
        self._saved: int | None = _OPENED
        self._file_url: str | None = None
        """Under which URL the file has the site: the window may look at it under another."""
        self._filed_views = engine.workspace.views
        self.path: Path | None = None
        self.stamp: Stamp | None = None
        self.base: Workspace | None = None
        """What the file held when it was read or written last; None without a file."""
        self._parts: list[Part] = []
        self._listeners: list[Told] = []
        self._work: deque[Callable[[], By | None]] = deque()
        self._telling = False

    @property
    def workspace(self) -> Workspace:
        """The workspace as it is now."""
        return self._steps.state

    @property
    def modified(self) -> bool:
        """Whether something was changed since the file was read or written."""
        return self._saved != self._steps.number

    @property
    def arranged(self) -> bool:
        """Whether views were arranged since then: nothing to be asked about."""
        return self.workspace.views is not self._filed_views

    @property
    def undoable(self) -> str:
        """What undo takes back; empty if there is nothing."""
        return self._steps.undoable

    @property
    def redoable(self) -> str:
        """What redo does again; empty if there is nothing."""
        return self._steps.redoable

    # Who hears of it.

    def follow(self, *parts: Part) -> None:
        """Let parts take the workspace whenever it is another, in the order in which they came."""
        self._parts.extend(parts)

    def unfollow(self, part: Part) -> None:
        """Let a part take it no more."""
        self._parts.remove(part)

    def changed(self, told: Told) -> None:
        """Call ``told(workspace, by)`` after every change, when all parts have taken it."""
        self._listeners.append(told)

    # What is done to it.

    def edit(self, words: str, change: Change) -> None:
        """Change the workspace, as a step that can be undone, and have it in force at once.

        Args:
            words: what is done, as it follows "Undo".
            change: makes the new workspace from the one of now; the same one if there is none.
        """

        def do() -> By | None:
            before = self.workspace
            changed = change(before)
            if changed is not before:
                self._steps.do(words, changed.at(self._url))
            return None if self.workspace is before else By.EDIT

        self._do(do)

    def arrange(self, change: Change) -> None:
        """Change how views look. Undo leaves that alone: it holds for all steps."""

        def do() -> By | None:
            before = self.workspace.views
            views = change(self.workspace).views
            if views == before:
                return None
            self._steps.each(lambda state: editing.arranged(state, before, views))
            return By.ARRANGEMENT

        self._do(do)

    def undo(self) -> None:
        """Take the last step back."""
        self._go(Steps.undo)

    def redo(self) -> None:
        """Do it again."""
        self._go(Steps.redo)

    def _go(self, step: Callable[[Steps[Workspace]], Workspace]) -> None:
        def do() -> By | None:
            before = self.workspace
            return None if step(self._steps) is before else By.STEPS

        self._do(do)

    def load(self, workspace: Workspace, path: Path | None, stamp: "Stamp | None") -> None:
        """Have another workspace in force: one that was read from a file, or a new one."""

        def do() -> By | None:
            self._steps = Steps(workspace.at(self._url))
            self._keep(path, stamp, workspace)
            return By.OPENING

        self._do(do)

    def take_in(self, words: str, workspace: Workspace, stamp: "Stamp", kept: Workspace) -> None:
        """Have in force what came of another version of the open file, as a step like any other.

        Args:
            words: what was done.
            workspace: what is in force from now on.
            stamp: of the file as it is.
            kept: what the file holds.
        """

        def do() -> By | None:
            self._steps.do(words, workspace.at(self._url))
            self.stamp, self.base = stamp, kept
            if workspace == kept:
                self._saved = self._steps.number
            return By.OTHERS

        self._do(do)

    def pass_over(self, words: str, stamp: "Stamp", kept: Workspace) -> None:
        """Keep mine; the other version of the open file is one step back."""
        mine = self.workspace
        self._steps.do(words, kept.at(self._url))
        self._steps.do(tr("keep mine"), mine)
        self.stamp, self.base = stamp, kept
        self._do(lambda: By.FILING)

    # Its file.

    def is_kept(self, path: Path | None, stamp: "Stamp | None", workspace: Workspace) -> None:
        """What was opened is what a file holds; it may have been changed since."""
        self._keep(path, stamp, workspace)
        self._do(lambda: By.FILING)

    def _keep(self, path: Path | None, stamp: "Stamp | None", workspace: Workspace) -> None:
        if path is not None:
            self._file_url = workspace.site.url
        self.path, self.stamp = path, stamp
        self.base = None if path is None else workspace
        self._saved, self._filed_views = _OPENED, workspace.views

    def is_unsaved(self, base: Workspace | None = None) -> None:
        """What is in force was never kept, as after a crash; ``base`` is what the file held."""
        self._saved, self.base = None, base
        self._do(lambda: By.FILING)

    def to_keep(self) -> Workspace:
        """Return what is to be written: under the file's own URL, wherever the window looks."""
        workspace = self.workspace
        return workspace if self._file_url is None else workspace.at(self._file_url)

    def moment(self) -> Moment:
        """Return what saving has to write, and is to be told to ``is_saved``."""
        return Moment(self._steps, self._steps.number, self.to_keep())

    def is_saved(self, path: Path, stamp: "Stamp", moment: Moment) -> None:
        """A file holds the document as it was at a moment; what was edited since is not saved.

        If another workspace was opened meanwhile, the file is not its file.
        """
        if moment.steps is not self._steps:
            return
        self.path, self.stamp, self.base = path, stamp, moment.workspace
        self._saved, self._filed_views = moment.number, moment.workspace.views
        self._do(lambda: By.FILING)

    # Telling.

    def _do(self, work: Callable[[], By | None]) -> None:
        self._work.append(work)
        if self._telling:
            return
        self._telling = True
        try:
            while self._work:
                if (by := self._work.popleft()()) is not None:
                    self._tell(by)
        finally:
            self._telling = False

    def _tell(self, by: By) -> None:
        """Have it in force and let everybody know, also when one of them fails."""
        workspace, failed = self.workspace, list[Exception]()
        if by is not By.FILING:
            self._engine.apply(workspace)
        takes = [] if by is By.FILING else [part.take for part in self._parts]
        hearing: list[Callable[[], object]] = [partial(take, workspace) for take in takes]
        hearing += [partial(told, workspace, by) for told in self._listeners]
        for hear in hearing:
            try:
                hear()
            except Exception as error:  # noqa: BLE001 - raised below, when all have heard
                failed.append(error)
        if failed:
            raise ExceptionGroup(tr("not every part of the window shows the workspace"), failed)
