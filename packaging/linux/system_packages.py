"""What has to be installed on a Debian for a task: ``system_packages.py TASK``.

The tasks are ``window``, ``tests``, ``package`` (to build) and ``test-package`` (to try).

Installs it where it may (root and apt-get); else says the one line to type, and ends with 69.
Nothing to do outside Linux: the wheels of the other systems bring what they need.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from statmon.ui.support.preflight import LIBRARIES, XCB_LIBRARIES, library_loads

UNAVAILABLE = 69
"""EX_UNAVAILABLE of sysexits.h."""
QT = {**LIBRARIES, **XCB_LIBRARIES}
OF_THE_TESTS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    # A hand on keyboard and mouse, and a session that ends.
    "xdotool": "xdotool",
    "xsm": "x11-session-utils",
    "iceauth": "x11-xserver-utils",
    # Peers that nobody here wrote run on Node; Debian has had one that suits since version 12.
    "npm": "npm",
    # What judges our desktop entries, metadata, kinds of files, installers and connections.
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "update-mime-database": "shared-mime-info",
    "gio": "libglib2.0-bin",
    "wixl": "wixl",
    "msibuild": "msitools",
    "msiinfo": "msitools",
    "openssl": "openssl",
    # What judges our man page and completions; bash is always there.
    "mandoc": "mandoc",
    "zsh": "zsh",
    "fish": "fish",
    # Packs a small archive.
    "xz": "xz-utils",
    # Judges how increases of counters are counted.
    "promtool": "prometheus",
    # A desktop that shows notices, one that plays sounds to nobody, and who takes alerts.
    "dbus-daemon": "dbus-daemon",
    "dunst": "dunst",
    "pulseaudio": "pulseaudio",
    "paplay": "pulseaudio-utils",
    "parec": "pulseaudio-utils",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "amtool": "prometheus-alertmanager",
}
OF_THE_PACKAGES = {
    # objdump for PyInstaller, strip and readelf for us.
    "readelf": "binutils",
    "xz": "xz-utils",
    "makensis": "nsis",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
    "wixl": "wixl",
    "msibuild": "msitools",
}
OF_THEIR_TRIAL = {
    "debootstrap": "debootstrap",
    "wine": "wine",
    "osslsigncode": "osslsigncode",
}
PROGRAMS = {
    "window": {},
    "tests": OF_THE_TESTS,
    "package": OF_THE_PACKAGES,
    "test-package": {**OF_THE_TESTS, **OF_THE_PACKAGES, **OF_THEIR_TRIAL},
}


def lacking(
    wanted: Mapping[str, str], is_there: Callable[[str], object] = shutil.which
) -> list[str]:
    """Return the packages of which something is not there, sorted."""
    return sorted({package for name, package in wanted.items() if not is_there(name)})


def libraries_of_python() -> dict[str, str]:
    """Return what PyInstaller ships of the interpreter; Debian packs it apart."""
    name = "libpython{}.{}".format(*sys.version_info)
    return {f"{name}.so.1.0": name} if sys.base_prefix == "/usr" else {}


def main() -> int:
    """Bring what is missing; return 69 if that may not be."""
    if not sys.platform.startswith("linux"):
        return 0
    task = sys.argv[1]
    missing = [*lacking(QT, library_loads), *lacking(PROGRAMS[task])]
    if "package" in task:
        missing += lacking(libraries_of_python(), library_loads)
    if not missing:
        return 0
    # Nobody is there to be asked: what somebody set up on this system stays as it is.
    keep = ["-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"]
    line = ["apt-get", "install", "-y", "-qq", *keep, "--no-install-recommends", *missing]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write(f"installing: {' '.join(missing)}\n")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=env)  # noqa: S607
        subprocess.run(line, check=True, env=env, stdout=subprocess.DEVNULL)  # noqa: S603
        return 0
    how = "type: sudo apt-get install" if shutil.which("apt-get") else "install Debian's, or alike:"
    sys.stderr.write(f"something is missing on this system; {how} {' '.join(missing)}\n")
    return UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
