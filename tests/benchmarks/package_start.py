"""How long until an installed package shows its window: on a screen, as a person sees it.

``python tests/benchmarks/package_start.py PROGRAM…``, each a packaged ``statmon``; beside them run
this environment's own and a bare QtWidgets window. They take turns; each run is a process of its
own, with a history of every statistic there and the service not. Two moments are looked for on the
screen every few milliseconds: the first frame, and the views with the last readings. CPU is the
process's own until then. Budget: the first frame at most 1.5 times the bare window's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.startup import HISTORY, moments
from tests.harness import x_screen

BARE = """
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("bare"))
window.resize(1360, 860)
window.show()
app.exec()
"""
FILLED = 600
"""Colours of a screen with the views on it; the first frame has 331."""
LOOK_EVERY = 0.005
WITHIN = 60.0
"""Seconds."""
CORNER = (10, 10, 40, 10)
"""A part of the screen that is black without a window, and quick to look at."""


def main() -> None:
    """Print a line for each program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("programs", nargs="*")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, screen() as display:
        home = Path(folder)
        workspace = home / "floor.statmon"
        demo = Path(__file__).parents[2] / "resources" / "demo.statmon"
        workspace.write_bytes(demo.read_bytes())
        moments(home, HISTORY, str(workspace))
        programs = {"bare window": [sys.executable, "-c", BARE]}
        for words in ([sys.executable, "-m", "statmon"], *([name] for name in asked.programs)):
            programs[" ".join(words)] = [*words, str(workspace)]
        taken: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
        eye = Eye(display)
        for turn in range(asked.rounds + 1):
            for name, command in programs.items():
                found = run(command, home, display, eye, filled=name != "bare window")
                if turn:  # the first fills the caches
                    taken[name].append(found)
    report(taken)


@contextmanager
def screen() -> Iterator[str]:
    """Give the name of a virtual screen."""
    server, name = x_screen.begin()
    with server:
        yield name
        server.terminate()


class Eye:
    """Sees what is on a screen."""

    def __init__(self, display: str):
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb")
        from PySide6.QtGui import QGuiApplication

        self._app = QGuiApplication([])

    def colours(self, *place: int) -> set[int]:
        """Return the colours of a part of the screen, or of all of it."""
        from PySide6.QtGui import QImage

        shot = self._app.primaryScreen().grabWindow(0, *place).toImage()
        pixels = shot.convertToFormat(QImage.Format.Format_RGB32)
        return set(memoryview(pixels.constBits()).cast("I"))


def run(
    command: list[str], home: Path, display: str, eye: Eye, *, filled: bool
) -> dict[str, float]:
    """Start a program; return seconds to what is seen of it, and CPU seconds; then end it."""
    kinds = ("CONFIG", "STATE", "DATA", "CACHE", "RUNTIME")
    folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in kinds}
    env = {**os.environ, **folders, "HOME": str(home), "DISPLAY": display, "LANG": "C.UTF-8"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env["PYTHONPYCACHEPREFIX"] = str(home / "compiled")
    empty = eye.colours(*CORNER)
    began = time.perf_counter()
    pid = subprocess.Popen(command, env=env).pid
    found = {"first frame": seen(lambda: eye.colours(*CORNER) != empty) - began}
    if filled:
        found["filled"] = seen(lambda: len(eye.colours()) >= FILLED) - began
    os.kill(pid, 9)
    _, _, used = os.wait4(pid, 0)
    found["cpu"] = used.ru_utime + used.ru_stime
    seen(lambda: eye.colours(*CORNER) == empty)
    return found


def seen(there: Callable[[], bool]) -> float:
    """Return when something was there to be seen."""
    until = time.perf_counter() + WITHIN
    while time.perf_counter() < until:
        now = time.perf_counter()
        if there():
            return now
        time.sleep(LOOK_EVERY)
    raise TimeoutError("nothing came to be seen")


def report(taken: dict[str, list[dict[str, float]]]) -> None:
    """Print minima and medians, in seconds, and their ratio to the bare window's."""
    floor: dict[str, float] = {}
    for name, runs in taken.items():
        line: dict[str, object] = {"name": name}
        for moment in runs[0]:
            values = [one[moment] for one in runs]
            for how, value in (("min", min(values)), ("median", statistics.median(values))):
                key = f"{moment} {how}"
                line[key] = round(value, 3)
                if key in floor:
                    line[f"{key} ratio"] = round(value / floor[key], 2)
                elif name == "bare window":
                    floor[key] = value
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
