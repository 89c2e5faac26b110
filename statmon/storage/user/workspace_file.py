"""Workspace files (``*.statmon``): read, written in one step, and watched for other writers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from statmon.domain import workspace as format_
from statmon.domain.workspace import Workspace, WorkspaceError
from statmon.named_files import TooLarge, read_bounded
from statmon.storage.machine.files import write_pieces
from statmon.storage.user import first_workspace

if TYPE_CHECKING:
    from os import stat_result

SUFFIX: Final = ".statmon"
LARGEST: Final = 32 * 1024 * 1024
"""Bytes; 100,000 statistics take about 15 MB."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when we read or wrote it."""

    size: int
    modified: int
    """Nanoseconds since 1970 on the file system's clock."""
    digest: str


class Changed(WorkspaceError):
    """Somebody else has written the file since we read it; the message says so."""


class Cancelled(Exception):
    """The user cancelled writing; the old file is untouched."""


def read(path: Path) -> Workspace:
    """Read a workspace file.

    Raises:
        WorkspaceError: it cannot be read or is no workspace; one sentence that names the file.
    """
    return _load(path)[0]


def read_stamped(path: Path) -> tuple[Workspace, Stamp]:
    """Read a workspace file, and what it takes to notice that somebody else writes it.

    Raises:
        WorkspaceError: it cannot be read or is no workspace; one sentence that names the file.
    """
    workspace, data, state = _load(path)
    return workspace, Stamp(len(data), state.st_mtime_ns, _digest(data))


def _load(path: Path) -> "tuple[Workspace, bytes, stat_result]":
    try:
        data, state = read_bounded(path, LARGEST)
    except TooLarge:
        raise WorkspaceError(
            f"{path} is larger than {LARGEST >> 20} MB: is it a workspace?"
        ) from None
    except FileNotFoundError:
        raise WorkspaceError(f"{path} does not exist; check the name") from None
    except IsADirectoryError:
        raise WorkspaceError(f"{path} is a folder; name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WorkspaceError(f"{path} cannot be read ({reason})") from None
    try:
        return format_.loads(data), data, state
    except WorkspaceError as error:
        raise WorkspaceError(f"{path}: {error}") from None


def changed(path: Path, stamp: Stamp) -> bool:
    """Whether the file holds something else than when it was stamped; False if it is gone.

    Most of the time this only looks at size and time.
    """
    try:
        state = path.stat()
        if (state.st_size, state.st_mtime_ns) == (stamp.size, stamp.modified):
            return False
        return _digest(read_bounded(path, LARGEST)[0]) != stamp.digest
    except TooLarge:
        return True
    except OSError:
        return False


def write(
    path: Path,
    workspace: Workspace,
    *,
    over: Stamp | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Stamp:
    """Write a workspace file in one step: after a crash it is the old one or the new one.

    Args:
        path: where to.
        workspace: what.
        over: only write over a file that still is what this stamp says.
        cancelled: asked between pieces.

    Raises:
        Changed: somebody else has written the file; it is untouched.
        Cancelled: the user does not want it any more; the old file is untouched.
        WorkspaceError: the workspace cannot be written as a file that could be read again, or the
            file is an administrator's.
        OSError: it cannot be written; the old file is untouched.
    """
    if first_workspace.is_laid_down(path):
        raise WorkspaceError(
            f"{path} is your administrator's, and statmon does not write it: save yours elsewhere"
        )
    if over is not None and changed(path, over):
        raise Changed(f"{path} was changed by somebody else in the meantime")
    from hashlib import sha256

    digest, size = sha256(), 0

    def check() -> None:
        if cancelled():
            raise Cancelled

    def counted() -> Iterator[str]:
        nonlocal size
        for piece in format_.pieces(workspace):
            data = piece.encode()
            digest.update(data)
            size += len(data)
            if size > LARGEST:
                raise WorkspaceError(f"the workspace is larger than {LARGEST >> 20} MB")
            yield piece

    try:
        write_pieces(path, counted(), check)
    except (ValueError, RecursionError) as error:
        if isinstance(error, WorkspaceError):
            raise
        raise WorkspaceError(f"the workspace cannot be written ({error})") from None
    return Stamp(size, path.stat().st_mtime_ns, digest.hexdigest())


def _digest(data: bytes) -> str:
    from hashlib import sha256  # loads OpenSSL, which a start need not wait for

    return sha256(data).hexdigest()
