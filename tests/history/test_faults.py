"""The history outlives kills, full disks, other programs and damaged files."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from statmon.history import Gap, Rules, SeriesInfo, memtable, schema, supervisor
from tests.history.support.killed import server
from tests.history.support.readings import START, bean, floor, reading, series
from tests.history.support.recording_process import SERIES

EVER = (-(1 << 60), 1 << 60)
ROUNDS = 500 if os.environ.get("STATMON_TEST_LONG") else 10
FOREVER = Rules(keep_days=None)
SUPPORT = Path(__file__).parent / "support"


@pytest.fixture
def recordings():
    """Start recordings, each in a process of its own: gives a function that kills one."""
    with server("recording_process.py") as work_and_kill:
        yield work_and_kill


def numbers_in(history) -> np.ndarray:
    """All readings' numbers, sorted; each stands in the series where it belongs."""
    found = []
    for number, samples in enumerate(
        history.read_many([series(n + 1) for n in range(SERIES)], *EVER).result()
    ):
        assert (samples.numbers % SERIES == number).all()
        assert np.array_equal(samples.numbers, samples.arrived - START)
        found.append(samples.numbers)
    return np.sort(np.concatenate(found)).astype(int)


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_kills_at_any_moment_lose_nothing_that_was_acknowledged(open_history, tmp_path, recordings):
    """It opens every time, is sound, has every acknowledged reading, and none twice."""
    folder = tmp_path / "killed"
    chance, first = random.Random(1), 0
    for _ in range(ROUNDS):
        acknowledged = recordings(folder, first, chance.randrange(1, 12))

        connection = sqlite3.connect(folder / "history.db")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        history = open_history(FOREVER, folder)
        there = numbers_in(history)
        first = int(there[-1]) + 1
        missing = np.setdiff1d(np.arange(first), there)
        assert not len(missing), f"missing: {missing.min()} to {missing.max()}, {len(missing)}"
        assert len(there) == first  # none twice
        assert first >= acknowledged
        history.close()
        if first > 60_000:  # the check of a long file takes long
            shutil.rmtree(folder)
            first = 0


def full(history, limit: int | None) -> None:
    """Let the disk have no room for more than so many pages of the file; None: room enough."""

    def act(recorder) -> None:
        (pages,) = recorder._connection.execute("PRAGMA page_count").fetchone()
        most = 1 << 30 if limit is None else pages + limit
        recorder._connection.execute(f"PRAGMA max_page_count={most}")

    history._supervisor.do(act, None)


def test_a_full_disk_is_said_and_waited_for(open_history, monkeypatch):
    """What was taken in is kept; what came meanwhile is a gap; it goes on by itself."""
    monkeypatch.setattr(supervisor, "RETRY_EVERY", 0.0)
    now = [START]
    history = open_history(FOREVER, now=lambda: now[0])
    history.record([reading(1, 1, 0)])
    assert history.flush().result()

    history._call(lambda: full(history, 0)).result()
    for batch in floor(300, 20):
        history.record(batch)
    assert history.flush().result() is False
    assert history.status.state == "waiting"
    assert "free some space" in history.status.message
    history.record([reading(1, 2, 30_000)])
    assert history.flush().result() is False

    now[0] = START + 60_000
    history._call(
        lambda: history._supervisor._recorder._connection.execute("PRAGMA max_page_count=1000000")
    ).result()
    while history.status.state != "recording":
        history.flush().result()
    history.record([reading(1, 3, 60_000)])

    assert history.flush().result()
    assert history.gaps(*EVER).result()[-1] == Gap("disk", START, START + 60_000)
    values = history.read(series(1), *EVER).result().values
    assert (values[0], values[-1]) == (1, 3)
    assert 2 not in values


