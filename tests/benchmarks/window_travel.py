"""The time machine at 100,000 rows: a step of the slider, and playing at 60 times the speed.

``python tests/benchmarks/window_travel.py [--rows N] [--rate N] [--minutes N]``: a history is
written whose readings arrive evenly over the last minutes, the tree is shown with all lines
expanded, and the machine travels. Told are the CPU milliseconds that the Qt loop's thread spends
between two beats of a 10 ms timer (``held``: the longest and the 99th percentile), how late that
beat is, and how long it takes from the wish to the lines of that instant.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer

from statmon.domain.reading import Reading
from statmon.history import History
from statmon.service.clock import epoch_ms
from statmon.ui.background import garbage
from statmon.ui.start.application import application
from statmon.ui.timemachine.machine import TimeMachine
from tests.benchmarks.window_rows import Ours, at

BEAT_MS = 10
STEPS = 12


class Beat:
    """What a timer of 10 ms sees of the loop that it runs in."""

    def __init__(self) -> None:
        self.held: list[float] = []
        self.late: list[float] = []
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.held, self.late = [], []
        self._wall, self._cpu = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> str:
        self._timer.stop()
        held, late = sorted(self.held), sorted(self.late)
        return f"{at(held, 0.99):.1f} / {held[-1]:.0f} | {at(late, 0.99):.1f} / {late[-1]:.0f}"

    def _beat(self) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        self.held.append((cpu - self._cpu) * 1000)
        self.late.append((wall - self._wall) * 1000 - BEAT_MS)
        self._wall, self._cpu = wall, cpu


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=2_000, help="readings a second")
    parser.add_argument("--minutes", type=int, default=4)
    args = parser.parse_args()
    application("light")
    window = Ours("tree", args.rows)
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        begin, end = record(history, window.table.series, args.rate, args.minutes)
        window.open()
        machine = TimeMachine(window.parts.pulse, history, limits=(begin, end))
        gc.collect()
        garbage.settle()
        travel(machine, begin, end)
        window.parts.pulse.stop()
        machine.stop()
        history.close()


def record(history: History, series: list, rate: int, minutes: int) -> tuple[int, int]:
    """Write a history: of each series in turn a reading, evenly spread; return its limits."""
    count, end = rate * minutes * 60, epoch_ms()
    begin = end - minutes * 60_000
    for first in range(0, count, 10_000):
        history.record([
            Reading(series[n % len(series)], n * 7 % 997, time_, time_, "update")
            for n in range(first, min(first + 10_000, count))
            for time_ in (begin + n * 1000 // rate,)
        ])  # fmt: skip
        history.flush().result()
    return begin, end


def travel(machine: TimeMachine, begin: int, end: int) -> None:
    """Step and play, and print what it costs."""
    beat, took = Beat(), []
    say("| what | held p99 / longest ms (CPU) | beat late p99 / worst ms | |\n|---|---|---|---|")
    machine.enter(begin + (end - begin) // 2)
    until(lambda: shown_at(machine) is not None)
    beat.start()
    for step in range(STEPS):
        wished = time.perf_counter()
        when = begin + (end - begin) * (step + 1) // (STEPS + 1)
        machine.go_to(when)
        until(lambda when=when: shown_at(machine) == when)
        took.append((time.perf_counter() - wished) * 1000)
        wait(0.3)
    say(f"| slider, {STEPS} steps | {beat.stop()} | shown after {at(sorted(took), 0.5):,.0f} ms |")
    for speed in (1, 10, 60):
        machine.go_to(begin + (end - begin) // 4)
        until(lambda: shown_at(machine) == machine.player.at)
        machine.set_speed(speed)
        since, went = time.perf_counter(), shown_at(machine)
        machine.play(True)
        beat.start()
        wait(5)
        told = beat.stop()
        machine.play(False)
        reached = (shown_at(machine) - went) / 1000 / (time.perf_counter() - since)
        say(f"| play at {speed} × | {told} | {reached:.1f} × reached |")


def shown_at(machine: TimeMachine) -> int | None:
    return machine._scene.when if machine._scene is not None else None


def until(true: Callable[[], bool]) -> None:
    while not true():
        wait(0.005)


def wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
