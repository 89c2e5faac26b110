"""Workspace files (``*.statmon``)."""

from pathlib import Path
from typing import Final

from statmon.domain import workspace as format_
from statmon.domain.workspace import Workspace, WorkspaceError
from statmon.storage.files import write_text

LARGEST: Final = 32 * 1024 * 1024
"""Bytes; 100,000 statistics take about 15 MB."""


def read(path: Path) -> Workspace:
    """Read a workspace file.

    Raises:
        WorkspaceError: it cannot be read or is no workspace; one sentence that names the file.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise WorkspaceError(f"{path} is larger than {LARGEST >> 20} MB: is it a workspace?")
        data = path.read_bytes()
    except FileNotFoundError:
        raise WorkspaceError(f"{path} does not exist; check the name") from None
    except IsADirectoryError:
        raise WorkspaceError(f"{path} is a folder; name the file in it") from None
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read ({error.strerror})") from None
    try:
        return format_.loads(data)
    except WorkspaceError as error:
        raise WorkspaceError(f"{path}: {error}") from None


def write(path: Path, workspace: Workspace) -> None:
    """Write a workspace file in one step: after a crash it is the old one or the new one.

    Raises:
        OSError: it cannot be written; the old file is untouched.
    """
    write_text(path, format_.dumps(workspace))
