"""The program's own files: how it starts itself once more, and whether they are still its own."""

import sys
from pathlib import Path

Identity = tuple[int, int, int, int] | None


class Installed:
    """The file that stands for the installed program: packagers and pip replace it with the rest.

    A packaged executable holds most of what is imported, also late.
    """

    def __init__(self, file: Path | None = None) -> None:
        own = Path(sys.executable) if _packaged() else Path(__file__).parents[2] / "__init__.py"
        self.file = file or own
        self._before = _identity(self.file)

    @property
    def replaced(self) -> bool:
        """Whether another version lies there than the one that runs: it cannot go on for long."""
        return self._before is not None and _identity(self.file) != self._before


def _identity(file: Path) -> Identity:
    """Return what tells a file from the one that takes its place; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _packaged() -> bool:
    return bool(getattr(sys, "frozen", False)) or Path(sys.executable).stem.startswith("statmon")


def command() -> list[str]:
    """Return the words that start statmon; arguments are appended.

    A packaged executable is statmon itself, whatever Python is inside; else the interpreter
    runs the package.
    """
    if _packaged():
        return [sys.executable]
    return [sys.executable, "-m", "statmon"]
