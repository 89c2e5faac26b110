"""Licence texts of everything that a package ships, and its bill of materials.

``python packaging/licences.py TARGET [--libraries FOLDER]``, run by the environment that is
shipped: what statmon requires there, and what that requires, is shipped; the tools that build
are not. ``--libraries`` names the frozen program's folder, whose libraries came from this system.
For another system ``--packages`` names the folder of its distributions, all of which are shipped,
and ``--python`` the version of its Python.
"""

import argparse
import sys
import sysconfig
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import bill
import parts
from boolean import ParseError
from boolean.boolean import AND, OR
from boolean.boolean import Expression as BooleanExpression
from cyclonedx.model.component import Component
from cyclonedx.model.license import LicenseExpression
from license_expression import ExpressionError, Licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from system_libraries import SystemPackage, behind

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "LGPL-3.0-only", "MIT",
    "MIT-0", "PSF-2.0", "Zlib",
    # Of what lies inside, and of the system's libraries.
    "Apache-2.0 WITH LLVM-exception", "FTL", "GPL-2.0-or-later WITH Bootloader-exception",
    "GPL-3.0-or-later WITH GCC-exception-3.1", "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later",
    "LicenseRef-Microsoft-redistributable", "Sleepycat", "Unicode-3.0", "blessing",
    "X11-distribute-modifications-variant", "bzip2-1.0.6", "libpng-2.0",
    # As classifiers say it, from before there were expressions.
    "Apache Software License", "BSD License", "MIT License",
}  # fmt: skip
"""Under what statmon may be shipped without changing its own licence."""
UNSTATED = {"openssl": "Apache-2.0"}
"""Licences of parts that their holders' own bills name without one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    target: Path
    packages: Path | None
    python: str
    libraries: Path | None
    parts: list[str]
    """Versions of what the interpreter brings of others, where its files state them."""


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
    told = write_bill(asked, found, libraries)
    refused = {name: terms for name, terms in told.items() if not allowed(terms)}
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
        todo |= _needed(item) - found.keys()
    return list(found.values())


def _needed(item: Distribution) -> set[str]:
    needs = map(Requirement, item.requires or ())
    return {canonicalize_name(one.name) for one in needs if _is_wanted(one)}


def _is_wanted(requirement: Requirement) -> bool:
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
    if all(part.strip() in ALLOWED for part in stated.split(" AND ")):
        return True
    try:
        parsed = Licensing().parse(stated)
    except (ExpressionError, ParseError):
        return False  # a name, and none of those above
    return parsed is not None and _holds(parsed)


def _holds(term: BooleanExpression) -> bool:
    if isinstance(term, OR):
        return any(map(_holds, term.args))
    if isinstance(term, AND):
        return all(map(_holds, term.args))
    return str(term) in ALLOWED


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


def write_bill(
    asked: Asked, found: list[Distribution], libraries: list[SystemPackage]
) -> dict[str, str]:
    """Write the bill of materials; return what it names, each with its licence.

    Raises:
        LookupError: something that is shipped is nothing that it names.
    """
    files = parts.binaries(asked.target)
    known = dict(one.split("=", 1) for one in asked.parts)
    system = {file: library.name for library in libraries for file in library.files}
    lying = defaultdict(list)
    for file, owner in parts.owners(files, found, system).items():
        lying[owner].append(file)
    told = {"CPython": "PSF-2.0"}
    entries = {"cpython": bill.python(asked.python)}
    for item in found:
        kind = "application" if item.name == "statmon" else "library"
        told[item.name] = licence(item)
        entry = bill.distribution(item, licence(item), kind)
        entries[canonicalize_name(item.name)] = entry
        bill.put_inside(entry, parts.own_bills(item))
    for library in libraries:
        told[library.name] = parts.of_system(library.name)
        entries[library.name] = bill.library(library, told[library.name])
    for holder, entry in list(entries.items()):
        version = entry.version or ""
        for part, said in parts.inside(holder, version, files or parts.recorded(found)):
            told[f"{part.name} in {holder}"] = part.licence
            inner = bill.part(part, known.get(part.name, said) if holder == "cpython" else said)
            bill.put_inside(entry, [inner])
            bill.lies_in(inner, lying.pop(part.name, []) if part.alone else [])
        told |= {f"{one.name} in {holder}": _of(one) for one in entry.components}
        bill.lies_in(entry, lying.pop(holder, []))
    if lying:
        raise LookupError(f"the bill of materials does not name {', '.join(sorted(lying))}")
    needs = {
        entries[name].bom_ref.value or "": [entries[one] for one in asked_for if one in entries]
        for name, asked_for in ((canonicalize_name(item.name), _needed(item)) for item in found)
    }
    brought = [entries[name] for name in ("cpython", *(library.name for library in libraries))]
    own = entries.pop("statmon")
    needs[own.bom_ref.value or ""] += brought
    text = bill.bill(own, entries.values(), needs)
    (asked.target / "statmon.cdx.json").write_text(text, "utf-8")
    return told


def _of(component: Component) -> str:
    """Return the licence of a part that its holder's own bill names."""
    stated = " AND ".join(
        one.value if isinstance(one, LicenseExpression) else one.id or one.name or ""
        for one in component.licenses
    )
    return stated or UNSTATED.get(component.name, "")


if __name__ == "__main__":
    sys.exit(main())
