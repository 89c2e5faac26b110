"""The bill of materials: what a package ships, in CycloneDX 1.6 (ECMA-424)."""

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import Distribution

from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from packaging.utils import canonicalize_name
from parts import Part, known_as
from system_libraries import SystemPackage

OURS = uuid.UUID("8a8d4b1e-5a53-4a39-9c7d-0e6f1c7f2b11")
"""What a bill's number is made from, with all that it says: the same bill has the same one."""


def bill(
    own: Component, parts: Iterable[Component], needs: Mapping[str, Iterable[Component]]
) -> str:
    """Return the whole bill; its time is the commit's.

    Args:
        own: what is shipped.
        parts: of what it consists.
        needs: what each asks for, by its reference.
    """
    when = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    bom = Bom(
        components=parts,
        metadata=BomMetaData(component=own, timestamp=when),
        serial_number=OURS,
    )
    for entry in (own, *bom.components):
        bom.register_dependency(entry, needs.get(entry.bom_ref.value or "", ()))
    said = _written(bom)
    bom.serial_number = uuid.uuid5(OURS, said)
    return _written(bom)


def _written(bom: Bom) -> str:
    outputter = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6)
    return outputter.output_as_string(indent=1) + "\n"


def python(version: str) -> Component:
    """Return the entry of the interpreter."""
    return Component(
        type=ComponentType.PLATFORM,
        bom_ref=f"cpython@{version}",
        name="CPython",
        version=version,
        cpe=f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*",
        licenses=[DisjunctiveLicense(id="PSF-2.0")],
    )


def distribution(item: Distribution, licence: str, kind: str = "library") -> Component:
    """Return the entry of a Python distribution."""
    purl = PackageURL("pypi", name=canonicalize_name(item.name), version=item.version)
    expressed = item.metadata.get("License-Expression")
    return Component(
        type=ComponentType(kind),
        bom_ref=str(purl),
        name=item.name,
        version=item.version,
        purl=purl,
        licenses=[LicenseExpression(licence) if expressed else DisjunctiveLicense(name=licence)],
    )


def part(one: Part, version: str) -> Component:
    """Return the entry of a library that lies inside another component."""
    return Component(
        bom_ref=f"{one.holder}/{one.name.replace(' ', '-')}@{version}",
        name=one.name,
        version=version,
        cpe=known_as(one.cpe, version),
        licenses=[_terms(one.licence)],
    )


def library(package: SystemPackage, licence: str) -> Component:
    """Return the entry of a library that was taken from the system that builds."""
    purl = PackageURL("deb", "debian", package.name, package.version)
    return Component(
        bom_ref=str(purl),
        name=package.name,
        version=package.version,
        purl=purl,
        licenses=[_terms(licence)],
    )


def lies_in(component: Component, files: Sequence[str]) -> None:
    """Say which shared libraries and programs a component brought."""
    if files:
        places = [Occurrence(location=name) for name in sorted(files)]
        component.evidence = ComponentEvidence(occurrences=places)


def put_inside(holder: Component, inner: Iterable[Component]) -> None:
    """Say what lies inside a component; a reference that two bills chose is made another."""
    for each in inner:
        each.bom_ref.value = f"{holder.bom_ref.value}#{each.name}@{each.version}"
        holder.components.add(each)


def _terms(licence: str) -> LicenseExpression | DisjunctiveLicense:
    if licence.startswith("LicenseRef-"):
        return DisjunctiveLicense(name=licence)
    return LicenseExpression(licence) if " " in licence else DisjunctiveLicense(id=licence)
