"""Licence texts of everything that a package ships, and its bill of materials.

``python packaging/licences.py TARGET [--libraries FOLDER]``, run by the environment that is
shipped: what statmon requires there, and what that requires, is shipped; the tools that build
are not. ``--libraries`` names the frozen program's folder, whose libraries came from this system.
For another system ``--packages`` names the folder of its distributions, all of which are shipped,
and ``--python`` the version of its Python.
"""

import argparse
import json
import sys
import sysconfig
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import bill
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from system_libraries import SystemPackage, behind

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "LGPL-3.0-only", "MIT",
    "MIT-0", "PSF-2.0", "Zlib",
    # As classifiers say it, from before there were expressions.
    "Apache Software License", "BSD License", "MIT License",
}  # fmt: skip
"""Under what statmon may be shipped without changing its own licence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    target: Path
    packages: Path | None
    python: str
    libraries: Path | None
    parts: list[str]
    """What the interpreter brings of others."""


def main() -> int:
    """Write ``licences/`` and ``statmon.cdx.json``; return 1 if a licence is not allowed."""
    asked = arguments()
    found = sorted(shipped(asked.packages), key=lambda item: item.name.lower())
    libraries = behind(asked.libraries) if asked.libraries else []
    texts = asked.target / "licences"
    for item in found:
        write_texts(item, texts / f"{item.name}-{item.version}")
    if asked.packages is None:  # Windows' brings its own, which build_windows.py copies
        (texts / "Python-LICENSE.txt").write_bytes(licence_of_python().read_bytes())
    for library in libraries:
        # A colon (an epoch) has no place in a file's name.
        name = f"{library.name}-{library.version.replace(':', '_')}.txt"
        (texts / name).write_text(library.terms, "utf-8")
        for text in library.common:
            (texts / f"common-{text.name}.txt").write_bytes(text.read_bytes())
    for text in (Path(__file__).parent / "licence-texts").iterdir():
        (texts / text.name).write_bytes(text.read_bytes())
    write_bill(asked, found, libraries)
    refused = {item.name: licence(item) for item in found if not allowed(licence(item))}
    for name, stated in refused.items():
        sys.stderr.write(f"{name}: its licence ({stated or 'none is stated'}) is not allowed\n")
    return 1 if refused else 0


def arguments() -> Asked:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--packages", type=Path)
    parser.add_argument("--python", default=sys.version.split()[0])
    parser.add_argument("--libraries", type=Path)
    parser.add_argument("--parts", nargs="*", default=[], metavar="NAME=VERSION")
    return Asked(**vars(parser.parse_args()))


def shipped(folder: Path | None) -> list[Distribution]:
    """Return the distributions that end in the package: those of a folder, or required here."""
    return list(distributions(path=[str(folder)])) if folder else required("statmon")


def required(name: str) -> list[Distribution]:
    """Return a distribution and all that it requires in this environment."""
    todo, found = {canonicalize_name(name)}, {}
    while todo:
        item = distribution(todo.pop())
        found[canonicalize_name(item.name)] = item
        needs = map(Requirement, item.requires or ())
        names = {canonicalize_name(one.name) for one in needs if _holds(one)}
        todo |= names - found.keys()
    return list(found.values())


def _holds(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def licence(item: Distribution) -> str:
    """Return the licence that a distribution states: an expression where it gives one."""
    data = item.metadata
    stated = data.get("License-Expression") or ""
    classified = [
        line.rpartition(" :: ")[2]
        for line in data.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    short = (data.get("License") or "").strip().splitlines()
    return stated or " AND ".join(classified) or (short[0] if short else "")


def allowed(stated: str) -> bool:
    """Tell whether one of the alternatives of a licence may be shipped, all of its parts."""
    return any(
        all(part.strip() in ALLOWED for part in alternative.split(" AND "))
        for alternative in stated.split(" OR ")
    )


def write_texts(item: Distribution, folder: Path) -> None:
    """Copy the licence files of a distribution; at least its own statement."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "STATED.txt").write_text(f"{item.name} {item.version}: {licence(item)}\n", "utf-8")
    for file in item.files or ():
        name = file.name.lower()
        if name.startswith(("licen", "copying", "notice", "authors")) and file.suffix != ".py":
            place = Path(str(item.locate_file(file)))
            if place.is_file():
                parts = [part for part in file.parts[1:] if part not in {"..", "licenses"}]
                (folder / "-".join(parts)).write_bytes(place.read_bytes())


def licence_of_python() -> Path:
    """Return the text that came with the interpreter: beside its library, or where Debian puts it.

    Raises:
        FileNotFoundError: there is none, so it must not be shipped.
    """
    line = "python{}.{}".format(*sys.version_info)
    places = (
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        Path("/usr/share/doc") / line / "copyright",
    )
    for place in places:
        if place.is_file():
            return place
    raise FileNotFoundError(f"no licence text of {line} in {', '.join(map(str, places))}")


def inside(found: list[Distribution]) -> list[str]:
    """Return the libraries of others that distributions hold, each with its version."""
    told = []
    for item in found:
        if item.name.lower() == "pyside6_essentials":
            told.append(f"Qt={item.version}")
        files = [file for file in item.files or () if file.name.startswith("libicuuc.so.")]
        told += [f"ICU={file.name.removeprefix('libicuuc.so.')}" for file in files]
        if item.name.lower() == "pynacl":
            # It states no version of its own in the library that is shipped.
            told.append(f"libsodium=of PyNaCl {item.version}")
    return told


def write_bill(asked: Asked, found: list[Distribution], libraries: list[SystemPackage]) -> None:
    """Write the bill of materials."""
    own = next(item for item in found if item.name == "statmon")
    parts = [bill.python(asked.python)]
    parts += [bill.distribution(item, licence(item)) for item in found if item is not own]
    parts += [bill.library(library) for library in libraries]
    parts += [bill.part(*one.split("=", 1)) for one in [*asked.parts, *inside(found)]]
    whole = bill.bill(bill.distribution(own, licence(own), "application"), parts)
    text = json.dumps(whole, indent=1) + "\n"
    (asked.target / "statmon.cdx.json").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
