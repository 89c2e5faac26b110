"""The Windows installer under Wine: silent, upgraded, uninstalled; skipped by name without Wine.

Wine 8 lacks some things that a Windows has, so stand-ins are put in after the installation: no
``_wmi``, stubs of Windows' own ICU and colour system (Qt imports them), and numpy 1.26 (numpy 2
needs a newer C runtime). Hence this does not test those, nor SmartScreen, nor the Credential
Manager.
"""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from statmon import __version__
from statmon.storage.machine import guarded
from tests.packages.bills import every

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\statmon"

OF_WINE = ("QtWindows::DpiAwareness::PerMonitorVersion2", "EnableNonClientDpiScaling()")
"""How Qt's remarks begin on what Wine 8 has not."""


def stand_in(program: Path, folder: Path) -> None:
    """Put in what Wine lacks; see above."""
    (program / "python/_wmi.pyd").unlink()
    qt = program / "site-packages/PySide6"
    stub("icuuc.dll", qt / "Qt6Core.dll", qt, folder)
    stub("mscms.dll", qt / "plugins/platforms/qwindows.dll", program, folder)
    uv = Path(sys.executable).parent / "uv"
    packages = program / "site-packages"
    for old in ("numpy", "numpy.libs"):
        shutil.rmtree(packages / old)
    subprocess.run(
        [uv, "pip", "install", "-q", "--system-certs", "--target", folder / "numpy", "--no-deps",
         "--python-platform", "windows", "--python-version", "3.12", "--only-binary", ":all:",
         "numpy==1.26.4"],
        check=True,
    )  # fmt: skip
    for new in ("numpy", "numpy.libs"):
        shutil.copytree(folder / "numpy" / new, packages / new)


def stub(name: str, user: Path, place: Path, folder: Path) -> None:
    """Build a library whose functions do nothing: those that a library of Qt's asks it for."""
    table = subprocess.run(
        ["x86_64-w64-mingw32-objdump", "-p", user], capture_output=True, text=True, check=True
    ).stdout
    section = re.split(f"DLL Name: {name}", table, flags=re.IGNORECASE)[1].partition("DLL Name:")[0]
    names = re.findall(r"^\s+[0-9a-f]+\s+(?:<none>\s+)?[0-9a-f]+\s+(\w+)$", section, re.MULTILINE)
    assert names, section[:500]
    source = folder / f"{name}.c"
    source.write_text(
        "".join(f"__declspec(dllexport) void *{one}(void) {{ return 0; }}\n" for one in names)
    )
    command = ["x86_64-w64-mingw32-gcc", "-shared", source, "-o", place / name]
    subprocess.run(command, check=True)


def test_the_installer_installs_works_upgrades_and_goes(built, wine, tmp_path):
    """Silently, for one user; a second installation leaves no file of the first."""
    setup = built("statmon-*-setup.exe")
    wine(setup, "/S")
    wine(setup, "/S")

    assert "QuietUninstallString" in wine("reg", "query", REGISTRY)
    assert "statmon.workspace" in wine("reg", "query", "HKCU\\Software\\Classes\\.statmon")

    installed = {path for path in wine.program.rglob("*") if path.is_file()}
    stand_in(wine.program, tmp_path)
    console = wine.program / "statmon.com"

    assert wine(console, "--version") == f"statmon {__version__}\n"
    found = {line.split()[1]: line.split()[0] for line in wine(console, "doctor").splitlines()}
    assert found["qt"] == found["display"] == found["keyring"] == "ok"
    for program in (console, wine.program / "statmon.exe"):
        said = wine(program, "--self-test", code=None).splitlines()
        report = json.loads(said[-1])
        assert report["screen"] == "windows"
        assert report["text"]
        assert report["values"] > report["statistics"] > 0
        assert [words for words in report["problems"] if not words.startswith(OF_WINE)] == []
        assert [line for line in said[:-1] if not line.startswith(OF_WINE)] == []

    settings = wine.program.parent.parent / "statmon/settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("{}")
    wine(wine.program / "uninstall.exe", "/S", f"_?={windows_path(wine.program)}")
    left = {path for path in wine.program.rglob("*") if path.is_file()} - {
        wine.program / "uninstall.exe"
    }

    assert not left & installed
    assert not {path.name for path in left} & {"statmon.exe", "python312.dll", "installed.txt"}
    assert settings.exists()
    wine("reg", "query", REGISTRY, code=1)
    wine("reg", "query", "HKCU\\Software\\Classes\\.statmon", code=1)


