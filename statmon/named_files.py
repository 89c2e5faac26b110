"""Reads files that somebody named: ordinary ones, bounded in size and in time.

A pipe is waited for, a device may have no end, the drive behind a name may be gone: none of that
may hold the program up, nor outlive its end. Imports nothing of ours, so that any layer can.
"""

import errno
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

READ_WITHIN: Final = 10.0
"""Seconds in which a file has to be there; a slow share needs one or two."""
LARGEST_STATE: Final = 64 * 1024 * 1024
"""Bytes of what the program keeps for itself; an unsaved workspace is the largest of it."""
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NONBLOCK", 0)  # opening a pipe does not wait for who writes into it
)
_Result = TypeVar("_Result")


class TooLarge(OSError):
    """A file is larger than what is read of one."""

    def __init__(self, most: int) -> None:
        super().__init__(errno.EFBIG, f"it is larger than {most >> 20} MB")


def opened(path: Path) -> BinaryIO:
    """Open an ordinary file for reading.

    Raises:
        OSError: it cannot be opened, is a folder, or is no ordinary file.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(descriptor, True)  # some of the system's own files give nothing at once
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def within(work: Callable[[], _Result], seconds: float = READ_WITHIN) -> _Result:
    """Return what some reading gives, done in a thread that no end of the program waits for.

    Raises:
        TimeoutError: it took longer.
        Exception: whatever the reading raises.
    """
    results: list[_Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            errors.append(error)

    thread = threading.Thread(target=run, name="reading", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        # Taken out: an error that its own traceback's frames hold keeps every caller's, and what
        # they hold, until the garbage is collected. A painter among it is never ended.
        raise errors.pop()
    if not results:
        raise TimeoutError(errno.ETIMEDOUT, "it does not answer: is its drive connected?")
    return results[0]


def read_bounded(path: Path, most: int) -> tuple[bytes, os.stat_result]:
    """Return what is in an ordinary file, and what it was just before.

    Raises:
        TooLarge: it has more bytes than ``most``.
        OSError: it cannot be read in time, or is no ordinary file.
    """
    return within(lambda: _read(path, most))


def read_state(path: Path) -> bytes:
    """Return what is in a file of the program's own; others may have damaged it.

    Raises:
        OSError: it cannot be read, or is larger than any.
    """
    return read_bounded(path, LARGEST_STATE)[0]


def _read(path: Path, most: int) -> tuple[bytes, os.stat_result]:
    with opened(path) as file:
        state = os.fstat(file.fileno())
        if state.st_size > most:
            raise TooLarge(most)
        data = file.read(most + 1)
    if len(data) > most:
        raise TooLarge(most)
    return data, state
