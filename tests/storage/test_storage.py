"""Files: read with one clear sentence, written in one step, secrets masked."""

import json
import logging

import pytest

from statmon.domain.workspace import Workspace, WorkspaceError, parse
from statmon.service.wire import masking
from statmon.storage.machine import logs
from statmon.storage.user import history_rules, settings, workspace_file

WORKSPACE: Workspace = parse({"schema": 1, "name": "Floor"})


def test_a_workspace_file_reads_back_equal(tmp_path):
    """And nothing else is left in the folder."""
    path = tmp_path / "floor.statmon"
    workspace_file.write(path, WORKSPACE)

    assert workspace_file.read(path) == WORKSPACE
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    """The draft is gone as well."""
    path = tmp_path / "floor.statmon"
    path.write_text("old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space")))

    with pytest.raises(OSError, match="No space"):
        workspace_file.write(path, WORKSPACE)
    assert [(item.name, item.read_text()) for item in tmp_path.iterdir()] == [
        ("floor.statmon", "old")
    ]


def test_what_is_far_too_large_is_not_read(tmp_path, monkeypatch):
    """A film is no workspace."""
    path = tmp_path / "film.statmon"
    path.write_bytes(b"x" * 100)
    monkeypatch.setattr(workspace_file, "LARGEST", 99)

    with pytest.raises(WorkspaceError, match="is it a workspace"):
        workspace_file.read(path)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer CANARY.x-y",
        "GET /x?access_token=CANARY&b=1",
        "{'client_secret': 'CANARY'}",
        '{"password": "CANARY"}',
        "known CANARY",
        "x-api-key: CANARY",
        "GET /callback?code=CANARY&state=1",
    ],
)
def test_no_secret_is_logged(text, monkeypatch):
    """Known secrets and what looks like one are masked, tracebacks included."""
    monkeypatch.setattr(masking._Hidden, "forms", ())
    formatter = logs.MaskSecrets(["CANARY"] if text.startswith("known") else [])
    try:
        raise ValueError(text)
    except ValueError as error:
        record = logging.LogRecord(
            "x", 40, "f", 1, text, None, (type(error), error, error.__traceback__)
        )

    assert "CANARY" not in formatter.format(record)


def test_settings_are_kept_and_damaged_ones_count_as_empty(tmp_path, monkeypatch):
    """A damaged file costs the settings, not the start."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "a" / "settings.json")
    settings.remember("lastWorkspace", str(tmp_path / "floor.statmon"))
    assert settings.last_workspace() is None

    workspace_file.write(tmp_path / "floor.statmon", WORKSPACE)
    assert settings.last_workspace() == tmp_path / "floor.statmon"

    settings.path().write_text("{")
    assert settings.load() == {}


def test_damaged_settings_are_kept_aside_before_others_take_their_place(tmp_path, monkeypatch):
    """The user's sites may be in them."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    (tmp_path / "settings.json").write_text('{"sites": [')

    settings.remember("theme", "dark")

    assert settings.load() == {"theme": "dark"}
    assert (tmp_path / "settings.damaged.json").read_text() == '{"sites": ['
    settings.remember("theme", "light")
    assert (tmp_path / "settings.damaged.json").read_text() == '{"sites": ['


@pytest.mark.parametrize("number", ["1e999", "1e308", "-1", "true", '"x"', "-1e999"])
@pytest.mark.parametrize("key", ["keepMegabytes", "keepDays", "agentDays"])
def test_a_number_that_nobody_means_counts_as_not_said(number, key):
    """In settings; in a policy it forbids (test_policy.py)."""
    wishes = json.loads(f'{{"{key}": {number}}}')

    assert history_rules.rules_of(wishes) == history_rules.rules_of({})
