"""How long until the first frame and the last readings: statmon against a bare QtWidgets window.

Each run is a process of its own, from its start to a paint; the two programs take turns. A
history with a reading of every statistic is there, the service is not. Compiled modules are kept
between runs, as in every installation. Printed are minima and medians of time (which the load of
the machine lengthens) and of the process's CPU time (which it hardly does). Budgets: the first
frame at most 1.5 times the bare window's, the last readings at most 3 times.
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

PAINTS = """
import json, os, sys, time
from PySide6.QtCore import QCoreApplication, QEvent, QObject

def mark(name):
    print(json.dumps([name, time.time_ns(), time.process_time()]), flush=True)

class Paints(QObject):
    framed = filled = False

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.painted(watched)
        return False

    def painted(self, watched):
        if not self.framed:
            if watched.isWidgetType() and watched.isWindow():
                self.framed = True
                mark("first frame")
                if not hasattr(watched, "later"):
                    os._exit(0)
                QCoreApplication.instance().removeEventFilter(self)
                wait = watched.later.wait  # the views are there, the rest waits
                watched.later.wait = lambda: (wait(), self.watch(watched))
            return
        if not self.filled:
            self.filled = True
            mark("views")
        if self.window.parts.pulse.lens.live.restored().any():
            mark("last readings")
            os._exit(0)

    def watch(self, window):
        # Of all events of the program Python would be told, which takes some 0.05 s of its own.
        self.window = window
        window.parts.page.tree.viewport().installEventFilter(self)
"""
BARE = (
    PAINTS
    + """
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication([])
paints = Paints()
app.installEventFilter(paints)
window = QMainWindow()
window.setCentralWidget(QLabel("bare"))
window.resize(1360, 860)
window.show()
app.exec()
"""
)
STATMON = (
    PAINTS
    + """
from statmon.ui.start import opening
made = opening.application
def application(choice="system", **options):
    app = made(choice, **options)
    app.paints = Paints()
    app.installEventFilter(app.paints)
    return app
opening.application = application
from statmon.cli import main
main([sys.argv[1]])
"""
)
HISTORY = """
import sys
from pathlib import Path
from statmon.domain.reading import Reading
from statmon.service.subscriptions.desired import wanted_in
from statmon.history import History
from statmon.service.clock import epoch_ms
from statmon.storage.user import history_rules
from statmon.storage.user import workspace_file
history = History(history_rules.folder(), history_rules.load())
now = epoch_ms()
wanted = wanted_in(workspace_file.read(Path(sys.argv[1])))
history.record([Reading(w.series, 7, now - 60_000, now - 60_000, "update") for w in wanted])
history.close()
"""


def main() -> None:
    """Print a line for each moment, and its ratio to the bare window's frame."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    rounds = parser.parse_args().rounds
    taken: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        workspace = home / "floor.statmon"
        demo = Path(__file__).parents[2] / "resources" / "demo.statmon"
        workspace.write_bytes(demo.read_bytes())
        moments(home, HISTORY, str(workspace))
        for turn in range(rounds + 1):
            bare = moments(home, BARE)
            ours = moments(home, STATMON, str(workspace))
            if turn:  # the first fills the caches
                for name, moment in {"bare window": bare["first frame"], **ours}.items():
                    taken.setdefault(name, []).append(moment)
    report(taken)


def report(taken: dict[str, list[tuple[float, float]]]) -> None:
    """Print minima, medians and ratios of time and CPU time, in seconds."""
    floor: dict[str, float] = {}
    for name, all_of_them in taken.items():
        line: dict[str, object] = {"name": name}
        for kind, values in zip(("wall", "cpu"), zip(*all_of_them, strict=True), strict=True):
            for how, value in (("min", min(values)), ("median", statistics.median(values))):
                key = f"{kind} {how}"
                floor.setdefault(key, value)
                line[key] = round(value, 3)
                line[f"{key} ratio"] = round(value / floor[key], 2)
        sys.stdout.write(json.dumps(line) + "\n")


def moments(home: Path, *command: str) -> dict[str, tuple[float, float]]:
    """Run a program; return seconds from its start, and CPU seconds, by the name of the moment."""
    kinds = ("CONFIG", "STATE", "DATA", "CACHE")
    folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in kinds}
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    env = {**os.environ, **folders, "HOME": str(home), "QT_QPA_PLATFORM": platform}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env["PYTHONPYCACHEPREFIX"] = str(home / "compiled")
    began = time.time_ns()
    done = subprocess.run(
        [sys.executable, "-c", *command],
        env=env,
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    lines = (json.loads(line) for line in done.stdout.splitlines())
    return {name: ((at - began) / 1e9, cpu) for name, at, cpu in lines}


if __name__ == "__main__":
    main()
