"""The signing hook: all that Windows asks about is handed to it, and nothing twice."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.needed import require

ROOT = Path(__file__).resolve().parents[2]
TOOLS = (
    "makensis",
    "x86_64-w64-mingw32-gcc",
    "x86_64-w64-mingw32-windres",
    "osslsigncode",
    "openssl",
)
SIGN = """
import os, subprocess, sys
key, certificate, file = sys.argv[1:]
subprocess.run(["osslsigncode", "sign", "-certs", certificate, "-key", key, "-in", file,
                "-out", file + ".signed"], check=True, stdout=subprocess.DEVNULL)
os.replace(file + ".signed", file)
with open(certificate + ".log", "a") as log:
    log.write(os.path.basename(file) + "\\n")
"""


@pytest.fixture
def key(dist, tmp_path):
    """A key and a certificate that nobody but this test trusts."""
    require(*TOOLS)
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=statmon test",
         "-addext", "extendedKeyUsage=codeSigning", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, certificate


def test_launchers_uninstaller_and_installer_are_signed(key, recipe, monkeypatch, tmp_path):
    """By any command that takes a file; here osslsigncode, whose signatures then verify."""
    hook = tmp_path / "sign.py"
    hook.write_text(SIGN)
    monkeypatch.setenv("STATMON_SIGN", f"{sys.executable} {hook} {key[0]} {key[1]}")
    build = recipe("build_windows")
    tree = tmp_path / "tree"
    tree.mkdir()
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "TREE", tree)
    subprocess.run([sys.executable, ROOT / "packaging/icons.py", tmp_path / "icons"], check=True)

    build.add_launchers("1.2.3", "python312")
    setup = build.write_setup(tmp_path / "statmon-setup.exe", "1.2.3")

    for file in (tree / "statmon.exe", tree / "statmon.com", setup):
        verify = ["osslsigncode", "verify", "-CAfile", key[1], "-in", file]
        done = subprocess.run(verify, capture_output=True, text=True, check=False)
        assert "Signature verification: ok" in done.stdout, done.stdout
    signed = Path(f"{key[1]}.log").read_text().splitlines()
    assert len(signed) == 4  # the uninstaller has a passing name
    assert signed[:2] == ["statmon.exe.exe", "statmon.com.exe"]
    assert signed[-1] == "statmon-setup.exe"
