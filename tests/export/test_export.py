"""What is exported is what the history holds, and does no harm where it is opened."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statmon import cli
from statmon.domain.cells import guarded
from statmon.domain.value import value_of
from statmon.export import csv_file, intervals, rows, xlsx_file
from statmon.export.table import Column
from statmon.history import Gap, History, Reader, Rules, SeriesInfo, ingest
from statmon.history.columns import OUTDATED
from tests.history.support.readings import START, bean, floor, reading, series, streams

MINUTE = 60_000


def exported(capfd, *arguments) -> list[dict[str, str]]:
    """The rows that ``statmon export`` prints."""
    assert cli.main(["export", *arguments]) == 0
    return list(csv.DictReader(io.StringIO(capfd.readouterr().out)))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(readings=streams())
def test_an_export_holds_what_the_history_holds(tmp_path_factory, readings):
    """Read again, it is every reading with its time, number and text."""
    folder = tmp_path_factory.mktemp("history")
    history = History(folder, Rules(keep_days=None))
    history.record(readings)
    history.close()
    reader = Reader(folder)
    file = io.StringIO(newline="")
    table = rows.readings(reader, reader.catalogue.infos(), 0, 1 << 60)
    writer = csv_file.CsvWriter(file, table.columns)
    for portion in table.portions:
        writer.write(portion.rows)
    reader.close()

    file.seek(0)
    found = [
        (int(row["epoch_ms"]), row["object"], row["number"], row["text"])
        for row in csv.DictReader(file)
    ]
    expected = []
    for item in readings:
        value = value_of(item.value)
        number = "" if value.number is None else str(rows.whole(value.number))
        text = guarded(value.text)
        expected.append((item.arrived, item.series.object_id, number, text))
    assert sorted(found) == sorted(expected)
    assert [row[0] for row in found] == sorted(row[0] for row in expected)


def test_a_row_says_all_that_is_known(recorded, capfd):
    """Names as people know them, both forms of the time."""
    info = SeriesInfo(series(1), "In queue", "Hotline", "Queues")
    recorded([reading(1, bean(7, 0), 5)], lambda history: history.describe([info]))

    (row,) = exported(capfd)

    assert datetime.fromisoformat(row.pop("time")).timestamp() * 1000 == START + 5
    assert row == {
        "epoch_ms": str(START + 5),
        "subscription": "Queues",
        "object_type": "Queue",
        "object": "queue1",
        "label": "Hotline",
        "statistic": "In queue",
        "number": "7",
        "text": "7",
        "freshness": "live",
    }


def test_freshness_says_what_is_not_known_or_came_late(recorded, capfd, monkeypatch):
    """An undefined value is no zero; one that an earlier statmon kept as late is marked."""

    def flags(origins):
        return np.array([0, 0, OUTDATED], np.uint8)[: len(origins)]

    monkeypatch.setattr(ingest, "_flags", flags)
    recorded([reading(1, None, 1), reading(1, 5, 2), reading(1, 4, 3, stamp=0)])

    assert [row["freshness"] for row in exported(capfd)] == ["undefined", "live", "late"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "=HYPERLINK(1)"])
def test_a_text_that_a_spreadsheet_would_run_is_harmless(recorded, capfd, text):
    """In every column of text; numbers stay numbers."""
    info = SeriesInfo(series(1), text, text, text)
    recorded([reading(1, text, 1), reading(1, -5, 2)], lambda h: h.describe([info]))

    first, second = exported(capfd)

    for column in ("subscription", "label", "statistic"):
        assert first[column] == (f"'{text}" if text != "\rx" else "‹U+000D›x")
    assert first["text"] == f"'{text}" or value_of(text).text != text
    assert second["number"] == "-5"


def test_patterns_choose_series(recorded, capfd):
    """By object, label, statistic or subscription, in any case."""
    recorded(
        [reading(n, n, n) for n in range(1, 5)],
        lambda h: h.describe([SeriesInfo(series(2), "Waiting", "Hotline", "Queues, Night")]),
    )

    def chosen(*patterns):
        options = [item for pattern in patterns for item in ("--series", pattern)]
        return [row["object"] for row in exported(capfd, *options)]

    assert chosen("QUEUE1") == ["queue1"]
    assert chosen("hot*", "queue4") == ["queue2", "queue4"]
    assert chosen("night") == chosen("waiting") == ["queue2"]
    assert chosen("Queue/queue3/*") == ["queue3"]
    assert chosen("nobody") == []


def test_a_pattern_that_matches_nothing_is_said(recorded, capfd):
    """An empty table is an answer, but the user may have mistyped."""
    recorded([reading(1)])

    assert cli.main(["export", "--series", "nobody*"]) == 0

    said = capfd.readouterr()
    assert said.out.count("\n") == 1
    assert said.err == "statmon: no series in the history matches «nobody*»\n"


def test_a_span_takes_its_start_and_not_its_end(recorded, capfd):
    """As local times or as how long ago."""
    recorded([reading(1, n, n * 1000) for n in range(10)])

    def local(seconds):
        return datetime.fromtimestamp(START / 1000 + seconds, UTC).astimezone().isoformat()

    rows = exported(capfd, "--from", local(2), "--to", local(5))

    assert [row["number"] for row in rows] == ["2", "3", "4"]
    assert exported(capfd, "--from", "1m") == []


def test_intervals_have_smallest_average_largest_and_last(recorded, capfd):
    """A value holds until the next: the average is weighted by time."""
    recorded([reading(1, 2, 0), reading(1, 8, 45_000), reading(1, 4, 2 * MINUTE + 30_000)])

    rows = exported(capfd, "--every", "1m", "--to", iso_after(4 * MINUTE))

    figures = [
        tuple(r[n] for n in ("readings", "min", "avg", "max", "last", "freshness")) for r in rows
    ]
    assert figures == [
        ("2", "2", "3.5", "8", "8", "live"),
        ("0", "8", "8", "8", "8", "quiet"),
        ("1", "4", "6", "8", "4", "live"),
        ("0", "4", "4", "4", "4", "quiet"),
    ]


def iso_after(ms):
    return datetime.fromtimestamp((START + ms) / 1000, UTC).astimezone().isoformat()


def test_a_gap_counts_for_nothing(recorded, capfd):
    """Neither as zero nor as the value before it; the next reading ends it."""

    def lose(history):
        history.gap("connection", START + 30_000)
        history.mend("connection", START + 100_000)
        history.record([reading(1, 9, 150_000)])

    recorded([reading(1, 5, 0)], lose)

    rows = exported(capfd, "--every", "1m", "--to", iso_after(4 * MINUTE))

    assert [(r["avg"], r["last"], r["freshness"]) for r in rows] == [
        ("5", "", "live"),
        ("", "", "stale"),
        ("9", "9", "live"),
        ("9", "9", "quiet"),
    ]


def test_states_have_intervals_without_numbers(recorded, capfd):
    """A text that still holds is quiet, not stale."""
    recorded([reading(1, "Ready", 0)])

    rows = exported(capfd, "--every", "1m", "--to", iso_after(2 * MINUTE))

    assert [(r["last"], r["freshness"]) for r in rows] == [("", "live"), ("", "quiet")]


@given(
    st.lists(st.tuples(st.integers(0, 599), st.integers(-50, 50)), max_size=30),
    st.lists(st.integers(0, 599), max_size=4),
)
def test_intervals_equal_a_second_by_second_count(values, gaps):
    """The figures are those of looking at the value every second."""
    values = sorted(values, key=lambda item: item[0])
    times = np.array([at * 1000 for at, _ in values], np.int64)
    samples = Samples(times, np.array([float(number) for _, number in values]))
    steps = intervals.steps_of(samples, [Gap("service", at * 1000, None) for at in gaps])
    found = intervals.figures(steps, np.arange(0, 600_001, 60_000, dtype=np.int64))

    events = sorted(
        [(at, 0, float(n)) for at, n in values] + [(at, 1, np.nan) for at in gaps],
        key=lambda event: event[:2],
    )
    current = np.nan
    for interval in range(10):
        seen, shown = [], []
        for second in range(interval * 60, interval * 60 + 60):
            now = [number for at, _, number in events if at == second]
            shown += now
            current = now[-1] if now else current
            seen.append(current)
        known = [number for number in seen if number == number]
        shown = [number for number in [*shown, *known] if number == number]
        np.testing.assert_allclose(found.mean[interval], np.mean(known) if known else np.nan)
        assert [found.lowest[interval], found.highest[interval]] == (
            [min(shown), max(shown)] if shown else pytest.approx([np.nan, np.nan], nan_ok=True)
        )
        np.testing.assert_array_equal(found.last[interval], current)


class Samples:
    """What ``steps_of`` needs of samples."""

    def __init__(self, arrived, numbers) -> None:
        self.arrived, self.numbers, self.series = arrived, numbers, series(1)
        self.outdated = np.zeros(len(arrived), np.bool_)


def test_intervals_keep_apart_the_hour_that_comes_twice(recorded, capfd, monkeypatch):
    """In autumn 02:00 to 03:00 is there twice: the offset tells them apart."""
    import time

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        begin = int(datetime(2026, 10, 24, 23, 0, tzinfo=UTC).timestamp() * 1000)
        recorded([reading(1, n, begin - START + n * 3_600_000) for n in range(4)])
        end = datetime(2026, 10, 25, 3, 0, tzinfo=UTC).isoformat()
        rows = exported(capfd, "--every", "1h", "--to", end)
        local = exported(capfd, "--from", "2026-10-25T01:00", "--to", "2026-10-25T02:00")
    finally:
        monkeypatch.undo()
        time.tzset()

    assert [row["time"][11:16] + row["time"][-6:] for row in rows] == [
        "01:00+02:00",
        "02:00+02:00",
        "02:00+01:00",
        "03:00+01:00",
    ]
    assert [row["number"] for row in local] == ["0"]


def sheets_of(path):
    """The cells of each sheet of an XLSX file: (type, text) in rows."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        names = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/"))
        for name in names:
            root = ElementTree.fromstring(book.read(name))
            yield [
                [(c.get("t"), "".join(c.itertext()), c.find(f"{space}f")) for c in row]
                for row in root.iter(f"{space}row")
            ]


