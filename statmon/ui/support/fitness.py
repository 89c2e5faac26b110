"""Whether Qt and a screen are there, as findings. Free of Qt until it is tried."""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from statmon.support.finding import Finding, failed, failed_with, ok, skipped
from statmon.ui.support import preflight
from statmon.ui.support.preflight import MissingQt, NoDisplay

_X11_PORT: Final = 6000
_ANSWER_WITHIN: Final = 2.0
_NO_SCREEN: Final = (
    "start statmon from a desktop session, or use statmon watch; statmon --self-test paints its "
    "window where nobody sees it"
)


def findings() -> list[Finding]:
    """Look for Qt and for a screen; opens no window.

    Where there is no screen (ssh, Ansible), it is proved that one could be used.
    """
    try:
        preflight.check()
    except NoDisplay:
        return without_screen()
    except MissingQt as error:
        return [
            failed_with("qt", error.problem),
            skipped("display", "Qt comes first"),
        ]
    return [qt(), display(os.environ, sys.platform)]


def without_screen() -> list[Finding]:
    """Load what Qt would use on an X screen, with all the libraries that it needs."""
    try:
        preflight.check_libraries({})
    except MissingQt as error:
        return [
            failed_with("qt", error.problem),
            skipped("display", "Qt comes first"),
        ]
    found = qt()
    if found.outcome == "failed":
        return [found, skipped("display", "Qt comes first")]
    from PySide6.QtCore import QLibraryInfo

    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    if not preflight.library_loads(f"{plugins}/platforms/libqxcb.so"):
        says = f"{plugins}/platforms/libqxcb.so cannot be loaded, so no window would open"
        return [found, failed("display", says, "install statmon anew")]
    return [found, skipped("display", "no screen here; Qt's part for X screens loads", _NO_SCREEN)]


def qt() -> Finding:
    """Load Qt and tell its version."""
    try:
        from PySide6.QtCore import qVersion
        from PySide6.QtWidgets import QWidget
    except ImportError as error:
        return failed_with("qt", preflight.missing_qt(error).problem)
    return judge_qt(qVersion(), sys.version_info[:2], QWidget.__name__)


def judge_qt(version: str, python: tuple[int, int], part: str = "QWidget") -> Finding:
    """Judge a version of Qt; 6.12 ends with an abort on Python before 3.12."""
    if python < (3, 12) and version.startswith("6.12."):
        return failed(
            "qt",
            f"{version} crashes on Python {python[0]}.{python[1]} after some minutes",
            "type `pip install 'PySide6-Essentials<6.12'`, or use Python 3.12 or newer",
        )
    return ok("qt", f"{version}, {part} loads")


def display(environment: Mapping[str, str], platform: str) -> Finding:
    """Judge the screen that the environment names by whether anybody answers there."""
    plugin = environment.get("QT_QPA_PLATFORM", "")
    if not platform.startswith("linux"):
        return ok("display", platform)
    if plugin and not plugin.startswith(("xcb", "wayland")):
        return ok("display", f"{plugin.partition(':')[0]} (QT_QPA_PLATFORM), nothing is visible")
    if name := environment.get("WAYLAND_DISPLAY"):
        folder = Path(environment.get("XDG_RUNTIME_DIR", "/run"))
        if _answers(str(folder / name)):
            return ok("display", f"Wayland {name}")
    name = environment.get("DISPLAY", "")
    if name and any(_answers(where) for where in x11_addresses(name)):
        return ok("display", f"X11 {name}")
    return failed(
        "display",
        f"nothing answers at {name or environment.get('WAYLAND_DISPLAY', '')}",
        "start statmon from a desktop session; over ssh use ssh -X; or use statmon watch",
    )


def x11_addresses(name: str) -> list[str | tuple[str, int]]:
    """Return where the X server of a DISPLAY listens: sockets on this computer, or a host.

    Source: X(7), «DISPLAY NAMES».
    """
    host, _, rest = name.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdigit():
        return []
    if host in {"", "unix"}:
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X servers listen
        return ["\0" + path, path]
    return [(host, _X11_PORT + int(number))]


def _answers(where: str | tuple[str, int]) -> bool:
    try:
        if isinstance(where, tuple):
            socket.create_connection(where, _ANSWER_WITHIN).close()
        else:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_ANSWER_WITHIN)
                connection.connect(where)
    except OSError:
        return False
    return True
