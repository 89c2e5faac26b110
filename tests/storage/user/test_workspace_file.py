"""Workspace files against everything: other writers, damage, strangers, full disks, crashes."""

import json
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statmon.domain import workspace as format_
from statmon.domain.definition import Definition
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import (
    ObjectLabel,
    Site,
    Subscription,
    WantedStatistic,
    Workspace,
    WorkspaceError,
    parse,
)
from statmon.storage.machine.resources import resource
from statmon.storage.user import probes, recent, recovery, settings, workspace_file

SMALL = parse({"schema": 1, "name": "Floor", "subscriptions": [{"name": "A", "statistics": []}]})
FUZZED = 20_000 if os.environ.get("STATMON_TEST_LONG") else 400

_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False,
        allow_infinity=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_EXTRAS = st.dictionaries(_TEXTS.map(lambda key: f"x-{key}"), _JSON, max_size=3)
_REFS = st.builds(ObjectRef, _TEXTS, _TEXTS)
_DEFINITIONS = st.dictionaries(_TEXTS, _JSON, max_size=4).map(Definition)
_STATISTICS = st.one_of(
    st.builds(Statistic, _TEXTS, _REFS, _TEXTS.filter(bool)),
    st.builds(Statistic, _TEXTS, _REFS, st.none(), _DEFINITIONS),
)
_SUBSCRIPTIONS = st.builds(
    Subscription,
    _TEXTS,
    st.lists(
        st.builds(WantedStatistic, _STATISTICS, _EXTRAS),
        max_size=3,
        unique_by=lambda item: item.statistic.id,
    ).map(tuple),
    _EXTRAS,
)
_LABELS = st.builds(ObjectLabel, _REFS, _TEXTS, st.lists(_TEXTS, max_size=2).map(tuple), _EXTRAS)
_OBJECTS = st.lists(st.dictionaries(_TEXTS, _JSON, max_size=3), max_size=2).map(tuple)
WORKSPACES = st.builds(
    Workspace, _TEXTS, st.builds(Site, _TEXTS, _EXTRAS),
    st.lists(_SUBSCRIPTIONS, max_size=2).map(tuple), st.lists(_LABELS, max_size=2).map(tuple),
    _OBJECTS, _OBJECTS, _OBJECTS, _EXTRAS,
)  # fmt: skip


@given(WORKSPACES)
def test_any_workspace_reads_back_equal(tmp_path_factory, workspace):
    """Keys that nobody knows included, at every level."""
    path = tmp_path_factory.getbasetemp() / "any.statmon"
    stamp = workspace_file.write(path, workspace)

    assert workspace_file.read_stamped(path) == (workspace, stamp)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00" * 100, b"PK\x03\x04", b"{", b"[]", b"null", b'{"schema": 1',
        b'{"schema": "1"}',
        b'{"schema": 99}', b'{"schema": 0}', b'{"schema": true}', b"\xff\xfe{}", b"[" * 100_000,
        b'{"schema": 1, "name": "\\ud800"}', b'{"schema": 1, "x": 1e999}',
        b'{"schema": 1, "x": NaN}', b'{"schema": 1, "x": ' + b"9" * 30 + b"}",
        b'{"schema": 1, "x": ' + b"9" * 6000 + b"}",
        b'{"schema": 1, "x": ' + b"[" * 80 + b"]" * 80 + b"}",
        b'{"schema": 1, "subscriptions": {}}', b'{"schema": 1, "objects": [{"objectType": 5}]}',
    ],
)  # fmt: skip
def test_what_is_no_workspace_is_refused_in_one_sentence(tmp_path, content):
    """Foreign, truncated, newer or hostile: the sentence names the file, and it is untouched."""
    path = tmp_path / "a.statmon"
    path.write_bytes(content)
    with pytest.raises(WorkspaceError) as caught:
        workspace_file.read(path)

    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_mutated_files_give_a_workspace_or_a_sentence(tmp_path):
    """Cut, overwritten, repeated at any place; what can be read can be written again."""
    path, again = tmp_path / "a.statmon", tmp_path / "b.statmon"
    demo = parse(json.loads(resource("demo.statmon").read_bytes()))
    first = demo.subscriptions[0]
    small = replace(first, statistics=first.statistics[:4])
    workspace_file.write(path, replace(demo, subscriptions=(small,), objects=demo.objects[:4]))
    good = path.read_bytes()
    dice = random.Random(8)
    read = 0
    for _ in range(FUZZED):
        data = bytearray(good[: dice.randrange(len(good))] if dice.random() < 0.1 else good)
        for _ in range(dice.randrange(1, 4)):
            at, other, size = (
                dice.randrange(len(good)),
                dice.randrange(len(good)),
                dice.randrange(4),
            )
            piece = dice.choice((dice.randbytes(size), good[other : other + size]))
            data[at : at + dice.randrange(4)] = piece
        path.write_bytes(data)
        try:
            workspace = workspace_file.read(path)
        except WorkspaceError:
            continue
        read += 1
        workspace_file.write(again, workspace)
        assert workspace_file.read(again) == workspace

    assert FUZZED / 20 < read < FUZZED - FUZZED / 20


