"""Whether recording disturbs the window: the lateness of a 10 ms beat with and without it.

Run ``python tests/benchmarks/history_beat.py``. A real window, 2,000 statistics, 20,000 values a
second in batches of 100; rounds with and without the history take turns in one process. Prints a
Markdown table. Budget: p99 with recording at most 1.3 × without.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, QTimer

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import History, Rules
from statmon.service.clock import epoch_ms
from statmon.ui.background import garbage
from statmon.ui.start import loop as qt_loop
from statmon.ui.start.application import application
from statmon.ui.start.compose import whole_window
from tests.ui.fake_engine import FakeEngine, workspace

BEAT_MS = 10
SECONDS = 15.0
ROUNDS = 3
RATE = 20_000
BATCH = 100


class Beat(QObject):
    """A timer that notes how late it is, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.late.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> list[float]:
        self._timer.stop()
        return sorted(self.late)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1000 - BEAT_MS))
        self._last = now


async def flow(engine: FakeEngine, series: list[Series], history: History | None) -> int:
    """Let values arrive for a while, at the rate; return how many."""
    begun, sent, number = time.perf_counter(), 0, 0
    while (passed := time.perf_counter() - begun) < SECONDS:
        while sent < passed * RATE:
            at = epoch_ms()
            batch = []
            for place in range(BATCH):
                number += 1
                value = {"intValue": number % 97, "stringValue": str(number % 97),
                         "intervalLength": 0, "tag": -1, "timestamp": at}  # fmt: skip
                item = series[(sent + place) % len(series)]
                batch.append(Reading(item, value, at, at, "update"))
            news = engine.table.apply(batch)
            if history is not None:
                history.record(news)
            sent += BATCH
        await asyncio.sleep(0.005)
    return sent


async def measure() -> None:
    """Print the table."""
    engine = FakeEngine(workspace(agents=666, queues=1))
    window = whole_window(engine, "light")
    window.show()
    engine.go_up()
    window.parts.page.tree.expand_all()
    beat = Beat()
    garbage.settle()  # as the program does
    every: dict[str, list[float]] = {"without": [], "with": []}
    row("recording", "values/s", "beat late p50 ms", "p99 ms", "max ms", "CPU of one core")
    row("---", "---:", "---:", "---:", "---:", "---:")
    await flow(engine, engine.table.series, None)
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder), Rules())
        for _ in range(ROUNDS):
            for name, store in (("without", None), ("with", history)):
                cpu = time.process_time()
                beat.start()
                sent = await flow(engine, engine.table.series, store)
                late = beat.stop()
                cpu = (time.process_time() - cpu) / SECONDS
                every[name] += late
                row(name, f"{sent / SECONDS:,.0f}", f"{late[len(late) // 2]:.2f}",
                    f"{p99(late):.1f}", f"{late[-1]:.1f}", f"{cpu:.0%}")  # fmt: skip
        await asyncio.to_thread(history.close)
    without, with_ = p99(every["without"]), p99(every["with"])
    sys.stdout.write(
        f"\np99 of all rounds: {without:.1f} ms without, {with_:.1f} ms with: "
        f"{with_ / without:.2f} ×\n"
    )
    window.close()


def p99(late: list[float]) -> float:
    """Return what 99 of 100 do not exceed."""
    return sorted(late)[int(len(late) * 0.99)]


def row(*cells: str) -> None:
    """Print a row of a Markdown table."""
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


async def main() -> int:
    """Measure, and end."""
    await measure()
    return 0


if __name__ == "__main__":
    sys.exit(qt_loop.run(application("light"), main()))
