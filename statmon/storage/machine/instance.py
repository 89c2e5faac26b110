"""One window for each user: a second start hands its file to the first and ends.

A lock decides who is first: the system releases it when that process ends, however it ends. The
second writes one line to the first's local socket (on Windows a named pipe), which only this
user can open, and is answered with one.
"""

import json
import logging
import os
import struct
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import platformdirs

from statmon import private
from statmon.domain import plain_json
from statmon.storage.machine.locks import locked

if TYPE_CHECKING:
    import socket

_log = logging.getLogger(__name__)

ANSWER: Final = b"taken\n"
LONGEST_LINE: Final = 8192
_STARTS_WITHIN: Final = 10.0
"""Seconds in which the first has to listen; it may just be starting."""
_ANSWERS_WITHIN: Final = 5.0
"""Seconds in which the first has to answer once it listens; it may be busy, or hang."""
_ROOT: Final = 0
_LONGEST_PATH: Final = 100
"""Bytes; a local socket's path holds 103 on macOS and 107 on Linux."""


class Seat:
    """The place of the one window: taken by the first, addressed by the others."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(platformdirs.user_state_dir("statmon", appauthor=False))
        self._lock: IO[bytes] | None = None

    @property
    def address(self) -> str:
        """Where the first listens: a path, on Windows a pipe's name."""
        if sys.platform == "win32":
            return rf"\\.\pipe\statmon-{self._mark}"
        path = self._folder / "window.socket"
        if len(str(path).encode()) <= _LONGEST_PATH:
            return str(path)
        short = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        return str(Path(short) / f"statmon-{self._mark}.socket")

    @property
    def _mark(self) -> str:
        import hashlib  # loads OpenSSL, and most addresses need none

        return hashlib.sha256(str(self._folder).encode()).hexdigest()[:12]

    def take(self) -> bool:
        """Take the seat; return False if another process has it.

        Where it cannot be known (the folder cannot be written) nobody else is assumed.
        """
        try:
            private.folder(self._folder)
            lock = private.file(self._folder / "window.lock", "ab")
        except OSError as error:
            _log.warning("whether statmon runs already cannot be known: %s", error)
            return True
        if locked(lock):
            self._lock = lock
            return True
        lock.close()
        return False

    def release(self) -> None:
        """Leave the seat to the next."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def hand_over(self, file: Path | None) -> bool:
        """Ask the first to come to the front and to open a file; return whether it will."""
        line = json.dumps({"open": None if file is None else str(file)}).encode() + b"\n"
        end = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < end:
            try:
                return _ask(self.address, line)
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.1)
            except OSError as error:
                _log.warning(
                    "the statmon that runs already does not answer (%s): this window is on its own",
                    error,
                )
                return False
        _log.warning("the statmon that runs already cannot be asked: this window is on its own")
        return False


def file_in(line: bytes) -> Path | None:
    """Return the file that a line of ``hand_over`` names, if any.

    Raises:
        ValueError: it is no such line.
    """
    data = plain_json.loads(line)
    if not isinstance(data, dict) or not isinstance(data.get("open"), str | None):
        raise ValueError("not a request to open something")
    return Path(data["open"]) if data["open"] else None


def _is_ours(connection: "socket.socket") -> bool:
    """Whether the same user listens: a long path's socket is in a folder that all may write to."""
    import socket

    if not hasattr(socket, "SO_PEERCRED"):  # Linux only
        return True
    form = struct.Struct("3i")  # process, user, group: unix(7)
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, form.size)
    return form.unpack(raw)[1] in (os.getuid(), _ROOT)


def _ask(address: str, line: bytes) -> bool:
    if sys.platform == "win32":
        with open(address, "r+b", buffering=0) as pipe:  # noqa: PTH123 - a pipe is no path
            pipe.write(line)
            return pipe.read(len(ANSWER)) == ANSWER
    import socket  # only a second start needs it

    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_ANSWERS_WITHIN)
        connection.connect(address)
        if not _is_ours(connection):
            raise PermissionError("somebody else listens in its place")
        connection.sendall(line)
        return connection.recv(len(ANSWER)) == ANSWER
