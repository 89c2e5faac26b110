"""Editing in the window: saved live and on disk, recovered, watched, dropped, imported, undone."""

import asyncio
import json
from dataclasses import replace

import pytest
from fake_engine import workspace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from statmon.domain import editing
from statmon.domain.workspace import Site, Subscription, Workspace
from statmon.storage import recent, recovery, workspace_file
from statmon.ui.editor import files as files_module
from statmon.ui.editor.files import age


@pytest.fixture
def file(tmp_path):
    """A workspace file like the engine's, under a URL of its own."""
    path = tmp_path / "floor.statmon"
    workspace_file.write(path, replace(workspace(), site=Site("https://real.example")))
    return path


def choose(window, name):
    """Choose a subscription in the list."""
    tree = window.subscriptions
    for row in range(tree.topLevelItemCount()):
        tree.topLevelItem(row).setSelected(name in tree.topLevelItem(row).text(0))


def names(engine):
    return [item.name for item in engine.workspace.subscriptions]


async def editor_of(desk, until):
    await until(lambda: desk.editors)
    return desk.editors[0]


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
        assert "New subscription" in window.subscriptions.topLevelItem(2).text(0)

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
        assert desk.undoing.text() == "&Undo: edit Sales agents"
        desk.undoing.trigger()
        assert engine.workspace == before
        desk.redoing.trigger()
        assert len(engine.workspace.subscriptions[0].statistics) == 11

    at_desk(steps)


def test_saving_shows_how_far_it_is_and_can_be_stopped(at_desk, engine, file, until):
    """Stopped, everything is as it was: in force and on disk."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        desk.add()
        editor = await editor_of(desk, until)
        editor.choose.objects.take("\n".join(f"a{n}" for n in range(500)))
        editor.choose.picker.take(desk_template(editor, "agent-now"))
        editor.add()
        assert len(editor.subscription.statistics) == 1000
        editor._save()
        await until(lambda: "New subscription" in engine.subscriptions)
        engine.subscriptions["New subscription"].state = "opening"
        await until(lambda: editor.saving.words.text() == "opening at the service")
        assert (editor.saving.bar.value(), editor.saving.bar.maximum()) == (0, 1000)
        editor.close()
        await until(lambda: not editor.saving.busy)
        assert names(engine) == ["Sales agents", "Queues"]
        assert len(editor.subscription.statistics) == 1000  # nothing of the work is lost
        assert editor.save.isEnabled()

    at_desk(steps, file)
    assert len(workspace_file.read(file).subscriptions) == 2


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
        window.subscriptions.selectAll()
        desk.deleting.trigger()
        assert names(engine) == []
        assert window.subscriptions.topLevelItem(0).text(0).startswith("None yet")
        desk.undoing.trigger()
        assert names(engine) == ["Sales agents", "Queues", "Queues-2"]
        assert window.subscriptions.topLevelItemCount() == 3

    at_desk(steps)


def test_what_others_in_the_window_change_can_be_undone_and_saved(at_desk, engine, file, until):
    """Labels, charts, alerts: the document notices."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        engine.apply(replace(engine.workspace, charts=()))
        desk.save()
        await until(lambda: not desk.document.modified)
        assert workspace_file.read(file).charts == ()
        desk.undoing.trigger()
        assert len(engine.workspace.charts) == 1
        assert " •" in window.windowTitle()

    at_desk(steps, file)


