"""The support bundle: all that a help desk needs, and no secret."""

import zipfile
from datetime import UTC, datetime

import pytest

from statmon.service.wire.masking import hide
from statmon.storage.machine import logs
from statmon.storage.user import settings
from statmon.support import bundle
from statmon.support.finding import failed, ok

CANARY = "CANARY-7f3a9"


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Settings and logs that hold secrets in every form in which they were ever seen."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(logs, "folder", lambda: tmp_path / "logs")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/statmon.log").write_text(
        f"2026-01-01 10:00:00 INFO x: Authorization: Bearer {CANARY}\n"
        f"2026-01-01 10:00:01 INFO x: known {CANARY} in a sentence\n"
        f"2026-01-01 10:00:02 INFO x: GET /x?access_token={CANARY}\n"
    )
    (tmp_path / "logs/statmon.log.1").write_text("older\n")
    settings.remember("theme", "dark")
    settings.remember("lastWorkspace", "/home/sue/secret-project.statmon")
    settings.remember("proxy", f"http://me:{CANARY}@proxy:3128")
    hide([CANARY])
    return tmp_path


def test_a_bundle_holds_findings_settings_and_logs_but_no_secret(house):
    """Nor where the user keeps things."""
    target = house / "bundle.zip"
    bundle.write(target, [ok("qt", "6.11"), failed("proxy", f"no {CANARY}", "mend it")])
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}

    assert {"doctor.txt", "settings.json", "components.txt", "README.txt"} <= parts.keys()
    assert {"logs/statmon.log", "logs/statmon.log.1"} <= parts.keys()
    assert "dark" in parts["settings.json"]
    for name, text in parts.items():
        assert CANARY not in text, name
        assert "secret-project" not in text, name


def test_a_bundle_that_cannot_be_written_leaves_nothing(house, monkeypatch):
    """Not half of it under another name."""

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    (house / "out").mkdir()
    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)

    with pytest.raises(OSError, match="No space"):
        bundle.write(house / "out/bundle.zip", [])
    assert list((house / "out").iterdir()) == []


def test_of_a_long_log_the_end_is_kept_from_a_lines_beginning(tmp_path):
    """The newest is what matters."""
    file = tmp_path / "long.log"
    file.write_text("".join(f"line {number}\n" for number in range(1000)))
    kept = bundle.tail(file, 25)

    assert kept == "line 998\nline 999\n"


def test_a_log_that_cannot_be_read_says_so(tmp_path):
    """In its place."""
    assert "cannot be read" in bundle.tail(tmp_path / "none.log", 10)


def test_the_name_says_what_and_when():
    """So that several of them sort by time."""
    name = bundle.suggested_name(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

    assert name == "statmon-support-20260102-030405.zip"