def test_an_xlsx_has_numbers_as_numbers_and_no_formula(recorded, folder, tmp_path, capfd):
    """A text that begins as a formula is a text."""
    recorded([reading(1, bean(7, 0), 5), reading(1, "=1+1", 6)])
    path = tmp_path / "out.xlsx"

    assert cli.main(["export", "-o", str(path)]) == 0

    (sheet,) = sheets_of(path)
    assert [cell[1] for cell in sheet[0]] == [column.name for column in rows.COLUMNS]
    number = [column.name for column in rows.COLUMNS].index("number")
    assert sheet[1][number][:2] in {(None, "7"), ("n", "7")}
    assert ("inlineStr", "=1+1", None) in sheet[2]
    assert all(cell[2] is None for row in sheet for cell in row)
    assert capfd.readouterr().err == f"statmon: 2 rows in {path}\n"


def test_a_full_sheet_is_followed_by_another(tmp_path, monkeypatch):
    """Excel reads a million rows of a sheet and no more."""
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 3)
    writer = xlsx_file.XlsxWriter(tmp_path / "x.xlsx", [Column("a", "whole")])
    writer.write([(n,) for n in range(7)])
    writer.close()

    assert [[cell[1] for (cell,) in sheet[1:]] for sheet in sheets_of(tmp_path / "x.xlsx")] == [
        ["0", "1", "2"],
        ["3", "4", "5"],
        ["6"],
    ]