def test_how_views_are_arranged_is_kept_without_a_word(at_desk, engine, file, until):
    """No mark, no step to undo; written when the window closes."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        engine.apply(replace(engine.workspace, views=({"kind": "wall", "title": "Mine"},)))
        desk.document.notice()
        assert not desk.document.modified
        assert desk.document.undoable == ""

    at_desk(steps, file)
    assert {"kind": "wall", "title": "Mine"} in workspace_file.read(file).views


def test_a_file_is_opened_by_dropping_it_on_the_window(at_desk, engine, file, tmp_path, until):
    """One of the same site takes the place at once; recent files are remembered."""
    other = tmp_path / "other.statmon"
    workspace_file.write(other, replace(workspace(2, 1), name="Other"))

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        for path, taken in ((tmp_path / "film.mp4", False), (other, True)):
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(str(path))])
            held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
            copy = Qt.DropAction.CopyAction
            enter = QDragEnterEvent(QPoint(5, 5), copy, mime, *held)
            QApplication.sendEvent(window, enter)
            assert enter.isAccepted() == taken
            QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), copy, mime, *held))
        await until(lambda: desk.document.path == other)
        assert window.windowTitle() == "Other – statmon"
        assert len(engine.workspace.subscriptions[0].statistics) == 6

    at_desk(steps, file)
    assert recent.paths() == [other, file]


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema": 99}', b"\x00" * 1000, b"[]"])
def test_a_file_that_is_no_workspace_changes_nothing(at_desk, engine, tmp_path, until, content):
    """One sentence; what was open stays."""
    bad = tmp_path / "bad.statmon"
    bad.write_bytes(content)

    async def steps(window, desk):
        before = engine.workspace
        desk.files.open(bad)
        await until(lambda: window.banner.text)
        assert str(bad) in window.banner.text
        assert engine.workspace is before

    at_desk(steps)
    assert bad.read_bytes() == content


def test_a_workspace_of_another_site_is_asked_about(at_desk, engine, tmp_path, until):
    """Its subscriptions can be used here; its file is not overwritten with our URL."""
    other = tmp_path / "other.statmon"
    foreign = replace(workspace(1, 1), name="Other", site=Site("https://elsewhere"))
    workspace_file.write(other, foreign)

    async def steps(window, desk):
        desk.files.open(other)
        await until(lambda: desk.question.text)
        assert "https://elsewhere" in desk.question.text
        assert engine.workspace.name == "Sales floor"
        desk.question.answers[0].click()
        assert engine.workspace.name == "Other"
        assert desk.document.path is None
        assert desk.document.modified

    at_desk(steps)
    assert workspace_file.read(other) == foreign


def answer(desk, words):
    """Choose an answer by its words."""
    texts = [each.text().replace("&", "") for each in desk.question.answers]
    desk.question.answers[texts.index(words)].click()


def write_theirs(file, **changes):
    """A colleague writes the file."""
    theirs = replace(workspace_file.read(file), **changes)
    workspace_file.write(file, theirs)
    return theirs


def test_somebody_else_s_change_is_told_in_words(at_desk, engine, file, until):
    """While nothing was changed here there is nothing to merge; theirs can be taken back."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        write_theirs(file, name="Theirs")
        desk.files.watch()
        await until(lambda: desk.question.text)
        assert "the name is “Theirs” instead of “Sales floor”" in desk.question.text
        assert len(desk.question.answers) == 3
        answer(desk, "Take theirs")
        assert engine.workspace.name == "Theirs"
        assert not desk.document.modified
        desk.undoing.trigger()
        assert engine.workspace.name == "Sales floor"
        assert desk.document.modified

    at_desk(steps, file)


def test_what_both_changed_is_merged_in_force_and_on_disk(at_desk, engine, file, until):
    """One click; where both changed the same mine stays and theirs is told; undo brings mine."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        mine = replace(engine.workspace, name="Mine", charts=())
        engine.apply(mine)
        theirs = write_theirs(file, name="Theirs", alerts=({"title": "Long", "above": 60},))
        desk.save()
        await until(lambda: desk.question.text)
        assert "alert “Long” is new" in desk.question.text
        assert "the name is “Mine”, theirs was “Theirs”" in desk.question.text
        assert workspace_file.read(file) == theirs
        answer(desk, "Merge both")
        await until(lambda: not desk.document.modified)
        kept = workspace_file.read(file)
        assert (kept.name, kept.charts, kept.alerts) == ("Mine", (), theirs.alerts)
        assert kept.site.url == "https://real.example"
        assert engine.workspace.alerts == theirs.alerts
        assert "theirs was “Theirs”" in window.banner.text
        desk.undoing.trigger()
        assert engine.workspace == mine

    at_desk(steps, file)


def test_mine_over_theirs_leaves_theirs_one_step_back(at_desk, engine, file, until):
    """And a third version that came meanwhile is not overwritten unseen."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        engine.apply(replace(engine.workspace, name="Mine"))
        write_theirs(file, name="Theirs")
        desk.files.watch()
        await until(lambda: desk.question.text)
        write_theirs(file, name="Third")
        answer(desk, "Keep mine")
        await until(lambda: "Third" in desk.question.text)
        answer(desk, "Keep mine")
        await until(lambda: workspace_file.read(file).name == "Mine")
        assert not desk.question.text
        desk.undoing.trigger()
        assert engine.workspace.name == "Third"

    at_desk(steps, file)


