"""A contract for import-linter: each folder imports only what its line in pyproject.toml names.

import-linter's own contracts forbid what they name, so that a new folder, or a library nobody had
thought of, passes them all. Here what has no line is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck

Folders = Mapping[str, Sequence[str]]
"""What each folder (or file) directly in the package may import, the lowest first: ours by full
name, libraries by their first name."""

_BROKEN: Final = "broken"


def violations(
    graph: ImportGraph, package: str, folders: Folders, everywhere: frozenset[str]
) -> Iterator[str]:
    """Yield a sentence for each import that is not allowed, and for each line that says too much.

    Args:
        graph: the package's imports, other packages squashed to their first name.
        package: the package's name.
        folders: the table. A line may name only folders of lines above it, so none go in circles.
        everywhere: what every folder may import.
    """
    units = graph.find_children(package) | {package}
    lines = {f"{package}.{folder}": tuple(allowed) for folder, allowed in folders.items()}
    above: set[str] = set()
    for unit, allowed in lines.items():
        for name in allowed:
            if f"{name}.".startswith(f"{package}.") and name not in above:
                yield f"The line of {unit} names {name}, which has no line above it."
        above.add(unit)
    for unit in sorted(lines.keys() - units):
        yield f"{unit} has a line but does not exist: remove the line."
    for unit in sorted(units - lines.keys() - {package}):
        yield f"{unit} has no line: write down what it may import."
    for unit in sorted(units):
        modules = {unit} if unit == package else {unit} | graph.find_descendants(unit)
        allowed = lines.get(unit, ())
        used = set()
        for module in sorted(modules):
            for imported in sorted(graph.find_modules_directly_imported_by(module)):
                name = _unit(imported, package)
                used.add(name)
                if name not in {unit, *allowed, *everywhere}:
                    where = graph.get_import_details(importer=module, imported=imported)
                    numbers = ", ".join(str(line["line_number"]) for line in where)
                    yield f"{module} (line {numbers}) imports {imported}: {unit} may not."
        for name in allowed:
            if name not in used:
                yield f"{unit} may import {name} but does not: remove it from its line."


def _unit(module: str, package: str) -> str:
    """Return the folder of ours that a module is in, or the library."""
    parts = module.split(".")
    return ".".join(parts[: 2 if parts[0] == package else 1])


class _Table(fields.Field[Folders]):
    """A table of lists, which pyproject.toml hands on as it is."""

    def parse(self, raw_data: object) -> Folders:
        if not isinstance(raw_data, dict):
            raise fields.ValidationError("Expected a table: folder = [what it may import].")
        return raw_data


class AllowList(Contract):
    """Every folder has a line, and imports only what stands in it or may be imported everywhere."""

    type_name = "allow_list"

    everywhere = fields.SetField(subfield=fields.StringField())
    folders = _Table()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = [
            sentence
            for package in self.session_options["root_packages"]
            for sentence in violations(graph, package, self.folders, frozenset(self.everywhere))
        ]
        return ContractCheck(kept=not broken, metadata={_BROKEN: broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for sentence in check.metadata[_BROKEN]:
            output.print_error(f"- {sentence}", bold=False)