def test_a_parquet_file_has_types(recorded, tmp_path):
    """Numbers that are missing are null."""
    from pyarrow import parquet

    recorded([reading(1, bean(7, 0), 5), reading(1, "=1+1", 6)])
    path = tmp_path / "out.parquet"

    assert cli.main(["export", "-o", str(path)]) == 0

    table = parquet.read_table(path).to_pydict()
    assert table["number"] == [7.0, None]
    assert table["text"] == ["7", "=1+1"]
    assert table["epoch_ms"] == [START + 5, START + 6]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--format", "xlsx"], 2, "name a file"),
        (["--every", "often"], 2, "write 1m, 15m or 1h"),
        (["--every", "0m"], 2, "write 1m, 15m or 1h"),
        (["--from", "yesterday"], 2, "write a date"),
        (["--from", "2026-03-02", "--to", "2026-03-01"], 2, "nothing lies between"),
        (["-o", "/nowhere/at/all.csv"], 1, "cannot be written"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(recorded, capfd, arguments, code, words):
    """With what to do."""
    recorded([reading(1)])

    assert cli.main(["export", *arguments]) == code
    error = capfd.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_no_history_is_said(folder, capfd):
    """And nothing is made."""
    assert cli.main(["export"]) == 1

    assert "there is no history" in capfd.readouterr().err
    assert not folder.exists()


def test_it_reads_what_is_being_recorded(folder, capfd):
    """The window need not be closed."""
    history = History(folder, Rules(keep_days=None))
    try:
        history.record([reading(1, n, n) for n in range(5)])
        assert history.flush().result()
        assert len(exported(capfd)) == 5
        assert history.status.state == "recording"
    finally:
        history.close()


HELD_UP = """
import sys, threading
from statmon import cli
from statmon.export import job

class HeldUp(job.CsvWriter):
    def write(self, rows):
        super().write(rows)
        print("wrote", flush=True)
        threading.Event().wait()

job.CsvWriter = HeldUp
sys.exit(cli.main(sys.argv[1:]))
"""
"""An export that writes its first portion, says so, and goes no further."""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for child processes")
def test_ctrl_c_leaves_no_half_file(recorded, folder, tmp_path):
    """The old file is untouched, the draft is gone, the code is 130."""
    recorded([item for batch in floor(20, 10) for item in batch])
    path = tmp_path / "out.csv"
    path.write_text("old")
    with subprocess.Popen(
        [sys.executable, "-c", HELD_UP, "export", "-o", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")},
        text=True,
    ) as process:
        assert process.stdout.readline() == "wrote\n"
        assert [item for item in tmp_path.iterdir() if item.name.startswith(".out")]
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()

    assert process.returncode == 130, errors
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".")] == []
    assert "Traceback" not in errors


def test_a_reader_that_leaves_is_no_error_to_speak_of(recorded, folder, tmp_path):
    """``statmon export | head -1``."""
    recorded([item for batch in floor(50, 200) for item in batch])
    command = f"{sys.executable} -m statmon export | head -1"
    ended = subprocess.run(
        ["sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")},
    )

    assert re.fullmatch(r"time,epoch_ms,[a-z_,]+\n", ended.stdout)
    assert ended.stderr == ""