def test_another_version_of_a_file_that_is_not_open_any_more_changes_nothing(
    at_desk, engine, file, until, tmp_path
):
    """After save as it is said; after another file was opened nothing is asked any more."""
    elsewhere = tmp_path / "elsewhere.statmon"

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        engine.apply(replace(engine.workspace, name="Mine"))
        for words in ("Merge both", "Take theirs", "Keep mine"):
            write_theirs(file, name=f"Theirs before {words}")
            desk.files.watch()
            await until(lambda: desk.question.text)
            assert await desk.files.save(elsewhere)
            answer(desk, words)
            await until(lambda: "is not open any more" in window.banner.text)
            window.banner.take_back()
            assert engine.workspace.name == workspace_file.read(elsewhere).name == "Mine"
            desk.document.load(engine.workspace, file, workspace_file.read_stamped(file)[1])

        write_theirs(file, name="Last")
        desk.files.watch()
        await until(lambda: desk.question.text)
        desk.files.open(elsewhere)
        await until(lambda: desk.document.path == elsewhere)
        assert not desk.question.text

    at_desk(steps, file)


def test_a_file_that_somebody_broke_is_not_taken(at_desk, engine, file, until):
    """It says why it cannot be read; mine can be written over it."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        engine.apply(replace(engine.workspace, name="Mine"))
        file.write_text("{")
        desk.files.watch()
        await until(lambda: desk.question.text)
        assert "not valid JSON" in desk.question.text
        assert [each.text() for each in desk.question.answers] == ["&Keep mine", "&Later"]
        answer(desk, "Keep mine")
        await until(lambda: not desk.document.modified)

    at_desk(steps, file)
    assert workspace_file.read(file).name == "Mine"


def test_a_colleague_s_change_of_what_is_being_edited_is_merged_on_saving(
    at_desk, engine, file, until
):
    """The editor was open before their version came in: neither goes over the other."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        choose(window, "Sales agents")
        desk.editing.trigger()
        editor = await editor_of(desk, until)
        before = workspace_file.read(file)
        shorter = editing.remove(before.subscriptions[0], [0])
        write_theirs(file, subscriptions=(shorter, *before.subscriptions[1:]))
        desk.files.watch()
        await until(lambda: desk.question.text)
        answer(desk, "Take theirs")
        editor.page.view.selectRow(11)
        editor.page.delete()
        editor._save()
        await until(lambda: not desk.editors and not desk.document.modified)

    at_desk(steps, file)
    first, *_, last = [item.statistic.id for item in workspace().subscriptions[0].statistics]
    kept = [item.statistic.id for item in workspace_file.read(file).subscriptions[0].statistics]
    assert len(kept) == 10
    assert not {first, last} & set(kept)


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
        desk.document.edit("rename", replace(engine.workspace, name="Mine"))

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
        await until(lambda: "back" in window.banner.text)
        assert not desk.question.text
        assert desk.document.modified

    at_desk(steps, source=empty_engine)


def test_changes_are_kept_while_they_are_unsaved(at_desk, engine, until, monkeypatch):
    """Soon after each change, and when the window closes without saving."""
    monkeypatch.setattr(files_module, "_KEEP_MS", 1)

    async def steps(window, desk):
        desk.files._keeping._timer.setInterval(1)
        desk.document.edit("rename", replace(engine.workspace, name="One"))
        slot = recovery.folder() / "0.json"
        await until(slot.exists)
        await until(lambda: json.loads(slot.read_text())["workspace"]["name"] == "One")
        desk.document.edit("rename", replace(engine.workspace, name="Two"))

    at_desk(steps)
    found = recovery.Recovery()
    unsaved = found.take()
    found.release()
    assert unsaved is not None
    assert unsaved.workspace.name == "Two"


