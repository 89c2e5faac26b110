"""Unsaved changes come back: after Escape, a closed window, a crash."""

import json
from dataclasses import replace

import pytest

from statmon.domain.workspace import Subscription, Workspace
from statmon.storage.user import recovery, workspace_file
from statmon.ui.editor import files as files_module
from statmon.ui.look.times import how_long_ago
from tests.ui.editor.support.desk_steps import answer, choose, editor_of, write_theirs


def test_an_editor_that_was_closed_too_soon_comes_back_as_it_was(at_desk, engine, until):
    """Escape costs nothing; discarded on purpose it is gone."""

    async def steps(window, desk):
        choose(window, "Sales agents")
        desk.editing.trigger()
        editor = await editor_of(desk, until)
        editor.page.view.selectRow(0)
        editor.page.delete()
        editor.reject()
        assert not desk.editors
        assert "“Sales agents”" in desk.question.text
        answer(desk, "Take them back")
        assert desk.editors == [editor]
        assert editor.isVisible()
        assert len(editor.subscription.statistics) == 11
        editor.undo()
        assert len(editor.subscription.statistics) == 12
        editor.redo()
        editor.close()
        answer(desk, "Discard them")
        assert not desk.question.text
        assert len(engine.workspace.subscriptions[0].statistics) == 12

    at_desk(steps)


@pytest.mark.parametrize("added", [True, False])
def test_what_an_open_editor_holds_survives_the_window(at_desk, engine, file, until, added):
    """Closed or killed in the middle of editing: it is offered, what is only ticked, too."""

    async def begin(window, desk):
        await until(lambda: desk.document.path == file)
        desk.add()
        editor = await editor_of(desk, until)
        editor.choose.objects.take("agent9")
        editor.choose.picker.search.setText("aht")
        editor.choose.picker._toggle()
        if added:
            editor.add()

    async def again(window, desk):
        await until(lambda: desk.question.text)
        answer(desk, "Take them back")
        await until(lambda: len(engine.workspace.subscriptions) == 3)
        found = engine.workspace.subscriptions[2]
        assert found.name == "New subscription"
        assert {item.statistic.ref for item in found.statistics} == {("Agent", "agent9")}
        assert desk.document.path == file

    at_desk(begin, file)
    at_desk(again, file)


def test_unsaved_changes_of_a_file_that_changed_meanwhile_are_merged(at_desk, engine, file, until):
    """A crash, then a colleague's change: neither is lost."""
    left = recovery.Recovery()
    left.take()
    base, stamp = workspace_file.read_stamped(file)
    left.keep(replace(base, name="Unsaved"), file, base, stamp)
    left.release()  # as the system does when the process is killed
    write_theirs(file, charts=())

    async def steps(window, desk):
        await until(lambda: desk.question.text)
        answer(desk, "Take them back")
        await until(lambda: "no longer" in desk.question.text or "gone" in desk.question.text)
        answer(desk, "Merge both")
        await until(lambda: not desk.document.modified)

    at_desk(steps, file)
    kept = workspace_file.read(file)
    assert (kept.name, kept.charts) == ("Unsaved", ())


def test_unsaved_changes_come_back_after_a_crash(at_desk, engine, file, until, monkeypatch):
    """Taken back they are unsaved still, under their file; saved, nothing is offered again."""
    left = recovery.Recovery()
    left.take()
    left.keep(replace(workspace_file.read(file), name="Unsaved"), file)
    left.release()  # as the system does when the process is killed

    async def steps(window, desk):
        await until(lambda: desk.question.text)
        assert "floor.statmon" in desk.question.text
        desk.question.answers[0].click()
        await until(lambda: engine.workspace.name == "Unsaved")
        assert desk.document.modified
        assert desk.document.path == file
        desk.save()
        await until(lambda: not desk.document.modified)

    at_desk(steps, file)
    assert workspace_file.read(file).name == "Unsaved"
    again = recovery.Recovery()
    assert again.take() is None
    again.release()


@pytest.fixture
def crashed(file):
    """A window with unsaved changes to the file was killed."""
    left = recovery.Recovery()
    left.take()
    left.keep(replace(workspace_file.read(file), name="Unsaved"), file)
    left.release()  # as the system does when the process is killed


@pytest.mark.usefixtures("crashed")
def test_unsaved_changes_are_offered_until_somebody_answers(at_desk, engine, file, until):
    """Also where the window closes unanswered, and with unsaved changes of its own."""

    async def ignore(window, desk):
        await until(lambda: desk.question.text)

    async def change(window, desk):
        await until(lambda: desk.question.text)
        desk.document.edit("rename", lambda it: replace(it, name="Mine"))

    async def discard(window, desk):
        await until(lambda: desk.question.text)
        answer(desk, "Discard them")

    at_desk(ignore, file)
    at_desk(change, file)
    names = set()
    for _ in range(2):
        left = recovery.left()
        assert left is not None
        names.add(left.workspace.name)
        at_desk(discard, file)
    assert names == {"Unsaved", "Mine"}
    assert recovery.left() is None


def test_what_never_had_a_file_is_back_in_an_empty_window(at_desk, empty_engine, until):
    """There is nothing to be asked: it takes no other's place, and is unsaved still."""
    site = empty_engine.workspace.site
    left = recovery.Recovery()
    left.take()
    left.keep(Workspace("Floor", site, subscriptions=(Subscription("Mine", ()),)), None)
    left.release()  # as the system does when the process is killed

    async def steps(window, desk):
        await until(lambda: empty_engine.workspace.name == "Floor")
        await until(lambda: "back" in window.parts.banner.text)
        assert not desk.question.text
        assert desk.document.modified

    at_desk(steps, source=empty_engine)


def test_changes_are_kept_while_they_are_unsaved(at_desk, engine, until, monkeypatch):
    """Soon after each change, and when the window closes without saving."""
    monkeypatch.setattr(files_module, "_KEEP_MS", 1)

    async def steps(window, desk):
        desk.files._keeping._timer.setInterval(1)
        desk.document.edit("rename", lambda it: replace(it, name="One"))
        slot = recovery.folder() / "0.json"
        await until(slot.exists)
        await until(lambda: json.loads(slot.read_text())["workspace"]["name"] == "One")
        desk.document.edit("rename", lambda it: replace(it, name="Two"))

    at_desk(steps)
    found = recovery.Recovery()
    unsaved = found.take()
    found.release()
    assert unsaved is not None
    assert unsaved.workspace.name == "Two"


@pytest.mark.parametrize(
    ("ago", "words"),
    [(5, "less than a minute ago"), (125, "2 minutes ago"), (7300, "2 hours ago")],
)
def test_the_age_of_a_draft_is_in_words(ago, words):
    """Roughly: it is only to be told apart."""
    assert how_long_ago(1000, lambda: 1000 + ago) == words
