"""Standard output, and what may be wrong with it."""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Final, TextIO

_GONE: Final = {errno.EPIPE, errno.EINVAL}  # EINVAL: how Windows says it


class OutputError(OSError):
    """Standard output cannot be written; ``str()`` is the one line for stderr."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.errno, error.strerror)
        self.reader_gone = error.errno in _GONE
        """Who read us has what it wanted (``| head``): nothing to complain about."""

    def __str__(self) -> str:
        """Say what is wrong."""
        return f"standard output cannot be written ({self.strerror})"


def escape_unwritable() -> None:
    """Let what standard output's encoding lacks be written as escapes: ``“`` to a file of cp850."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def stdout() -> Iterator[TextIO]:
    """Give standard output for writing, flushed at the end.

    Raises:
        OutputError: who read it is gone, the disk is full, or there is no standard output.
    """
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        yield sys.stdout
        sys.stdout.flush()
    except OSError as error:
        raise OutputError(error) from None


def write(data: bytes) -> None:
    """Write at once.

    Raises:
        OutputError: as ``stdout``.
    """
    with stdout() as stream:
        stream.buffer.write(data)


def say(text: str) -> None:
    """Write a line of text at once.

    Raises:
        OutputError: as ``stdout``.
    """
    with stdout() as stream:
        stream.write(f"{text}\n")


def discard() -> None:
    """Let nothing more be flushed to where it cannot go."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
