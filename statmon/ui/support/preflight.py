"""Whether a window can be opened here at all. Free of Qt, so that it can say what Qt lacks."""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping
from typing import Final

from statmon.domain.problem import Problem

LIBRARIES: Final[Mapping[str, str]] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""What Qt asks of a Linux system: its libraries, each with Debian's package of it.

The one list of them: set-up, doctor and ``.deb`` take it from here, and a test compares it with
what the libraries of PySide6 name themselves.
"""
XCB_LIBRARIES: Final[Mapping[str, str]] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What a window on an X screen asks for as well."""
WAYLAND_LIBRARIES: Final[Mapping[str, str]] = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""What a window on Wayland asks for as well."""


class CannotOpenWindow(RuntimeError):
    """No window can be opened; the message is one sentence that says what to do."""

    def __init__(self, says: str, cure: str) -> None:
        self.problem = Problem(says, cure)
        super().__init__(str(self.problem))


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
    if not has_screen(environment):
        raise NoDisplay(
            "no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set)",
            "start statmon from a desktop session, or use `statmon watch`",
        )
    check_libraries(environment, loads or library_loads)


def has_screen(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Tell whether the environment names a screen, or a platform of Qt's to do without."""
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return not platform.startswith("linux") or any(map(environment.get, names))


def check_libraries(
    environment: Mapping[str, str] = os.environ, loads: Callable[[str], bool] | None = None
) -> None:
    """Check for the system libraries that a Linux window needs here; for all, without a screen.

    Raises:
        MissingQt: a library is missing; the message names the line to type.
    """
    wanted = _wanted(environment)
    missing = {package for name, package in wanted.items() if not (loads or library_loads)(name)}
    if missing:
        raise MissingQt(
            "Qt needs system libraries that are not installed",
            f"type `sudo apt-get install {' '.join(sorted(missing))}`",
        )


def _wanted(environment: Mapping[str, str]) -> dict[str, str]:
    if not has_screen(environment, "linux"):
        return {**LIBRARIES, **XCB_LIBRARIES}
    plugin = environment.get("QT_QPA_PLATFORM", "")
    x11 = plugin.startswith("xcb") or (not plugin and environment.get("DISPLAY"))
    wayland = plugin.startswith("wayland") or (not plugin and not x11)
    return {
        **LIBRARIES,
        **(XCB_LIBRARIES if x11 else {}),
        **(WAYLAND_LIBRARIES if wayland else {}),
    }


def missing_qt(error: ImportError) -> MissingQt:
    """Return what to tell the user when importing PySide6 failed."""
    if isinstance(error, ModuleNotFoundError):
        return MissingQt("Qt is not installed", "type `pip install PySide6-Essentials`")
    return MissingQt(f"Qt cannot be loaded ({error})", "install the library that it names")


def library_loads(name: str) -> bool:
    """Tell whether the system's loader finds a library, and all that it needs."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
