"""However the window is ended while it records and somebody edits: nothing is lost.

Each test has an X screen of its own, which it may end.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from statmon.history import History, Rules

if sys.platform == "win32":
    pytest.skip("ends processes the Unix way", allow_module_level=True)

from tests.e2e.support import screen as screens
from tests.e2e.support.at_service import open_at
from tests.waiting import look_until

WINDOW = [sys.executable, "-X", "dev", "-m", "statmon"]
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xvfb,
    pytest.mark.needs("Xvfb", "xdotool", "setsid"),
]
POLITE = (0, 130)
"""Exit codes of a window that was asked to end: closed, or interrupted.

See docs/reference/command-line.md §1.
"""


@pytest.fixture
def screen():
    """A private screen."""
    with screens.screen() as made:
        yield made


@pytest.fixture
def house(tmp_path, simulate, screen):
    """A home, a simulator, and the environment that has both."""
    (tmp_path / "home").mkdir()
    return screens.home(tmp_path / "home", screen, simulate())


class Window:
    """The real program, started in a terminal of its own that may be closed."""

    def __init__(self, house, file, errors):
        self.house, self.errors = house, errors
        self.terminal, inner = os.openpty()
        with errors.open("wb") as stderr:
            self.process = subprocess.Popen(
                ["setsid", "--ctty", *WINDOW, str(file)],
                stdin=inner,
                stdout=inner,
                stderr=stderr,
                env=house,
            )
        os.close(inner)

    def alive(self):
        if (code := self.process.poll()) is not None:
            print(f"ended with {code}:", self.errors.read_text("utf-8", "replace")[-3000:])  # noqa: T201
        return code is None

    def signal(self, number):
        return lambda: self.process.send_signal(number)

    def press_ctrl_c(self):
        os.write(self.terminal, b"\x03")

    def close_terminal(self):
        terminal, self.terminal = self.terminal, -1
        os.close(terminal)

    def end(self):
        self.process.kill()
        self.process.wait()
        if self.terminal >= 0:
            self.close_terminal()


@pytest.fixture
def start_window(house, workspace, tmp_path):
    """Start the window on the workspace; what is left at the end is killed."""
    started = []

    def begin():
        started.append(Window(house, workspace, tmp_path / f"errors{len(started)}.txt"))
        return started[-1]

    yield begin
    for one in started:
        one.end()


def recording_and_editing(screen, house, alive):
    """Wait until the window shows and records values, then change a subscription in the editor."""
    main = screen.window("^Floor – statmon$", alive)
    look_until(lambda: open_at(house) == 1, alive)
    screen.press(main, "ctrl+shift+n")
    editor = screen.window("^New subscription – edit$", alive)
    screen.type(editor, "Night")
    look_until(lambda: screen.windows("Night – edit$"), alive)


def kept(house):
    """The names of subscriptions that the next start would offer."""
    folder = Path(house["HOME"]) / ".local/state/statmon/unsaved"
    found = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    return [item["name"] for one in found for item in one["workspace"]["subscriptions"]]


def recorded(house):
    """The objects of which the history on disk has readings."""
    history = History(Path(house["HOME"]) / ".local/share/statmon/history", Rules())
    try:
        return {reading.series.object_id for reading in history.last().result()}
    finally:
        history.close()


WAYS = {
    "SIGTERM": lambda window, _: window.signal(signal.SIGTERM),
    "Ctrl-C in its terminal": lambda window, _: window.press_ctrl_c,
    "its terminal is closed": lambda window, _: window.close_terminal,
    "its screen is gone": lambda _, screen: screen.end,
}


@pytest.mark.parametrize("way", WAYS)
def test_an_end_asks_nothing_and_loses_nothing(start_window, house, screen, way):
    """What nobody saved is kept, readings are recorded, and the service has nothing open."""
    window = start_window()
    recording_and_editing(screen, house, window.alive)

    WAYS[way](window, screen)()
    code = window.process.wait()

    assert "Traceback" not in window.errors.read_text()
    assert code in POLITE
    assert kept(house) == ["Floor", "New subscriptionNight"]
    assert recorded(house) == {"agent1", "agent2", "7001@SIP_Switch"}
    assert open_at(house) == 0


def test_after_a_kill_the_next_start_has_it_all_back(start_window, house, screen):
    """What was kept is offered, and taken back with one key; the recording goes on."""
    window = start_window()
    recording_and_editing(screen, house, window.alive)
    look_until(lambda: "New subscriptionNight" in kept(house), window.alive)
    window.process.kill()
    window.process.wait()
    assert recorded(house) == {"agent1", "agent2", "7001@SIP_Switch"}

    again = start_window()
    main = screen.window("^Floor – statmon$", again.alive)

    def taken_back():
        screen.press(main, "alt+b")
        return screen.windows("^Floor • – statmon$")

    look_until(taken_back, again.alive)
    again.process.terminate()

    assert again.process.wait() in POLITE
    assert kept(house) == ["Floor", "New subscriptionNight"]


@pytest.mark.needs("xsm", "iceauth")
def test_a_session_manager_ends_the_session(house, screen, workspace, tmp_path):
    """As xinit does it: the session is over when its manager ends, and then the screen goes.

    The Qt that PySide6 brings cannot talk to session managers on X11, so nothing is asked before.
    """
    errors, code, process = (tmp_path / name for name in ("errors.txt", "code.txt", "pid.txt"))
    command = " ".join([*WINDOW, f"'{workspace}'"])
    script = tmp_path / "statmon.sh"
    script.write_text(
        f"{command} 2>'{errors}' &\necho $! >'{process}'\n"
        f"wait $!\necho $? >'{code}.part'\nmv '{code}.part' '{code}'\n"
    )
    (Path(house["HOME"]) / ".xsmstartup").write_text(f"sh {script}\n")
    manager = subprocess.Popen(
        ["xsm"], env={**house, "SM_SAVE_DIR": house["HOME"]}, stderr=subprocess.DEVNULL
    )
    try:
        recording_and_editing(screen, house, lambda: not code.exists())
        manager.terminate()  # xsm(1): a shutdown of the session, without interaction
        manager.wait()
        screen.end()
        look_until(code.exists)
    finally:
        manager.kill()
        manager.wait()
        if not code.exists() and process.exists():
            os.kill(int(process.read_text()), signal.SIGKILL)

    assert "Traceback" not in errors.read_text()
    assert int(code.read_text()) in POLITE
    assert kept(house) == ["Floor", "New subscriptionNight"]
    assert recorded(house) == {"agent1", "agent2", "7001@SIP_Switch"}
    assert open_at(house) == 0
