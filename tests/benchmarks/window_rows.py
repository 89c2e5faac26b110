"""Tree and board under load, against the ways in which such windows are usually written.

``python tests/benchmarks/window_rows.py [--long]``: every case runs in a process of its own, on
Qt's offscreen platform, fed through the live table in messages of 100 values; the peers are fed
the same numbers. CPU is the process's, in percent of one core, while it is fed. ``tick`` is the
CPU time of one tick with its drawing, ``beat`` the lateness of a 10 ms timer. ``hot``: half of all
values are of rows on the screen. Figures of a quick run are of 3 seconds each.
"""

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

STRATEGIES = ("tree", "board", "QStandardItemModel", "dataChanged a value", "bare painter")
PER_OBJECT = 10
FEED_MS = 10
say = partial(print, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="all cases, 8 seconds each")
    parser.add_argument("--only", default="", help="cases whose name has this")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        say(json.dumps(measure(**json.loads(args.one))))
        return 0
    seconds = 8 if args.long else 3
    say(
        "| what | rows | values/s | reached/s | CPU % | tick p50 / p99 ms | beat p99 ms "
        "| first rows ms | bytes a row |\n|---|---|---|---|---|---|---|---|---|"
    )
    for case in (case for case in cases(args.long) if args.only in case["strategy"]):
        show(run({**case, "seconds": seconds}))
    say("\nAnswers at 100,000 rows, everything expanded, CPU milliseconds (median of 3, worst):\n")
    for name, times in run({"strategy": "answers", "rows": 100_000})["answers"].items():
        say(f"| {name} | {sorted(times)[1]:.0f} | {max(times):.0f} |")
    return 0


def cases(long: bool) -> list[dict]:
    sizes = [
        {"strategy": strategy, "rows": rows, "rate": rate, "hot": False}
        for strategy in STRATEGIES[:2]
        for rows in (1_000, 10_000, 100_000)
        for rate in (0, 2_000, 20_000)
    ]
    peers = [
        {"strategy": strategy, "rows": 100_000, "rate": 20_000, "hot": hot}
        for hot in (False, True)
        for strategy in STRATEGIES
        if hot or strategy not in STRATEGIES[:2]
    ]
    small = [
        {"strategy": strategy, "rows": rows, "rate": 20_000, "hot": False}
        for rows in (1_000, 10_000)
        for strategy in STRATEGIES[2:]
    ]
    states = [
        {"strategy": "tree", "rows": 100_000, "rate": 20_000, "hot": False, "state": state}
        for state in ("sorted", "filtered", "by statistic")
    ]
    return sizes * (2 if long else 1) + small + peers + states


def run(case: dict) -> dict:
    command = [sys.executable, __file__, "--one", json.dumps(case)]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=True)
    return {**case, **json.loads(done.stdout.splitlines()[-1])}


def show(got: dict) -> None:
    name = (
        got["strategy"]
        + (", hot" if got["hot"] else "")
        + (f", {got['state']}" if got.get("state") else "")
    )
    say(f"| {name} | {got['rows']:,} | {got['rate']:,} | {got['reached']:,.0f} | {got['cpu']:.1f} "
          f"| {got['p50']:.1f} / {got['p99']:.1f} | {got['beat']:.1f} | {got['first']:.0f} "
          f"| {got['bytes']:.0f} |")  # fmt: skip


def measure(strategy, rows, rate=0, hot=False, seconds=3, state=""):
    from PySide6.QtCore import Qt, QTimer

    from statmon.ui.background import garbage
    from statmon.ui.start.application import application

    app = application("light")
    subject = SUBJECTS.get(strategy, Ours)(strategy, rows)
    if strategy == "answers":
        return {"answers": subject.answers(app)}
    before = memory()
    began = time.perf_counter()
    subject.open()
    app.processEvents()
    first = (time.perf_counter() - began) * 1000
    size = (memory() - before) / rows
    subject.arrange(state)
    settled = time.monotonic() + 1
    while time.monotonic() < settled:
        app.processEvents()
    gc.collect()
    garbage.settle()  # as the program does once its window is open
    rng = random.Random(7)
    onscreen = subject.on_screen()
    late: list[float] = []
    sent, due = 0, [time.perf_counter()]

    def beat():
        now = time.perf_counter()
        late.append((now - due[0]) * 1000 - FEED_MS)
        due[0] = now

    def feed():
        nonlocal sent
        wanted = int((time.perf_counter() - start) * rate)
        while sent < wanted:
            count = min(100, wanted - sent)
            chosen = [rng.randrange(rows) for _ in range(count)]
            if hot and onscreen:
                chosen[::2] = [rng.choice(onscreen) for _ in chosen[::2]]
            subject.feed(chosen, sent)
            sent += count

    timers = []
    for call in (beat, feed):
        timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=FEED_MS)
        timer.timeout.connect(call)
        timer.start()
        timers.append(timer)
    QTimer.singleShot(1000 * seconds, app.quit)
    start, cpu = time.perf_counter(), time.process_time()
    app.exec()
    lasted = time.perf_counter() - start
    used = (time.process_time() - cpu) / lasted * 100
    ticks = sorted(subject.ticks) or [0.0]
    return {"cpu": used, "p50": at(ticks, 0.5), "p99": at(ticks, 0.99), "first": first,
            "beat": at(sorted(late), 0.99), "bytes": size, "reached": sent / lasted}  # fmt: skip


