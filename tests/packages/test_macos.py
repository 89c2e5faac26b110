"""The macOS recipe, as far as it can be looked at elsewhere; it was not yet run by us."""

import os
import plistlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from macholib.mach_o import CPU_TYPE_NAMES, LC_BUILD_VERSION, LC_VERSION_MIN_MACOSX
from macholib.MachO import MachO
from packaging.markers import Marker

from packaging import tags, utils
from statmon import __version__

ROOT = Path(__file__).resolve().parents[2]
MACOS = ROOT / "packaging/macos"
STATED = {
    "CFBundleDisplayName", "CFBundleDocumentTypes", "CFBundleInfoDictionaryVersion",
    "CFBundleLocalizations", "CFBundleName", "CFBundlePackageType", "CFBundleVersion",
    "LSApplicationCategoryType", "LSMinimumSystemVersion", "NSHighResolutionCapable",
    "NSHumanReadableCopyright", "NSLocalNetworkUsageDescription", "UTExportedTypeDeclarations",
}  # fmt: skip
"""What the system, its notary and the Finder ask of a bundle. The rest PyInstaller makes of what it
is given: CFBundleExecutable, -IconFile, -Identifier and -ShortVersionString."""


def test_the_bundle_says_which_files_it_opens():
    """By the same type as on Linux."""
    data = plistlib.loads((MACOS / "Info.plist").read_bytes())
    tags = data["UTExportedTypeDeclarations"][0]["UTTypeTagSpecification"]

    assert tags["public.filename-extension"] == ["statmon"]
    assert tags["public.mime-type"] == "application/vnd.statmon.workspace+json"
    assert data["NSHighResolutionCapable"]


def test_the_bundle_is_a_program_with_a_window(monkeypatch):
    """Made by the spec that Linux uses: as on a Mac, with PyInstaller's parts only written down."""
    made = bundle(monkeypatch)

    assert made["bundle_identifier"] == "org.statmon.Statmon"
    assert made["version"] == __version__
    # A console program's bundle is kept out of the Dock (LSBackgroundOnly).
    assert made["executable"]["console"] is False
    assert made["executable"]["codesign_identity"] == "Developer ID Application: test"
    assert Path(made["executable"]["entitlements_file"]) == MACOS / "entitlements.plist"


def bundle(monkeypatch) -> dict:
    """Run the spec and return what it bundles."""
    made = {}
    names = [
        f"PySide6/Qt/plugins/{name}" for name in ("platforms/libqcocoa.dylib", "tls/lib.dylib")
    ]

    def executable(*_, **words):
        made["executable"] = words

    hooks = ModuleType("hooks")
    hooks.collect_submodules = lambda name, **_: [name]
    hooks.copy_metadata = lambda name: [(name, name)]
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("STATMON_MAC_IDENTITY", "Developer ID Application: test")
    analysis = SimpleNamespace(
        binaries=[(name, name, "BINARY") for name in names], datas=[], pure=[], scripts=[]
    )
    spec = ROOT / "packaging/statmon.spec"
    parts = {
        "SPECPATH": str(spec.parent),
        "Analysis": lambda *_, **__: analysis,
        "PYZ": lambda *_: None,
        "EXE": executable,
        "COLLECT": lambda *_, **__: None,
        "BUNDLE": lambda _, **words: made.update(words),
    }
    exec(compile(spec.read_text("utf-8"), spec, "exec"), parts)
    assert [name for name, *_ in analysis.binaries] == names[:1]
    return made


def test_the_bundle_has_all_that_the_system_asks_for(monkeypatch):
    """Else it has no version to compare, no icon for its files, no right to the local network."""
    data = bundle(monkeypatch)["info_plist"]

    assert data.keys() >= STATED
    assert (data["CFBundlePackageType"], data["CFBundleInfoDictionaryVersion"]) == ("APPL", "6.0")
    assert data["CFBundleVersion"] == __version__
    assert data["CFBundleLocalizations"] == [data["CFBundleDevelopmentRegion"]] == ["en"]
    assert data["CFBundleDocumentTypes"][0]["CFBundleTypeIconFile"] == "workspace.icns"
    assert "statistics service" in data["NSLocalNetworkUsageDescription"]


def test_the_signature_is_hardened_by_an_identity_only():
    """Libraries would not load into a hardened program that is signed for this Mac alone."""
    script = (MACOS / "build.sh").read_text("utf-8")
    (ad_hoc,) = re.findall(r'^\[ "\$identity" != - \] .*$', script, re.MULTILINE)

    assert "hardened=''" in ad_hoc
    assert len(re.findall("--options runtime", script)) == 1
    assert script.index('stapler staple "$app"') < script.index("hdiutil create")
    assert "macos-$(uname -m).dmg" in script


