"""``make audit``: what is known of weaknesses and licences; what could not be asked is no proof."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("says", "ends", "told", "code"),
    [
        ("No known vulnerabilities found", 0, "vulnerabilities: none known", 0),
        ("Found 1 known vulnerability in 1 package\nh11 0.16.0 CVE-0", 1, "h11 0.16.0 CVE-0", 1),
        ("ConnectionError: no way", 1, "NOT RUN, the auditor or its data cannot be reached", 69),
        ("", 127, "NOT RUN", 69),
    ],
)
def test_the_auditor_is_heard(dist, tmp_path, says, ends, told, code):
    """Clean, weak, out of reach and missing: each has its word and its exit code."""
    auditor = tmp_path / "auditor"
    auditor.write_text(
        f'#!/bin/sh\ngrep -q "^h11==" "$2" || exit 3\nprintf "%s\\n" "{says}"\nexit {ends}\n'
    )
    auditor.chmod(0o755)
    env = {**os.environ, "STATMON_AUDITOR": str(auditor)}

    done = subprocess.run(
        [ROOT / "packaging/audit.sh"], env=env, capture_output=True, text=True, check=False
    )

    assert told in done.stdout
    assert done.returncode == code
    assert "licences: allowed, of all" in done.stdout
    assert "keyring 25" in done.stdout


@pytest.mark.parametrize(
    ("stated", "may"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND Zlib", True),
        ("GPL-3.0-only OR LGPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("MIT License AND BSD License", True),
        ("(MIT OR GPL-3.0-only) AND Unicode-3.0", True),
        ("MIT OR (Apache-2.0 AND GPL-3.0-only)", True),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("GPL-3.0-or-later WITH another-exception", False),
        ("Some License, see text (all)", False),
        ("", False),
        ("UNKNOWN", False),
    ],
)
def test_a_licence_is_allowed_or_not(recipe, stated, may):
    """One alternative suffices; of what holds together, all; silence is no permission."""
    assert recipe("licences").allowed(stated) is may


def test_what_nobody_permits_stops_the_build(recipe, monkeypatch, tmp_path, capsys):
    """A component whose licence is not allowed is named, and the build ends."""
    licences = recipe("licences")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    for name, terms in (("statmon", "MIT"), ("evil", "AGPL-3.0-only")):
        info = tmp_path / f"shipped/{name}-1.dist-info"
        info.mkdir(parents=True)
        words = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1\nLicense-Expression: {terms}\n"
        (info / "METADATA").write_text(words)
    command = ["licences.py", str(tmp_path / "out"), "--packages", str(tmp_path / "shipped")]
    monkeypatch.setattr("sys.argv", command)

    assert licences.main() == 1
    assert capsys.readouterr().err == "evil: its licence (AGPL-3.0-only) is not allowed\n"
