"""The CPython for Windows that is shipped: any folder with one, whatever its line."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

ENDS: dict[str, dict[str, date]] = {
    # By the release schedules, PEP 693, 719, 745: from then on no installers, only sources.
    "CPython": {
        "3.12": date(2025, 4, 8), "3.13": date(2026, 10, 6), "3.14": date(2027, 10, 5),
    },
    # openssl-library.org, release strategy.
    "OpenSSL": {
        "3.0": date(2026, 9, 7), "3.3": date(2026, 4, 9), "3.4": date(2026, 10, 22),
        "3.5": date(2030, 4, 8), "3.6": date(2026, 11, 1),
    },
}  # fmt: skip
"""From when on a line gets no new builds for Windows; a line that is not here is not known."""
_FILES = {"OpenSSL": "libcrypto-*.dll", "SQLite": "sqlite3.dll",
          "Microsoft Visual C++ runtime": "vcruntime140.dll"}  # fmt: skip
_LIBFFI = "libffi-*.dll"


class Unfit(ValueError):
    """A folder holds no CPython that can be shipped; the message says why."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A CPython for Windows in a folder, with its library beside it."""

    folder: Path

    @property
    def name(self) -> str:
        """What its library is called, ``python313``.

        Raises:
            Unfit: there is none, or not the whole of it.
        """
        found = [file.stem for file in self.folder.glob("python3[0-9]*.dll")]
        if len(found) != 1 or not (self.folder / "Lib").is_dir():
            raise Unfit(f"{self.folder} is no whole CPython for Windows: python3….dll and Lib")
        return found[0]

    @property
    def line(self) -> str:
        """Major and minor version, ``3.13``."""
        digits = self.name.removeprefix("python")
        return f"{digits[0]}.{digits[1:]}"

    @property
    def version(self) -> str:
        """The whole version, as its own resources say it."""
        return stated(self.folder / f"{self.name}.dll")

    @property
    def files(self) -> list[Path]:
        """Its libraries and extensions, which lie beside it or in ``DLLs``."""
        beside = [*self.folder.glob("*.dll"), *self.folder.glob("*.pyd")]
        inside = self.folder / "DLLs"
        return beside + (sorted(inside.iterdir()) if inside.is_dir() else [])

    def parts(self) -> dict[str, str]:
        """Return what it brings of others, with its version."""
        found = {}
        for name, pattern in _FILES.items():
            for file in self.files:
                if file.match(pattern):
                    found[name] = stated(file)
        # libffi states no version but that of its interface, in its name.
        for file in self.files:
            if file.match(_LIBFFI):
                found["libffi"] = f"interface {file.stem.partition('-')[2]}"
        return found

    def past(self, today: date | None = None) -> list[str]:
        """Return a sentence for each part that gets no new builds any more, or is not known."""
        day = today or datetime.now(UTC).date()
        told = []
        for name, version in {"CPython": self.version, **self.parts()}.items():
            if name not in ENDS:
                continue
            line = ".".join(version.split(".")[:2])
            end = ENDS[name].get(line)
            if end is None:
                told.append(f"{name} {version}: the end of line {line} stands in no list here")
            elif end <= day:
                told.append(f"{name} {version}: no new builds of line {line} since {end}")
        return told

    def compiler(self) -> str | None:
        """Return a Python of the same line here: byte code belongs to a line; None without."""
        own = [str(one) for one in Path.home().glob(f".pyenv/versions/{self.line}.*/bin/python3")]
        wanted = f"import sys; sys.exit('{self.line}' != '%d.%d' % sys.version_info[:2])"
        for found in filter(None, map(shutil.which, (sys.executable, f"python{self.line}", *own))):
            # A name on PATH proves nothing: version managers leave shims that refuse.
            done = subprocess.run([found, "-c", wanted], check=False, capture_output=True)  # noqa: S603
            if done.returncode == 0:
                return found
        return None


def stated(file: Path) -> str:
    """Return the version that a library for Windows states in its resources.

    Raises:
        Unfit: it states none.
    """
    data = file.read_bytes()
    named = "FileVersion".encode("utf-16-le")
    found = re.search(named + rb"(?:\0\0)+((?:[\d.]\0)+)", data)
    if not found:
        raise Unfit(f"{file} states no version")
    return found[1].decode("utf-16-le").strip(".")
