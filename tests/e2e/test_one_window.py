"""A second start, while a window is open."""

import os
import signal
import stat
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QFileSystemWatcher, QProcess, QProcessEnvironment

from statmon.storage.instance import Seat

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="looks for a socket"),
]


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


@pytest.fixture
def doorbell(tmp_path):
    """Where the window listens; its folder is there, so that it can be watched."""
    folder = tmp_path / "STATE" / "statmon"
    folder.mkdir(parents=True)
    return folder / "window.socket"


def until_there_is(file: Path, program: QProcess) -> None:
    """Wait until a program has made a file in a folder that is there."""
    loop = QEventLoop()
    watcher = QFileSystemWatcher([str(file.parent)])
    watcher.directoryChanged.connect(lambda _: loop.quit())
    program.finished.connect(loop.quit)
    while not file.exists():
        loop.exec()
        assert program.state() != QProcess.ProcessState.NotRunning, errors_of(program)


def until_it_listens(doorbell: Path, program: QProcess, before: int | None = None) -> int:
    """Wait until there is another socket than the one before; return its time."""
    loop = QEventLoop()
    watcher = QFileSystemWatcher([str(doorbell.parent)])
    watcher.directoryChanged.connect(lambda _: loop.quit())
    program.finished.connect(loop.quit)
    while not doorbell.exists() or doorbell.stat().st_ctime_ns == before:
        loop.exec()
        assert program.state() != QProcess.ProcessState.NotRunning, errors_of(program)
    return doorbell.stat().st_ctime_ns


def until_it_ends(program: QProcess) -> tuple[int, str]:
    """Return exit code and standard error; the test's time limit ends a wait that is in vain."""
    assert program.waitForFinished(-1)
    return program.exitCode(), errors_of(program)


def errors_of(program: QProcess) -> str:
    return program.readAllStandardError().data().decode()


def test_a_second_start_hands_over_and_ends_and_a_crash_leaves_no_lock(
    statmon, workspace, doorbell
):
    """Exit code 0 at once; after a kill -9 the next start opens a window again."""
    first = statmon(workspace)
    left = until_it_listens(doorbell, first)

    assert until_it_ends(statmon(workspace)) == (0, "")
    assert first.state() == QProcess.ProcessState.Running

    first.kill()
    first.waitForFinished(-1)
    third = statmon(workspace)
    until_it_listens(doorbell, third, left)
    os.kill(third.processId(), signal.SIGTERM)
    code, errors = until_it_ends(third)

    assert code == 0
    assert "Traceback" not in errors


def test_a_first_that_hangs_keeps_its_seat_and_the_second_has_a_window_of_its_own(
    statmon, workspace, doorbell
):
    """It says so, waits for seconds only, and does not take the place of the first for ever."""
    first = statmon(workspace)
    until_it_listens(doorbell, first)
    drafts = doorbell.parent / "unsaved"
    drafts.mkdir(exist_ok=True)
    until_there_is(drafts / "0.lock", first)
    os.kill(first.processId(), signal.SIGSTOP)
    second = statmon(workspace)
    until_there_is(drafts / "1.lock", second)
    os.kill(second.processId(), signal.SIGTERM)
    code, errors = until_it_ends(second)
    os.kill(first.processId(), signal.SIGCONT)

    assert code == 0
    assert "does not answer" in errors
    assert "this window is on its own" in errors
    assert "Traceback" not in errors
    while not Seat(doorbell.parent).hand_over(None):
        assert first.state() == QProcess.ProcessState.Running
    assert until_it_ends(statmon(workspace)) == (0, "")


def test_each_user_of_a_computer_has_a_window(statmon, workspace, doorbell, tmp_path):
    """What one opens does not come up at the other's."""
    theirs = tmp_path / "their" / "STATE" / "statmon" / "window.socket"
    theirs.parent.mkdir(parents=True)
    first, other = statmon(workspace), statmon(workspace, home=tmp_path / "their")
    until_it_listens(doorbell, first)
    until_it_listens(theirs, other)

    assert stat.S_IMODE(doorbell.stat().st_mode) & 0o077 == 0
    assert until_it_ends(statmon(workspace, home=tmp_path / "their")) == (0, "")
    other.kill()
    other.waitForFinished(-1)
    assert until_it_ends(statmon(workspace)) == (0, "")
    assert first.state() == QProcess.ProcessState.Running