def test_a_full_disk_loses_nothing(at_desk, engine, file, until, monkeypatch):
    """The sentence says so; the old file and the change are both still there."""
    old = file.read_bytes()

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)

        def full(_descriptor):
            raise OSError(28, "No space left on device")

        desk.document.edit("rename", replace(engine.workspace, name="New"))
        monkeypatch.setattr("os.fsync", full)
        desk.save()
        await until(lambda: window.banner.text)
        assert "No space left on device" in window.banner.text
        assert desk.document.modified
        assert file.read_bytes() == old
        monkeypatch.undo()

    at_desk(steps, file)


def test_subscriptions_are_imported_and_exported(at_desk, engine, tmp_path, until):
    """Request bodies and tables, both ways; what cannot be read is a sentence."""
    body, table, bad = (tmp_path / name for name in ("body.json", "table.csv", "bad.csv"))
    bad.write_text("agent1\nagent2")

    async def steps(window, desk):
        queues = engine.workspace.subscriptions[1]
        await desk.export_file(body, queues)
        await desk.export_file(table, queues)
        await desk.import_file(body)
        await desk.import_file(table)
        assert names(engine) == ["Sales agents", "Queues", "Queues-2", "table"]
        for copy in engine.workspace.subscriptions[2:]:
            assert copy.statistics == queues.statistics
        await desk.import_file(bad)
        assert "no statistics" in window.banner.text
        await desk.export_file(tmp_path / "no" / "folder.csv", queues)
        assert "cannot be written" in window.banner.text

    at_desk(steps)


def test_what_is_edited_while_a_file_is_read_stays(at_desk, engine, tmp_path):
    """An import comes into the workspace as it is then, not as it was when the file was chosen."""

    async def steps(window, desk):
        body = tmp_path / "body.json"
        await desk.export_file(body, engine.workspace.subscriptions[1])
        reading = asyncio.create_task(desk.import_file(body))
        await asyncio.sleep(0)
        desk._change("edit", editing.drop(engine.workspace, ["Sales agents"]))
        await reading
        assert names(engine) == ["Queues", "Queues-2"]

    at_desk(steps)


def test_a_csv_file_fills_the_objects(at_desk, engine, tmp_path, until):
    """As spreadsheets write it: UTF-16, semicolons."""
    file = tmp_path / "team.csv"
    file.write_text("Employee ID;Full name\nann;Ann Ångström\nbob;Bob", "utf-16")

    async def steps(window, desk):
        desk.add()
        editor = await editor_of(desk, until)
        await editor.read_file(file)
        assert [ref.object_id for ref in editor.choose.objects.refs] == ["ann", "bob"]
        assert editor.choose.objects.sheet.objects[0].label == "Ann Ångström"
        await editor.read_file(tmp_path / "missing.csv")
        assert editor.choose.said.text().startswith("⚠")

    at_desk(steps)


def test_a_new_workspace_and_save_as(at_desk, engine, tmp_path, until):
    """It begins empty at the same site."""
    target = tmp_path / "mine.statmon"

    async def steps(window, desk):
        url = engine.workspace.site.url
        desk.new.trigger()
        assert names(engine) == []
        assert engine.workspace.site.url == url
        assert await desk.files.save(target)
        assert desk.document.path == target
        assert not desk.document.modified

    at_desk(steps)
    assert workspace_file.read(target).name == "New workspace"


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


def test_nothing_is_written_at_the_same_time(at_desk, engine, file, until):
    """Ten saves at once are ten saves in a row, the last one wins."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        work = []
        for number in range(10):
            desk.document.edit("rename", replace(engine.workspace, name=f"Name {number}"))
            work.append(asyncio.create_task(desk.files.save()))
        assert all(await asyncio.gather(*work))
        assert not desk.document.modified

    at_desk(steps, file)
    assert workspace_file.read(file).name == "Name 9"


@pytest.mark.parametrize(
    ("ago", "words"),
    [(5, "less than a minute ago"), (125, "2 minutes ago"), (7300, "2 hours ago")],
)
def test_the_age_of_a_draft_is_in_words(ago, words):
    """Roughly: it is only to be told apart."""
    assert age(1000, lambda: 1000 + ago) == words
