"""A second start, while a window is open."""

import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QFileSystemWatcher, QProcess, QProcessEnvironment, QTimer

from statmon.storage.machine.instance import Seat
from statmon.storage.machine.locks import locked

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="looks for a socket"),
]

TURN_MS = 1000


@pytest.fixture
def statmon(qapp, tmp_path):
    """Start statmon in a home of its own; what still runs at the end of the test is killed."""
    environment = QProcessEnvironment.systemEnvironment()
    for name in environment.keys():  # noqa: SIM118 - it is no dictionary
        if name.startswith("STATMON_"):  # connection options would make a window of its own
            environment.remove(name)
    environment.insert("QT_QPA_PLATFORM", "offscreen")
    started = []

    def start(*arguments, home=tmp_path):
        own = QProcessEnvironment(environment)
        own.insert("HOME", str(home))
        for kind in ("CONFIG", "STATE", "DATA"):
            own.insert(f"XDG_{kind}_HOME", str(home / kind))
        program = QProcess()
        program.setProcessEnvironment(own)
        program.start(sys.executable, ["-m", "statmon", *map(str, arguments)])
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()
        program.waitForFinished()


def state_in(home: Path) -> Path:
    """Make the folder in which a user's window keeps its state, so that it can be watched."""
    folder = home / "STATE" / "statmon"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def state(tmp_path):
    """That folder of the user whom most tests have."""
    return state_in(tmp_path)


@pytest.fixture
def local_socket(state):
    """Where the window listens; elsewhere, if the folder's name is too long for a socket."""
    return Path(Seat(state).address)


def until(holds: Callable[[], object], folder: Path, program: QProcess) -> None:
    """Wait until something holds that is to be seen in a folder, while a program runs.

    Python gets its turn now and then, or the test's time limit could not end a wait in vain.
    """
    loop = QEventLoop()
    watcher = QFileSystemWatcher([str(folder)])
    watcher.directoryChanged.connect(lambda _: loop.quit())
    program.finished.connect(loop.quit)
    turn = QTimer(loop)
    turn.timeout.connect(loop.quit)
    turn.start(TURN_MS)
    while not holds():
        loop.exec()
        assert program.state() != QProcess.ProcessState.NotRunning, errors_of(program)


def until_it_listens(local_socket: Path, program: QProcess, before: int | None = None) -> int:
    """Wait until there is another socket than the one before; return its time."""
    until(
        lambda: local_socket.exists() and local_socket.stat().st_ctime_ns != before,
        local_socket.parent,
        program,
    )
    return local_socket.stat().st_ctime_ns


def until_it_ends(program: QProcess) -> tuple[int, str]:
    """Return exit code and standard error; the test's time limit ends a wait that is in vain."""
    while program.state() != QProcess.ProcessState.NotRunning:
        program.waitForFinished(TURN_MS)
    return program.exitCode(), errors_of(program)


def errors_of(program: QProcess) -> str:
    return program.readAllStandardError().data().decode()


def until_handed_over(start: Callable[[], QProcess]) -> None:
    """Start again until a start has handed over and ended without a word.

    One whose first window is kept busy by the machine for longer than a start waits has a window
    of its own, rightly; it is killed, and the next one tried.
    """
    while True:
        program, errors = start(), ""
        while "on its own" not in errors:
            if program.state() == QProcess.ProcessState.NotRunning:
                assert (program.exitCode(), errors + errors_of(program)) == (0, "")
                return
            program.waitForReadyRead(TURN_MS)
            errors += errors_of(program)
        program.kill()
        program.waitForFinished(-1)


def stop_holding(lock: Path, program: QProcess) -> None:
    """Stop a program at a moment at which it holds a lock, whose file is there a little earlier."""
    while True:
        os.kill(program.processId(), signal.SIGSTOP)
        os.waitpid(program.processId(), os.WUNTRACED)
        with lock.open("ab") as file:
            if not locked(file):
                return
        os.kill(program.processId(), signal.SIGCONT)


def test_a_second_start_hands_over_and_ends_and_a_crash_leaves_no_lock(
    statmon, workspace, local_socket
):
    """Exit code 0 at once; after a kill -9 the next start opens a window again."""
    first = statmon(workspace)
    left = until_it_listens(local_socket, first)

    until_handed_over(lambda: statmon(workspace))
    assert first.state() == QProcess.ProcessState.Running

    first.kill()
    first.waitForFinished(-1)
    third = statmon(workspace)
    until_it_listens(local_socket, third, left)
    os.kill(third.processId(), signal.SIGTERM)
    code, errors = until_it_ends(third)

    assert code == 0
    assert "Traceback" not in errors


def test_a_first_that_hangs_keeps_its_seat_and_the_second_has_a_window_of_its_own(
    statmon, workspace, local_socket, state
):
    """It says so, waits for seconds only, and does not take the place of the first for ever."""
    first = statmon(workspace)
    until_it_listens(local_socket, first)
    drafts = state / "unsaved"
    drafts.mkdir(exist_ok=True)
    until((drafts / "0.lock").exists, drafts, first)
    stop_holding(drafts / "0.lock", first)
    second = statmon(workspace)
    until((drafts / "1.lock").exists, drafts, second)
    os.kill(second.processId(), signal.SIGTERM)
    code, errors = until_it_ends(second)
    os.kill(first.processId(), signal.SIGCONT)

    assert code == 0
    assert "does not answer" in errors
    assert "this window is on its own" in errors
    assert "Traceback" not in errors
    while not Seat(state).hand_over(None):
        assert first.state() == QProcess.ProcessState.Running
    until_handed_over(lambda: statmon(workspace))


def test_each_user_of_a_computer_has_a_window(statmon, workspace, local_socket, tmp_path):
    """What one opens does not come up at the other's."""
    theirs = Path(Seat(state_in(tmp_path / "their")).address)
    first, other = statmon(workspace), statmon(workspace, home=tmp_path / "their")
    until_it_listens(local_socket, first)
    until_it_listens(theirs, other)

    assert stat.S_IMODE(local_socket.stat().st_mode) & 0o077 == 0
    until_handed_over(lambda: statmon(workspace, home=tmp_path / "their"))
    other.kill()
    other.waitForFinished(-1)
    until_handed_over(lambda: statmon(workspace))
    assert first.state() == QProcess.ProcessState.Running
