"""Commands in the documents: each is run, or its target exists."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
GUIDES = [ROOT / "docs/user-guide.md", ROOT / "docs/administrator-guide.md"]


def blocks(page: Path, kind: str) -> list[str]:
    """Return the lines of a page's code blocks of a kind."""
    found = re.findall(rf"^```{kind}\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line.strip() for block in found for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a workspace, a simulator behind the environment, and a home of its own."""
    folder = tmp_path_factory.mktemp("documents")
    shutil.copy(ROOT / "resources/demo.statmon", folder / "floor.statmon")
    command = [sys.executable, "-m", "statmon", "simulate", "--port", "0", "--stop-with-stdin"]
    kinds = ("CONFIG", "STATE", "DATA", "CACHE")
    env = {
        **os.environ,
        **{f"XDG_{kind}_HOME": str(folder / kind) for kind in kinds},
        "HOME": str(folder),
        "QT_QPA_PLATFORM": "offscreen",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
    ) as simulator:
        said = json.loads(simulator.stdout.readline())
        names = ("url", "apiKey", "username", "password", "clientId", "clientSecret")
        for name in names:
            variable = re.sub(r"([A-Z])", r"_\1", name).upper()
            env[f"STATMON_{variable}"] = said[name]
        yield folder, env
        simulator.stdin.close()


@pytest.mark.e2e
@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_each_command_of_a_guide_works(page, place):
    """One after the other, as somebody would type them; a traceback would be told."""
    folder, env = place
    lines = blocks(page, "sh")

    assert lines
    for line in lines:
        done = subprocess.run(
            line,
            shell=True,
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout or "diff" in line, line
        assert "Traceback" not in done.stderr


def test_each_target_that_is_named_exists():
    """In blocks and in sentences."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        name for page in PAGES for name in re.findall(r"`make ([a-z-]+)`", page.read_text("utf-8"))
    }
    named |= {line.split()[1] for page in PAGES for line in blocks(page, "make")}

    assert named
    assert named <= targets


def test_each_command_that_is_named_exists():
    """`statmon COMMAND` in any page is one that the program knows."""
    from statmon.cli import _COMMANDS

    named = {
        name for page in PAGES for name in re.findall(r"`statmon ([a-z]+)", page.read_text("utf-8"))
    }

    assert named
    assert named <= set(_COMMANDS)


def test_each_link_leads_somewhere():
    """To a file that is there."""
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []
