"""The bill of materials: what a package ships, in CycloneDX 1.6 (ECMA-424)."""

import os
from datetime import UTC, datetime
from importlib.metadata import Distribution

from system_libraries import SystemPackage

Component = dict[str, object]


def bill(own: Component, parts: list[Component]) -> dict[str, object]:
    """Return the whole bill; its time is the commit's."""
    when = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": when.isoformat().replace("+00:00", "Z"), "component": own},
        "components": parts,
    }


def python(version: str) -> Component:
    """Return the entry of the interpreter."""
    return {
        "type": "platform",
        "bom-ref": f"cpython@{version}",
        "name": "CPython",
        "version": version,
        "cpe": f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*",
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }


def distribution(item: Distribution, licence: str, kind: str = "library") -> Component:
    """Return the entry of a Python distribution."""
    purl = f"pkg:pypi/{item.name.lower().replace('_', '-')}@{item.version}"
    if item.metadata.get("License-Expression"):
        terms: list[object] = [{"expression": licence}]
    else:
        terms = [{"license": {"name": licence}}]
    return {
        "type": kind,
        "bom-ref": purl,
        "name": item.name,
        "version": item.version,
        "purl": purl,
        "licenses": terms,
    }


PARTS = {
    "Qt": "LGPL-3.0-only", "ICU": "Unicode-3.0", "libsodium": "ISC", "OpenSSL": "Apache-2.0",
    "SQLite": "blessing", "libffi": "MIT",
    "Microsoft Visual C++ runtime": "LicenseRef-Microsoft-redistributable",
}  # fmt: skip
"""Libraries of others that lie inside what is shipped, and under what they may be."""


def part(name: str, version: str) -> Component:
    """Return the entry of a library that lies inside another component.

    Raises:
        KeyError: nobody judged its licence.
    """
    licence = PARTS[name]
    kind = "name" if licence.startswith("LicenseRef-") else "id"
    return {
        "type": "library",
        "bom-ref": f"{name.replace(' ', '-')}@{version}",
        "name": name,
        "version": version,
        "licenses": [{"license": {kind: licence}}],
    }


def library(package: SystemPackage) -> Component:
    """Return the entry of a library that was taken from the system that builds."""
    purl = f"pkg:deb/debian/{package.name}@{package.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "licenses": [{"license": {"name": name}} for name in package.licences],
    }
