"""A lock that the system releases when its process ends, however it ends."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from statmon import private

_log = logging.getLogger(__name__)
WITHIN: Final = 5.0
"""Seconds in which whoever changes a file has to be done: it takes milliseconds."""
_PAUSE: Final = 0.002
"""Seconds between two tries."""

if sys.platform == "win32":
    import msvcrt

    def locked(file: IO[bytes]) -> bool:
        """Lock an open file, unless somebody has; it is free when the file or process ends."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def locked(file: IO[bytes]) -> bool:
        """Lock an open file, unless somebody has; it is free when the file or process ends."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Read a file and write it anew while no other thread or process does so; makes its folder.

    Who waits longer than ``WITHIN`` for another, or on a system that has no locks, goes on all the
    same, which is logged: a program that hangs must not hold up this one. Blocks: for a thread, or
    before the loop runs.
    """
    try:
        private.folder(path.parent)
        lock = private.file(path.with_suffix(".lock"), "ab")
    except OSError as error:
        _log.warning("%s cannot be locked: %s", path, error)
        yield
        return
    with lock:
        try:
            end = time.monotonic() + WITHIN
            while not locked(lock):
                if time.monotonic() > end:
                    _log.warning("another program has locked %s: it is changed all the same", path)
                    break
                time.sleep(_PAUSE)
        except OSError as error:
            _log.warning("%s cannot be locked: %s", path, error)
        yield
