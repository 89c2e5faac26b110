"""Packages that were built, installed where nothing helps them; run by ``make test-package``."""

import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import x_screen
from tests.harness.needed import require
from tests.packages.wine import TOOLS, Wine

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items):
    """These take minutes: each has time, and none runs unless packages were built for it."""
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.package)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def dist() -> Path:
    """The folder with what was built."""
    named = os.environ.get("STATMON_DIST")
    if not named:
        pytest.skip("no package to test: make test-package builds them and names the folder")
    return Path(named).resolve()


@pytest.fixture(scope="session")
def built(dist):
    """Return the one file that was built by this pattern; skip by name without it."""

    def find(pattern: str) -> Path:
        found = sorted(dist.glob(pattern))
        if not found:
            pytest.skip(f"{pattern} was not built here")
        assert len(found) == 1, f"old packages lie in {dist}: {found}"
        return found[0]

    return find


@pytest.fixture(scope="session")
def run():
    """Run a command; give what it printed; it has to succeed and to say nothing on stderr."""

    def command(*words, env=None, quiet=True, code=0, **options) -> str:
        done = subprocess.run(
            list(map(str, words)), capture_output=True, text=True, check=False, env=env, **options
        )
        assert done.returncode == code, f"{words}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        if quiet:
            assert done.stderr == "", f"unexpected lines: {done.stderr[-3000:]}"
        return done.stdout

    return command


@pytest.fixture(scope="module")
def wine(dist, tmp_path_factory):
    """Return a Windows of one's own."""
    require(*TOOLS)
    machine = Wine(tmp_path_factory.mktemp("wine") / "prefix")
    yield machine
    subprocess.run(["wineserver", "-k"], env=machine.env, check=False)


@pytest.fixture
def recipe(monkeypatch):
    """Import a module of ``packaging/``, as what builds does."""
    monkeypatch.syspath_prepend(ROOT / "packaging")
    return importlib.import_module


@pytest.fixture
def screen():
    """Return what the environment of a program needs to show itself on a screen of its own."""
    require("Xvfb")
    server, name = x_screen.begin()
    with server:
        yield {"DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        server.terminate()


@pytest.fixture
def demo(screen, tmp_path):
    """Run the demo of an installed statmon until its window shows a chart, and end it."""

    def shown(*program, env, **options) -> None:
        picture = tmp_path / "demo.png"
        look = [sys.executable, Path(__file__).with_name("look.py"), picture]
        with subprocess.Popen(
            [*map(str, program), "demo"], env={**env, **screen}, text=True, **options,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as running:  # fmt: skip
            try:
                looked = subprocess.run(look, env={**os.environ, **screen}, check=False)
            finally:
                running.send_signal(signal.SIGTERM)
                said, _ = running.communicate()
        assert looked.returncode == 0, f"no chart was drawn, see {picture}: {said}"
        assert (running.returncode, said) == (0, "")

    return shown
