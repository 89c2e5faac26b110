"""What is not there yet when the window's frame is painted, and what becomes of the frame."""

import json
import os
import subprocess
import sys

import pytest

SLOW = ("httpx2", "keyring", "msgspec", "numpy", "pyqtgraph", "truststore", "websockets")
NOT_YET = ("concurrent.futures", "hashlib", "html")
"""Of the standard library: each takes a few milliseconds."""
PROGRAM = """
import json, sys
from statmon import cli
from statmon.ui.start import opening

def load(window, plain, qt):
    painted = window.isVisible() and not window.grab().isNull()
    print(json.dumps([painted, window.windowTitle(), sorted(sys.modules)]), flush=True)
    window.close()
    return imports(window, plain, qt)

imports, opening.load = opening.load, load
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.fixture
def started(tmp_path):
    """Start statmon on a workspace, and close its window as soon as the frame is painted."""
    workspace = tmp_path / "floor.statmon"
    site = {"url": "http://127.0.0.1:1"}
    document = {"schema": 1, "name": "Floor", "site": site, "subscriptions": []}
    workspace.write_text(json.dumps(document))
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "STATE", "DATA")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(workspace)],
        env={**os.environ, **homes, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_frame_is_painted_before_anything_slow_is_imported(started):
    """Neither a library that takes long, nor what will be in the window."""
    painted, title, modules = json.loads(started.stdout)

    assert painted
    assert title == "Floor – statmon"
    assert {*SLOW, *NOT_YET} & set(modules) == set()
    assert not {"statmon.engine", "statmon.history", "statmon.ui.start.compose"} & set(modules)


def test_a_window_closed_while_it_opens_ends_the_program(started):
    """The window is not filled, and it is no error."""
    assert started.returncode == 0, started.stderr
    assert "Traceback" not in started.stderr
