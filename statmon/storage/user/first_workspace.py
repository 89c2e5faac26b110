"""Which workspace a start opens that names none: an administrator's, the last one, or a preset."""

from pathlib import Path

from statmon.storage.machine import policy
from statmon.storage.user import settings


def find() -> Path | None:
    """Return the workspace of a start that names none, or None.

    An administrator's comes first, whether it is there or not: who cannot have it has to hear of
    it. A preset counts until a user has opened a workspace, also one that is not there any more.
    """
    laid_down_ = laid_down()
    if laid_down_ is not None:
        return laid_down_
    last = settings.last_workspace()
    return last if last is not None or settings.lost_workspace() is not None else _preset()


def laid_down() -> Path | None:
    """Return the workspace of every start, which is the administrator's to write, or None."""
    named = policy.one_value("workspace.file")
    return None if named is None else Path(named)


def is_laid_down(path: Path) -> bool:
    """Whether a file is the administrator's to write, by whatever name it was opened.

    Of a file that is called otherwise the administrator's is not looked at: its share may be out
    of reach, and that takes long to find out.
    """
    theirs = laid_down()
    if theirs is None:
        return False
    real = path.resolve()
    return theirs.name in (path.name, real.name) and real == theirs.resolve()


def _preset() -> Path | None:
    named = policy.one_value("preset.workspace")
    return None if named is None else Path(named)
