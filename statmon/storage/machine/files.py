"""Writing files so that a crash leaves the old one or the new one, never half of one."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step.

    Raises:
        OSError: it cannot be written; the old file is untouched.
    """
    write_pieces(path, [text])


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step.

    Raises:
        OSError: it cannot be written; the old file is untouched.
    """
    _write(path, [content], lambda: None)


def write_pieces(
    path: Path, pieces: Iterable[str], check: Callable[[], None] = lambda: None
) -> None:
    """Write a text file in one step, piece by piece; ``check`` may raise to stop before it counts.

    Raises:
        OSError: it cannot be written; the old file is untouched.
    """
    _write(path, (piece.encode() for piece in pieces), check)


def _write(path: Path, pieces: Iterable[bytes], check: Callable[[], None]) -> None:
    with replacing(path) as draft, draft.open("wb") as file:
        for piece in pieces:
            check()
            file.write(piece)
        check()


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a new file to write beside this one; it takes this one's place at the end.

    An error in between deletes it, and leaves the old file untouched. A link stays a link: what it
    points at is replaced.

    Raises:
        OSError: it cannot be written, or something else than a file has its name.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is no ordinary file")  # a device or a pipe stays what it is
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        _like(path, draft)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _like(old: Path, new: Path) -> None:
    """Give the new file the permissions of the old one: a shared file stays shared.

    One in a folder that lets nobody else in is for nobody else either.
    """
    try:
        mode = old.stat().st_mode & 0o777
    except FileNotFoundError:
        mode = 0o666 & ~_UMASK if old.parent.stat().st_mode & 0o077 else 0o600
    new.chmod(mode)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


_UMASK = _umask()
"""Read once while one thread runs: it can only be read by setting it."""
