"""What the contract on imports refuses, shown on imports that nobody has written."""

import tomllib
from pathlib import Path

import grimp
import pytest

from tests.harness.allow_list import violations

PYPROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))
CONTRACT = next(
    contract
    for contract in PYPROJECT["tool"]["importlinter"]["contracts"]
    if contract["type"] == "allow_list"
)


@pytest.fixture
def graph():
    """The imports of a program in which every folder imports all that its line names."""
    graph = grimp.ImportGraph()
    for folder, allowed in CONTRACT["folders"].items():
        _imports(graph, f"statmon.{folder}.file", *allowed)
    return graph


def _imports(graph, module, *names):
    graph.add_module("statmon")
    graph.add_module(".".join(module.split(".")[:2]))
    graph.add_module(module)
    for name in names:
        graph.add_module(name, is_squashed=not name.startswith("statmon"))
        graph.add_import(
            importer=module, imported=name, line_number=7, line_contents=f"import {name}"
        )


def _refused(graph, folders=CONTRACT["folders"]):
    return list(violations(graph, "statmon", folders, frozenset(CONTRACT["everywhere"])))


def test_what_the_lines_name_is_allowed(graph):
    """All that stands in a folder's line passes, and so does what everybody may import."""
    _imports(graph, "statmon.domain.file", "json", "statmon")

    assert _refused(graph) == []


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("statmon.history.file", "PySide6"),
        ("statmon.simulator.service.app", "statmon.history.worker"),
        ("statmon.simulator.service.app", "statmon.bayeux"),
        ("statmon.alerts.life", "asyncio"),
        ("statmon.live.table", "websockets"),
        ("statmon.domain.workspace", "pathlib"),
        ("statmon.commands.watch", "statmon.ui"),
        ("statmon", "asyncio"),
        ("statmon.history.file", "a_library_of_tomorrow"),
    ],
)
def test_what_no_line_names_is_refused(graph, module, imported):
    """An import beyond a folder's line is refused, with the place where it stands."""
    if module != "statmon":
        _imports(graph, module)
    _imports(graph, "statmon.history.worker")
    graph.add_module(imported, is_squashed=not imported.startswith("statmon"))
    graph.add_import(importer=module, imported=imported, line_number=7, line_contents="import")

    (sentence,) = _refused(graph)

    assert sentence.startswith(f"{module} (line 7) imports {imported}: ")


def test_a_new_folder_is_closed_by_default(graph):
    """A folder without a line is refused, even one that imports nothing."""
    _imports(graph, "statmon.forecasts.erlang")

    assert _refused(graph) == ["statmon.forecasts has no line: write down what it may import."]


def test_a_line_says_no_more_than_is_so(graph):
    """A line for a folder that is gone, or for an import that is gone, is to be removed."""
    folders = {**CONTRACT["folders"], "gone": [], "live": ["statmon.domain", "numpy", "sqlite3"]}

    assert _refused(graph, folders) == [
        "statmon.gone has a line but does not exist: remove the line.",
        "statmon.live may import sqlite3 but does not: remove it from its line.",
    ]


def test_lines_cannot_name_each_other():
    """Two folders that name each other would be a circle: the lower one may not name the upper."""
    graph = grimp.ImportGraph()
    _imports(graph, "statmon.one.file", "statmon.two")
    _imports(graph, "statmon.two.file", "statmon.one")

    assert _refused(graph, {"one": ["statmon.two"], "two": ["statmon.one"]}) == [
        "The line of statmon.one names statmon.two, which has no line above it."
    ]
