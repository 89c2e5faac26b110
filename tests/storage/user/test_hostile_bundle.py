"""A bundle that somebody made to do harm: refused in a sentence, before it has cost anything."""

import contextlib
import io
import json
import os
import resource
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statmon.history import History, Rules, genuine, page
from statmon.history.inflate import LARGEST
from statmon.history.journal import unpack as unpack_batches
from statmon.history.page import DamagedPage, decode
from statmon.history.schema import APPLICATION, MIGRATIONS
from statmon.storage.user import unzip
from statmon.storage.user.bundle import BundleError, unpack

ABOUT = json.dumps({"bundle": 1, "begin": 1, "end": 2, "instant": 1})
WORKSPACE = '{"schema": 1, "name": "x", "site": {"url": "http://127.0.0.1:1"}}'
MB = 1 << 20


@cache
def _database():
    """A sound history with nothing in it."""
    with tempfile.TemporaryDirectory() as folder:
        History(Path(folder), Rules(keep_days=None)).close()
        return (Path(folder) / "history.db").read_bytes()


def _bundle(path, **members):
    parts = {"bundle.json": ABOUT, "workspace.statmon": WORKSPACE}
    parts["history/history.db"] = _database()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {**parts, **members}.items():
            with file.open(name, "w") as member:
                for part in [content] if isinstance(content, (bytes, str)) else content:
                    member.write(part.encode() if isinstance(part, str) else part)
    return path


def _zeros(megabytes):
    return (bytes(MB) for _ in range(megabytes))


def _deep(path):
    return _bundle(path, **{"bundle.json": "[" * 60_000})


def _large_about(path):
    return _bundle(path, **{"bundle.json": _zeros(64)})


def _large_workspace(path):
    return _bundle(path, **{"workspace.statmon": _zeros(256)})


def _large_history(path):
    return _bundle(path, **{"history/history.db": _zeros(512)})


def _lying(path):
    """It says that its history is small; what is inflated is not."""
    _large_history(path)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rfind(mark)
        struct.pack_into("<L", data, at + offset, 1000)
    path.write_bytes(data)
    return path


def _many(path):
    return _bundle(path, **{f"history/{n}": b"" for n in range(2000)})


