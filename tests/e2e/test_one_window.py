"""A second start, while a window is open."""

import os
import signal
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QFileSystemWatcher, QProcess, QProcessEnvironment

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
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "STATE", "DATA")}
    for name, text in {**homes, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}.items():
        environment.insert(name, text)
    started = []

    def start(*arguments):
        program = QProcess()
        program.setProcessEnvironment(environment)
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
