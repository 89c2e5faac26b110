"""The macOS recipe, as far as it can be looked at elsewhere; it was not yet run by us."""

import plistlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

from statmon import __version__

ROOT = Path(__file__).resolve().parents[2]
MACOS = ROOT / "packaging/macos"
NOT_FOR_MACOS = {"statmon", "cffi", "cryptography", "jeepney", "secretstorage", "pycparser"}


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
    assert made["info_plist"]["LSMinimumSystemVersion"] == "14.0"
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


def test_all_that_is_shipped_has_wheels_for_macos():
    """Nobody's Mac has to compile."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    own = next(part for part in lock["package"] if part["name"] == "statmon")
    wanted = {need["name"] for need in own["dependencies"]}
    lacking = [
        part["name"]
        for part in lock["package"]
        if part["name"] in wanted - NOT_FOR_MACOS
        and not any(
            "macosx" in wheel["url"] or "none-any" in wheel["url"] for wheel in part["wheels"]
        )
    ]

    assert wanted
    assert lacking == []


def test_it_says_that_it_was_not_yet_run():
    """Nobody should take a recipe for a proof."""
    assert "NOT YET RUN BY US" in (MACOS / "build.sh").read_text("utf-8")