def _strange(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        for name, content in (("bundle.json", ABOUT), ("workspace.statmon", WORKSPACE)):
            file.writestr(name, content)
    return path


def _cut(path):
    data = _bundle(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def _endless_name(path):
    """A member whose own head says that its name has 1,000 letters: zipfile repeats them all."""
    data = bytearray(_bundle(path).read_bytes())
    head = data.find(b"history/history.db") - 30
    struct.pack_into("<H", data, head + 26, 1000)
    path.write_bytes(data)
    return path


WICKED = (_deep, _large_about, _large_workspace, _large_history, _lying, _many, _strange, _cut,
          _endless_name)  # fmt: skip


FOREIGN = {
    "trigger": "CREATE TRIGGER t AFTER INSERT ON series BEGIN SELECT 1; END",
    "view": "CREATE VIEW v AS SELECT * FROM series",
    "table": "CREATE TABLE another (x)",
    "index with an expression": "CREATE INDEX i ON series (upper(title))",
    "computed column": "ALTER TABLE series ADD COLUMN x AS (abs(id))",
    "default that computes": "ALTER TABLE gap ADD COLUMN x DEFAULT (1 + 1)",
    "other application": "PRAGMA application_id = 1",
    "newer": "PRAGMA user_version = 99",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_database_that_is_not_ours_is_refused(tmp_path, name):
    """Whatever SQLite would run for whoever opens it; and what a newer statmon wrote."""
    database, folder = tmp_path / "history.db", tmp_path / "out"
    database.write_bytes(_database())
    folder.mkdir()
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute(FOREIGN[name])
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = _bundle(tmp_path / "x.statbundle", **{"history/history.db": database.read_bytes()})

    with pytest.raises(BundleError, match="was not opened"):
        unpack(path, folder)


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_a_history_of_each_version_is_ours(tmp_path, version):
    """As it was made then."""
    database = tmp_path / "history.db"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        for statement in (one for step in MIGRATIONS[:version] for one in step):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {version}")

    genuine.check(database)


@pytest.mark.parametrize("where", ["page", "batch"])
def test_what_is_inflated_of_a_history_is_bounded(where):
    """A bomb within the database; and counts of samples that take no bytes."""
    bomb = zlib.compress(bytes(2 * LARGEST), 9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(DamagedPage):
        decode([bomb]) if where == "page" else unpack_batches([bomb])
    head = page._HEAD.pack(1, 1, 1 << 31, 0, 0, *[0] * 12)
    with pytest.raises(DamagedPage, match="more than any"):
        decode([zlib.compress(head)])
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 <= 3 * LARGEST


@pytest.mark.parametrize("make", WICKED, ids=lambda make: make.__name__)
def test_it_is_refused_in_a_sentence_and_writes_next_to_nothing(tmp_path, make):
    """Bombs in every member, sizes that lie, names without end, other methods, half of a file."""
    path, folder = make(tmp_path / "x.statbundle"), tmp_path / "out"
    folder.mkdir()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(BundleError) as told:
        unpack(path, folder)

    assert "x.statbundle" in str(told.value)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) <= 200
    assert sum(file.stat().st_size for file in folder.iterdir()) <= unzip.AT_LEAST
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 <= 64 * MB


def test_nothing_is_written_outside_and_nothing_that_no_history_has(tmp_path):
    """Names with folders, dots, links and other files are passed over."""
    names = ("history/../../evil", "history/sub/evil", "/evil", "history/evil.py", "evil")
    path = _bundle(tmp_path / "x.statbundle", **dict.fromkeys(names, b"x"))
    folder = tmp_path / "out"
    folder.mkdir()

    unpack(path, folder)

    assert [file.name for file in folder.iterdir()] == ["history.db"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out", "x.statbundle"]


def test_a_disk_without_room_is_said_before_anything_is_written(tmp_path, monkeypatch):
    """With what is needed."""
    monkeypatch.setattr(
        unzip.shutil, "disk_usage", lambda _folder: type("Usage", (), {"free": 1000})
    )
    folder = tmp_path / "out"
    folder.mkdir()

    with pytest.raises(BundleError, match="no room"):
        unpack(_bundle(tmp_path / "x.statbundle"), folder)
    assert list(folder.iterdir()) == []


def test_unpacking_tells_how_far_it_is_and_can_be_ended(tmp_path):
    """Between two portions; what was written stays for whoever owns the folder to remove."""
    path = _bundle(tmp_path / "x.statbundle", **{"history/history.db": os.urandom(5 * MB)})
    told = []

    def hear(done):
        told.append(done)
        if len(told) == 3:
            raise InterruptedError

    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises((InterruptedError, BundleError)):
        unpack(path, folder, hear)
    assert told == sorted(told)
    assert len(told) == 3


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_damage_is_a_bundle_or_a_sentence(tmp_path_factory, data):
    """Bytes changed, cut, repeated, at any place of a sound one."""
    file = io.BytesIO()
    _bundle(file)
    raw = bytearray(file.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        match data.draw(st.sampled_from(["change", "cut", "repeat"])):
            case "change":
                raw[at] = data.draw(st.integers(0, 255))
            case "cut":
                del raw[at : at + data.draw(st.integers(1, 64))]
            case "repeat":
                raw[at:at] = raw[at : at + data.draw(st.integers(1, 64))]
        if not raw:
            return
    home = tmp_path_factory.mktemp("bundle")
    (home / "x.statbundle").write_bytes(raw)
    (home / "out").mkdir()

    try:
        assert unpack(home / "x.statbundle", home / "out").workspace.name
    except BundleError as error:
        assert len(str(error)) <= 400  # noqa: PT017 - it may also be opened
