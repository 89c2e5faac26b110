import os
import signal
import subprocess
import sys

import pytest

from statmon import app
from tests.harness.needed import missed
from tests.harness.processes import parents

FROM_THE_START = 40.0
"""Seconds that the real program gets to show itself on a busy machine."""


def test_importing_it_imports_no_qt():
    """The command line can say that Qt is missing only if nothing imports it."""
    program = "import sys, statmon.app; sys.exit('PySide6' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_without_a_display_it_raises_one_sentence(monkeypatch):
    """Before Qt would abort the process."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if not sys.platform.startswith("linux"):
        pytest.skip("other systems bring their own screen")

    with pytest.raises(app.NoDisplay):
        app.open_window(lambda: pytest.fail("must not get that far"), app.Opening())


def on_screen(test):
    """Mark a test that opens the real window on a real (virtual) screen."""
    return pytest.mark.xvfb(pytest.mark.e2e(pytest.mark.needs("xdotool")(test)))


@pytest.fixture
def display():
    """The screen that ``make test`` gives to those that need one."""
    if not os.environ.get("DISPLAY"):
        missed("an X screen: xvfb-run")


def demo(*options, env=None):
    """Start the real program on the real demo."""
    command = [sys.executable, "-X", "dev", "-m", "statmon", "demo", *options]
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", **(env or {})}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def xdotool(*words):
    """Act as a hand on keyboard and mouse; return what it saw."""
    done = subprocess.run(["xdotool", *words], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def window_of(program):
    """Wait for the program's window and return its id."""
    search = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "– statmon$"]
    try:
        found = subprocess.run(
            search, capture_output=True, text=True, check=True, timeout=FROM_THE_START
        )
    except subprocess.TimeoutExpired:
        program.kill()
        pytest.fail(f"no window came: {program.communicate()}")
    return found.stdout.split()[0]


def children_of(pid):
    return sorted(child for child, parent in parents().items() if parent == pid)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def home(tmp_path, display):
    """A home of its own: the user's arrangement and history stay untouched."""
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}


@on_screen
def test_the_demo_opens_answers_to_keys_and_ends_without_a_trace(home):
    """Typed into, quit with Ctrl+Q: exit code 0, no traceback, no process left."""
    program = demo(env=home)
    window = window_of(program)
    simulator = children_of(program.pid)
    xdotool("windowfocus", "--sync", window)
    xdotool("key", "--window", window, "ctrl+f")
    xdotool("type", "--window", window, "agent2")
    xdotool("key", "--window", window, "ctrl+q")
    _, errors = program.communicate(timeout=FROM_THE_START)

    assert program.returncode == 0
    assert "Traceback" not in errors
    assert simulator
    assert not [pid for pid in simulator if is_alive(pid)]


@on_screen
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_window_and_simulator(home, number):
    """As closing the window does."""
    program = demo(env=home)
    window_of(program)
    simulator = children_of(program.pid)
    program.send_signal(number)
    _, errors = program.communicate(timeout=FROM_THE_START)

    assert "Traceback" not in errors
    assert program.returncode in (0, 128 + number)
    assert not [pid for pid in simulator if is_alive(pid)]
