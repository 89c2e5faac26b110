"""Plays a short sound by what the system has for that; nothing of statmon waits for it."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

_log = logging.getLogger(__name__)
_WITHIN: Final = 10.0
"""Seconds that a player may take: the sounds are shorter than one."""
_LINUX: Final = (
    ("pw-play",), ("paplay",), ("aplay", "-q"), ("canberra-gtk-play", "-f"),
)  # fmt: skip
"""PipeWire's, PulseAudio's, ALSA's, and that of GTK's desktops: the first that can play, plays."""
_MAC: Final = (("afplay",),)


def play(file: Path) -> bool:
    """Play a sound file to its end, in the calling thread; return whether somebody could."""
    if sys.platform == "win32":
        import winsound

        try:
            winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
        except RuntimeError as error:
            _log.info("the sound could not be played: %s", error)
            return False
        return True
    return play_by(_MAC if sys.platform == "darwin" else _LINUX, file)


def play_by(
    players: Sequence[Sequence[str]],
    file: Path,
    find: Callable[[str], str | None] = shutil.which,
) -> bool:
    """Play by the first of these programs that is there and can."""
    for name, *options in players:
        program = find(name)
        if program is None:
            continue
        try:
            done = subprocess.run(  # noqa: S603
                [program, *options, str(file)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_WITHIN,
                env=of_the_system(os.environ),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            _log.info("%s could not play the sound: %s", name, type(error).__name__)
            continue
        if done.returncode == 0:
            return True
        _log.info("%s could not play the sound: it ended with %d", name, done.returncode)
    return False


def of_the_system(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for a program of the system's: without the libraries of our package."""
    found = dict(environment)
    if (before := found.pop("LD_LIBRARY_PATH_ORIG", None)) is not None:
        found["LD_LIBRARY_PATH"] = before
    elif getattr(sys, "frozen", False):
        found.pop("LD_LIBRARY_PATH", None)
    return found