def test_the_recipe_reads_as_a_shell_script():
    """Nobody's Mac is needed to see a missing quote; and what it refers to is there."""
    script = MACOS / "build.sh"
    subprocess.run(["sh", "-n", script], check=True)
    named = re.findall(r"packaging/[\w./]+\.(?:py|spec|plist)", script.read_text("utf-8"))

    assert named
    assert all((ROOT / name).exists() for name in named)


def test_no_more_rights_are_asked_for_than_needed():
    """In particular none to load foreign libraries or to be debugged."""
    rights = plistlib.loads((MACOS / "entitlements.plist").read_bytes())

    assert rights == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


ARCHITECTURES = {"arm64": "aarch64-apple-darwin", "x86_64": "x86_64-apple-darwin"}
"""What Macs have, and what uv calls a Mac with it."""
PYTHON = "3.13"
MAC = {
    "python_full_version": f"{PYTHON}.0", "python_version": PYTHON, "sys_platform": "darwin",
    "platform_system": "Darwin", "os_name": "posix", "extra": "", "implementation_name": "cpython",
    "platform_python_implementation": "CPython", "platform_machine": "arm64",
}  # fmt: skip


def minimum():
    """Return the oldest system that the bundle promises."""
    data = plistlib.loads((MACOS / "Info.plist").read_bytes())
    return tuple(map(int, data["LSMinimumSystemVersion"].split(".")))


def shipped_on_macos():
    """Yield what statmon requires there, to its last part, with the wheels that are locked."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    packages = {}
    for part in lock["package"]:
        holds = [Marker(one) for one in part.get("resolution-markers", [])]
        if not holds or any(one.evaluate(MAC) for one in holds):
            packages[part["name"]] = part
    todo, done = ["statmon"], set()
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        part = packages[name]
        if name != "statmon":
            yield name, [wheel["url"].rpartition("/")[2] for wheel in part["wheels"]]
        for need in part.get("dependencies", []):
            marker = need.get("marker")
            if marker is None or Marker(marker).evaluate(MAC):
                todo.append(need["name"])


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_all_that_is_shipped_has_wheels_for_every_mac(architecture):
    """Nobody's Mac has to compile, and none has to be newer than the bundle says."""
    major, minor = minimum()
    fits = set(tags.mac_platforms((major, minor), architecture))
    lacking = []
    found = dict(shipped_on_macos())
    for name, wheels in found.items():
        platforms = {tag.platform for one in wheels for tag in utils.parse_wheel_filename(one)[3]}
        if not platforms & (fits | {"any"}):
            lacking.append(name)

    assert {"numpy", "pyside6-essentials", "pynacl", "cffi", "msgspec"} <= found.keys()
    assert not {"jeepney", "secretstorage", "pywin32-ctypes"} & found.keys()
    assert lacking == []


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_library_for_macos_is_of_its_architecture_and_old_enough(
    dist, run, architecture, tmp_path
):
    """By their own headers: a wheel's name is what its builder says of it."""
    assert dist
    uv = Path(sys.executable).parent / "uv"
    wanted = tmp_path / "requirements.txt"
    wanted.write_text(run(uv, "export", "--quiet", "--locked", "--no-dev", "--no-emit-project",
                          "--project", ROOT))  # fmt: skip
    run(uv, "pip", "install", "--quiet", "--system-certs", "--target", tmp_path / "packages",
        "--python-version", PYTHON, "--python-platform", ARCHITECTURES[architecture], "--no-deps",
        "--only-binary", ":all:", "--require-hashes", "-r", wanted, quiet=False,
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": ".".join(map(str, minimum()))})  # fmt: skip
    asked = {
        file.relative_to(tmp_path): asks(file)
        for file in (tmp_path / "packages").rglob("*")
        if file.is_file() and file.suffix in {".so", ".dylib", ""} and is_mach_o(file)
    }

    assert len(asked) > 50
    assert [name for name, each in asked.items() if architecture not in each] == []
    assert [name for name, each in asked.items() if each[architecture] > minimum()] == []


def is_mach_o(file):
    """Whether a file is a library or program of macOS's, of one architecture or several."""
    with file.open("rb") as stream:
        return stream.read(4) in {b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"}


def asks(file):
    """Return which system a library asks for, by architecture."""
    found = {}
    for one in MachO(str(file)).headers:
        name = {"ARM64": "arm64"}.get(CPU_TYPE_NAMES[one.header.cputype], "x86_64")
        for load, command, _ in one.commands:
            if load.cmd in (LC_BUILD_VERSION, LC_VERSION_MIN_MACOSX):
                number = int(command.minos if load.cmd == LC_BUILD_VERSION else command.version)
                found[name] = (number >> 16, number >> 8 & 255)
    return found


def test_it_says_that_it_was_not_yet_run():
    """Nobody should take a recipe for a proof."""
    assert "NOT YET RUN BY US" in (MACOS / "build.sh").read_text("utf-8")
