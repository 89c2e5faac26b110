"""Whether a window can be opened here at all. Free of Qt, so that it can say what Qt lacks."""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

# What Qt's xcb plugin needs from the system on Debian and Ubuntu, by library and package.
_LIBRARIES: Mapping[str, str] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
}
_XCB_LIBRARIES: Mapping[str, str] = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


class CannotOpenWindow(RuntimeError):
    """No window can be opened; the message is one sentence that says what to do."""


class NoDisplay(CannotOpenWindow):
    """There is no screen to open a window on."""


class MissingQt(CannotOpenWindow):
    """Qt, or a library that it needs, is not installed."""


def check(
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    loads: Callable[[str], bool] | None = None,
) -> None:
    """Check for a display and for Qt's system libraries; cheap, and imports no Qt.

    Raises:
        NoDisplay: there is no screen.
        MissingQt: a library is missing; the message names the line to type.
    """
    if not platform.startswith("linux"):
        return
    plugin = environment.get("QT_QPA_PLATFORM", "")
    if not plugin and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        raise NoDisplay(
            "no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set): "
            "start statmon from a desktop session, or use `statmon watch`"
        )
    xcb = plugin.startswith("xcb") or (not plugin and bool(environment.get("DISPLAY")))
    wanted = {**_LIBRARIES, **(_XCB_LIBRARIES if xcb else {})}
    missing = [package for name, package in wanted.items() if not (loads or _loads)(name)]
    if missing:
        raise MissingQt(
            "Qt needs system libraries that are not installed: type "
            f"`sudo apt-get install {' '.join(missing)}`"
        )


def missing_qt(error: ImportError) -> MissingQt:
    """Return what to tell the user when importing PySide6 failed."""
    if isinstance(error, ModuleNotFoundError):
        return MissingQt("Qt is not installed: type `pip install PySide6-Essentials`")
    return MissingQt(f"Qt cannot be loaded ({error}): install the library that it names")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
