"""Editors that were closed with changes, until the user says what becomes of them."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from statmon.domain.workspace import Site
from statmon.storage.user import recovery, workspace_file
from tests.ui.fake_engine import workspace


@pytest.fixture
def file(tmp_path):
    """Another workspace file."""
    path = tmp_path / "other.statmon"
    workspace_file.write(path, replace(workspace(), name="Other", site=Site("")))
    return path


async def with_changes(desk, until):
    """Open an editor on a new subscription and change it, once there is a place to keep that."""
    await until(lambda: desk.files._recovery._own is not None)
    desk.add()
    await until(lambda: desk.editors)
    editor = desk.editors[0]
    editor.choose.objects.take("night1")
    editor.choose.picker.search.setText("aht")
    editor.choose.picker._toggle()
    editor.add()
    assert editor.modified
    return editor


def names_left():
    """The subscriptions that the next start would offer; None if nothing."""
    left = recovery.left()
    return None if left is None else [item.name for item in left.workspace.subscriptions]


def test_the_end_of_the_session_loses_nothing_of_an_open_editor(at_desk, until, qapp):
    """Qt closes the editor before the window: nobody can answer what becomes of it any more."""

    async def steps(window, desk):
        await with_changes(desk, until)
        QApplication.sendEvent(qapp, QEvent(QEvent.Type.Quit))
        await until(lambda: not window.isVisible())

    at_desk(steps)

    assert names_left()[-1] == "New subscription"


def test_a_closed_editor_is_kept_while_its_question_is_open(at_desk, until):
    """The window may be closed before it is answered."""

    async def steps(_, desk):
        (await with_changes(desk, until)).close()
        assert "“New subscription”" in desk.question.text

    at_desk(steps)

    assert names_left()[-1] == "New subscription"


def test_what_was_discarded_is_not_kept(at_desk, until):
    """It was an answer."""

    async def steps(_, desk):
        (await with_changes(desk, until)).close()
        desk.question.answers[1].click()

    at_desk(steps)

    assert names_left() is None


def test_what_was_taken_back_is_kept_once(at_desk, until):
    """As the open editor that it is."""

    async def steps(_, desk):
        (await with_changes(desk, until)).close()
        desk.question.answers[0].click()
        assert desk.editors

    at_desk(steps)

    assert names_left().count("New subscription") == 1


def test_another_workspace_gets_nothing_of_it(at_desk, until, file):
    """It would be kept with a file that it was never in."""

    async def steps(_, desk):
        (await with_changes(desk, until)).close()
        desk.files.open(file)
        await until(lambda: desk.document.path == file)

    at_desk(steps)

    assert names_left() is None


def test_at_the_last_call_everything_is_kept_without_waiting_for_a_pause(at_desk, until):
    """The process may be gone a moment later."""
    found = []

    async def steps(_, desk):
        await with_changes(desk, until)
        desk.keep()
        found.extend((recovery.folder() / "0.json").read_text().split('"'))

    at_desk(steps)

    assert "night1" in found
