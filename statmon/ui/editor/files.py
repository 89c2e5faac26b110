"""Workspaces on disk: opened, saved, kept against a crash, watched for other writers.

All of it off the loop, in threads; one thing at a time, in the order in which it was asked for.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from statmon.domain.difference import difference
from statmon.domain.workspace import Site, Workspace, WorkspaceError
from statmon.storage import recent, workspace_file
from statmon.storage.recovery import Recovery, Unsaved
from statmon.storage.workspace_file import Cancelled, Changed
from statmon.ui.editor.document import Document
from statmon.ui.editor.parts import Debounce
from statmon.ui.editor.preview import Start
from statmon.ui.text import tr

_log = logging.getLogger(__name__)
_KEEP_MS = 1500
_WATCH_MS = 5000
_DIFFERENCES = 4
"""Differences that a notice names."""


class Files(QObject):
    """The document's ways to disk and back."""

    said = Signal(str)
    """A sentence for the user: what could not be done."""
    overwrite_wanted = Signal(object, str)
    """Somebody else wrote the file (path, what is different there); the user has to decide."""
    foreign = Signal(object, object)
    """A workspace of another site was opened (path, workspace)."""
    found = Signal(object)
    """A crash left unsaved changes."""
    recent_changed = Signal(object)

    def __init__(self, document: Document, start: Start, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._start = document, start
        self._lock = asyncio.Lock()
        self._recovery = Recovery()
        self._cancelled = threading.Event()
        self._told: str | None = None
        self._kept: Workspace | None = None
        self._keeping = Debounce(self._keep_soon, _KEEP_MS, self)
        self._watching = QTimer(self)
        self._watching.setInterval(_WATCH_MS)
        self._watching.timeout.connect(self.watch)
        document.changed.connect(self._keeping.ask)

    def begin(self, path: Path | None, *, recover: bool = True) -> None:
        """Begin with the file that the window was opened on."""
        self._start(self._begin(path, recover), "begin with files")
        self._watching.start()

    async def _begin(self, path: Path | None, recover: bool) -> None:
        async with self._lock:
            if path is not None:
                try:
                    workspace, stamp = await asyncio.to_thread(workspace_file.read_stamped, path)
                    self._document.is_kept(path, stamp, workspace)
                except WorkspaceError as error:
                    self.said.emit(str(error))
            unsaved = await asyncio.to_thread(self._recovery.take) if recover else None
        await self._show_recent(path)
        if unsaved is not None:
            self.found.emit(unsaved)

    def end(self) -> None:
        """The window closes: what is unsaved stays kept and is offered the next time.

        Blocks for the moment that writing it takes; the window is closed by then.
        """
        self._watching.stop()
        self._keeping.stop()
        self._cancelled.set()
        self._document.notice()
        if self._document.modified:
            self._recovery.keep(self._document.to_keep(), self._document.path)
        else:
            self._recovery.forget()
            self._keep_arrangement()
        self._recovery.release()

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
                workspace, stamp = await asyncio.to_thread(workspace_file.read_stamped, path)
            except WorkspaceError as error:
                self.said.emit(str(error))
                return
        here = self._document.workspace.site.url.rstrip("/")
        url = workspace.site.url.rstrip("/")
        if url and here and url != here and not self._is_ours(url):
            self.foreign.emit(path, workspace)
            return
        self._document.load(workspace, path, stamp)
        await self._show_recent(path)

    def _is_ours(self, url: str) -> bool:
        """Whether the open file names this URL too, whatever service the window looks at."""
        return self._document.to_keep().site.url.rstrip("/") == url

    def take(self, unsaved: Unsaved) -> None:
        """Take unsaved changes back."""
        self._start(self._take(unsaved), "take unsaved changes back")

    async def _take(self, unsaved: Unsaved) -> None:
        stamp = None
        if unsaved.path is not None:
            try:
                read = await asyncio.to_thread(workspace_file.read_stamped, unsaved.path)
                stamp = read[1]
            except WorkspaceError as error:
                _log.info("the file of unsaved changes cannot be read: %s", error)
        self._document.load(unsaved.workspace, unsaved.path, stamp)
        self._document.is_unsaved()

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
            state, data = document.workspace, document.to_keep()
            try:
                stamp = await asyncio.to_thread(
                    lambda: workspace_file.write(
                        target, data, over=over, cancelled=self._cancelled.is_set
                    )
                )
            except Cancelled:
                return False
            except Changed:
                self.overwrite_wanted.emit(target, await self._differences(target))
                return False
            except WorkspaceError as error:
                self.said.emit(str(error))
                return False
            except OSError as error:
                reason = error.strerror or str(error)
                self.said.emit(f"{target} {tr('cannot be written')} ({reason}); "
                               f"{tr('nothing is lost, save it elsewhere')}")  # fmt: skip
                return False
        document.is_saved(target, stamp, state)
        await self._show_recent(target)
        return True

    def cancel(self) -> None:
        """Stop writing; the old file stays."""
        self._cancelled.set()

    def watch(self) -> None:
        """Look whether somebody else has written the file."""
        if self._document.path is not None:
            self._start(self._watch(), "watch the file")

    async def _watch(self) -> None:
        path, stamp = self._document.path, self._document.stamp
        if path is None or stamp is None:
            return
        async with self._lock:
            if not await asyncio.to_thread(workspace_file.changed, path, stamp):
                self._told = None
                return
            words = await self._differences(path)
        if words != self._told and self._document.stamp == stamp:
            self._told = words
            self.overwrite_wanted.emit(path, words)

    async def _differences(self, path: Path) -> str:
        ours = self._document.to_keep()

        def compare() -> str:
            sentences = difference(ours, workspace_file.read(path))
            more = len(sentences) - _DIFFERENCES
            shown = sentences[:_DIFFERENCES] + ([f"{more} {tr('more')}"] if more > 0 else [])
            return "; ".join(shown)

        try:
            return await asyncio.to_thread(compare)
        except WorkspaceError as error:
            return str(error)

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

    def _keep_soon(self) -> None:
        self._start(self._keep(), "keep unsaved changes")

    async def _keep(self) -> None:
        """Write what is unsaved where a crash leaves it."""
        async with self._lock:
            document = self._document
            if not document.modified:
                await asyncio.to_thread(self._recovery.forget)
            elif document.workspace is not self._kept:
                self._kept = document.workspace
                await asyncio.to_thread(self._recovery.keep, document.to_keep(), document.path)


def age(at: int, now: Callable[[], float] = time.time) -> str:
    """Return how long ago something was kept, in words."""
    minutes = max(0, int(now() - at) // 60)
    if minutes < 1:
        return tr("less than a minute ago")
    hours = minutes // 60
    return f"{minutes} {tr('minutes ago')}" if not hours else f"{hours} {tr('hours ago')}"
