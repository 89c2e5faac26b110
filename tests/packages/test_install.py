"""The archive's ``install.sh`` removes what it installed, and nothing of anybody else's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="for Linux")
DESKTOP = "share/applications/org.statmon.Statmon.desktop"


@pytest.fixture
def version(tmp_path):
    """Unpack a small archive, with these files in it."""

    def unpack(name, *files):
        folder = tmp_path / name
        for file in ("lib/statmon/statmon", DESKTOP, *files):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(name)
        (folder / "lib/statmon/statmon").chmod(0o755)
        shutil.copy(ROOT / "packaging/linux/install.sh", folder)

        def install(*words, code=0):
            done = subprocess.run(
                [folder / "install.sh", *words], capture_output=True, text=True, check=False,
                env={"PATH": os.defpath, "HOME": str(tmp_path)},
            )  # fmt: skip
            assert done.returncode == code, done.stdout + done.stderr
            return done.stdout + done.stderr

        return install

    return unpack


@pytest.fixture
def prefix(tmp_path):
    return tmp_path / "prefix with a space"


def files_below(folder):
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if not one.is_dir()}


def test_what_others_keep_in_its_folders_stays(version, prefix):
    """At installation, upgrade and removal; what only the old version had goes."""
    canaries = {"lib/statmon/_internal/mine.txt", "share/applications/mine.desktop", "bin/mine"}
    old = version("old", "lib/statmon/_internal/gone.so", "share/icons/gone.png")
    new = version("new", "lib/statmon/_internal/come.so")
    old(prefix)
    for canary in canaries:
        (prefix / canary).write_text("mine")
    new(prefix)

    here = files_below(prefix)
    assert canaries < here
    assert {"lib/statmon/_internal/come.so", "bin/statmon"} < here
    assert not [name for name in here if "gone" in name]
    assert (prefix / "bin/statmon").read_text() == "new"

    new("--remove", prefix)

    assert files_below(prefix) == canaries
    assert not (prefix / "share/icons").exists()


def test_a_removal_leaves_nothing_behind(version, prefix):
    """Of a prefix that was not there before, not even the folders."""
    install = version("new", "lib/statmon/_internal/a.so")
    install(prefix)
    install("--remove", prefix)

    assert not files_below(prefix)
    assert not (prefix / "lib").exists()


@pytest.mark.parametrize("place", ["bin/statmon", "lib/statmon/statmon", DESKTOP])
def test_what_others_installed_is_refused_not_replaced(version, prefix, place):
    """As a statmon that pipx installed, in ~/.local/bin; nothing of ours is installed then."""
    (prefix / place).parent.mkdir(parents=True)
    (prefix / place).symlink_to("somewhere/else")
    said = version("new")(prefix, code=1)

    assert str(prefix / place) in said
    assert len(said.splitlines()) == 1
    assert files_below(prefix) == {place}


def test_a_removal_without_an_installation_removes_nothing(version, prefix):
    """The folder of that name may be anybody's."""
    (prefix / "lib/statmon").mkdir(parents=True)
    (prefix / "lib/statmon/statmon").write_text("mine")
    said = version("new")("--remove", prefix, code=1)

    assert "nothing was removed" in said
    assert (prefix / "lib/statmon/statmon").read_text() == "mine"


def test_an_installation_that_was_broken_off_can_be_made_anew(version, prefix):
    """What was to be installed is listed before it is."""
    install = version("new", "lib/statmon/_internal/a.so")
    install(prefix)
    (prefix / "lib/statmon/_internal/a.so").unlink()
    (prefix / "bin/statmon").unlink()
    install(prefix)

    assert "lib/statmon/_internal/a.so" in files_below(prefix)
    install("--remove", prefix)
    assert not files_below(prefix)
