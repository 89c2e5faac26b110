"""What lies inside the distributions that are shipped, and whose each shared library is.

Libraries that others have built in name themselves nowhere but in their builders' notes: wheels
may bring a bill of their own (PEP 770), and what they do not say stands in the table below.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component
from packaging.utils import canonicalize_name

GCC = "GPL-3.0-or-later WITH GCC-exception-3.1"


@dataclass(frozen=True, slots=True)
class Part:
    """A library of somebody else's inside a distribution, or inside the interpreter."""

    name: str
    licence: str
    holder: str
    """The distribution's name, normalised; ``cpython``."""
    files: str
    """A pattern of the files in which it lies."""
    says: bytes = b""
    """A pattern of what it says of its version in there; without, the holder's tells."""
    alone: bool = False
    """The files are its own: nothing else of the holder's is in them."""
    cpe: str = ""
    """Vendor and product, as the National Vulnerability Database calls it."""


TABLE = (
    # doc.qt.io: Third-Party Code Used in Qt; what is taken from the system on Linux is not inside.
    Part("Qt", "LGPL-3.0-only", "pyside6-essentials",
         r"PySide6/(Qt/(lib/libQt6|plugins/)|Qt6\w+\.dll|plugins/)",
         rb"Qt (\d[\d.]*\d) \(", alone=True, cpe="qt:qt"),
    Part("ICU", "Unicode-3.0", "pyside6-essentials", r"PySide6/Qt/lib/libicu",
         rb"libicudata\.so\.(\d+)", alone=True,
         cpe="icu-project:international_components_for_unicode"),
    Part("PCRE2", "BSD-3-Clause", "pyside6-essentials", r"Qt6Core\.",
         rb"\0(\d+\.\d+) \d{4}-\d\d-\d\d\0", cpe="pcre:pcre2"),
    Part("double-conversion", "BSD-3-Clause", "pyside6-essentials", r"Qt6Core\."),
    Part("TinyCBOR", "MIT", "pyside6-essentials", r"Qt6Core\."),
    Part("zlib", "Zlib", "pyside6-essentials", r"Qt6Core\."),
    Part("HarfBuzz", "MIT", "pyside6-essentials", r"Qt6Gui\."),
    Part("libpng", "libpng-2.0", "pyside6-essentials", r"Qt6Gui\.",
         rb"libpng version (\d[\d.]*\d)", cpe="libpng:libpng"),
    Part("MD4C", "MIT", "pyside6-essentials", r"Qt6Gui\."),
    Part("FreeType", "FTL", "pyside6-essentials", r"Qt6Gui\.dll"),
    Part("libsodium", "ISC", "pynacl", r"nacl/_sodium\."),
    Part("libffi", "MIT", "cffi", r"_cffi_backend\."),
    Part("OpenBLAS", "BSD-3-Clause", "numpy", r"numpy\.libs/libscipy_openblas",
         rb"OpenBLAS (\d[\d.]*\d)", alone=True, cpe="openblas_project:openblas"),
    Part("libgfortran", GCC, "numpy", r"numpy\.libs/lib(gfortran|scipy_openblas)", alone=True),
    Part("libquadmath", "LGPL-2.1-or-later", "numpy", r"numpy\.libs/libquadmath", alone=True),
    Part("Microsoft Visual C++ runtime", "LicenseRef-Microsoft-redistributable", "cpython",
         r"/(msvcp|vcruntime)140[\w-]*\.dll", alone=True),
    Part("Expat", "MIT", "cpython", r"/pyexpat\.", rb"expat_(\d[\d.]*\d)",
         cpe="libexpat_project:libexpat"),
    Part("mpdecimal", "BSD-2-Clause", "cpython", r"/_decimal\."),
    Part("HACL*", "MIT", "cpython", r"(libpython3|/python3\d+\.dll)"),
    Part("bzip2", "bzip2-1.0.6", "cpython", r"/_bz2\.pyd", rb"\0(\d\.\d\.\d), \d+-\w+-\d{4}\0",
         cpe="bzip:bzip2"),
    Part("XZ Utils", "0BSD", "cpython", r"/_lzma\.pyd"),
    Part("zlib", "Zlib", "cpython", r"/python3\d+\.dll"),
    Part("OpenSSL", "Apache-2.0", "cpython", r"python/lib(crypto|ssl)-.*\.dll",
         rb"OpenSSL (\d[\d.]*\d)", alone=True, cpe="openssl:openssl"),
    Part("SQLite", "blessing", "cpython", r"python/sqlite3\.dll", alone=True, cpe="sqlite:sqlite"),
    Part("libffi", "MIT", "cpython", r"python/libffi-.*\.dll", alone=True),
    Part("PyInstaller's boot loader", "GPL-2.0-or-later WITH Bootloader-exception", "statmon",
         r"^/statmon$", alone=True),
)  # fmt: skip
OF_CPYTHON = re.compile(
    r"_internal/(libpython3|python3[\d.]+/lib-dynload/)|python/[\w.]+\.(pyd|dll)$"
)
OF_STATMON = re.compile(r"(statmon|uninstall)\.(exe|com)$")
OF_THE_SYSTEM = {
    r"libssl3|libssl\d": "Apache-2.0", r"libffi": "MIT", r"libgcc-s1|libstdc\+\+6": GCC,
    r"libbz2": "bzip2-1.0.6", r"liblzma": "0BSD", r"libsqlite3": "blessing",
    r"libuuid1": "BSD-3-Clause", r"libx11-xcb1|libxcb-|libxkbcommon": "MIT", r"zlib1g": "Zlib",
    # What Debian's own Python asks for besides.
    r"libcrypt1": "LGPL-2.1-or-later", r"libdb5": "Sleepycat", r"libmpdec": "BSD-2-Clause",
    r"libncursesw6": "X11-distribute-modifications-variant", r"libnsl2": "LGPL-2.1-only",
    r"libtirpc": "BSD-3-Clause", r"libexpat1": "MIT",
}  # fmt: skip
"""Under what the libraries of the system's packages are: their copyright files tell of sources."""
_PLAIN = ("type", "name", "version", "purl", "cpe", "licenses")
"""What a wheel's bill says of a part that every version of the format says alike."""
_MAGIC = (b"\x7fELF", b"MZ")


