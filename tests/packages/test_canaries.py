"""The Windows installers remove what they installed, and nothing of anybody else's: under Wine."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW = "0.0.1", "0.0.2"
TOOLS = "C:\\Tools"
MINE = ("python/mine.txt", "licences/mine.txt", "site-packages/mine/a.txt", "mine.txt")
"""What somebody keeps in folders that statmon's own are called like."""
COMMON = ("statmon.exe", "statmon.com", "statmon.cdx.json", "python/a.dll", "licences/MIT.txt",
          "site-packages/b/c.pyc")  # fmt: skip


@pytest.fixture
def build(recipe, monkeypatch, tmp_path):
    """Build a small installer of a version, with a file that only it has."""
    recipe_ = recipe("build_windows")
    subprocess.run([sys.executable, ROOT / "packaging/icons.py", tmp_path], check=True)
    monkeypatch.setattr(recipe_, "BUILD", tmp_path)

    def made(kind, number):
        tree = tmp_path / f"tree-{number}"
        for name in (*COMMON, f"python/only-{number}.pyd", f"only-{number}/x.txt"):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(number)
        monkeypatch.setattr(recipe_, "TREE", tree)
        target = tmp_path / f"statmon-{number}.{kind}"
        if kind == "exe":
            return recipe_.write_setup(target, number)
        return recipe_.msi.write(tree, tmp_path, target, number)[0]

    return made


@pytest.fixture
def tools(wine):
    """Somebody's folder, with somebody's files."""
    folder = wine.prefix / "drive_c/Tools"
    keep(folder)
    yield folder
    shutil.rmtree(folder)


def keep(folder):
    for name in MINE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")


def files(folder):
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def is_version(folder, number, other):
    here = files(folder)
    assert {*COMMON, f"python/only-{number}.pyd", f"only-{number}/x.txt"} <= here
    assert not [name for name in here if other in name]


def remove(wine, folder):
    """Uninstall, in the uninstaller's own process: it would copy itself away and go on there."""
    place = "C:" + str(folder).partition("drive_c")[2].replace("/", "\\")
    wine(folder / "uninstall.exe", "/S", f"_?={place}")
    (folder / "uninstall.exe").unlink(missing_ok=True)


def test_setup_in_a_folder_of_others_makes_one_of_its_own(build, wine, tools):
    """``/D=C:\\Tools``: nothing there is touched at installation, upgrade and removal."""
    own = tools / "statmon"
    for number, other in ((OLD, NEW), (NEW, OLD)):
        wine(build("exe", number), "/S", f"/D={TOOLS}")
        is_version(own, number, other)
        assert files(tools) >= set(MINE)
    keep(own)
    wine(build("exe", OLD), "/S")  # the folder is remembered
    is_version(own, OLD, NEW)
    assert files(own) >= set(MINE)

    remove(wine, own)

    assert files(own) == set(MINE)
    assert files(tools) == {*MINE, *(f"statmon/{name}" for name in MINE)}


def test_setup_refuses_where_even_that_is_somebody_elses(build, wine, tools):
    """Exit code 6, and nothing is installed."""
    keep(tools / "statmon")

    wine(build("exe", OLD), "/S", f"/D={TOOLS}", code=6)

    assert files(tools / "statmon") == set(MINE)


def test_setup_leaves_a_file_type_that_another_program_took(build, wine, tools):
    """The registry is somebody's, too."""
    wine(build("exe", OLD), "/S", f"/D={TOOLS}")
    key = "HKCU\\Software\\Classes\\.statmon"
    wine("reg", "add", key, "/ve", "/d", "other.program", "/f")

    remove(wine, tools / "statmon")

    assert "other.program" in wine("reg", "query", key)
    wine("reg", "delete", key, "/f")


def test_the_msi_leaves_what_others_keep_in_its_folder(build, wine, tools):
    """Windows Installer removes by its own list; ours must not ask for more."""
    place = f"INSTALLDIR={TOOLS}"
    wine("msiexec", "/i", build("msi", OLD), place, "/qn")
    wine("msiexec", "/i", build("msi", NEW), place, "/qn")
    is_version(tools, NEW, OLD)
    assert files(tools) >= set(MINE)

    wine("msiexec", "/x", build("msi", NEW), "/qn")

    assert files(tools) == set(MINE)
