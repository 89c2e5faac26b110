"""The history's store against plain indexed SQLite, DuckDB and Parquet, on a floor's values.

Run ``python tests/benchmarks/history_store.py [SERIES] [SECONDS]``. Every store gets the same
readings, one transaction a second, and answers the same question: the numbers of 20 series over
the whole time, as arrays. statmon keeps the whole payload, text, state and both times; the others
keep series, time and number only. CPU is of the thread that stores; bytes are the file's, with
all that belongs to it, after closing. Prints Markdown tables.
"""

import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from statmon.domain.reading import Reading
from statmon.domain.statistic import Series
from statmon.history import History, Rules

START = 1_767_225_600_000
FOREVER = Rules(keep_days=None, keep_bytes=None)
ROUNDS = 5


def series_of(count: int) -> list[Series]:
    """Return the series of a floor: agents with four statistics each."""
    names = ("InboundCalls", "TimeInCurrentState", "AverageHandlingTime", "CurrentAgentState")
    return [Series("http://site", "Agent", f"agent{n // 4}", names[n % 4]) for n in range(count)]


def floor(series: list[Series], seconds: int, every: int = 1000) -> Iterator[list[Reading]]:
    """Yield a batch a tick: counters, durations that grow, averages; states when they change."""
    rng = random.Random(1)
    calls = [rng.randrange(50) for _ in series]
    since = [START // 1000 - rng.randrange(600) for _ in series]
    status = [4] * len(series)
    for tick in range(seconds * 1000 // every):
        at = START + tick * every + rng.randrange(20)
        stamp = at - rng.randrange(1, 15)
        batch = []
        for n, item in enumerate(series):
            changed = rng.random() < every / 180_000
            if changed:
                calls[n] += 1
                since[n], status[n] = stamp // 1000, rng.choice((4, 6, 8, 23))
            if n % 4 == 3 and tick and not changed:
                continue
            value = payload(n % 4, calls[n], since[n], status[n], stamp, item)
            batch.append(Reading(item, value, stamp, at, "update"))
        yield batch


def payload(kind: int, calls: int, since: int, status: int, stamp: int, series: Series) -> Any:
    """Return a value as the service sends it."""
    number: float = (calls, stamp // 1000 - since, 180 + calls / 4, 0)[kind]
    whole = int(number)
    bean = {
        "intValue": whole,
        "stringValue": str(whole) if whole == number else str(number),
        "intervalLength": 0 if kind == 3 else (stamp - START) // 1000 + 3600,
        "tag": -1,
        "timestamp": stamp,
    }
    if kind < 3:
        return bean
    dn = {"dnId": "1001", "switchId": "SIP", "status": status, "time": since}
    place = {"placeId": "ReleaseSource", "status": status, "time": since, "dnStatuses": [dn]}
    state = {"objectType": "Agent", "agentId": series.object_id, "status": status, "time": since}
    return bean | {"stringValue": None, "stateValue": state | {"place": place}}


class Statmon:
    """The program's own store."""

    name = "statmon"

    def __init__(self, folder: Path) -> None:
        self.history = History(folder, FOREVER)
        self.cpu = 0.0

    def clock(self) -> float:
        return self.history._call(time.thread_time).result()

    def write(self, batch: list[Reading]) -> None:
        self.history.record(batch)
        self.history.flush().result()

    def finish(self) -> None:
        self.history.settled().result()
        self.cpu = self.clock()

    def read(self, wanted: list[Series], start: int, end: int) -> int:
        return sum(map(len, self.history.read_many(wanted, start, end).result()))

    def close(self) -> None:
        self.history.close()


class Peer:
    """What the others share: rows of series number, time and number, made from readings."""

    def __init__(self) -> None:
        self.numbers: dict[Series, int] = {}
        self.cpu = 0.0

    def rows(self, batch: list[Reading]) -> list[tuple[int, int, float]]:
        numbers = self.numbers
        return [
            (numbers.setdefault(r.series, len(numbers)), r.arrived, float(r.value["intValue"]))
            for r in batch
        ]

    def write(self, batch: list[Reading]) -> None:
        began = time.process_time()
        self.store(self.rows(batch))
        self.cpu += time.process_time() - began

    def store(self, rows: list[tuple[int, int, float]]) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """Nothing is left to do, unless a store says so."""


class IndexedSqlite(Peer):
    name = "SQLite, one table, index (series, time)"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.db = sqlite3.connect(folder / "x.db", isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("CREATE TABLE s (series INTEGER, at INTEGER, number REAL)")
        self.db.execute("CREATE INDEX i ON s (series, at)")

    def store(self, rows: list[tuple[int, int, float]]) -> None:
        self.db.execute("BEGIN")
        self.db.executemany("INSERT INTO s VALUES (?, ?, ?)", rows)
        self.db.execute("COMMIT")

    def read(self, wanted: list[Series], start: int, end: int) -> int:
        query = "SELECT at, number FROM s WHERE series = ? AND at >= ? AND at < ? ORDER BY at"
        return sum(
            len(np.array(self.db.execute(query, (self.numbers[w], start, end)).fetchall()))
            for w in wanted
        )

    def close(self) -> None:
        self.db.close()


class DuckDb(Peer):
    name = "DuckDB, Arrow insert"

    def __init__(self, folder: Path) -> None:
        import duckdb
        import pyarrow

        super().__init__()
        self.arrow, self.db = pyarrow, duckdb.connect(str(folder / "x.duckdb"))
        self.db.execute("PRAGMA threads=1")
        self.db.execute('CREATE TABLE s (series INTEGER, "time" BIGINT, number DOUBLE)')

    def store(self, rows: list[tuple[int, int, float]]) -> None:
        series, at, number = zip(*rows, strict=True)
        batch = self.arrow.table({"series": series, "time": at, "number": number})
        self.db.register("batch", batch)
        self.db.execute("INSERT INTO s SELECT * FROM batch")
        self.db.unregister("batch")

    def read(self, wanted: list[Series], start: int, end: int) -> int:
        numbers = [self.numbers[w] for w in wanted]
        query = 'SELECT series, "time", number FROM s'
        where = 'WHERE series = ANY(?) AND "time" >= ? AND "time" < ? ORDER BY series, "time"'
        found = self.db.execute(f"{query} {where}", [numbers, start, end]).fetchnumpy()
        return len(found["time"])

    def close(self) -> None:
        self.db.close()


class Parquet(Peer):
    name = "Parquet, a file every 5 minutes, zstd"

    def __init__(self, folder: Path) -> None:
        import pyarrow.parquet

        super().__init__()
        self.arrow, self.folder = pyarrow, folder
        self.rows_now: list[tuple[int, int, float]] = []
        self.files = self.batches = 0

    def store(self, rows: list[tuple[int, int, float]]) -> None:
        self.rows_now += rows
        self.batches += 1
        if self.batches % 300 == 0:
            self.write_file()

    def write_file(self) -> None:
        if self.rows_now:
            self.rows_now.sort()
            series, at, number = zip(*self.rows_now, strict=True)
            table = self.arrow.table({"series": series, "at": at, "number": number})
            path = self.folder / f"{self.files:05}.parquet"
            self.arrow.parquet.write_table(
                table, path, compression="zstd", use_dictionary=False,
                column_encoding={"series": "DELTA_BINARY_PACKED", "at": "DELTA_BINARY_PACKED",
                                 "number": "BYTE_STREAM_SPLIT"},
            )  # fmt: skip
            self.files += 1
            self.rows_now = []

    def finish(self) -> None:
        began = time.process_time()
        self.write_file()
        self.cpu += time.process_time() - began

    def read(self, wanted: list[Series], start: int, end: int) -> int:
        numbers = [self.numbers[w] for w in wanted]
        filters = [("series", "in", numbers), ("at", ">=", start), ("at", "<", end)]
        paths = [str(path) for path in sorted(self.folder.iterdir())]
        table = self.arrow.parquet.read_table(paths, filters=filters, use_threads=False)
        return len(table["at"].to_numpy())

    def close(self) -> None:
        """Nothing is open."""


def cpu_of(history: History, act: Callable[[], Any]) -> float:
    """Return the median CPU milliseconds of the history's thread for a question."""
    took = []
    for _ in range(ROUNDS):
        began = history._call(time.thread_time).result()
        act()
        took.append((history._call(time.thread_time).result() - began) * 1000)
    return statistics.median(took)


def timed(act: Callable[[], int]) -> tuple[float, int]:
    """Return the median milliseconds of a question, and what it answered."""
    took, answer = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), answer


def compare(count: int, seconds: int) -> None:
    """Print the table of all stores."""
    series = series_of(count)
    numeric = [item for n, item in enumerate(series) if n % 4 < 3]
    wanted = random.Random(2).sample(numeric, 20)
    print_row("store", "CPU µs a reading", "bytes a reading", "20 series, all of it: ms")
    print_row("---", "---:", "---:", "---:")
    for kind in (Statmon, IndexedSqlite, DuckDb, Parquet):
        folder = Path(tempfile.mkdtemp())
        store = kind(folder)
        readings = 0
        for batch in floor(series, seconds):
            store.write(batch)
            readings += len(batch)
        store.finish()
        took, found = timed(lambda s=store: s.read(wanted, START, START + seconds * 1000 + 1000))
        assert found == 20 * seconds, (store.name, found)
        store.close()
        size = sum(path.stat().st_size for path in folder.iterdir())
        cpu = store.cpu / readings * 1e6
        print_row(store.name, f"{cpu:.2f}", f"{size / readings:.2f}", f"{took:.1f}")
        shutil.rmtree(folder)


def alone() -> None:
    """Print what only this store can answer."""
    print_row("question", "budget ms", "measured ms", "of it CPU ms")
    print_row("---", "---:", "---:", "---:")
    folder = Path(tempfile.mkdtemp())
    series = series_of(10_000)
    seconds = 180
    history = filled(folder, floor(series, seconds))
    for name, when in (("in a segment", 40_123), ("in memory", seconds * 1000 - 9000)):
        at = START + when
        took, found = timed(lambda t=at: len(history.as_of(t).result()))
        assert found == len(series)
        cpu = cpu_of(history, lambda t=at: history.as_of(t).result())
        what = f"the table of 10,000 series (one value a second) at an instant {name}"
        print_row(what, "200", f"{took:.0f}", f"{cpu:.0f}")
    history.close()
    shutil.rmtree(folder)
    for every, count in ((10_000, 200), (1000, 40)):
        folder = Path(tempfile.mkdtemp())
        series = series_of(count)
        history = filled(folder, floor(series, 86_400, every))
        wanted = [item for n, item in enumerate(series) if n % 4 < 3][:20]
        ask = partial(day_of, history, wanted)
        took, _ = timed(ask)
        cpu = cpu_of(history, ask)
        what = f"24 h of 20 series of {count}, one value every {every // 1000} s, in 1,000 columns"
        print_row(what, "50", f"{took:.0f}", f"{cpu:.0f}")
        history.close()
        shutil.rmtree(folder)


def day_of(history: History, wanted: list[Series]) -> int:
    """Ask for a day at screen resolution; return how many series there are."""
    return len(history.buckets(wanted, START, START + 86_400_000, 1000).result())


def filled(folder: Path, batches: Iterator[list[Reading]]) -> History:
    """Return a history of these readings, compacted as far as it would be."""
    history = History(folder, FOREVER)
    for number, batch in enumerate(batches):
        history.record(batch)
        if number % 20 == 0:
            history.flush().result()
    history.settled().result()
    return history


def print_row(*cells: str) -> None:
    """Print a row of a Markdown table."""
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    compare(*(int(argument) for argument in sys.argv[1:] or ("500", "3600")))
    sys.stdout.write("\n")
    alone()
