"""Who started us: whether anybody will read what is written to stderr."""

import os
import sys
from collections.abc import Mapping
from typing import Final, Protocol

_NOBODY_LOOKS: Final = ("offscreen", "minimal", "vnc")
"""Qt's platforms on which a question would wait for ever."""
_STARTUP: Final = ("DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN")
"""What a desktop gives to the program that it starts, for its first window."""


class Stream(Protocol):
    """What is asked of stderr."""

    def isatty(self) -> bool:
        """Whether a terminal shows it."""

    def fileno(self) -> int:
        """Its descriptor."""


def by_a_desktop(
    stderr: Stream | None = sys.__stderr__,
    environment: Mapping[str, str] = os.environ,
    process: int | None = None,
) -> bool:
    """Tell whether a desktop started us, so that only a window can tell the user something.

    Only signs that a script does not give count, since a script must not be left waiting: no
    stderr at all (Windows' program without a console), a token for a first window, the mark that
    GLib's launcher leaves for this very process, a stderr that is the session's journal. That
    stderr is a pipe or a file is no sign.

    Args:
        stderr: as the process was given it; None if it was given none.
        environment: its variables.
        process: its id; None for ours.
    """
    if environment.get("QT_QPA_PLATFORM", "").startswith(_NOBODY_LOOKS):
        return False
    if stderr is None:
        return True
    if stderr.isatty():
        return False
    ours = str(os.getpid() if process is None else process)
    if environment.get("GIO_LAUNCHED_DESKTOP_FILE_PID") == ours:
        return True
    return any(environment.get(name) for name in _STARTUP) or _is_journal(stderr, environment)


def _is_journal(stderr: Stream, environment: Mapping[str, str]) -> bool:
    try:
        there = os.fstat(stderr.fileno())
    except OSError:
        return False
    return environment.get("JOURNAL_STREAM") == f"{there.st_dev}:{there.st_ino}"
