"""A bundle that somebody made to do harm: refused in a sentence, before it has cost anything."""

import contextlib
import io
import json
import os
import resource
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statmon.storage import unzip
from statmon.storage.bundle import BundleError, unpack

ABOUT = json.dumps({"bundle": 1, "begin": 1, "end": 2, "instant": 1})
WORKSPACE = '{"schema": 1, "name": "x", "site": {"url": "http://127.0.0.1:1"}}'
MB = 1 << 20


def _bundle(path, **members):
    parts = {"bundle.json": ABOUT, "workspace.statmon": WORKSPACE, "history/history.db": b""}
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


WICKED = (_deep, _large_about, _large_workspace, _large_history, _lying, _many, _strange, _cut)


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

    with contextlib.suppress(BundleError):
        assert unpack(home / "x.statbundle", home / "out").workspace.name