@pytest.mark.parametrize("name", ["missing.statmon", ".", "\x00", "x" * 5000])
def test_a_file_that_is_not_there_is_a_sentence(tmp_path, name):
    """Whatever name somebody hands over."""
    with pytest.raises(WorkspaceError):
        workspace_file.read(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_is_not_waited_for(tmp_path):
    """Nor is a device read without end."""
    pipe = tmp_path / "a.statmon"
    os.mkfifo(pipe)

    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(WorkspaceError, match="no ordinary file"):
            workspace_file.read(path)


def test_a_link_to_a_shared_file_stays_a_link(tmp_path):
    """The colleague's folder has the change."""
    shared, link = tmp_path / "shared.statmon", tmp_path / "mine.statmon"
    workspace_file.write(shared, SMALL)
    link.symlink_to(shared)

    workspace_file.write(link, replace(SMALL, name="Changed"))

    assert link.is_symlink()
    assert workspace_file.read(shared).name == "Changed"


def test_somebody_else_s_change_is_noticed_and_not_overwritten(tmp_path):
    """Touching the file without changing it is no change."""
    path = tmp_path / "a.statmon"
    stamp = workspace_file.write(path, SMALL)
    os.utime(path, (1, 1))
    assert not workspace_file.changed(path, stamp)

    path.write_text(path.read_text().replace("Floor", "Hall!"))
    assert workspace_file.changed(path, stamp)
    with pytest.raises(workspace_file.Changed, match="somebody else"):
        workspace_file.write(path, SMALL, over=stamp)
    assert "Hall!" in path.read_text()

    path.unlink()
    assert not workspace_file.changed(path, stamp)


def test_cancelled_writing_leaves_the_old_file(tmp_path):
    """At any piece."""
    path = tmp_path / "a.statmon"
    workspace_file.write(path, SMALL)
    items = tuple(
        WantedStatistic(Statistic(f"s{n}", ObjectRef("Agent", f"a{n}"), "X")) for n in range(5000)
    )
    large = Workspace("Large", Site(""), (Subscription("A", items),))
    for allowed in range(3):
        asked = iter([False] * allowed)
        with pytest.raises(workspace_file.Cancelled):
            workspace_file.write(path, large, cancelled=lambda asked=asked: next(asked, True))

        assert [item.name for item in tmp_path.iterdir()] == ["a.statmon"]
        assert workspace_file.read(path) == SMALL


def test_what_could_not_be_read_again_is_not_written(tmp_path, monkeypatch):
    """Nor what is larger than we would read."""
    path = tmp_path / "a.statmon"
    workspace_file.write(path, SMALL)
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    for extra in ({"x": float("nan")}, {"x": deep}, {"x": "\ud800"}):
        with pytest.raises(WorkspaceError, match="cannot be written"):
            workspace_file.write(path, Workspace("A", Site(""), extra=extra))
    monkeypatch.setattr(workspace_file, "LARGEST", 100)
    with pytest.raises(WorkspaceError, match="larger"):
        workspace_file.write(path, Workspace("A" * 200, Site("")))
    monkeypatch.undo()

    assert workspace_file.read(path) == SMALL


def test_a_shared_file_keeps_its_permissions(tmp_path):
    """A colleague can still read it after we wrote it."""
    path = tmp_path / "a.statmon"
    workspace_file.write(path, SMALL)
    path.chmod(0o664)
    workspace_file.write(path, SMALL)

    assert path.stat().st_mode & 0o777 == 0o664


def test_an_older_schema_is_brought_up_step_by_step(monkeypatch):
    """With a step of the schema to come; what it does not touch survives."""
    monkeypatch.setattr(format_, "SCHEMA", 3)
    steps = {
        1: lambda keys: {**keys, "name": f"{keys['name']} 2"},
        2: lambda keys: {**keys, "name": f"{keys['name']} 3"},
    }
    monkeypatch.setattr(format_, "MIGRATIONS", steps)
    read = format_.parse({"schema": 1, "name": "Floor", "x": 1})

    assert read.name == "Floor 2 3"
    assert read.extra == {"x": 1}
    assert format_.dump(read)["schema"] == 3


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings and state in a folder of the test."""
    monkeypatch.setattr(recovery, "folder", lambda: tmp_path / "unsaved")
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(probes, "path", lambda site: tmp_path / f"{len(site)}.json")
    return tmp_path


def test_unsaved_changes_survive_a_crash_and_are_offered_once(state):
    """A window that lives keeps its own; one that ended well leaves nothing."""
    first, second = recovery.Recovery(), recovery.Recovery()
    assert first.take() is None
    assert second.take() is None
    first.keep(SMALL, state / "a.statmon")
    second.keep(SMALL, None)
    second.forget()
    second.release()
    third = recovery.Recovery()
    assert third.take() is None  # the first one lives

    first.release()  # what the system does when a process is killed
    third.release()
    fourth, fifth = recovery.Recovery(), recovery.Recovery()
    found = fourth.take()
    assert found is not None
    assert (found.workspace, found.path) == (SMALL, state / "a.statmon")
    fourth.settled()
    fourth.release()
    assert fourth.take() is None  # over is over
    assert fifth.take() is None
    fifth.release()


@pytest.mark.parametrize("text", ["{", "[]", '{"path": 5}', '{"path": null, "at": 1}'])
def test_damaged_unsaved_changes_cost_nothing_else(state, text, caplog):
    """The window opens all the same."""
    recovery.folder().mkdir()
    (recovery.folder() / "0.json").write_text(text)
    kept = recovery.Recovery()

    assert kept.take() is None
    assert "damaged" in caplog.text
    kept.release()


def test_recent_files_are_newest_first_and_still_there(state):
    """Each once, ten at most."""
    paths = [state / f"{number}.statmon" for number in range(12)]
    for path in paths:
        path.touch()
        recent.remember(path)
    recent.remember(paths[5])
    paths[7].unlink()

    assert recent.paths()[:2] == [paths[5], paths[11]]
    assert paths[7] not in recent.paths()
    assert len(recent.paths()) == 9
    assert settings.last_workspace() == paths[5]
    recent.forget()
    assert recent.paths() == []


def test_what_a_site_has_is_remembered_for_it(state, caplog):
    """Per object type; damaged notes count as none."""
    probes.keep("https://a", "Agent", {"InboundCalls": True, "Nonsense": False})
    probes.keep("https://a", "Agent", {"Nonsense": True})
    probes.keep("https://a", "Queue", {"ServiceLevel": False})

    assert probes.load("https://a") == {
        "Agent": {"InboundCalls": True, "Nonsense": True}, "Queue": {"ServiceLevel": False}
    }  # fmt: skip
    assert probes.load("https://other") == {}
    probes.path("https://a").write_text(json.dumps({"Agent": {"X": 5}, "Queue": 5}))
    assert probes.load("https://a") == {"Agent": {}}
    probes.path("https://a").write_text("{")
    assert probes.load("https://a") == {}
