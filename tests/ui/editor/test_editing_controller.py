"""Editing in the window: in force and on disk at once, undone, copied, switched."""

import pytest
from PySide6.QtGui import QAction

from statmon.storage.user import workspace_file
from statmon.ui.tree.grouping import Grouping
from tests.ui.editor.support.desk_steps import choose, editor_of, names


def test_a_new_subscription_is_in_force_and_on_disk(at_desk, engine, file, until):
    """One save does both; the file keeps its own URL whatever service the window looks at."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        desk.add()
        editor = await editor_of(desk, until)
        editor.choose.objects.take("agent9\tNina")
        editor.choose.picker.search.setText("aht")
        editor.choose.picker._toggle()
        editor.add()
        editor._save()
        await until(lambda: not desk.editors)
        assert names(engine) == ["Sales agents", "Queues", "New subscription"]
        assert engine.workspace.objects[-1].label == "Nina"
        await until(lambda: not desk.document.modified)
        assert "New subscription" in window.parts.subscriptions.topLevelItem(2).text(0)

    at_desk(steps, file)
    kept = workspace_file.read(file)
    assert [item.name for item in kept.subscriptions][-1] == "New subscription"
    assert kept.site.url == "https://real.example"


def test_an_edit_touches_nothing_else(at_desk, engine, until):
    """The other subscription is the very same object; undo brings the old one back."""

    async def steps(window, desk):
        choose(window, "Sales agents")
        desk.editing.trigger()
        editor = await editor_of(desk, until)
        before = engine.workspace
        editor.page.view.selectRow(0)
        editor.page.delete()
        editor._save()
        await until(lambda: not desk.editors)
        assert engine.workspace.subscriptions[1] is before.subscriptions[1]
        assert len(engine.workspace.subscriptions[0].statistics) == 11
        assert desk.undoing.text() == "&Undo edit Sales agents"
        desk.undoing.trigger()
        assert engine.workspace == before
        desk.redoing.trigger()
        assert len(engine.workspace.subscriptions[0].statistics) == 11

    at_desk(steps)


def test_saving_shows_how_far_it_is_and_can_be_stopped(at_desk, engine, file, until):
    """Stopped, what was typed stays: in force, on disk and in the editor; undo takes it back."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        desk.add()
        editor = await editor_of(desk, until)
        editor.choose.objects.take("\n".join(f"a{n}" for n in range(500)))
        editor.choose.picker.take(desk_template(editor, "agent-now"))
        editor.add()
        assert len(editor.subscription.statistics) == 1000
        engine.go_up()
        editor._save()
        await until(lambda: "New subscription" in engine.subscriptions)
        engine.subscriptions["New subscription"].state = "opening"
        await until(lambda: editor.saving.words.text() == "opening at the service")
        assert (editor.saving.bar.value(), editor.saving.bar.maximum()) == (0, 1000)
        editor.close()
        await until(lambda: not editor.saving.busy)
        assert editor.isVisible()
        assert "Undo takes it back" in editor.problem.text()
        assert "1,000 of its statistics are not open yet" in editor.problem.text()
        assert names(engine) == ["Sales agents", "Queues", "New subscription"]
        assert len(workspace_file.read(file).subscriptions) == 3
        assert not editor.modified
        assert editor.save.isEnabled()
        desk.undoing.trigger()
        assert names(engine) == ["Sales agents", "Queues"]

    at_desk(steps, file)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (lambda engine, _: engine.service("UNAVAILABLE"), "the service is not available"),
        (lambda engine, _: engine.connect("reconnecting", "The line is cut."), "The line is cut."),
        (lambda _, status: _fail(status), "503 from the service"),
    ],
)
def test_what_is_not_open_is_said_at_once(at_desk, engine, file, until, happens, said):
    """Where nothing can open now nobody waits; the edit is saved and the editor says why."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        engine.go_up()
        desk.add()
        editor = await editor_of(desk, until)
        editor.choose.objects.take("agent1")
        editor.choose.picker.take(desk_template(editor, "agent-now"))
        editor.add()
        editor._save()
        await until(lambda: "New subscription" in engine.subscriptions)
        status = engine.subscriptions["New subscription"]
        status.state = "opening"
        await until(lambda: editor.saving.words.text() == "opening at the service")
        happens(engine, status)
        await until(lambda: not editor.saving.busy)
        assert "2 of its statistics are not open yet" in editor.problem.text()
        assert said in editor.problem.text()
        assert editor.isVisible()
        assert names(engine)[-1] == "New subscription"

    at_desk(steps, file)


def test_nobody_waits_for_what_was_undone_meanwhile(at_desk, engine, file, until):
    """Undo while it opens: as many statistics as were added will never be open."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        engine.go_up()
        window.parts.subscriptions.setCurrentItem(window.parts.subscriptions.topLevelItem(0))
        desk.edit()
        editor = await editor_of(desk, until)
        editor.choose.objects.take("agnet1")
        editor.choose.picker.take(desk_template(editor, "agent-now"))
        editor.add()
        engine.subscriptions["Sales agents"].state = "opening"
        editor._save()
        await until(lambda: editor.saving.words.text() == "opening at the service")
        desk.undoing.trigger()
        await until(lambda: not desk.editors)
        assert engine.subscriptions["Sales agents"].state == "opening"

    at_desk(steps, file)


