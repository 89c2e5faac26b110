"""Unsaved changes, kept so that a crash or a power cut costs seconds.

Each running window holds a slot by a lock that ends with its process. What a slot holds while
nobody has its lock was left by a crash, and is offered to the next window.
"""

import json
import logging
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

import platformdirs

from statmon import private
from statmon.domain import workspace as format_
from statmon.domain.workspace import Workspace, WorkspaceError
from statmon.named_files import read_state
from statmon.storage.machine.files import write_text
from statmon.storage.machine.locks import locked
from statmon.storage.user.workspace_file import Stamp

_log = logging.getLogger(__name__)
_SLOTS: Final = 64


def folder() -> Path:
    """Return where unsaved changes are kept."""
    return Path(platformdirs.user_state_dir("statmon", appauthor=False)) / "unsaved"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What a crashed window had not saved."""

    workspace: Workspace
    path: Path | None
    """The file that it was opened from; None for one that was never saved."""
    at: int
    """Epoch seconds at which it was kept."""
    base: Workspace | None = None
    """What the file held when it was read; None for one that was never saved."""
    stamp: Stamp | None = None
    """What tells whether the file still holds it."""
    on_purpose: bool = False
    """Its user kept it for the next time: nothing went wrong."""


def left() -> Unsaved | None:
    """Look what a crash left; it stays there for the window that will take it."""
    recovery = Recovery()
    try:
        return recovery.take()
    finally:
        recovery.release()


@dataclass(frozen=True, slots=True)
class _Slot:
    """One of the places, held by this process until it is closed."""

    path: Path
    lock: IO[bytes]

    @classmethod
    def hold(cls, number: int) -> "_Slot | None":
        """Return a slot, or None if another window holds it."""
        lock = private.file(folder() / f"{number}.lock", "ab")
        if locked(lock):
            return cls(folder() / f"{number}.json", lock)
        lock.close()
        return None

    def read(self) -> Unsaved | None:
        """Return what was left in it; None if nothing, or nothing that can be understood."""
        if not self.path.exists():
            return None
        raw = read_state(self.path)
        try:
            data: Any = json.loads(raw)
            path, base, stamp = data["path"], data.get("base"), data.get("stamp")
            return Unsaved(
                format_.parse(data["workspace"]),
                None if path is None else Path(path),
                int(data["at"]),
                None if base is None else format_.parse(base),
                None if stamp is None else Stamp(**stamp),
                data.get("onPurpose") is True,
            )
        except (ValueError, KeyError, TypeError, RecursionError, WorkspaceError) as error:
            _log.warning("unsaved changes were damaged and are passed over: %s", error)
            return None

    def clear(self) -> None:
        """There is nothing in it any more."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("a saved draft cannot be removed: %s", error)


class Recovery:
    """The slot of one window, and the one in which a crash left what that window offers.

    Nothing here raises: without it statmon works as well. Its methods may be called from
    different threads; after ``release`` it takes no slot any more.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._over = False
        self._own: _Slot | None = None
        self._offered: _Slot | None = None

    def take(self) -> Unsaved | None:
        """Take a slot and return what a crash left in another, or None.

        That stays there until it is ``settled``: who does not answer loses nothing.
        """
        try:
            with self._guard:
                return None if self._over else self._take_slots()
        except OSError as error:
            _log.warning("unsaved changes cannot be kept: %s", error)
            return None

    def settled(self) -> None:
        """What a crash left is in force again, or not wanted any more."""
        with self._guard:
            slot, self._offered = self._offered, None
        if slot is not None:
            slot.clear()
            slot.lock.close()

    def keep(
        self,
        workspace: Workspace,
        path: Path | None,
        base: Workspace | None = None,
        stamp: Stamp | None = None,
        *,
        on_purpose: bool = False,
    ) -> None:
        """Keep unsaved changes, in place of those kept before.

        Args:
            workspace: what is unsaved.
            path: the file that it belongs to.
            base: what that file held when it was read, for merging.
            stamp: what tells whether it still holds that.
            on_purpose: the user wants it kept for the next time.
        """
        data = {
            "path": None if path is None else str(path.absolute()),
            "at": int(time.time()),
            "workspace": format_.dump(workspace),
            "base": None if base is None else format_.dump(base),
            "stamp": None if stamp is None else asdict(stamp),
            "onPurpose": on_purpose,
        }
        try:
            with self._guard:  # or an older draft could take the place of the last one
                if self._own is not None:
                    write_text(self._own.path, json.dumps(data, ensure_ascii=False))
        except (OSError, ValueError, RecursionError) as error:
            _log.warning("unsaved changes cannot be kept: %s", error)

    def forget(self) -> None:
        """There is nothing unsaved any more."""
        with self._guard:
            if self._own is not None:
                self._own.clear()

    def release(self) -> None:
        """Give the slots free; what is kept in them stays."""
        with self._guard:
            self._over = True
            held = (self._own, self._offered)
            self._own = self._offered = None
        for slot in held:
            if slot is not None:
                slot.lock.close()

    def _take_slots(self) -> Unsaved | None:
        private.folder(folder())
        # One that holds something comes first: it belongs to a crash if nobody has its lock.
        numbers = sorted(range(_SLOTS), key=lambda n: not (folder() / f"{n}.json").exists())
        left = None
        for number in numbers:
            slot = _Slot.hold(number)
            if slot is None:
                continue
            if left is not None and slot.path.exists():
                slot.lock.close()  # the next window offers it
            elif left is None and (left := slot.read()) is not None:
                self._offered = slot
            else:
                self._own = slot
                break
        return left
