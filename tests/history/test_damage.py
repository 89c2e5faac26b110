"""Damage to the file costs what lies in it, and is said; nothing that is read is untrue."""

import json
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from statmon.export.job import history_in
from statmon.history import (
    Gap,
    History,
    Reader,
    Rules,
    SeriesInfo,
    memtable,
    repair,
    supervisor,
    wal,
)
from statmon.history.btree_rows import keys_in
from statmon.history.names_file import read_names
from statmon.history.page_images import Newest
from statmon.support import machine
from tests.history.support import damages
from tests.history.support.readings import START, bean, floor, reading, series

LONG = bool(os.environ.get("STATMON_TEST_LONG"))
COPIES = 200 if LONG else 8
EVER = (-(1 << 60), 1 << 60)
FOREVER = Rules(keep_days=None, keep_bytes=None)


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    """A history that was recorded; the long run's has 210,000 readings."""
    return damages.record(tmp_path_factory.mktemp("truth"), *((300, 700) if LONG else (100, 260)))


@pytest.mark.timeout(120 + 30 * COPIES)
def test_damaged_copies_are_saved_and_what_is_gone_is_said(truth, capsys):
    """Zeros, ones or noise anywhere, or the end cut off: recorded on, and exported."""
    outcomes = list(damages.copies(truth, COPIES, seed=4))

    with capsys.disabled():
        if LONG:
            sys.stdout.write(f"\n{damages.figures(truth, outcomes)}")
    assert any(outcome.said for outcome in outcomes)
    assert len(outcomes) == 2 * COPIES


@pytest.mark.parametrize("page", range(0, 21, 1 if LONG else 5))
def test_the_first_pages_may_be_gone(truth, tmp_path, page):
    """The head, the pages on top of every table, and the small tables: 64 KB from each on."""
    folder = tmp_path / "history"
    shutil.copytree(truth.closed, folder)
    overwrite(folder / "history.db", page * 8192, bytes(damages.LONGEST))

    outcome = damages.read_only(truth, folder, f"page {page}")

    assert outcome.said


def overwrite(path: Path, start: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(data[: path.stat().st_size - start])


def changed(folder: Path, *statements: str) -> None:
    """Change a history's file behind its back."""
    connection = sqlite3.connect(folder / "history.db", isolation_level=None)
    for statement in statements:
        assert connection.execute(statement).rowcount
    connection.close()


_NAME_GONE = "200 readings, 1 names and 0 gaps are gone"


@pytest.fixture
def small(open_history, tmp_path, monkeypatch):
    """A history of some segments and two gaps, closed."""
    monkeypatch.setattr(memtable, "MOST", 2000)
    folder = tmp_path / "history"
    history = open_history(FOREVER, folder)
    history.describe([SeriesInfo(series(n + 1), "In queue", f"Hotline {n}") for n in range(50)])
    for batch in floor(50, 200):
        history.record(batch)
        history.settled().result()
    for at in (1000, 3000):
        history.gap("service", START + at)
        history.mend("service", START + at + 500)
    assert history.flush().result()
    history.close()
    return folder


@pytest.mark.parametrize("beside", [True, False], ids=["names beside it", "alone"])
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE series SET object_id = 'other' WHERE id = 3", _NAME_GONE),
        ("UPDATE series SET label = 'Hotlime 2' WHERE id = 3", _NAME_GONE),
        ("UPDATE series SET label = CAST(x'ff' AS TEXT) WHERE id = 3", _NAME_GONE),
        ("DELETE FROM series WHERE id = 3", _NAME_GONE),
        ("DELETE FROM gap", "0 readings, 0 names and 2 gaps are gone"),
        ("DELETE FROM gap WHERE id = 1", "0 readings, 0 names and 1 gaps are gone"),
        ("UPDATE gap SET end = end + 1 WHERE id = 1", "0 readings, 0 names and 1 gaps are gone"),
        ("DELETE FROM segment WHERE id = 2", "all of it was saved"),
        ("UPDATE segment SET firsts = x'' WHERE id = 2", "all of it was saved"),
        ("UPDATE journal SET fresh = 2", "readings, 0 names"),
        ("DELETE FROM keyframe WHERE id = 3", "all of it was saved"),
        ("UPDATE keyframe SET id = 30 WHERE id = 3", "all of it was saved"),
        ("DELETE FROM mark", "all of it was saved"),
        ("UPDATE mark SET more = more - 50 WHERE id = 1", "all of it was saved"),
        ("PRAGMA user_version = 2", "all of it was saved"),
    ],
)
def test_whatever_is_not_what_was_written_is_noticed(open_history, small, statement, said, beside):
    """Names and gaps, and all that tells where readings are: by who records and who exports."""
    wanted = read_all(open_history, small)
    if beside:
        said = "all of it was saved" if said == _NAME_GONE else said
    else:
        (small / "history.names").unlink()
    connection = sqlite3.connect(small / "history.db", isolation_level=None)
    connection.execute(statement)
    connection.close()
    with history_in(small) as (reader, told):
        infos = reader.catalogue.infos()
        found = reader.read([info.series for info in infos], *EVER)
        exported = {samples.series: samples.readings() for samples in found}
    history = open_history(FOREVER, small)
    assert history.settled().result()

    assert said in told
    assert history.status.damage == told
    assert history.series().result() == infos
    assert {info.series: info for info in infos}.items() <= wanted[0].items()
    for item, readings in exported.items():
        assert not set(map(repr, readings)).difference(map(repr, wanted[1][item]))
    lost = sum(map(len, wanted[1].values())) - sum(map(len, exported.values()))
    assert f"{lost:,} readings" in told or not lost


