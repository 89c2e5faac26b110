"""Folders for a while: gone when they are left, and after a kill with the next one that is made."""

import contextlib
import logging
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from statmon.storage.machine.locks import locked

_PREFIX: Final = "statmon-scratch-"
_LOCK: Final = ".lock"
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder of this user's that goes at the end; what killed processes left goes first."""
    sweep()
    home = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with (home / _LOCK).open("ab") as lock:
            locked(lock)  # nobody else can have it: the folder is new
            folder = home / "folder"
            folder.mkdir(mode=0o700)
            yield folder
    finally:
        shutil.rmtree(home, ignore_errors=True)


def sweep() -> None:
    """Remove the folders of processes that have ended without removing them."""
    for home in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            with (home / _LOCK).open("r+b") as lock:
                ours = locked(lock)
            if ours:
                shutil.rmtree(home, ignore_errors=True)
        except OSError as error:
            # Another user's, or one that is being made at this moment.
            _log.debug("%s stays: %s", home, error)
