"""A second start, while a window is open."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="looks for a socket"),
]


@pytest.fixture
def home(tmp_path):
    """A home of its own, with no connection options in the environment."""
    plain = {name: text for name, text in os.environ.items() if not name.startswith("STATMON_")}
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "STATE", "DATA")}
    return {**plain, **folders, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture
def statmon(home):
    """Start statmon; what still runs at the end of the test is killed."""
    started = []

    def start(*arguments):
        command = [sys.executable, "-m", "statmon", *map(str, arguments)]
        started.append(subprocess.Popen(command, env=home, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for program in started:
        if program.poll() is None:
            program.kill()
            program.communicate()


def until(happened, program):
    end = time.monotonic() + 60
    while not happened():
        assert program.poll() is None, program.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_second_start_hands_over_and_ends_and_a_crash_leaves_no_lock(
    statmon, workspace, tmp_path
):
    """Exit code 0 at once; after a kill -9 the next start opens a window again."""
    sockets = tmp_path / "STATE"
    first = statmon(workspace)
    until(lambda: list(sockets.rglob("window.socket")), first)
    second = statmon(workspace)
    _, errors = second.communicate(timeout=60)

    assert (second.returncode, errors) == (0, "")
    assert first.poll() is None

    first.kill()
    first.communicate()
    third = statmon(workspace)
    (socket,) = sockets.rglob("window.socket")
    old = socket.stat().st_ctime_ns
    until(lambda: socket.exists() and socket.stat().st_ctime_ns != old, third)
    third.send_signal(signal.SIGTERM)
    _, errors = third.communicate(timeout=60)

    assert third.returncode == 0
    assert "Traceback" not in errors