def read_all(open_history, folder):
    history = open_history(FOREVER, folder)
    infos = {info.series: info for info in history.series().result()}
    found = history.read_many(list(infos), *EVER).result()
    history.close()
    return infos, {samples.series: samples.readings() for samples in found}


def test_one_page_that_is_gone_is_a_gap_of_what_was_on_it(open_history, small):
    """Chart and time machine do not take an older number for one that was there."""
    changed(small, "UPDATE page SET data = zeroblob(length(data)) WHERE id = (2 << 20) + 1")

    history = open_history(FOREVER, small)
    assert history.settled().result()
    (gap,) = [gap for gap in history.gaps(*EVER).result() if gap.kind == "damage"]
    found = history.read_many(list(gap.series), gap.start, gap.end + 1).result()
    before = {item.series for item in history.as_of(gap.start + 1).result()}

    assert 0 < len(gap.series) < 50
    assert "readings, 0 names and 0 gaps are gone (2026-01-01" in history.status.damage
    assert min(map(len, found)) == 0
    empty = {samples.series for samples in found if not len(samples)}
    assert not empty & before


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_log_that_is_cut_off_is_noticed(open_history, tmp_path, share):
    """Nothing in the file says what stood at its end: the small file beside it does."""
    folder, copy = tmp_path / "live", tmp_path / "killed"
    history = open_history(FOREVER, folder, now=lambda: at[0])
    for n in range(40):
        at = [START + n * 1000]
        history.record([reading(1 + k, bean(n, 0), n * 1000) for k in range(50)])
        assert history.flush().result()
    shutil.copytree(folder, copy)
    log = copy / "history.db-wal"
    os.truncate(log, int(log.stat().st_size * share))

    with history_in(copy) as (reader, told):
        there = sum(map(len, reader.read([series(1 + k) for k in range(50)], *EVER)))
    again = open_history(FOREVER, copy, now=lambda: START + 60_000)

    assert f"{2000 - there:,} readings" in told
    assert again.flush().result()
    assert again.status.damage == told
    assert Gap("damage", *span_of(again), None) in again.gaps(*EVER).result()


