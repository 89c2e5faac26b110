"""Licence texts of everything that a package ships, and its bill of materials.

``python packaging/licences.py TARGET``, run by the environment that is shipped: every
distribution in it is shipped, besides the tools that freeze it.
"""

import json
import os
import sys
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions
from pathlib import Path

TOOLS = {
    "altgraph", "macholib", "packaging", "pefile", "pip", "pyinstaller",
    "pyinstaller-hooks-contrib", "pywin32-ctypes", "setuptools", "uv", "wheel",
}  # fmt: skip


def main() -> int:
    """Write ``licences/`` and ``statmon.cdx.json``; return 1 if one has no licence."""
    target = Path(sys.argv[1])
    found = sorted(shipped(), key=lambda item: item.name.lower())
    nameless = [item.name for item in found if not licence(item)]
    for item in found:
        write_texts(item, target / "licences" / f"{item.name}-{item.version}")
    for text in (Path(__file__).parent / "licence-texts").iterdir():
        (target / "licences" / text.name).write_bytes(text.read_bytes())
    python = Path(sys.base_prefix, "LICENSE.txt")
    if python.exists():
        (target / "licences" / "Python-LICENSE.txt").write_bytes(python.read_bytes())
    (target / "statmon.cdx.json").write_text(json.dumps(bill(found), indent=1) + "\n", "utf-8")
    if nameless:
        sys.stderr.write(f"no licence is known of {', '.join(nameless)}: do not ship it\n")
    return 1 if nameless else 0


def shipped() -> list[Distribution]:
    """Return the distributions that end in the package.

    ``STATMON_SHIPPED`` names a folder of them, for a system that is not this one.
    """
    folder = os.environ.get("STATMON_SHIPPED")
    found = distributions(path=[folder]) if folder else distributions()
    return [item for item in found if item.name.lower() not in TOOLS]


def licence(item: Distribution) -> str:
    """Return the licence that a distribution states."""
    data = item.metadata
    stated = data.get("License-Expression") or ""
    classified = [
        line.rpartition(" :: ")[2]
        for line in data.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    short = (data.get("License") or "").strip().splitlines()
    return stated or ", ".join(classified) or (short[0] if short else "")


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


def bill(found: list[Distribution]) -> dict[str, object]:
    """Return the bill of materials in CycloneDX 1.6 (ECMA-424)."""
    when = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    own = next(item for item in found if item.name == "statmon")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": when.isoformat().replace("+00:00", "Z"),
            "component": component(own, "application"),
        },
        "components": [
            {
                "type": "platform",
                "name": "CPython",
                "version": sys.version.split()[0],
                "licenses": [{"license": {"id": "PSF-2.0"}}],
            },
            *(component(item, "library") for item in found if item is not own),
        ],
    }


def component(item: Distribution, kind: str) -> dict[str, object]:
    """Return one entry of the bill."""
    name = item.name.lower().replace("_", "-")
    return {
        "type": kind,
        "name": item.name,
        "version": item.version,
        "purl": f"pkg:pypi/{name}@{item.version}",
        "licenses": [{"license": {"name": licence(item)}}],
    }


if __name__ == "__main__":
    sys.exit(main())
