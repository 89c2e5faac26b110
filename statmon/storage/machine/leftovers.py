"""Which subscriptions a crash would leave open at the service, kept by process slot.

Each running statmon of a kind (window, watch) holds one slot by a lock that the system releases
when the process ends, however it ends. The next process in the slot deletes what is noted there;
so `watch` never deletes the window's.
"""

import json
import logging
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

import platformdirs

from statmon import private
from statmon.domain import plain_json
from statmon.named_files import read_state
from statmon.storage.machine.files import write_text
from statmon.storage.machine.locks import locked

_log = logging.getLogger(__name__)
_SLOTS: Final = 64


def folder() -> Path:
    """Return where the slots are kept."""
    return Path(platformdirs.user_state_dir("statmon", appauthor=False)) / "open"


class Leftovers:
    """The notes of one process slot; nothing here raises: without notes statmon works as well."""

    def __init__(self, kind: str, site: str) -> None:
        self._name = f"{kind}-{sha256(site.encode()).hexdigest()[:12]}"
        self._lock: IO[bytes] | None = None
        self._path: Path | None = None

    def take(self) -> list[str]:
        """Take a slot, unless one is held; return the ids that its last process left open."""
        if self._lock is not None:
            return []
        try:
            self._take_slot()
            return self._read()
        except OSError as error:
            _log.warning("leftovers of a crash cannot be noted: %s", error)
            return []

    def keep(self, ids: list[str]) -> None:
        """Note the ids that are open now, in place of those noted before."""
        if self._path is None:
            return
        try:
            write_text(self._path, json.dumps(ids))
        except OSError as error:
            _log.warning("leftovers of a crash cannot be noted: %s", error)

    def release(self) -> None:
        """Give the slot free."""
        lock, self._lock, self._path = self._lock, None, None
        if lock is not None:
            lock.close()

    def _take_slot(self) -> None:
        private.folder(folder())
        for number in range(_SLOTS):
            path = folder() / f"{self._name}-{number}"
            lock = private.file(path.with_suffix(".lock"), "ab")
            if locked(lock):
                self._lock, self._path = lock, path.with_suffix(".json")
                return
            lock.close()

    def _read(self) -> list[str]:
        try:
            data = plain_json.loads(read_state(self._path)) if self._path else []
        except FileNotFoundError:
            return []
        except ValueError:
            _log.warning("the notes on leftovers were damaged and are passed over")
            return []
        return [item for item in data if isinstance(item, str)] if isinstance(data, list) else []
