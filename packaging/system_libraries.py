"""The libraries that a frozen program took from the Debian that built it, and their terms."""

import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OF_PYTHON = re.compile(r"libpython3|^lib(qt|shiboken|pyside|icu|scipy_)", re.IGNORECASE)
"""Libraries that lie beside the system's, but came with the interpreter or with wheels."""


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """A package of the system's: what it is called, and what its authors ask for."""

    name: str
    version: str
    terms: str
    """The whole text of its copyright file."""
    files: tuple[str, ...] = ()
    """The libraries of it that are shipped."""

    @property
    def common(self) -> list[Path]:
        """The files that its text refers to for licences in full: they are everybody's."""
        named = re.findall(r"/usr/share/common-licenses/[\w.-]*\w", self.terms)
        return sorted({Path(name).resolve() for name in named})


def behind(folder: Path) -> list[SystemPackage]:
    """Return the system's packages whose libraries lie in a frozen program's folder.

    Raises:
        LookupError: a library belongs to no package: its terms are unknown, do not ship it.
    """
    places = _places()
    owners: dict[str, list[str]] = {}
    for file in sorted(folder.glob("lib*.so*")):
        if not file.is_symlink() and not OF_PYTHON.match(file.name):
            owner = _owner(file.name, places.get(file.name, file.name))
            owners.setdefault(owner, []).append(file.name)
    return [_package(owner, tuple(files)) for owner, files in sorted(owners.items())]


def _places() -> dict[str, str]:
    """Return where the system keeps each library."""
    ldconfig = shutil.which("ldconfig") or "/sbin/ldconfig"
    listed = re.findall(r"^\s+(\S+) \(.*\) => (\S+)$", _said(ldconfig, "-p"), re.MULTILINE)
    # Where another architecture's are there too, ours lie in the folder of its name.
    return {name: place for name, place in listed if platform.machine() in place}


def _owner(name: str, place: str) -> str:
    """Return the package, with its architecture, that installed a library."""
    real = Path(place).resolve()
    # Where /lib is a link to /usr/lib, packages still say the one or the other.
    for path in (real, Path(str(real).removeprefix("/usr")), Path(place)):
        done = subprocess.run(  # noqa: S603
            ["dpkg-query", "--search", str(path)],  # noqa: S607
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return done.stdout.partition(": ")[0]
    raise LookupError(f"{name} ({place}) belongs to no package: its terms are unknown")


def _package(owner: str, files: tuple[str, ...]) -> SystemPackage:
    name, version = _said("dpkg-query", "-W", "-f", "${Package} ${Version}", owner).split()
    terms = Path("/usr/share/doc", name, "copyright").read_text("utf-8")
    return SystemPackage(name, version, terms, files)


def _said(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout  # noqa: S603
