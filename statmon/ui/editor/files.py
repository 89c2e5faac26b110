"""Workspaces on disk: opened, saved, kept against a crash, watched for other writers.

All of it off the loop, in threads; one thing at a time, in the order in which it was asked for.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from statmon.domain.merge import merge
from statmon.domain.workspace import Site, Workspace, WorkspaceError
from statmon.storage.user import first_workspace, recent, workspace_file
from statmon.storage.user.recovery import Recovery, Unsaved
from statmon.storage.user.workspace_file import Cancelled, Changed, Stamp
from statmon.ui.background.answers import Start
from statmon.ui.background.debounce import Debounce
from statmon.ui.background.garbage import put_off
from statmon.ui.editor import versions
from statmon.ui.editor.document import Document
from statmon.ui.editor.versions import OtherVersion
from statmon.ui.look.text import tr

_log = logging.getLogger(__name__)
_KEEP_MS = 1500
_WATCH_MS = 5000
Drafts = Callable[[Workspace], Workspace]
"""Puts what open editors hold, and nobody saved yet, into a workspace."""


class Files(QObject):
    """The document's ways to disk and back."""

    said = Signal(str)
    """A sentence for the user: what could not be done."""
    done = Signal(str)
    """A sentence for the user: what was done."""
    back = Signal(str)
    """A sentence for the user that holds until it is saved: what was unsaved is here again."""
    others_wrote = Signal(object)
    """Somebody else wrote the file (OtherVersion); the user has to decide."""
    foreign = Signal(object, object)
    """A workspace of another site was opened (path, workspace)."""
    found = Signal(object)
    """A crash left unsaved changes."""
    recent_changed = Signal(object)
    was_read = Signal(object)
    """A workspace came from a file."""

    def __init__(
        self, document: Document, start: Start, drafts: Drafts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._start, self._drafts = document, start, drafts
        self._lock = asyncio.Lock()
        self._recovery = Recovery()
        self._cancelled = threading.Event()
        self._on_purpose = self._given_up = False
        self._laid_down: Path | None = None
        self._told: tuple[Stamp | None, bool] | None = None
        """What was told of the file last, and whether there was anything to merge with it."""
        self._kept: Workspace | None = None
        self._keeping = Debounce(self._begin_keeping, _KEEP_MS, self)
        self._watching = QTimer(self)
        self._watching.setInterval(_WATCH_MS)
        self._watching.timeout.connect(self.watch)
        document.changed(lambda *_: self.keep_soon())

    def begin(self, path: Path | None, *, recover: bool = True) -> None:
        """Begin with the file that the window was opened on."""
        self._start(self._begin(path, recover), "begin with files")
        self._watching.start()

    async def _begin(self, path: Path | None, recover: bool) -> None:
        async with self._lock:
            if path is not None:
                try:
                    workspace, stamp = await self._read(path)
                    self._document.is_kept(path, stamp, workspace)
                except WorkspaceError as error:
                    self.said.emit(str(error))
            unsaved = await asyncio.to_thread(self._recovery.take) if recover else None
            await self._show_recent(path)  # before that of a file that is opened next
        if unsaved is None:
            return
        if unsaved.on_purpose and self._belongs_here(unsaved):
            await self._take(unsaved)
            self.back.emit(tr("What you kept for next time is back; Ctrl+S saves it."))
        elif self._goes_on_with(unsaved):
            await self._take(unsaved)
            self.back.emit(tr("What you had not saved yet is back; Ctrl+S keeps it in a file."))
        else:
            self.found.emit(unsaved)

    def _goes_on_with(self, unsaved: Unsaved) -> bool:
        """Whether nothing is to be asked: it never had a file, and nothing else is here."""
        here = self._document
        nothing = here.path is None and here.workspace == Workspace("", here.workspace.site)
        return nothing and unsaved.path is None and not self._is_foreign(unsaved.workspace)

    def _belongs_here(self, unsaved: Unsaved) -> bool:
        """Whether what was kept on purpose is of the workspace that the window is opened on."""
        return unsaved.path == self._document.path and not self._is_foreign(unsaved.workspace)

    @property
    def unsaved(self) -> bool:
        """Whether anything would be lost by closing now, what open editors hold included."""
        return self._unsaved() is not None

    @property
    def laid_down(self) -> bool:
        """Whether the open file is an administrator's, so that what is changed goes elsewhere."""
        return self._laid_down is not None and self._document.path == self._laid_down

    @property
    def name(self) -> str:
        """What the workspace is called."""
        path = self._document.path
        return path.name if path is not None else self._document.workspace.name or tr("untitled")

    def keep_on_purpose(self) -> None:
        """What is unsaved when the window closes was kept by its user: no crash left it."""
        self._on_purpose = True

    def give_up(self) -> None:
        """What is unsaved when the window closes is not wanted any more."""
        self._given_up = True

    def end(self) -> None:
        """The window closes: what is unsaved stays kept and is offered the next time.

        Blocks for the moment that writing it takes; the window is closed by then.
        """
        self._watching.stop()
        self._keeping.stop()
        self._cancelled.set()
        if not self.keep_now():
            self._keep_arrangement()
        self._recovery.release()

    def keep_now(self) -> bool:
        """Keep what is unsaved without waiting for a pause; return whether anything is.

        Blocks for the moment that writing it takes.
        """
        unsaved = None if self._given_up else self._unsaved()
        if unsaved is None:
            self._recovery.forget()
            return False
        self._recovery.keep(*unsaved, on_purpose=self._on_purpose)
        return True

    def _keep_arrangement(self) -> None:
        """Write how columns and boards were arranged, unless somebody else wrote the file."""
        path, stamp = self._document.path, self._document.stamp
        if path is None or stamp is None or not self._document.arranged:
            return
        try:
            workspace_file.write(path, self._document.to_keep(), over=stamp)
        except (WorkspaceError, OSError) as error:
            _log.info("the arrangement is not kept: %s", error)

    def new(self) -> None:
        """Begin an empty workspace at the same site."""
        site = Site(self._document.workspace.site.url)
        self._document.load(Workspace(tr("New workspace"), site), None, None)

    def open(self, path: Path) -> None:
        """Open a workspace file in place of what is there."""
        self._start(self._open(path), "open a workspace")

    async def _open(self, path: Path) -> None:
        async with self._lock:
            try:
                workspace, stamp = await self._read(path)
            except WorkspaceError as error:
                self.said.emit(str(error))
                return
        if self._is_foreign(workspace):
            self.foreign.emit(path, workspace)
            return
        self._document.load(workspace, path, stamp)
        await self._show_recent(path)

    async def _read(self, path: Path) -> tuple[Workspace, Stamp]:
        """Read a workspace file.

        Raises:
            WorkspaceError: it cannot be read.
        """
        with put_off():
            workspace, stamp = await asyncio.to_thread(workspace_file.read_stamped, path)
            if await asyncio.to_thread(first_workspace.is_laid_down, path):
                self._laid_down = path
            self.was_read.emit(workspace)
        return workspace, stamp

    def _is_foreign(self, workspace: Workspace) -> bool:
        """Whether it names another site than the window and than the open file."""
        url = workspace.site.url.rstrip("/")
        here = {
            item.site.url.rstrip("/")
            for item in (self._document.workspace, self._document.to_keep())
        }
        return bool(url) and "" not in here and url not in here

    def take(self, unsaved: Unsaved) -> None:
        """Take unsaved changes back."""
        self._start(self._take(unsaved), "take unsaved changes back")

    async def _take(self, unsaved: Unsaved) -> None:
        """Have them in force. What happened to their file meanwhile is noticed like any change."""
        self._document.load(unsaved.workspace, unsaved.path, unsaved.stamp)
        self._document.is_unsaved(unsaved.base)
        await self._keep()
        await asyncio.to_thread(self._recovery.settled)
        await self._watch()

    def discard(self) -> None:
        """Unsaved changes that were found are not wanted."""
        self._recovery.settled()

    async def save(self, path: Path | None = None, *, over_others: bool = False) -> bool:
        """Save under the document's own path or another one; return whether it was done.

        What cannot be done is said in a sentence, and the old file is untouched.
        """
        document = self._document
        target = path or document.path
        if target is None:
            return False
        self._cancelled.clear()
        async with self._lock:
            over = None if over_others or target != document.path else document.stamp
            moment = document.moment()
            try:
                stamp = await asyncio.to_thread(
                    lambda: workspace_file.write(
                        target, moment.workspace, over=over, cancelled=self._cancelled.is_set
                    )
                )
            except Cancelled:
                return False
            except Changed:
                self.others_wrote.emit(await self._other_version(target))
                return False
            except WorkspaceError as error:
                self.said.emit(str(error))
                return False
            except OSError as error:
                reason = error.strerror or str(error)
                self.said.emit(f"{target} {tr('cannot be written')} ({reason}); "
                               f"{tr('nothing is lost, save it elsewhere')}")  # fmt: skip
                return False
        document.is_saved(target, stamp, moment)
        await self._show_recent(target)
        return True

    def cancel(self) -> None:
        """Stop writing; the old file stays."""
        self._cancelled.set()

    def watch(self) -> None:
        """Look whether somebody else has written the file, unless it is being read or written."""
        if self._document.path is not None and not self._lock.locked():
            self._start(self._watch(), "watch the file")

    async def _watch(self) -> None:
        path, stamp = self._document.path, self._document.stamp
        if path is None or stamp is None:
            return
        async with self._lock:
            if not await asyncio.to_thread(workspace_file.changed, path, stamp):
                self._told = None
                return
            other = await self._other_version(path)
        told = other.stamp, self._document.modified
        if (other.stamp is None or told != self._told) and self._document.stamp == stamp:
            self._told = told
            self.others_wrote.emit(other)

    async def _other_version(self, path: Path) -> OtherVersion:
        document = self._document
        mine, base = document.to_keep(), document.base
        return await asyncio.to_thread(
            versions.look, path, base or mine, mine if document.modified else None
        )

    def _is_open(self, other: OtherVersion) -> bool:
        """Whether it is of the file that is open; else say so: mine may be of another by now."""
        if other.path == self._document.path:
            return True
        self.said.emit(f"{other.path.name} {tr('is not open any more: nothing was changed')}")
        return False

    def merge(self, other: OtherVersion) -> None:
        """Have in force and on disk what both of us wanted."""
        self._start(self._merge(other), "merge")

    async def _merge(self, other: OtherVersion) -> None:
        if other.workspace is None or other.stamp is None:
            return
        document = self._document
        base = document.base or other.workspace
        while self._is_open(other):
            mine = document.to_keep()
            merged = await asyncio.to_thread(merge, base, mine, other.workspace)
            if document.to_keep() == mine:
                break  # or something was changed in the window meanwhile
        else:
            return
        words = tr("merge {name}").format(name=other.path.name)
        document.take_in(words, merged.result, other.stamp, other.workspace)
        tell = self.said if merged.conflicts else self.done
        tell.emit(versions.merged_in_words(merged.conflicts))
        await self.save()

    def take_theirs(self, other: OtherVersion) -> None:
        """Have the other version in force; mine is one step back."""
        if other.workspace is None or other.stamp is None or not self._is_open(other):
            return
        if self._is_foreign(other.workspace):
            self.foreign.emit(other.path, other.workspace)
            return
        words = tr("take the other version of {name}").format(name=other.path.name)
        self._document.take_in(words, other.workspace, other.stamp, other.workspace)

    def keep_mine(self, other: OtherVersion) -> None:
        """Write mine over the other version; that one is one step back."""
        if not self._is_open(other):
            return
        if other.workspace is not None and other.stamp is not None:
            words = tr("the other version of {name}").format(name=other.path.name)
            self._document.pass_over(words, other.stamp, other.workspace)
        self._start(self.save(over_others=other.workspace is None), "save")

    async def _show_recent(self, path: Path | None) -> None:
        def look() -> list[Path]:
            if path is not None:
                recent.remember(path)
            return recent.paths()

        self.recent_changed.emit(await asyncio.to_thread(look))

    def forget_recent(self) -> None:
        """Forget the files that were opened last."""

        async def forget() -> None:
            await asyncio.to_thread(recent.forget)
            self.recent_changed.emit([])

        self._start(forget(), "forget recent files")

    def keep_soon(self) -> None:
        """Something unsaved was changed: keep it when there is a pause."""
        self._keeping.ask()

    def _begin_keeping(self) -> None:
        self._start(self._keep(), "keep unsaved changes")

    async def _keep(self) -> None:
        """Write what is unsaved where a crash leaves it."""
        async with self._lock:
            unsaved = self._unsaved()
            if unsaved is None:
                await asyncio.to_thread(self._recovery.forget)
            elif unsaved[0] != self._kept:
                self._kept = unsaved[0]
                await asyncio.to_thread(self._recovery.keep, *unsaved)

    def _unsaved(self) -> tuple[Workspace, Path | None, Workspace | None, Stamp | None] | None:
        """Return what a crash would cost now, what open editors hold included; None if nothing."""
        document = self._document
        kept = document.to_keep()
        whole = self._drafts(kept)
        if whole is kept and not document.modified:
            return None
        return whole, document.path, document.base, document.stamp
