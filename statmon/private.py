"""What only its user may read: the folders and files of history, settings, logs and recordings.

They tell how people work, and what a site looks like from inside. So folders are made for the user
alone and files, too, whatever the umask; what an earlier statmon made otherwise is mended. On
Windows nothing is to be done: a user's profile lets nobody else in, and POSIX modes mean nothing.

Imports nothing of ours, so that every layer may use it.
"""

import logging
import os
import stat
from pathlib import Path
from typing import IO, Any, Final

_log = logging.getLogger(__name__)
_POSIX: Final = os.name == "posix"
_FOLDER, _FILE = 0o700, 0o600


def folder(path: Path) -> list[Path]:
    """Make a folder for the user alone, with those above it that are missing.

    One that is there, and the files in it, are mended; that is logged, and returned.

    Raises:
        OSError: it cannot be made.
    """
    if not path.is_dir():
        for missing in reversed([path, *path.parents]):
            if not missing.exists():
                missing.mkdir(_FOLDER, exist_ok=True)
                if _POSIX:
                    missing.chmod(_FOLDER)  # whatever the umask took away
        path.mkdir(exist_ok=True)  # says what is wrong where it is no folder
        return []
    return _mended(path) if _POSIX else []


def file(path: Path, mode: str) -> IO[Any]:
    """Open a file for the user alone, made if it is missing, in a binary mode that writes.

    Raises:
        OSError: it cannot be opened.
    """
    return open(path, mode, opener=opener)  # Path.open takes no opener


def make(path: Path) -> None:
    """Make an empty file for the user alone.

    Not for one that SQLite has open: to close it would give its locks away.

    Raises:
        OSError: it cannot be made.
    """
    file(path, "ab").close()


def opener(path: str, flags: int) -> int:
    """Open a file as ``open`` has it done, for the user alone; a pipe that nobody reads is none."""
    extra = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | extra, _FILE)
    if _POSIX:
        os.set_blocking(descriptor, True)
    if _POSIX and stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.fchmod(descriptor, _FILE)
    return descriptor


def _mended(path: Path) -> list[Path]:
    wrong = [item for item in (path, *path.iterdir()) if _is_open_to_others(item)]
    try:
        for item in wrong:
            item.chmod(_FOLDER if item.is_dir() else _FILE)
    except OSError as error:
        _log.warning("others may read what is in %s: %s", path, error.strerror)
        return []
    if wrong:
        _log.warning("others could read %d files or folders in %s: mended", len(wrong), path)
    return wrong


def _is_open_to_others(path: Path) -> bool:
    try:
        state = path.lstat()
    except OSError:
        return False
    kind = stat.S_ISREG(state.st_mode) or stat.S_ISDIR(state.st_mode)
    return kind and bool(state.st_mode & 0o077) and state.st_uid == os.getuid()
