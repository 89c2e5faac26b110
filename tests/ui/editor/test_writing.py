"""When the file is written without being asked for: one rule for all that changes subscriptions."""

from dataclasses import replace

import pytest

from statmon.service.wire.events import StatisticError
from statmon.storage.user import first_workspace, workspace_file
from tests.ui.editor.support.desk_steps import answer, choose, editor_of


def named(workspace):
    return [item.name for item in workspace.subscriptions]


async def at_rest(desk, file, until):
    await until(lambda: desk.document.path == file and not desk.document.modified)


def alert(workspace):
    return replace(workspace, alerts=({"kind": "threshold", "title": "mine"},))


async def delete(window, desk, until):
    choose(window, "Queues")
    desk.deleting.trigger()


async def switch(window, desk, until):
    choose(window, "Queues")
    desk.switching.trigger()


async def duplicate(window, desk, until):
    choose(window, "Queues")
    desk.duplicating.trigger()


async def edit(window, desk, until):
    choose(window, "Queues")
    desk.editing.trigger()
    editor = await editor_of(desk, until)
    editor.page.view.selectRow(0)
    editor.page.delete()
    editor._save()
    await until(lambda: not desk.editors)


CHANGES = pytest.mark.parametrize("change", [delete, switch, duplicate, edit])


@CHANGES
def test_a_change_of_subscriptions_is_written_and_so_are_undo_and_redo(
    at_desk, engine, file, until, change
):
    """However it was made, and whatever takes it back: the file has what is in force."""

    async def steps(window, desk):
        await at_rest(desk, file, until)
        first = workspace_file.read(file).subscriptions
        await change(window, desk, until)
        await at_rest(desk, file, until)
        changed = workspace_file.read(file).subscriptions
        assert changed == engine.workspace.subscriptions != first
        for step, there in ((desk.undoing, first), (desk.redoing, changed)):
            step.trigger()
            await at_rest(desk, file, until)
            assert workspace_file.read(file).subscriptions == there
        assert not window.parts.banner.text

    at_desk(steps, file)


@CHANGES
def test_other_unsaved_changes_are_nobody_s_to_write(at_desk, engine, file, until, change):
    """All waits for Ctrl+S, and that is said until it is saved; undo changes nothing of it."""

    async def steps(window, desk):
        await at_rest(desk, file, until)
        before = file.read_bytes()
        desk.document.edit("a threshold", alert)
        await change(window, desk, until)
        assert desk.document.modified
        assert "Ctrl+S" in window.parts.banner.text
        desk.undoing.trigger()
        desk.redoing.trigger()
        await until(lambda: not desk.files._lock.locked())
        assert file.read_bytes() == before
        desk.save()
        await at_rest(desk, file, until)
        kept = workspace_file.read(file)
        assert (kept.subscriptions, kept.alerts) == (
            engine.workspace.subscriptions, engine.workspace.alerts,
        )  # fmt: skip
        assert not window.parts.banner.text

    at_desk(steps, file)


def test_other_changes_that_are_undone_hold_up_nothing(at_desk, engine, file, until):
    """Then the file is as it was, and subscriptions are written again."""

    async def steps(window, desk):
        await at_rest(desk, file, until)
        desk.document.edit("a threshold", alert)
        desk.undoing.trigger()
        await delete(window, desk, until)
        answer(desk, "Undo")
        await delete(window, desk, until)
        await at_rest(desk, file, until)
        assert named(workspace_file.read(file)) == ["Sales agents"]

    at_desk(steps, file)


def test_what_was_opened_unsaved_is_written_by_nobody(at_desk, engine, file, until):
    """As after a crash: the file is another, and stays so until somebody saves."""

    async def steps(window, desk):
        await at_rest(desk, file, until)
        before = file.read_bytes()
        desk.document.load(alert(engine.workspace), file, desk.document.stamp)
        desk.document.is_unsaved()
        await delete(window, desk, until)
        await until(lambda: not desk.files._lock.locked())
        assert file.read_bytes() == before
        assert "Ctrl+S" in window.parts.banner.text

    at_desk(steps, file)


@CHANGES
def test_an_administrators_file_stays_and_a_copy_is_the_users(
    at_desk, engine, file, until, change, tmp_path, monkeypatch
):
    """That is said once, and Ctrl+S asks for a file of one's own, which is written from then on."""
    monkeypatch.setattr(first_workspace, "laid_down", file.resolve)
    before, own = file.read_bytes(), tmp_path / "own.statmon"

    async def steps(window, desk):
        await at_rest(desk, file, until)
        asked = []
        monkeypatch.setattr(desk, "_ask_where", asked.append)
        await change(window, desk, until)
        assert "administrator" in window.parts.banner.text
        desk.saving.trigger()
        (save,) = asked
        save(own)
        await at_rest(desk, own, until)
        assert not window.parts.banner.text
        assert workspace_file.read(own).subscriptions == engine.workspace.subscriptions
        desk.undoing.trigger()
        await at_rest(desk, own, until)
        assert workspace_file.read(own).subscriptions == engine.workspace.subscriptions
        assert file.read_bytes() == before

    at_desk(steps, file)


def test_after_saving_there_is_nothing_to_cancel(at_desk, engine, file, until):
    """What the service refuses is told beside a button that closes."""

    async def steps(window, desk):
        await at_rest(desk, file, until)
        engine.go_up()
        choose(window, "Queues")
        desk.editing.trigger()
        editor = await editor_of(desk, until)
        assert editor.leave.text() == editor.leave.accessibleName() == "Close"
        editor.page.view.selectRow(0)
        editor.page.delete()
        assert editor.leave.text() == editor.leave.accessibleName() == "Cancel"
        wanted = engine.table
        engine.subscriptions["Queues"].errors = (
            StatisticError(wanted.series[-1], wanted.statistics[-1], "no such statistic"),
        )
        editor._before = None  # nobody has been told of the refusal
        editor._save()
        await until(lambda: "refuses" in editor.problem.text())
        assert editor.leave.text() == editor.leave.accessibleName() == "Close"
        editor.undo()
        assert editor.leave.text() == "Cancel"
        editor.redo()
        editor.leave.click()
        await until(lambda: not desk.editors)
        assert not desk.question.text

    at_desk(steps, file)