def _fail(status):
    status.state, status.message = "failed", "503 from the service."


def desk_template(editor, name):
    library = editor.choose.picker._library
    return next(item for item in library.templates if item.id == name)


def test_subscriptions_are_copied_switched_and_deleted(at_desk, engine, until):
    """From the menu; several at once."""

    async def steps(window, desk):
        choose(window, "Queues")
        desk.duplicating.trigger()
        assert names(engine) == ["Sales agents", "Queues", "Queues-2"]
        desk.switching.trigger()
        assert [item.enabled for item in engine.workspace.subscriptions] == [True, False, True]
        window.parts.subscriptions.selectAll()
        desk.deleting.trigger()
        assert names(engine) == []
        assert window.parts.subscriptions.topLevelItem(0).text(0).startswith("None yet")
        desk.undoing.trigger()
        assert names(engine) == ["Sales agents", "Queues", "Queues-2"]
        assert window.parts.subscriptions.topLevelItemCount() == 3

    at_desk(steps)


def test_what_others_in_the_window_change_can_be_undone_and_saved(at_desk, engine, file, until):
    """Labels, charts, alerts: each is a step, and says what it was."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file and window.parts.charts.charts)
        window.parts.charts.close_current()
        desk.save()
        await until(lambda: not desk.document.modified)
        assert workspace_file.read(file).charts == ()
        assert desk.undoing.text() == "&Undo close a chart"
        desk.undoing.trigger()
        assert len(engine.workspace.charts) == 1
        assert " •" in window.windowTitle()

    at_desk(steps, file)


def test_how_views_are_arranged_is_kept_without_a_word(at_desk, engine, file, until):
    """No mark, no step to undo; written when the window closes."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        window.parts.page.group_by(Grouping.FLAT)
        assert engine.workspace.views[0]["groupBy"] == "flat"
        assert not desk.document.modified
        assert desk.document.undoable == ""

    at_desk(steps, file)
    assert workspace_file.read(file).views[0]["groupBy"] == "flat"


def test_an_open_editor_follows_the_theme(at_desk, until):
    """It becomes dark at dusk: no list stays white."""

    async def steps(window, desk):
        desk.add()
        editor = await editor_of(desk, until)
        editor.choose.ways.setCurrentWidget(editor.choose.form)
        window.set_look("dark")
        await until(lambda: editor.palette().base().color().lightness() < 60)
        lists = [editor.choose.picker.list, editor.page.view, editor.choose.form.remarks.list,
                 editor.choose.form.field("mainMask").list]  # fmt: skip
        assert all(each.palette().base().color().lightness() < 60 for each in lists)
        window.set_look("light")
        await until(lambda: editor.palette().base().color().lightness() > 200)
        assert all(each.palette().base().color().lightness() > 200 for each in lists)

    at_desk(steps)


def test_what_the_workspace_costs_is_told_below_the_subscriptions(at_desk, engine, until):
    """What is wanted twice is asked of the service once, and named."""

    async def steps(window, desk):
        await until(lambda: desk.meter.words.text().startswith("18 statistics · about 18"))
        choose(window, "Queues")
        desk.duplicating.trigger()
        await until(lambda: "6 wanted twice, asked once" in desk.meter.words.text())
        assert (
            "Queue 7001@SIP_Switch Total_Answered: Queues, Queues-2" in desk.meter.words.toolTip()
        )

    at_desk(steps)


def test_no_two_entries_of_the_menus_have_the_same_keys(at_desk):
    """Qt would do neither."""

    async def steps(window, desk):
        keys = [
            keys.toString()
            for action in window.findChildren(QAction)
            for keys in action.shortcuts()
        ]
        assert len(keys) > 15
        assert sorted(keys) == sorted(set(keys))

    at_desk(steps)
