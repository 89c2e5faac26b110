"""The macOS recipe, as far as it can be looked at elsewhere; it was not yet run by us."""

import plistlib
import tomllib
from pathlib import Path

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