def windows_path(path: Path) -> str:
    return "C:" + str(path).partition("drive_c")[2].replace("/", "\\")


def test_the_portable_archive_is_the_same_tree(built):
    """One folder, with everything that the installer installs."""
    with zipfile.ZipFile(built("statmon-*-portable.zip")) as archive:
        names = archive.namelist()

    assert {name.partition("/")[0] for name in names} == {f"statmon-{__version__}"}
    for name in ("statmon.exe", "statmon.com", "python/python312.dll", "statmon.cdx.json"):
        assert f"statmon-{__version__}/{name}" in names


def test_what_windows_ships_is_named_with_its_licence(built):
    """In the bill of materials inside and beside; its Python is the one inside, not ours."""
    beside = built("statmon-*-windows.cdx.json").read_bytes()
    with zipfile.ZipFile(built("statmon-*-portable.zip")) as archive:
        inside = archive.read(f"statmon-{__version__}/statmon.cdx.json")
        names = archive.namelist()
    parts = {part["name"]: part for part in every(json.loads(beside))}

    assert inside == beside
    assert parts["CPython"]["version"].startswith("3.12.")
    assert {"numpy", "tzdata", "PySide6_Essentials", "pywin32-ctypes"} <= parts.keys()
    assert {"OpenSSL", "SQLite", "libffi", "Qt", "libsodium"} <= parts.keys()
    assert f"statmon-{__version__}/licences/Python-LICENSE.txt" in names


def older_msi(msi, folder: Path) -> Path:
    """Return an MSI of the version before, which had one file more and little else."""
    (folder / "tree/python").mkdir(parents=True)
    for name in ("statmon.exe", "python/gone.pyd"):
        (folder / "tree" / name).write_text("of an older version")
    subprocess.run([sys.executable, ROOT / "packaging/icons.py", folder], check=True)
    (old,) = msi.write(folder / "tree", folder, folder / "old.msi", "0.0.1")
    return old


@pytest.mark.needs("wixl", "msibuild", "msiinfo")
def test_the_msi_makes_the_folder_of_the_policy_with_the_administrators_rights(recipe, tmp_path):
    """In C:\\ProgramData any user may make folders; in this one nobody else can write."""
    msi = recipe("msi")
    package = older_msi(msi, tmp_path)

    def table(name):
        words = ["msiinfo", "export", package, name]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        return [line.split("\t") for line in done.stdout.splitlines()[3:]]

    assert ["POLICYDIR", "policy"] in table("CreateFolder")
    assert any(
        row[:2] == ["POLICYDIR", "CommonAppDataFolder"] and row[2].rpartition("|")[2] == "statmon"
        for row in table("Directory")
    )
    ((_, place, kind, rights, condition),) = table("MsiLockPermissionsEx")
    assert (place, kind, condition) == ("POLICYDIR", "CreateFolder", "")
    assert guarded.opens(rights) == ""
    assert "PAI" in rights  # nothing comes down from the folder above


def test_the_msi_installs_works_upgrades_and_goes(built, wine, recipe, tmp_path):
    """Silently, by msiexec, for everybody: an older version goes, and files find their program."""
    package = built("statmon-*.msi")
    program = wine.prefix / "drive_c/Program Files/statmon"
    wine("msiexec", "/i", older_msi(recipe("msi"), tmp_path), "/qn")
    assert (program / "python/gone.pyd").exists()

    wine("msiexec", "/i", package, "/qn")

    assert not (program / "python/gone.pyd").exists()
    assert (program / "python/python312._pth").exists()
    command = wine(
        "reg", "query", "HKLM\\Software\\Classes\\statmon.workspace\\shell\\open\\command"
    )
    assert 'Program Files\\statmon\\statmon.exe" "%1"' in command
    stand_in(program, tmp_path)
    assert wine(program / "statmon.com", "--version") == f"statmon {__version__}\n"

    wine("msiexec", "/x", package, "/qn")

    assert not (program / "statmon.exe").exists()
    wine("reg", "query", "HKLM\\Software\\Classes\\.statmon", code=1)
