"""What a package asks of the system that runs it is what control file and guide promise."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

ROOT = Path(__file__).resolve().parents[2]
QT = Path(PySide6.__file__).parent / "Qt/lib"
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux packages")


@pytest.fixture
def tree(tmp_path):
    """A few libraries of Qt's, as a frozen tree has them."""
    for library in ("libQt6Core.so.6", "libicuuc.so.73", "libicudata.so.73", "libicui18n.so.73"):
        shutil.copy(QT / library, tmp_path)
    for library in ("libgcc_s.so.1", "libstdc++.so.6"):
        shutil.copy(QT / "libicudata.so.73", tmp_path / library)
    return tmp_path


def test_a_package_depends_on_what_its_libraries_ask_for(recipe, tree):
    """By the symbols' versions and the libraries' names, not by a list that somebody keeps."""
    asked = recipe("build_linux").depends(tree)

    assert asked[0] == "libc6 (>= 2.34)"
    assert "libglib2.0-0 | libglib2.0-0t64" in asked
    assert "libxcb1" not in asked


def test_a_newer_glibc_than_is_promised_stops_the_build(recipe, tree, monkeypatch):
    """The loader would stop the program, on systems that the guide names."""
    build_linux = recipe("build_linux")
    monkeypatch.setattr(build_linux, "GLIBC", (2, 33))

    with pytest.raises(SystemExit, match=r"libQt6Core.so.6 need glibc 2.34, and 2.33 is"):
        build_linux.depends(tree)


def test_a_library_of_no_package_stops_the_build(recipe, tree, monkeypatch):
    """Nobody would install it."""
    build_linux = recipe("build_linux")
    monkeypatch.delitem(build_linux.LIBRARIES, "libzstd.so.1")

    with pytest.raises(SystemExit, match=r"no package of libzstd.so.1"):
        build_linux.depends(tree)


def test_the_guide_promises_the_same_glibc(recipe):
    """And names the oldest systems that have it."""
    promised = ".".join(map(str, recipe("build_linux").GLIBC))
    guide = (ROOT / "docs/administrator-guide.md").read_text("utf-8")

    assert re.findall(r"glibc (\d\.\d+)", guide) == [promised]


def test_the_built_packages_keep_the_promise(built, recipe, run, tmp_path):
    """Measured over every library that is shipped."""
    run("dpkg-deb", "-x", built("statmon_*.deb"), tmp_path)
    newest, _ = recipe("linked").glibc(tmp_path)
    control = run("dpkg-deb", "-f", built("statmon_*.deb"), "Depends")

    assert newest <= recipe("build_linux").GLIBC
    assert control.startswith(f"libc6 (>= {'.'.join(map(str, newest))}), ")


WARNED = """1546 WARNING: Failed to collect submodules for 'pyqtgraph.opengl' because importing \
'pyqtgraph.opengl' raised: ModuleNotFoundError: No module named 'OpenGL'
51171 WARNING: Hidden import "pyqtgraph.flowchart.FlowchartCtrlTemplate_generic" not found!
51809 WARNING: Library ole32 required via ctypes not found
51821 INFO: done
"""


def test_what_pyinstaller_leaves_out_stops_the_build(recipe):
    """It only warns and goes on; the program would lack modules on the systems of others."""
    left = "Failed to collect submodules for 'keyring.backends' because importing it raised: no"
    warnings = recipe("build_linux").warnings

    assert warnings(WARNED) == []
    assert warnings(f"{WARNED}60 WARNING: {left}\n") == [left]


def test_what_a_task_needs_is_brought_in_one_place(recipe, monkeypatch):
    """A program or a library that is not there names its package, each once."""
    monkeypatch.syspath_prepend(ROOT / "packaging/linux")
    system = recipe("system_packages")

    assert system.lacking({"a": "one", "b": "one", "c": "two"}, lambda name: name == "c") == ["one"]
    assert {"nsis", "wixl", "binutils"} <= set(system.PROGRAMS["package"].values())
    assert {"xdotool", "x11-session-utils"} <= set(system.PROGRAMS["tests"].values())


OF_DEBIAN = {"dpkg-deb", "setsid"}
"""What every Debian has."""


def test_what_tests_need_is_brought(recipe, monkeypatch):
    """In CI a test that lacks a program fails: each is on the list for the tests' set-up."""
    monkeypatch.syspath_prepend(ROOT / "packaging/linux")
    brought = recipe("system_packages").OF_THE_TESTS.keys() | OF_DEBIAN
    files = set((ROOT / "tests").rglob("test_*.py")) - {ROOT / "tests/test_harness.py"}
    for file in files:  # the harness's own test needs a program that nobody has
        for words in re.findall(r"mark\.needs\(([^)]*)\)", file.read_text("utf-8")):
            assert set(re.findall(r'"([^"]+)"', words)) <= brought, file.name


def test_where_nothing_may_be_installed_the_line_is_said(tmp_path):
    """Exit code 69, and one line to type; here by a path on which nothing is."""
    script = ROOT / "packaging/linux/system_packages.py"
    done = subprocess.run(
        [sys.executable, script, "package"], env={"PATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 69
    assert "binutils" in done.stderr
    assert len(done.stderr.splitlines()) == 1
