"""The workspaces that were opened last, newest first."""

from pathlib import Path
from typing import Any, Final

from statmon.storage.user import settings

_KEY: Final = "recentWorkspaces"
MOST: Final = 10


def paths() -> list[Path]:
    """Return the files that were opened last and are still there."""
    return _there(settings.load().get(_KEY))


def _there(kept: Any) -> list[Path]:
    names = [name for name in kept if isinstance(name, str)] if isinstance(kept, list) else []
    return [path for name in names if (path := Path(name)).is_file()]


def remember(path: Path) -> None:
    """Put a file in front."""
    name = str(path.absolute())

    def put(kept: Any) -> list[str]:
        others = [str(item) for item in _there(kept) if str(item) != name]
        return [name, *others][:MOST]

    settings.revise(_KEY, put)
    settings.remember("lastWorkspace", name)


def forget() -> None:
    """Forget them all."""
    settings.remember(_KEY, [])