def test_a_folder_that_cannot_be_written_is_said(open_history, tmp_path):
    """The program goes on without a history, and records once that is mended."""
    (tmp_path / "file").write_text("no folder")

    history = open_history(folder=tmp_path / "file" / "history")
    history.record([reading(1)])

    assert history.last().result() == []
    assert history.flush().result() is False
    assert history.status.state == "waiting"
    assert "writable" in history.status.message


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="POSIX permissions")
def test_a_read_only_folder_can_still_be_read(open_history, tmp_path):
    """By somebody who may read, and not write, what stands there."""
    folder = tmp_path / "history"
    history = open_history(folder=folder)
    history.record([reading(1, 5)])
    history.close()
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in folder.parents:
        if path.stat().st_uid == os.getuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o011)
    # All is imported before: who may only read the history may not read every library.
    lines = [
        "import os, sys, urllib.parse",
        "from pathlib import Path",
        "from statmon.history.archive import Reader",
        *(["os.setuid(65534)"] if os.getuid() == 0 else []),
        "print([item.value for item in Reader(Path(sys.argv[1])).last()])",
    ]
    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(lines), folder],
        capture_output=True,
        text=True,
        check=False,
    )
    folder.chmod(0o755)

    assert ended.stdout == "[5]\n", ended.stderr


def test_a_locked_file_is_waited_for(open_history, tmp_path, monkeypatch):
    """Another program holds it: nothing raises, and what was taken in is written later."""
    monkeypatch.setattr(supervisor, "RETRY_EVERY", 0.0)
    history = open_history(FOREVER)
    assert history.flush().result()
    history._call(
        lambda: history._supervisor._recorder._connection.execute("PRAGMA busy_timeout=10")
    ).result()
    other = sqlite3.connect(tmp_path / "history" / "history.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    history.record([reading(1, 5)])
    assert history.flush().result() is False
    assert "close it" in history.status.message
    other.execute("COMMIT")
    other.close()
    while not history.flush().result():
        pass

    assert history.read(series(1), *EVER).result().values == [5]


def filled(open_history, monkeypatch, folder):
    """A history of some segments, with a name, closed."""
    monkeypatch.setattr(memtable, "MOST", 2000)
    history = open_history(FOREVER, folder)
    for batch in floor(50, 400):
        history.record(batch)
        history.settled().result()
    history.describe([SeriesInfo(series(1), "In queue")])
    history.close()
    return folder / "history.db"


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_is_set_aside_and_what_can_be_read_is_saved(
    open_history, monkeypatch, tmp_path, seed
):
    """Whatever is flipped: it opens, records and answers; the damaged file is not deleted."""
    folder = tmp_path / "history"
    path = filled(open_history, monkeypatch, folder)
    before, chance = path.read_bytes(), random.Random(seed)
    data = bytearray(before)
    for _ in range(chance.choice((1, 20, 400))):
        data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)

    history = open_history(FOREVER, folder)
    found = [
        len(item) for item in history.read_many([series(n) for n in range(1, 51)], *EVER).result()
    ]
    history.last().result(), history.as_of(START + 200_000).result()
    history.record([reading(1, bean(5, 0), 900_000)])
    assert history.settled().result()

    assert history.read(series(1), START + 900_000, EVER[1]).result().numbers.tolist() == [5.0]
    assert history.status.state == "recording"
    aside = list(folder.glob("history-damaged-*.db"))
    assert sum(found) > 0 or aside
    if aside:
        assert aside[0].stat().st_size >= len(before) // 2


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9])
def test_a_truncated_file_is_set_aside(open_history, monkeypatch, tmp_path, caplog, share):
    """What is left of it is saved as far as it can be read; once that is proved, it may go."""
    folder = tmp_path / "history"
    path = filled(open_history, monkeypatch, folder)
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))

    history = open_history(FOREVER, folder)
    history.record([reading(1, 5)])

    assert history.flush().result()
    assert 5 in history.read(series(1), *EVER).result().values
    assert share == 0.0 or "it was set aside as" in caplog.text


