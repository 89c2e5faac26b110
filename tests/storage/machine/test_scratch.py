"""Folders for a while are gone when they are left, and after a kill with the next one."""

import contextlib
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from statmon.storage.machine.scratch import scratch

HOLD = (
    "import sys\nfrom statmon.storage.machine.scratch import scratch\n"
    "with scratch() as folder:\n"
    "    (folder / 'reading').write_text('x')\n"
    "    print(folder, flush=True)\n"
    "    sys.stdin.read()\n"
)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_it_goes_when_it_is_left(place):
    """However it is left."""
    with contextlib.suppress(InterruptedError), scratch() as folder:
        (folder / "reading").write_text("x")
        assert folder.stat().st_mode & 0o077 == 0
        raise InterruptedError

    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_goes_and_what_a_living_one_has_stays(place):
    """Told apart by a lock that the system releases."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=pipe, stdout=pipe) as living:
        kept = Path(living.stdout.readline().decode().strip())
        with subprocess.Popen([sys.executable, "-c", HOLD], stdin=pipe, stdout=pipe) as killed:
            left = Path(killed.stdout.readline().decode().strip())
            killed.send_signal(signal.SIGKILL)
        assert left.exists()

        with scratch():
            assert not left.exists()
            assert (kept / "reading").exists()
        living.communicate()
    assert list(place.iterdir()) == []


def test_folders_of_others_are_left_alone(place):
    """Whatever lies beside them."""
    for name in ("statmon-other", "statmon-scratch-without-a-lock"):
        (place / name).mkdir()

    with scratch():
        pass

    assert sorted(file.name for file in place.iterdir()) == [
        "statmon-other", "statmon-scratch-without-a-lock",
    ]  # fmt: skip