def at(values, share):
    return values[min(len(values) - 1, int(share * len(values)))]


def memory():
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGESIZE")


def titles():
    return ["CurrentNumberWaitingCalls", "Total_Answered", "ServiceLevel", "Total_Abandoned",
            *(f"Statistic{n}" for n in range(4, PER_OBJECT))]  # fmt: skip


class Ours:
    """The tree or a board of the program, on a live table, with its pulse and thresholds."""

    def __init__(self, strategy, rows):
        from statmon.domain.statistic import ObjectRef, Statistic
        from statmon.domain.workspace import Site, Workspace
        from statmon.live.table import LiveTable

        self.strategy, self.ticks = strategy, []
        self.table = LiveTable()
        self.table.healthy = True
        self.workspace = Workspace("", Site("http://127.0.0.1:1"))
        names = titles()
        for number in range(rows):
            ref = ObjectRef("Queue", f"{number // PER_OBJECT}@switch")
            item = Statistic(str(number), ref, names[number % PER_OBJECT])
            self.table.add(item, item.series("http://127.0.0.1:1"))
        self.table.set_open(self.table.series, is_open=True)
        self.feed(range(rows), 0)

    def open(self):
        from statmon.ui.board.page import BoardPage
        from statmon.ui.board.spec import BoardSpec
        from statmon.ui.data.knowledge import Knowledge
        from statmon.ui.data.names import Names
        from statmon.ui.data.pulse import Pulse
        from statmon.ui.look import theme
        from statmon.ui.tree.page import TreePage

        names = Names(self.workspace)
        self.pulse = Pulse(self.table)
        self.page = TreePage(self.workspace, self.pulse, theme.LIGHT, names)
        self.view = self.page.tree
        if self.strategy == "board":
            catalogue = self.page.model.catalogue
            self.page = BoardPage(BoardSpec("", "Queue"), self.pulse, catalogue, names, Knowledge(),
                                  theme.LIGHT)  # fmt: skip
            self.view = self.page.view
        else:
            self.view.expand_all()
        tick, paint = self.pulse.tick, type(self.view).paintEvent
        spent = self.ticks

        def timed_tick():
            began = time.thread_time()
            tick()
            spent.append((time.thread_time() - began) * 1000)

        def timed_paint(view, event):
            began = time.thread_time()
            paint(view, event)
            if spent:
                spent[-1] += (time.thread_time() - began) * 1000

        type(self.view).paintEvent = timed_paint
        self.pulse.tick = timed_tick
        self.pulse._soon.timeout.disconnect()
        self.pulse._soon.timeout.connect(timed_tick)
        self.page.resize(1200, 900)
        self.page.show()
        self.pulse.start()

    def arrange(self, state):
        from statmon.ui.tree.columns import Column
        from statmon.ui.tree.grouping import Grouping

        if state == "sorted":
            self.page.columns.sort(Column.VALUE, descending=True)
        elif state == "filtered":
            self.page.model.filter("value:>500")
        elif state == "by statistic":
            self.page.group_by(Grouping.STATISTIC)
            self.view.expand_all()

    def on_screen(self):
        return [row for line in self.view.on_screen() for row in line.rows]

    def feed(self, rows, offset):
        from statmon.domain.reading import Reading

        now = time.time_ns() // 1_000_000
        series = self.table.series
        self.table.apply(
            [Reading(series[row], (row * 7 + offset) % 997, now, now, "update") for row in rows]
        )

    def answers(self, app):
        from statmon.ui.tree.columns import Column
        from statmon.ui.tree.grouping import Grouping

        self.open()
        model, page, bar = self.page.model, self.page, self.view.verticalScrollBar()
        result = {}

        def timed(name, do):
            began = time.thread_time()
            do()
            app.processEvents()
            result.setdefault(name, []).append((time.thread_time() - began) * 1000)

        for _ in range(3):
            for typed in ("s", "sw", "swi", "statistic7", "value:>500", ""):
                timed(f"filter “{typed}”", lambda typed=typed: model.filter(typed))
            for grouping in (Grouping.STATISTIC, Grouping.GROUP, Grouping.FLAT, Grouping.TYPE):
                timed(f"group by {grouping}", lambda grouping=grouping: page.group_by(grouping))
                self.view.expand_all()
            for column in (Column.VALUE, Column.STATISTIC, Column.AGE):
                timed(f"sort by {column.name.lower()}",
                      lambda column=column: model.sort_by(column, True))  # fmt: skip
            model.sort_by(None)
            timed("collapse all", self.view.collapse_all)
            timed("expand all", self.view.expand_all)
            timed("scroll to the middle", lambda: bar.setValue(bar.maximum() // 2))
            timed("scroll a page", lambda: bar.setValue(bar.value() + bar.pageStep()))
            bar.setValue(0)
        return result


class Peer:
    """Rows of an object's name, a statistic's name and a number, on another strategy."""

    def __init__(self, strategy, rows):
        self.rows, self.ticks = rows, []

    def arrange(self, state):
        pass

    def on_screen(self):
        return list(range(60))


class Standard(Peer):
    """QStandardItemModel in an expanded QTreeView: the textbook."""

    def open(self):
        from PySide6.QtGui import QStandardItem, QStandardItemModel
        from PySide6.QtWidgets import QTreeView

        self.model = QStandardItemModel()
        names, self.items = titles(), []
        for number in range(self.rows // PER_OBJECT):
            head = QStandardItem(f"{number}@switch")
            for name in names:
                cells = [QStandardItem(text) for text in (name, "0", "0 s", "● live")]
                self.items.append(cells[1])
                head.appendRow(cells)
            self.model.appendRow(head)
        self.view = QTreeView()
        self.view.setUniformRowHeights(True)
        self.view.setModel(self.model)
        self.view.expandAll()
        self.view.resize(1200, 900)
        self.view.show()

    def feed(self, rows, offset):
        for row in rows:
            self.items[row].setText(str((row * 7 + offset) % 997))


class Signalled(Peer):
    """A flat model of our own that tells each value by itself."""

    def open(self):
        from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
        from PySide6.QtWidgets import QTableView

        display = Qt.ItemDataRole.DisplayRole
        names, numbers = titles(), [0] * self.rows

        class Model(QAbstractTableModel):
            def rowCount(self, parent=QModelIndex()):  # noqa: B008, N802
                return 0 if parent.isValid() else len(numbers)

            def columnCount(self, parent=QModelIndex()):  # noqa: B008, N802
                return 4

            def data(self, index, role=display):
                if role != display:
                    return None
                row = index.row()
                texts = names[row % PER_OBJECT], str(numbers[row]), "0 s", "● live"
                return texts[index.column()]

        self.numbers, self.model = numbers, Model()
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.resize(1200, 900)
        self.view.show()

    def feed(self, rows, offset):
        for row in rows:
            self.numbers[row] = (row * 7 + offset) % 997
            index = self.model.index(row, 1)
            self.model.dataChanged.emit(index, index)


class Bare(Peer):
    """A widget that draws 45 lines of four texts ten times a second: the floor."""

    def open(self):
        from PySide6.QtCore import QTimer
        from PySide6.QtGui import QPainter
        from PySide6.QtWidgets import QWidget

        names, numbers, spent = titles(), [0] * self.rows, self.ticks

        class Lines(QWidget):
            def paintEvent(self, event):  # noqa: N802
                began = time.thread_time()
                painter = QPainter(self)
                for line in range(45):
                    y = 16 + line * 20
                    for x, text in ((0, names[line % PER_OBJECT]), (300, str(numbers[line])),
                                    (600, "0 s"), (700, "● live")):  # fmt: skip
                        painter.drawText(x, y, text)
                painter.end()
                spent.append((time.thread_time() - began) * 1000)

        self.numbers, self.view = numbers, Lines()
        self.view.resize(1200, 900)
        self.view.show()
        self.timer = QTimer(interval=100)
        self.timer.timeout.connect(self.view.update)
        self.timer.start()

    def feed(self, rows, offset):
        for row in rows:
            self.numbers[row] = (row * 7 + offset) % 997


SUBJECTS = {"QStandardItemModel": Standard, "dataChanged a value": Signalled, "bare painter": Bare}

if __name__ == "__main__":
    sys.exit(main())