def test_a_damaged_page_costs_only_itself(open_history, monkeypatch, tmp_path):
    """Its neighbours are read; nothing is set aside for it."""
    folder = tmp_path / "history"
    path = filled(open_history, monkeypatch, folder)
    connection = sqlite3.connect(path)
    (page, data), *_ = connection.execute("SELECT id, data FROM page ORDER BY id LIMIT 1 OFFSET 2")
    broken = data[:20] + bytes([data[20] ^ 1]) + data[21:]
    connection.execute("UPDATE page SET data = ? WHERE id = ?", (broken, page))
    connection.commit()
    connection.close()

    history = open_history(FOREVER, folder)
    found = history.read_many([series(n) for n in range(1, 51)], *EVER).result()

    assert 0 < 50 * 400 - sum(map(len, found)) < 2100
    assert history.status.state == "recording"


def test_something_else_in_the_file_is_set_aside(open_history, tmp_path):
    """It is not ours, and not deleted either."""
    folder = tmp_path / "history"
    folder.mkdir()
    (folder / "history.db").write_text("dear diary " * 1000)

    history = open_history(folder=folder)
    history.record([reading(1)])

    assert history.flush().result()
    (aside,) = folder.glob("history-damaged-*.db")
    assert aside.read_text().startswith("dear diary")


def test_a_history_of_a_newer_statmon_is_left_alone(open_history, tmp_path):
    """It says so and records nothing."""
    folder = tmp_path / "history"
    open_history(folder=folder).close()
    connection = sqlite3.connect(folder / "history.db")
    connection.execute("PRAGMA user_version=99")
    connection.close()

    history = open_history(folder=folder)

    assert history.flush().result() is False
    assert (history.status.state, "update statmon" in history.status.message) == ("failed", True)


def test_a_history_of_the_first_version_is_brought_up_to_date(open_history, tmp_path, monkeypatch):
    """With all that it holds."""
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
    folder = tmp_path / "history"
    folder.mkdir()
    schema.connect(folder / "history.db").close()
    monkeypatch.undo()
    connection = sqlite3.connect(folder / "history.db")
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.execute("INSERT INTO meta VALUES ('alive', 5)")
    connection.commit()
    connection.close()

    history = open_history(folder=folder)
    history.record([reading(1, 5)])

    assert history.read(series(1), *EVER).result().values == [5]
    assert history.gaps(*EVER).result() == [Gap("program", 5, START)]


def test_a_clock_set_back_an_hour_loses_nothing(open_history):
    """Both passes stand side by side; the table is that of the second."""
    history = open_history(FOREVER)
    hour = 3_600_000
    history.record([reading(1, n, n * 1000) for n in range(100)])
    history.record([reading(1, 100 + n, n * 1000 - hour, stamp=10**6 + n) for n in range(50)])
    history.flush().result()

    assert len(history.read(series(1), *EVER).result()) == 150
    assert [item.value for item in history.as_of(START + 30_000 - hour).result()] == [130]
    assert (np.diff(history.read(series(1), *EVER).result().arrived) >= 0).all()


def test_who_only_reads_follows_who_records(open_history, monkeypatch):
    """Segments, the journal and the names, while the other goes on."""
    monkeypatch.setattr(memtable, "MOST", 100)
    recorder = open_history(FOREVER)
    recorder.record([reading(1, 0, 0)])
    assert recorder.flush().result()
    other = open_history(FOREVER)
    for n in range(1, 400):
        recorder.record([reading(1 + n % 3, n, n)])
        if n % 30 == 0:
            recorder.settled().result()
            assert max(item.value for item in other.last().result()) == n
            assert (
                sum(map(len, other.read_many([series(i) for i in (1, 2, 3)], *EVER).result()))
                == n + 1
            )

    assert other.status.state == "reading"


def test_who_only_read_records_once_the_other_has_ended(open_history, monkeypatch):
    """By itself."""
    monkeypatch.setattr(supervisor, "RETRY_EVERY", 0.0)
    first = open_history(FOREVER)
    first.record([reading(1, 1, 0)])
    assert first.flush().result()
    second = open_history(FOREVER)
    assert second.flush().result() is False

    first.close()
    while second.status.state != "recording":
        second.flush().result()
    second.record([reading(1, 2, 10)])

    assert second.read(series(1), *EVER).result().values == [1, 2]
