"""How long the window takes, without a service, to show the last readings of a large history.

Run ``python tests/benchmarks/history_start.py [--gigabytes 1] [--rounds 5]``. The history has the
statistics of the demo workspace among 2,000 others, and three parts. The journal is at its worst:
of the longest stretch there may be, an hour of small batches, four a second. Before it lie two
segments as the recorder writes them. The rest of the size are copies of their pages under the
numbers of earlier segments, for a start must not depend on how many there are: it would take half
an hour to record them. Prints, for each moment, seconds from the start of the process and its CPU
seconds; the budget is 2 s for the last readings. Beside it, the same with no more than the
journal and two segments, which is what the size costs.
"""

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.startup import STATMON, moments

RECORD = """
import sys
from pathlib import Path
from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import memtable
from statmon.history.model import Rules
from statmon.history.recorder import Recorder
from statmon.service.clock import epoch_ms
from statmon.service.subscriptions.desired import wanted_in
from statmon.storage.user import history_rules
from statmon.storage.user import workspace_file

series = [w.series for w in wanted_in(workspace_file.read(Path(sys.argv[1])))]
series += [Series("http://elsewhere", "Agent", f"agent{n}", "Calls") for n in range(2000)]
now, folder = epoch_ms(), history_rules.folder()
folder.mkdir(parents=True)
recorder = Recorder(folder, Rules(keep_days=None, keep_bytes=None), now)

def bean(number, at):
    return {"intValue": number, "stringValue": str(number), "intervalLength": 0, "tag": -1,
            "timestamp": at}

def some(which, at, number):
    return [
        Reading(item, bean((number * 7919 + place) % 97, at), at, at, "update")
        for place, item in which
    ]

begin = now - 3_600_000 - 600 * 1000
everything = list(enumerate(series))
for second in range(600):
    recorder.add(some(everything, begin + second * 1000, second))
    recorder.commit(begin + second * 1000)
    while recorder.work(begin):
        pass
begin = now - 3_595_000
for quarter in range(4 * 3590):
    at, first = begin + quarter * 250, quarter * 13 % len(series)
    recorder.add(some(everything[first : first + 13], at, quarter))
    recorder.commit(at)
recorder.commit(now)
print('["recorded", 0, %d]' % recorder.samples)
recorder.close()
"""
_SEGMENT_BITS = 20


def grow(path: Path, size: int) -> int:
    """Copy the pages under the numbers of earlier segments up to a size; return the segments."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    last, start, end, samples, firsts = connection.execute(
        "SELECT * FROM segment ORDER BY id DESC LIMIT 1"
    ).fetchone()
    pages = connection.execute(
        "SELECT id, data FROM page WHERE id >> ? = ?", (_SEGMENT_BITS, last)
    ).fetchall()
    keyframe = connection.execute("SELECT data FROM keyframe WHERE id = ?", (last,)).fetchone()
    span, portion = end - start, sum(len(data) for _, data in pages)
    copies = max(0, (size - path.stat().st_size) // portion)
    connection.execute("BEGIN")
    connection.execute("UPDATE page SET id = id + ?", (copies << _SEGMENT_BITS,))
    for table in ("segment", "keyframe", "outline"):
        # Numbers grow from the end, so that none is there twice meanwhile.
        for (number,) in connection.execute(f"SELECT id FROM {table} ORDER BY id DESC").fetchall():
            connection.execute(f"UPDATE {table} SET id = id + ? WHERE id = ?", (copies, number))
    connection.execute("COMMIT")
    for copy in range(1, copies + 1):
        before = (copies + 1 - copy) * span
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?)",
            (copy, start - before, end - before, samples, firsts),
        )
        connection.execute("INSERT INTO keyframe VALUES (?, ?)", (copy, keyframe[0]))
        moved = (((copy - last) << _SEGMENT_BITS) + number for number, _ in pages)
        connection.executemany(
            "INSERT INTO page VALUES (?, ?)",
            zip(moved, (data for _, data in pages), strict=True),
        )
        connection.execute("COMMIT")
    connection.close()
    return copies


def measure(home: Path, workspace: Path, rounds: int) -> dict[str, object]:
    """Return medians of seconds and CPU seconds until each moment; the first start is left out."""
    taken: dict[str, list[tuple[float, float]]] = {}
    for turn in range(rounds + 1):
        for name, moment in moments(home, STATMON, str(workspace)).items():
            if turn:
                taken.setdefault(name, []).append(moment)
    return {
        name: [round(statistics.median(values), 3) for values in zip(*each, strict=True)]
        for name, each in taken.items()
    }


def main() -> None:
    """Print a line for the small and one for the large history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        workspace = home / "floor.statmon"
        demo = Path(__file__).parents[2] / "resources" / "demo.statmon"
        workspace.write_bytes(demo.read_bytes())
        moments(home, RECORD, str(workspace))
        (path,) = home.glob("DATA/**/history.db")
        for name, size in (("small", 0), ("large", int(args.gigabytes * 1e9))):
            began = time.monotonic()
            copies = grow(path, size)
            line: dict[str, object] = {
                "history": name,
                "megabytes": round(path.stat().st_size / 1e6),
                "segments": copies + 2,
                "seconds to build": round(time.monotonic() - began),
            }
            line |= measure(home, workspace, args.rounds)
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
