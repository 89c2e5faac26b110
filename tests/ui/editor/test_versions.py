"""A workspace file that somebody else writes meanwhile: told in words, merged."""

from dataclasses import replace

from statmon.domain import editing
from statmon.storage.user import workspace_file
from tests.ui.editor.support.desk_steps import answer, choose, editor_of, write_theirs
from tests.ui.fake_engine import workspace


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
        desk.document.edit("mine", lambda _: mine)
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
        assert "theirs was “Theirs”" in window.parts.banner.text
        desk.undoing.trigger()
        assert engine.workspace == mine

    at_desk(steps, file)


def test_a_tree_that_the_other_sorted_takes_no_board_away(at_desk, engine, file, until):
    """Theirs has no queues and a sorted tree; merged with mine, which has them, all is there."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        tabs = window.parts.views.tabs
        shown = [tabs.tabText(place) for place in range(tabs.count())]
        assert shown == ["Tree", "Queues", "Agents"]
        whole = engine.workspace
        without = tuple(s for s in whole.subscriptions if "Queues" not in s.name)
        desk.document.edit("delete", lambda it: replace(it, subscriptions=without))
        window.parts.page.columns.sort(2)
        theirs = engine.workspace
        desk.document.load(whole, file, workspace_file.read_stamped(file)[1])
        queues = next(s for s in whole.subscriptions if "Queues" in s.name)
        fewer = editing.remove(queues, [0])
        desk.document.edit("one less", lambda it: editing.put(it, fewer, queues.name))
        write_theirs(file, subscriptions=theirs.subscriptions, views=theirs.views)
        desk.files.watch()
        await until(lambda: desk.question.text)
        answer(desk, "Merge both")
        await until(lambda: not desk.document.modified)
        assert [tabs.tabText(place) for place in range(tabs.count())] == shown
        assert workspace_file.read(file).views == theirs.views

    at_desk(steps, file)


def test_what_is_changed_after_it_was_told_can_be_merged(at_desk, engine, file, until):
    """Nothing of mine was there to be merged at first: then there is, and it is offered."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        write_theirs(file, alerts=({"title": "Long", "above": 60},))
        desk.files.watch()
        await until(lambda: desk.question.text)
        said = [each.text().replace("&", "") for each in desk.question.answers]
        assert "Merge both" not in said
        desk.document.edit("rename", lambda it: replace(it, name="Mine"))
        desk.files.watch()
        await until(lambda: any("Merge" in each.text() for each in desk.question.answers))
        answer(desk, "Merge both")
        await until(lambda: not desk.document.modified)
        kept = workspace_file.read(file)
        assert (kept.name, len(kept.alerts)) == ("Mine", 1)

    at_desk(steps, file)


def test_mine_over_theirs_leaves_theirs_one_step_back(at_desk, engine, file, until):
    """And a third version that came meanwhile is not overwritten unseen."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        desk.document.edit("rename", lambda it: replace(it, name="Mine"))
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
        desk.document.edit("rename", lambda it: replace(it, name="Mine"))
        for words in ("Merge both", "Take theirs", "Keep mine"):
            write_theirs(file, name=f"Theirs before {words}")
            desk.files.watch()
            await until(lambda: desk.question.text)
            assert await desk.files.save(elsewhere)
            answer(desk, words)
            await until(lambda: "is not open any more" in window.parts.banner.text)
            window.parts.banner.take_back()
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
        desk.document.edit("rename", lambda it: replace(it, name="Mine"))
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
