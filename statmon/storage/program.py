"""How this program starts itself once more: from source, installed, or packaged."""

import sys
from pathlib import Path


def command() -> list[str]:
    """Return the words that start statmon; arguments are appended.

    A packaged executable is statmon itself, whatever Python is inside; else the interpreter
    runs the package.
    """
    own = Path(sys.executable)
    if getattr(sys, "frozen", False) or own.stem.startswith("statmon"):
        return [str(own)]
    return [sys.executable, "-m", "statmon"]
