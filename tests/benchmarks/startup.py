"""How long until the first frame: statmon's window against a bare QtWidgets window.

Each run is a process of its own, from its start to the end of its window's first paint; runs
are interleaved, medians and minima are printed. Budget: at most 1.5 times the bare window.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIRST_PAINT = """
import sys, time
from PySide6.QtCore import QEvent, QObject

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWindow():
            print(time.time_ns(), flush=True)
            import os
            os._exit(0)
        return False
"""
BARE = (
    FIRST_PAINT
    + """
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication([])
first = FirstPaint()
app.installEventFilter(first)
window = QMainWindow()
window.setCentralWidget(QLabel("bare"))
window.resize(1360, 860)
window.show()
app.exec()
"""
)
STATMON = (
    FIRST_PAINT
    + """
from statmon.ui import run
made = run.application
def application(choice="system"):
    app = made(choice)
    app.first = FirstPaint()
    app.installEventFilter(app.first)
    return app
run.application = application
from statmon.cli import main
main([sys.argv[1]])
"""
)


def main() -> None:
    """Print one line a program and the ratio of their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        workspace = home / "floor.statmon"
        demo = Path(__file__).parents[2] / "resources" / "demo.statmon"
        workspace.write_bytes(demo.read_bytes())
        commands = {"bare window": ("-c", BARE), "statmon": ("-c", STATMON, str(workspace))}
        times: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(rounds + 1):
            for name, command in commands.items():
                taken = first_frame(home, *command)
                if turn:  # the first fills the caches
                    times[name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, taken in times.items():
        line = {"name": name, "min": round(min(taken), 3), "median": round(medians[name], 3)}
        sys.stdout.write(json.dumps(line) + "\n")
    ratio = medians["statmon"] / medians["bare window"]
    sys.stdout.write(json.dumps({"name": "ratio", "median": round(ratio, 2)}) + "\n")


def first_frame(home: Path, *command: str) -> float:
    """Return seconds from a process's start to its first frame."""
    kinds = ("CONFIG", "STATE", "DATA", "CACHE")
    folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in kinds}
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    env = {**os.environ, **folders, "HOME": str(home), "QT_QPA_PLATFORM": platform}
    began = time.time_ns()
    done = subprocess.run(
        [sys.executable, *command], env=env, capture_output=True, text=True, check=True, timeout=60
    )
    return (int(done.stdout.split()[-1]) - began) / 1e9


if __name__ == "__main__":
    main()
