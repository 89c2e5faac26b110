"""No test leaves a process: whoever does fails, and what was left is killed. Linux only.

A process is a test's if it descends from this one, or says in its environment which run and which
test started it: one whose parent has died descends from nobody here. Other runs on this computer,
of the same tests perhaps, are not touched.
"""

import os
import select
import signal
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

PROC = Path("/proc")
RUN = "PYTEST_RUN"
"""Names a run, of each process of it its own, to what its tests start."""
STARTING = frozenset({"subprocess.Popen", "os.fork", "os.posix_spawn", "os.system", "pty.spawn"})
"""What Python audits when somebody starts a process."""
PATIENCE_SECONDS = 20.0
"""How long a process that was told to end may take: only a failing test waits so long."""
_started: set[bool] = set()
_known: set[int] = set()
"""Processes that are no test's own."""


def _note(event: str, _: object) -> None:
    if event in STARTING:
        _started.add(True)


def parents() -> dict[int, int]:
    """Return the parent of each process that is alive."""
    found = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it has ended
                state, parent = (folder / "stat").read_text().rpartition(") ")[2].split()[:2]
                if state not in "ZX":
                    found[int(folder.name)] = int(parent)
    return found


def below(root: int, parent_of: dict[int, int]) -> set[int]:
    """Return the processes that descend from one."""
    found: set[int] = set()
    while new := {pid for pid, parent in parent_of.items() if parent in {root, *found}} - found:
        found |= new
    return found


def started_by(test: str) -> set[int]:
    """Return the processes that a test started: those below this one, and its orphans."""
    alive = parents()
    own = below(os.getpid(), alive)
    mine, its = f"{RUN}={os.environ.get(RUN)}\0".encode(), f"PYTEST_CURRENT_TEST={test} (".encode()
    for pid in alive.keys() - own - {os.getpid()}:
        with suppress(OSError):  # it has ended, or is somebody else's
            said = (PROC / str(pid) / "environ").read_bytes()
            if mine in said and its in said:
                own.add(pid)
    return own


def end(pids: set[int]) -> list[str]:
    """Kill processes; return what they were."""
    names = []
    for pid in sorted(pids):
        with suppress(OSError):  # it has ended meanwhile
            words = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ")
            os.kill(pid, signal.SIGKILL)
            names.append(f"{pid}: {words.decode(errors='replace').strip()[:200]}")
    return names


def ending(pids: set[int]) -> set[int]:
    """Wait a while for processes that were told to end; return those that go on."""
    patience = time.monotonic() + PATIENCE_SECONDS
    for pid in pids:
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            select.select([handle], [], [], max(0.0, patience - time.monotonic()))
            os.close(handle)
    return pids & parents().keys()


@pytest.fixture(autouse=True)
def _no_process_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Costs nothing where no process is started."""
    if _started:  # by a fixture that other tests share
        _known.update(below(os.getpid(), parents()))
        _started.clear()
    yield
    if _started:
        _started.clear()
        left = end(ending(started_by(request.node.nodeid) - _known))

        assert not left, f"processes left running: {left}"


def pytest_configure(config: pytest.Config) -> None:
    if sys.platform.startswith("linux"):
        os.environ[RUN] = str(uuid.uuid4())
        sys.addaudithook(_note)