def span_of(history):
    """From the last reading that is there to the last that was."""
    return history.span().result()[1], START + 39_000


def test_a_torn_end_of_the_log_is_no_damage(open_history, tmp_path):
    """A kill while a transaction is written leaves half of one, which was never acknowledged."""
    folder, copy = tmp_path / "live", tmp_path / "killed"
    history = open_history(FOREVER, folder)
    history.record([reading(1, 5)])
    assert history.flush().result()
    shutil.copytree(folder, copy)
    with (copy / "history.db-wal").open("ab") as file:
        file.write(bytes(24))

    with history_in(copy) as (reader, told):
        assert [item.value for item in reader.last()] == [5]
        assert told == ""


def test_the_logs_checksums_are_sqlites(open_history, tmp_path):
    """Computed at once for a whole page; and word by word, as SQLite says it."""
    data = random.Random(1).randbytes(8200)
    for before in ((0, 0), (5, 7), (2**32 - 1, 2**31)):
        for magic, order in ((wal._MAGIC, "<"), (wal._MAGIC + 1, ">")):
            first, second = before
            for one, two in struct.iter_unpack(f"{order}2I", data):
                first = (first + one + second) % 2**32
                second = (second + two + first) % 2**32
            assert wal._sums(data, magic, before) == (first, second)
    history = open_history(FOREVER)
    for n in range(30):
        history.record([reading(1, n, n)])
        assert history.flush().result()
    log = wal.read(tmp_path / "history" / "history.db-wal", 8192)
    assert len(log.frames) > 30
    assert not log.damaged
    assert all(frame.sound for frame in log.frames)


def test_every_name_stands_twice_far_apart(truth):
    """No stretch of 64 KB holds both."""
    connection = sqlite3.connect(truth.closed / "history.db")
    roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master"))
    copies = connection.execute("SELECT id, data FROM copy").fetchall()
    connection.close()
    with Newest(truth.closed / "history.db") as images:
        names, places = (dict(keys_in(images, roots[name])) for name in ("series", "copy"))
    found = {row[0]: places[number] for number, data in copies for row in json.loads(data)}

    assert found.keys() == names.keys()
    assert min(abs(found[number] - names[number]) for number in names) * 8192 > damages.LONGEST


def test_damage_that_is_found_while_recording_costs_nothing_that_comes(
    open_history, small, monkeypatch
):
    """What waits is written, what is open stays open, and the user is told once."""
    heard = []
    history = open_history(FOREVER, small, now=lambda: START + 300_000)
    history.hear(heard.append)
    assert history.settled().result()
    history.gap("connection", START + 250_000)
    history.record([reading(1, bean(77, 0), 260_000)])
    assert history.flush().result()
    history.record([reading(1, bean(78, 0), 261_000)])

    def break_a_page(recorder):
        recorder._connection.execute("UPDATE page SET data = x'00' WHERE id = (1 << 20)")

    history._call(lambda: history._supervisor.do(break_a_page, None)).result()
    everything = history.read_many([series(n + 1) for n in range(50)], *EVER).result()
    history.mend("connection", START + 270_000)
    assert history.flush().result()

    assert everything[0].numbers[-2:].tolist() == [77, 78]
    gaps = history.gaps(*EVER).result()
    assert Gap("connection", START + 250_000, START + 270_000) in gaps
    assert not [gap for gap in gaps if gap.kind == "program" and gap.end > START + 300_000]
    assert heard == [history.status.damage]
    assert "are gone" in heard[0]


