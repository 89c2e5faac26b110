"""What a start opens that names no file, and whose the file is."""

import json

import pytest

from statmon.domain.workspace import Site, Workspace, WorkspaceError
from statmon.storage.machine import guarded, policy
from statmon.storage.user import first_workspace, settings, workspace_file


@pytest.fixture
def says(tmp_path, monkeypatch):
    """Write the policy; settings are the test's own."""
    monkeypatch.setattr(settings, "path", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(policy, "path", lambda: tmp_path / "policy.json")
    monkeypatch.setattr(guarded, "objection", lambda _: "")

    def write(**sections):
        policy.path().write_text(json.dumps(sections))

    return write


@pytest.fixture
def files(tmp_path):
    """Three workspaces: an administrator's, another one of theirs, and the user's."""
    found = [tmp_path / f"{name}.statmon" for name in ("share", "first", "mine")]
    for file in found:
        workspace_file.write(file, Workspace(file.stem, Site("")))
    return found


def test_without_a_policy_it_is_the_last_one(says, files):
    """And none at the first start."""
    assert first_workspace.find() is None
    settings.remember("lastWorkspace", str(files[2]))

    assert first_workspace.find() == files[2]


def test_a_preset_holds_until_the_user_has_opened_one(says, files):
    """Also one that is away now: that has to be said, and not another one opened."""
    _, first, mine = files
    says(preset={"workspace": str(first)})
    assert first_workspace.find() == first

    settings.remember("lastWorkspace", str(mine))
    assert first_workspace.find() == mine
    mine.unlink()
    assert first_workspace.find() is None


def test_the_administrators_comes_before_the_last_one(says, files):
    """Also while its share cannot be reached: who starts has to hear of that."""
    share, first, mine = files
    settings.remember("lastWorkspace", str(mine))
    says(workspace={"file": str(share)}, preset={"workspace": str(first)})
    assert first_workspace.find() == share

    share.unlink()
    assert first_workspace.find() == share


def test_it_does_not_count_where_others_could_have_written_it(says, files, monkeypatch):
    """It is a value."""
    says(workspace={"file": str(files[0])})
    monkeypatch.setattr(guarded, "objection", lambda path: f"{path} does not belong to root")

    assert first_workspace.find() is None


def test_the_administrators_file_is_never_written(says, files, tmp_path):
    """By whatever name it is opened; a copy is the user's."""
    share = files[0]
    before = share.read_bytes()
    link = tmp_path / "link.statmon"
    link.symlink_to(share)
    behind = tmp_path / "behind"
    behind.symlink_to(tmp_path, target_is_directory=True)
    says(workspace={"file": str(behind / "share.statmon")})

    for name in (share, behind / "share.statmon", link, tmp_path / "." / "share.statmon"):
        with pytest.raises(WorkspaceError, match="your administrator's"):
            workspace_file.write(name, Workspace("changed", Site("")))
    assert share.read_bytes() == before
    assert link.is_symlink()
    workspace_file.write(tmp_path / "copy.statmon", Workspace("changed", Site("")))


def test_a_file_of_another_name_does_not_wait_for_the_share(says, files, monkeypatch):
    """One that is out of reach would hold up every writing of the user's own files."""
    share, _, mine = files
    says(workspace={"file": str(share)})
    asked = []
    resolve = type(share).resolve

    def watched(path, *words, **more):
        asked.append(path)
        return resolve(path, *words, **more)

    monkeypatch.setattr(type(share), "resolve", watched)
    assert first_workspace.is_laid_down(share)
    assert share in asked
    asked.clear()
    assert not first_workspace.is_laid_down(mine)
    assert share not in asked


def test_a_start_without_a_file_opens_it(says, files, monkeypatch):
    """By the command line; one with a file opens that."""
    from statmon import cli
    from statmon.commands import window

    opened = []
    monkeypatch.setattr(window, "window", lambda args: opened.append(args.file) or 0)
    settings.remember("lastWorkspace", str(files[2]))
    says(workspace={"file": str(files[0])})

    assert cli.main([]) == cli.main([str(files[1])]) == 0
    assert opened == files[:2]
