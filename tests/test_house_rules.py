"""The house rules that a machine can check: style, types, layers."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("lint-imports",)],
    ids=" ".join,
)
@pytest.mark.timeout(900)
def test_the_machine_has_nothing_to_complain_of(command):
    """Style, types and the layering contracts of pyproject.toml hold for the whole tree."""
    result = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_files_stay_small_enough_to_read_at_one_sitting():
    """No file of the program is longer than 500 lines."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "statmon").rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 500
    }

    assert not long


def test_functions_stay_small_enough_to_see_at_once():
    """No function of the program is longer than 60 lines."""
    long = {
        f"{path.relative_to(ROOT).as_posix()}: {node.name}"
        for path in (ROOT / "statmon").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    }

    assert not long


def test_only_what_puts_a_window_together_reaches_its_parts():
    """Each part gets what it needs; through the window it would get everything (decision 32)."""
    reaching = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "statmon").rglob("*.py")
        if re.search(r"\bwindow\.parts\b", path.read_text("utf-8"))
    ]
    rooms = {path.rpartition("/")[0] for path in reaching}

    assert rooms == {"statmon/ui/start"}


def test_each_folder_says_what_it_is_for():
    """Every package's first page has more than a word to say."""
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "statmon").rglob("__init__.py")
        if len(path.read_text("utf-8").split()) < 10
    ]

    assert not silent


def test_what_tests_share_is_found_by_its_full_name():
    """No test, and no program of theirs, changes where Python looks."""
    changes = re.compile(r"\bsys\.path(\.\w+\(|\[.*\] *=|\[.*\] *\+=| *\+?= )")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if changes.search(path.read_text("utf-8"))
    ]

    assert not found
