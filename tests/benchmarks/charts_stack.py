"""The whole stack in one process: tree, charts, history, alerts, 20,000 values a second.

A window on 100,000 statistics, the tree expanded; 200 batches of 100 values a second go the way
that a response of the service goes once it is decoded (the client's own cost is measured in
``bayeux_cpu.py``). Variants differ by one part each. Told are CPU (of one core), how late a timer
of 10 ms is, and how late the pulse's tick, over some seconds after a warm-up.

    python tests/benchmarks/charts_stack.py [--seconds N] [--rows N] [--rounds N]
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer

from statmon.domain.reading import Reading
from statmon.domain.statistic import Wanted
from statmon.domain.workspace import Workspace, parse
from statmon.engine.read_only_engine import ReadOnlyEngine
from statmon.history import History
from statmon.recording import Recording
from statmon.service.clock import epoch_ms
from statmon.service.wire.events import (
    Arrival,
    ConnectionChanged,
    ReadingsArrived,
    ServiceChanged,
)
from statmon.ui.background import garbage
from statmon.ui.start.application import application
from statmon.ui.start.compose import whole_window

BATCHES, BATCH = 200, 100
"""A second, and values in each."""
MOST_AT_ONCE = 40
CURVES, POINTS = 24, 36_000
BEAT_MS = 10
WARM_UP = 3.0


@dataclass
class Variant:
    """What takes part."""

    name: str
    charts: bool
    history: bool
    window: bool = True


VARIANTS = (
    Variant("the benchmark's own feeding", charts=False, history=False, window=False),
    Variant("window with tree and alerts", charts=False, history=False),
    Variant("… and history", charts=False, history=True),
    Variant("… and 24 curves of 36,000 values at 10 Hz", charts=True, history=True),
)


class Busy(ReadOnlyEngine):
    """An engine that is told what would come from a service."""

    def tell(self, event: object) -> None:
        self._tell(event)  # type: ignore[arg-type]


def workspace(rows: int) -> Workspace:
    """Return a workspace of a hundred statistics an object."""
    items = [
        {"id": str(n), "objectType": "Queue", "objectId": f"q{n // 100}", "name": f"S{n % 100}"}
        for n in range(rows)
    ]
    return parse(
        {
            "schema": 1,
            "name": "bench",
            "site": {"url": "http://127.0.0.1:1"},
            "subscriptions": [{"name": "all", "statistics": items}],
        }
    )


def batches(engine: Busy, charted: int) -> Iterator[ReadingsArrived]:
    """Return batches for ever; each charted row gets ten values a second."""
    dice, table = random.Random(1), engine.table
    picks = [dice.randrange(len(table)) for _ in range(BATCH * 997)]
    number = 0
    while True:
        now = epoch_ms()
        begin = number % 997 * BATCH
        rows = picks[begin : begin + BATCH]
        if number % (BATCHES // 10) == 0:
            rows[:charted] = range(charted)
        number += 1
        yield ReadingsArrived(
            tuple(
                Arrival(
                    Reading(table.series[row], (row + number) % 1000, now, now, "update"),
                    (Wanted("all", table.statistics[row], table.series[row]),),
                    "id",
                )
                for row in dict.fromkeys(rows)
            ),
            now,
        )


def wait(seconds: float) -> None:
    """Let the Qt loop run."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def measured(variant: Variant, rows: int, seconds: float) -> tuple[float, ...]:
    """Return values a second, CPU in per cent of a core, and how late things are in ms.

    Late are the beat (p99 and worst) and the tick (p99).
    """
    engine = Busy(workspace(rows))
    now = epoch_ms()
    window = whole_window(engine, "light")
    window.show()
    engine.tell(ConnectionChanged("connected", "long-polling", None, now))
    engine.tell(ServiceChanged("AVAILABLE", now))
    engine.table.set_open(engine.table.series, is_open=True)
    history = recording = None
    folder = tempfile.TemporaryDirectory()
    if variant.history:
        history = History(Path(folder.name))
        recording = Recording(engine, engine.workspace, history)
        recording.start()
    if variant.charts:
        charted = list(range(CURVES))
        window.parts.charts.recorder.watch(charted, now)
        for row in charted:
            track = window.parts.charts.recorder.tracks[row]
            for point in range(POINTS):
                track.push(now - (POINTS - point) * 1000, float((point * 7919 + row) % 1000))
        window.parts.charts.show_rows(charted)
        window.parts.charts.current.set_span(float(POINTS))  # type: ignore[union-attr]
    source = batches(engine, CURVES)
    feeding = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=1000 // BATCHES)
    tell = engine.tell if variant.window else lambda _: None
    started, sent = time.perf_counter(), [0]

    def feed() -> None:
        # On a loaded machine timers are late: what is due is sent all the same.
        due = int((time.perf_counter() - started) * BATCHES)
        for _ in range(min(due - sent[0], MOST_AT_ONCE)):
            tell(next(source))
            sent[0] += 1

    feeding.timeout.connect(feed)
    feeding.start()
    garbage.settle()  # as the program does once its window is open
    wait(WARM_UP)
    late: list[float] = []
    last = [time.perf_counter()]

    def beat() -> None:
        here = time.perf_counter()
        late.append((here - last[0]) * 1000 - BEAT_MS)
        last[0] = here

    beating = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=BEAT_MS)
    beating.timeout.connect(beat)
    ticks: list[float] = []
    ticked = [time.perf_counter()]

    def tick(_: object) -> None:
        here = time.perf_counter()
        ticks.append((here - ticked[0]) * 1000 - 100)
        ticked[0] = here

    window.parts.pulse.changed.connect(tick)
    beating.start()
    last[0] = ticked[0] = time.perf_counter()
    begin, wall, before = time.process_time(), time.perf_counter(), sent[0]
    wait(seconds)
    spent, gone = time.process_time() - begin, time.perf_counter() - wall
    for timer in (beating, feeding):
        timer.stop()
    if recording is not None and history is not None:
        recording.stop()
        history.close()
    window.close()
    window.deleteLater()
    wait(0.1)
    folder.cleanup()
    late.sort()
    ticks.sort()
    return (
        (sent[0] - before) * BATCH / gone,
        100 * spent / gone,
        late[int(len(late) * 0.99)],
        late[-1],
        ticks[int(len(ticks) * 0.99)] if ticks else 0.0,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    application("light")
    found: dict[str, list[tuple[float, ...]]] = {v.name: [] for v in VARIANTS}
    for _ in range(args.rounds):
        for variant in VARIANTS:
            found[variant.name].append(measured(variant, args.rows, args.seconds))
    sys.stdout.write(
        "| | values/s | CPU % of a core | beat late p99 / max ms | tick late p99 ms |\n"
    )
    for name, rounds in found.items():
        rate, cpu, p99, most, tick = (
            statistics.median(column) for column in zip(*rounds, strict=True)
        )
        sys.stdout.write(
            f"| {name} | {rate:,.0f} | {cpu:.0f} | {p99:.1f} / {most:.0f} | {tick:.1f} |\n"
        )


if __name__ == "__main__":
    main()