def test_sqlites_locks_are_not_given_away(open_history, tmp_path):
    """To close a file that SQLite has open would do that: another process could then write."""
    folder = tmp_path / "history"
    history = open_history(FOREVER, folder)
    assert history.flush().result()
    for _ in range(3):
        with Newest(folder / "history.db") as images:
            images.check()
    script = (
        "import fcntl, sys\n"
        "with open(sys.argv[1], 'r+b') as file:\n"
        "    try:\n"
        "        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)\n"
        "    except OSError:\n"
        "        print('locked')\n"
    )
    if os.name != "posix":
        pytest.skip("on Windows a lock belongs to who took it")
    ended = subprocess.run(
        [sys.executable, "-c", script, folder / "history.db"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout == "locked\n"


def test_the_damaged_file_is_deleted_once_what_was_saved_is_proved(open_history, small, caplog):
    """It holds readings of people, which nothing would take out of it."""
    changed(small, "UPDATE page SET data = zeroblob(length(data)) WHERE id = (2 << 20) + 1")

    history = open_history(FOREVER, small)
    assert history.settled().result()

    assert "set aside as" in caplog.text
    assert not list(small.glob("history-damaged-*"))
    assert "are gone" in history.status.damage


def test_the_time_that_is_told_is_that_of_the_readings_whose_names_are_gone(open_history, tmp_path):
    """From the first to the last of them, not only the end of the file."""
    folder = tmp_path / "history"
    history = open_history(FOREVER, folder)
    history.record([reading(1, 5, 0), reading(1, 6, 3_600_000), reading(2, 6, 7_200_000)])
    assert history.flush().result()
    history.close()
    connection = sqlite3.connect(folder / "history.db", isolation_level=None)
    connection.execute("DELETE FROM copy")
    connection.execute("DELETE FROM series WHERE id = 1")
    connection.close()
    (folder / "history.names").unlink()

    with history_in(folder) as (_, told):
        assert "2 readings, 1 names" in told
    history = open_history(FOREVER, folder)
    assert history.flush().result()
    connection = sqlite3.connect(folder / "history.db")
    span = connection.execute("SELECT start, end FROM damage").fetchone()
    connection.close()

    assert span == (START, START + 3_600_000)


def test_no_time_is_told_where_nobody_knows_when_what_is_gone_began(open_history, tmp_path):
    """Rather than that of the end, which does not cover it."""
    folder = tmp_path / "history"
    history = open_history(FOREVER, folder)
    for minute in range(3):
        history.record([reading(1, minute, minute * 60_000)])
        assert history.flush().result()
    history.close()
    changed(folder, "DELETE FROM journal WHERE id = 1")

    with history_in(folder) as (_, told):
        assert "1 readings, 0 names and 0 gaps are gone, the rest" in told


def test_a_newer_history_is_left_alone_by_who_only_reads(open_history, tmp_path):
    """In words; by an export, too."""
    folder = tmp_path / "history"
    open_history(folder=folder).close()
    changed(folder, "UPDATE mark SET value = 5 WHERE id = 10")
    connection = sqlite3.connect(folder / "history.db")
    connection.execute("PRAGMA user_version = 5")
    connection.close()

    with pytest.raises(Exception, match="newer statmon: update statmon"):
        history_in(folder).__enter__()


def test_a_full_disk_is_told_at_once_and_when_it_is_over(open_history, monkeypatch):
    """Not only to who looks at the status."""
    monkeypatch.setattr(supervisor, "RETRY_EVERY", 0.0)
    heard = []
    history = open_history(FOREVER)
    history.record([reading(1, 1, 0)])
    assert history.flush().result()
    history.hear(heard.append)

    def pages(count):
        def limit(recorder):
            (there,) = recorder._connection.execute("PRAGMA page_count").fetchone()
            recorder._connection.execute(f"PRAGMA max_page_count={there + count}")

        return lambda: limit(history._supervisor._recorder)

    history._call(pages(0)).result()
    for batch in floor(300, 20):
        history.record(batch)
    assert history.flush().result() is False
    assert heard == ["the disk is full: free some space, recording goes on by itself"]
    history._call(pages(10_000)).result()
    while history.status.state != "recording":
        history.flush().result()

    assert heard[1:] == [""]


def test_what_the_other_does_not_record_is_said(open_history, monkeypatch):
    """One statmon records; of what arrives at the other it is known what is kept."""
    monkeypatch.setattr(supervisor, "RETRY_EVERY", 0.0)
    now = [START + 20_000]
    first = open_history(FOREVER, now=lambda: now[0])
    first.record([reading(1, bean(5, START), 0), reading(2, bean(6, START), 10_000)])
    assert first.flush().result()
    heard = []
    second = open_history(FOREVER, now=lambda: now[0])
    second.hear(heard.append)
    # The first is quiet at both, the second came here a little later, the third is only here.
    second.record([reading(1, bean(5, START), 9_000, stamp=0), reading(2, 6, 10_030, stamp=9)])
    second.record([reading(3, 7, 12_000), reading(4, 7, 19_999)])
    while not second.status.missed:
        second.flush().result()

    assert second.status.missed == 1
    assert "but not 1 of the statistics shown here" in second.status.message
    assert heard == [second.status.message]
    first.record([reading(3, 7, 12_020)])
    assert first.flush().result()
    while second.status.missed:
        second.flush().result()
    assert heard[1:] == [""]


def test_the_doctor_looks_at_every_page(small, monkeypatch):
    """And says what is gone, with what to do."""
    monkeypatch.setattr("statmon.storage.user.history_rules.folder", lambda: small)

    assert machine.history().line.split()[:3] == ["ok", "history", "10,000"]

    changed(small, "UPDATE page SET data = x'00' WHERE id = (1 << 20)")
    found = machine.history()
    assert found.outcome == "failed"
    assert "are gone" in found.says
    History(small, FOREVER, now=lambda: START).close()
    Reader(small).close()
    assert machine.history().outcome == "failed"  # the file was closed before it was looked through
    history = History(small, FOREVER, now=lambda: START)
    history.settled().result()
    history.close()
    assert machine.history().outcome == "warning"
    assert machine.history().says == found.says


def test_figures_of_the_sentence():
    """One that was counted, and one of which it is not known."""
    from statmon.history.model import Damage

    assert Damage(None, None, 0, 0, 0, 1).sentence.endswith("damaged: all of it was saved")
    assert Damage(None, None, 0, 0, 0, 0).sentence.endswith("what could be read was saved")
    assert "at least 1,200 readings, 0 names and 3 gaps are gone, the rest" in (
        Damage(None, None, 1200, 0, 3, 0).sentence
    )


def test_a_disk_that_is_full_leaves_the_damaged_file_until_there_is_room(
    open_history, small, monkeypatch
):
    """Nothing is set aside of which nothing could be saved."""
    monkeypatch.setattr(supervisor, "RETRY_EVERY", 0.0)
    changed(small, "UPDATE segment SET firsts = x'' WHERE id = 2")
    full, mend = [True], repair.mend

    def mending(*arguments):
        if full[0]:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return mend(*arguments)

    monkeypatch.setattr(repair, "mend", mending)
    history = open_history(FOREVER, small)
    assert history.flush().result() is False
    assert history.status.state == "waiting"
    assert "free some space" in history.status.message
    assert not list(small.glob("history-damaged-*"))
    full[0] = False
    while history.status.state != "recording":
        history.flush().result()

    assert history.status.samples == 10_000
    assert "all of it was saved" in history.status.damage
    assert not list(small.glob("saving-*"))


def test_an_empty_history_is_better_than_none(open_history, small, monkeypatch):
    """If what was saved made no sense, it is set aside as well, and said."""
    changed(small, "UPDATE segment SET firsts = x'' WHERE id = 2")
    mend = repair.mend

    def wrong(new, *arguments):
        found = mend(new, *arguments)
        new.execute("DELETE FROM mark")
        return found

    monkeypatch.setattr(repair, "mend", wrong)
    history = open_history(FOREVER, small)
    history.record([reading(1, bean(5, 0), 500_000)])

    assert history.flush().result()
    assert history.status.damage == supervisor.NOTHING_SAVED
    assert len(list(small.glob("history-damaged-*.db"))) == 2


@pytest.mark.parametrize("minutes", [0, 1, 3, 10])
@pytest.mark.parametrize("noise", [bytes, random.Random(5).randbytes], ids=["zeros", "noise"])
def test_no_stretch_takes_the_names_of_a_new_history(open_history, tmp_path, minutes, noise):
    """From its first commit on; before, 64 KB cost all names, and so everything, up to 200 KB."""
    folder = tmp_path / "history"
    history = open_history(FOREVER, folder)
    infos = [SeriesInfo(series(n + 1), f"Title {n}", f"Etikett ä\u2028\n{n}") for n in range(64)]
    history.describe(infos)
    for second, batch in enumerate(floor(64, 1 + 60 * minutes)):
        history.record(batch)
        if second % 10 == 0:
            assert history.flush().result()
    assert history.settled().result()
    history.close()
    size = (folder / "history.db").stat().st_size
    for start in range(0, size, damages.LONGEST // 2):
        copy = tmp_path / f"from {start}"
        shutil.copytree(folder, copy)
        overwrite(copy / "history.db", start, noise(damages.LONGEST))
        with history_in(copy) as (reader, told):
            assert reader.catalogue.infos() == infos, (start, size, told)
        again = open_history(FOREVER, copy)
        assert again.series().result() == infos
        again.close()
        shutil.rmtree(copy)


def test_damage_beside_costs_no_name(open_history, tmp_path):
    """Half a line, no line, another's lines: what the file says itself counts."""
    folder = tmp_path / "history"
    history = open_history(FOREVER, folder)
    history.record([reading(1, 5), reading(2, 6)])
    assert history.flush().result()
    history.close()
    names = folder / "history.names"
    whole = names.read_bytes()
    assert whole.count(b"queue") == 2 or len(read_names(folder)) == 2
    for data in (b"", whole[:-9], b"\xff" * 70_000, b"00000000 \n", whole.replace(b"1", b"7")):
        names.write_bytes(data)
        with history_in(folder) as (reader, told):
            assert (len(reader.catalogue.series), told) == (2, "")


def test_names_that_are_erased_stand_nowhere(open_history, tmp_path):
    """Not beside the file either; the others do."""
    folder = tmp_path / "history"
    history = open_history(FOREVER, folder)
    history.record([reading(1, 5), reading(2, 6)])
    assert history.flush().result()
    assert len(read_names(folder)) == 2
    history.erase(lambda item: item == series(1)).result()

    assert [row[4] for row in read_names(folder).values()] == [series(2).measure]
    assert [row[3] for row in read_names(folder).values()] == [series(2).object_id]


@pytest.mark.parametrize("number", [2, 3])
def test_the_time_of_a_segment_of_which_nothing_is_left_is_told(open_history, small, number):
    """Its number is missing: what is gone lies between its neighbours, not only at the end."""
    connection = sqlite3.connect(small / "history.db", isolation_level=None)
    query = 'SELECT id, start, "end" FROM segment ORDER BY id'
    spans = {key: (start, end) for key, start, end in connection.execute(query)}
    connection.close()
    assert number + 1 in spans
    changed(
        small,
        f"DELETE FROM segment WHERE id = {number}",
        f"DELETE FROM page WHERE id >> 20 = {number}",
    )

    history = open_history(FOREVER, small)
    assert history.settled().result()
    damaged = [gap for gap in history.gaps(*EVER).result() if gap.kind == "damage"]
    start, end = spans[number]

    assert any(gap.start <= start and end <= gap.end for gap in damaged), (damaged, spans)
    connection = sqlite3.connect(small / "history.db")
    told = connection.execute("SELECT start, end FROM damage").fetchone()
    connection.close()
    assert told[0] <= start
    assert told[1] >= end