def binaries(tree: Path) -> dict[str, Path]:
    """Return the shared libraries and programs below a folder, by their place in it."""
    return {
        file.relative_to(tree).as_posix(): file
        for file in sorted(tree.rglob("*"))
        if file.is_file() and not file.is_symlink() and _is_binary(file)
    }


def _is_binary(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(4).startswith(_MAGIC)


def recorded(found: list[Distribution]) -> dict[str, Path]:
    """Return the files of distributions as they are installed, by their place there."""
    return {
        file.as_posix(): Path(str(file.locate()))
        for item in found
        for file in item.files or ()
        if file.suffix in {".so", ".pyd", ".dll", ".dylib"} or ".so." in file.name
    }


def of_system(package: str) -> str:
    """Return under what the library of a system's package is.

    Raises:
        LookupError: nobody judged it.
    """
    for pattern, licence in OF_THE_SYSTEM.items():
        if re.match(pattern, package):
            return licence
    raise LookupError(f"{package}: nobody judged its licence, see packaging/parts.py")


def inside(holder: str, version: str, files: Mapping[str, Path]) -> Iterator[tuple[Part, str]]:
    """Yield the parts of a holder that lie in these files, each with its version."""
    for part in TABLE:
        lying = [name for name in files if re.search(part.files, f"/{name}")]
        if part.holder == holder and lying:
            yield part, _version(part, [files[name] for name in lying]) or f"of {holder} {version}"


def _version(part: Part, lying: list[Path]) -> str:
    for file in lying if part.says else ():
        if found := re.search(part.says, file.name.encode() + file.read_bytes()):
            return found[1].decode()
    return ""


def known_as(cpe: str, version: str) -> str | None:
    """Return a part's name in the National Vulnerability Database; None where it has none."""
    plain = re.match(r"\d+(\.\d+)*", version)
    return f"cpe:2.3:a:{cpe}:{plain[0]}:*:*:*:*:*:*:*" if cpe and plain else None


def owners(
    files: Mapping[str, Path], found: list[Distribution], system: Mapping[str, str]
) -> dict[str, str]:
    """Return of each file the name of the component that brought it: of a part, its own.

    Args:
        files: by their place.
        found: the distributions.
        system: the libraries of the system's packages, by their names.

    Raises:
        LookupError: files belong to nothing that the bill names.
    """
    of_wheels = {
        file.as_posix(): canonicalize_name(item.name) for item in found for file in item.files or ()
    }
    told = {name: _owner(name, of_wheels, system) for name in files}
    if unnamed := sorted(name for name, owner in told.items() if not owner):
        raise LookupError(f"the bill of materials names nothing that brings {', '.join(unnamed)}")
    return told


def _owner(name: str, of_wheels: Mapping[str, str], system: Mapping[str, str]) -> str:
    for part in TABLE:
        if part.alone and re.search(part.files, f"/{name}"):
            return part.name
    if OF_CPYTHON.search(name):
        return "cpython"
    if OF_STATMON.search(name):
        return "statmon"
    beside = name.partition("/")[2]
    return system.get(Path(name).name, "") or of_wheels.get(beside, "")


def own_bills(item: Distribution) -> Iterator[Component]:
    """Yield the parts that a distribution's own bills name (PEP 770)."""
    for file in item.files or ():
        if ".dist-info/sboms/" in file.as_posix() and file.suffix == ".json":
            said = json.loads(file.read_text("utf-8")).get("components", [])
            plain = [{key: one[key] for key in _PLAIN if key in one} for one in said]
            bom: Bom = Bom.from_json({"components": plain})
            for one in bom.components:
                called = next((each.cpe for each in TABLE if each.name.lower() == one.name), "")
                one.cpe = one.cpe or known_as(called, one.version or "")
                yield one
