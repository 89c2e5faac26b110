"""Packages that were built, installed where nothing helps them; run by ``make test-package``."""

import os
import subprocess
from pathlib import Path

import pytest

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
