"""Starting with the session: one small entry where each system looks for it, off by default."""

import plistlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from statmon.storage.machine import program

APP: Final = "org.statmon.Statmon"
_PLAIN: Final = re.compile(r"[\w@%+:,./-]+", re.ASCII)
_SPECIAL: Final = re.compile(r'["`$\\]')
"""What has a meaning within double quotes."""
_RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"


def place(platform: str, home: Path, config: Path) -> Path | None:
    """Return the entry's file; None where the system keeps it otherwise (Windows' registry)."""
    if platform == "darwin":
        return home / "Library" / "LaunchAgents" / f"{APP}.plist"
    if platform == "win32":
        return None
    return config / "autostart" / f"{APP}.desktop"


def entry(platform: str, command: Sequence[str]) -> str:
    """Return what the entry says.

    Sources: freedesktop.org Desktop Application Autostart Specification; launchd.plist(5);
    the Run key takes a command line.
    """
    if platform == "darwin":
        data = {"Label": APP, "ProgramArguments": list(command), "RunAtLoad": True}
        return plistlib.dumps(data).decode()
    if platform == "win32":
        return " ".join(f'"{word}"' if " " in word else word for word in command)
    words = " ".join(map(_quoted, command))
    # With TryExec the session passes it over once statmon is uninstalled.
    tried = f"TryExec={_escaped(command[0])}\nExec={words}"
    return f"[Desktop Entry]\nType=Application\nName=statmon\n{tried}\nIcon={APP}\n"


def _quoted(word: str) -> str:
    """Write a word of a command: in double quotes, and with the escapes of a value besides.

    Source: freedesktop.org Desktop Entry Specification, «The Exec key».
    """
    word = word.replace("%", "%%")
    if _PLAIN.fullmatch(word):
        return word
    inside = _SPECIAL.sub(r"\\\g<0>", word)
    return _escaped(f'"{inside}"')


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\")


def _switched_off(text: str) -> bool:
    """Whether the desktop's own tool has switched an entry off without removing it."""
    lines = {line.replace(" ", "").casefold() for line in text.splitlines()}
    return not lines.isdisjoint({"hidden=true", "x-gnome-autostart-enabled=false"})


def _here() -> Path | None:
    config = Path.home() / ".config"
    if sys.platform.startswith("linux"):
        import platformdirs

        config = platformdirs.user_config_path("statmon", appauthor=False).parent
    return place(sys.platform, Path.home(), config)


def is_on() -> bool:
    """Tell whether statmon starts with the session."""
    path = _here()
    if path is None:
        return _registered() is not None
    try:
        return not _switched_off(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False


def switch(*, on: bool) -> None:
    """Let statmon start with the session, or no more.

    Raises:
        OSError: the entry cannot be written or removed.
    """
    path, words = _here(), entry(sys.platform, program.command())
    if path is None:
        _register(words if on else None)
    elif on:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, "utf-8")
    else:
        path.unlink(missing_ok=True)


if sys.platform == "win32":
    import winreg

    def _registered() -> str | None:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
                return str(winreg.QueryValueEx(key, "statmon")[0])
        except FileNotFoundError:
            return None

    def _register(words: str | None) -> None:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
            if words is not None:
                winreg.SetValueEx(key, "statmon", 0, winreg.REG_SZ, words)
            elif _registered() is not None:
                winreg.DeleteValue(key, "statmon")

else:

    def _registered() -> str | None:
        return None

    def _register(_words: str | None) -> None:
        raise OSError("there is no registry here")
