"""The one owner of the workspace: who may change it, who hears of it, what counts as saved."""

import ast
import asyncio
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer

import statmon
from statmon.domain.workspace import Site, parse
from statmon.storage.user import workspace_file
from statmon.ui.editor.document import By, Document
from tests.ui.fake_engine import workspace

PROGRAM = Path(statmon.__file__).parent
CHARTS = ({"kind": "line", "title": "Theirs"},)
VIEWS = ({"kind": "tree", "groupBy": "flat"},)


class Engine(SimpleNamespace):
    """Has in force what it was told last."""

    def apply(self, workspace):
        self.workspace = workspace
        self.told.append(workspace)


class Part:
    """Remembers what it took."""

    def __init__(self, document):
        self.taken = []
        document.follow(self)

    def take(self, workspace):
        self.taken.append(workspace)


@pytest.fixture
def served():
    return Engine(workspace=workspace(), told=[])


@pytest.fixture
def document(served):
    return Document(served)


def called(name):
    return lambda it: replace(it, name=name)


def test_an_edit_is_in_force_before_parts_hear_and_parts_before_listeners(document, served):
    """And all of them are told of the very same workspace."""
    heard = []
    part = Part(document)
    document.changed(lambda it, by: heard.append((it, by, list(part.taken), list(served.told))))
    document.edit("rename it", called("New"))
    now = document.workspace

    assert now.name == "New"
    assert len(heard) == 1
    assert all(it is now for it in (heard[0][0], heard[0][2][0], heard[0][3][0]))
    assert heard[0][1] is By.EDIT
    assert document.undoable == "rename it"


def test_what_changes_nothing_is_told_to_nobody(document, served):
    """The same workspace, or an equal one."""
    part = Part(document)
    document.edit("nothing", lambda it: it)
    document.edit("nothing", called(document.workspace.name))
    document.arrange(lambda it: it)
    document.undo()
    document.redo()

    assert part.taken == served.told == []
    assert not document.modified
    assert document.undoable == ""


def test_each_way_says_what_it_was(document):
    """Edit, arrangement, undo, redo, opening, others, filing."""
    by = []
    document.changed(lambda _it, how: by.append(how))
    document.edit("rename", called("New"))
    document.arrange(lambda it: replace(it, views=VIEWS))
    document.undo()
    document.redo()
    document.load(workspace(1, 1), None, None)
    document.take_in("take", workspace(2, 2), None, workspace(2, 2))
    document.is_unsaved()

    assert by == [
        By.EDIT, By.ARRANGEMENT, By.STEPS, By.STEPS, By.OPENING, By.OTHERS, By.FILING,
    ]  # fmt: skip


def test_what_a_part_edits_while_parts_are_told_waits_until_all_have_heard(document):
    """An editor that closes over a taken workspace may still hand over what was typed in it."""

    class Typing(Part):
        def take(self, workspace):
            super().take(workspace)
            if len(self.taken) == 1:
                document.edit("typed", lambda it: replace(it, charts=CHARTS))

    first, second = Typing(document), Part(document)
    document.edit("rename", called("New"))

    assert [it.charts == CHARTS for it in second.taken] == [False, True]
    assert [it.name for it in second.taken] == ["New", "New"]
    assert first.taken == second.taken
    assert document.undoable == "typed"


def test_a_part_that_fails_keeps_no_other_from_hearing(document):
    """It is told when all have heard."""

    class Broken(Part):
        def take(self, workspace):
            raise ValueError("broken")

    Broken(document)
    part = Part(document)
    with pytest.raises(ExceptionGroup):
        document.edit("rename", called("New"))
    document.unfollow(document._parts[0])
    document.edit("rename", called("Newer"))

    assert [it.name for it in part.taken] == ["New", "Newer"]


def test_undo_leaves_alone_how_views_are_arranged(document):
    """It is no step; each step has it, also where it has other boards."""
    board = {"kind": "board", "title": "Mine", "objectType": "Queue"}
    document.edit("add", lambda it: replace(it, views=(*VIEWS, board)))
    document.edit("remove", lambda it: replace(it, views=VIEWS))
    grouped = ({"kind": "tree", "groupBy": "type"},)
    document.arrange(lambda it: replace(it, views=grouped))
    last = document.workspace
    document.undo()
    assert document.workspace.views == (*grouped, board)
    document.undo()
    document.redo()
    document.redo()

    assert document.workspace == last
    assert document.workspace.views == grouped


def test_the_window_keeps_its_site_and_the_file_its_own(document, served):
    """Wherever the window looks, the file is written under the URL it was read with."""
    theirs = replace(workspace(1, 1), site=Site("https://real.example", {"timeZone": "UTC"}))
    document.load(theirs, Path("a.statmon"), None)
    assert served.workspace.site.url == workspace().site.url
    document.edit("rename", called("New"))

    assert document.to_keep() == replace(theirs, name="New")


# What is saved.


def test_what_is_edited_during_a_save_is_not_saved(document):
    """Nor what was undone meanwhile; an arrangement is, but is kept when the window closes."""
    document.edit("one", called("One"))
    moment = document.moment()
    document.edit("two", called("Two"))
    document.is_saved(Path("a.statmon"), None, moment)
    assert document.modified
    document.undo()
    assert not document.modified

    document.edit("three", called("Three"))
    moment = document.moment()
    document.arrange(lambda it: replace(it, views=VIEWS))
    document.is_saved(Path("a.statmon"), None, moment)
    assert not document.modified
    assert document.arranged


def test_what_is_edited_before_the_file_is_read_is_not_saved(document):
    """A window is there before it knows its file."""
    document.edit("early", called("Early"))
    document.is_kept(Path("a.statmon"), None, workspace())

    assert document.modified
    document.undo()
    assert not document.modified


def test_a_file_that_was_being_written_is_not_that_of_the_next_workspace(document):
    """Else the next save would write it over the former one."""
    document.load(workspace(), Path("old.statmon"), None)
    document.edit("one", called("One"))
    moment = document.moment()
    document.load(parse({"schema": 1, "name": "New"}), None, None)
    document.is_saved(Path("old.statmon"), None, moment)

    assert document.path is None
    assert document.workspace.name == "New"


def test_a_file_that_is_slow_saves_what_was_there_when_saving_began(
    at_desk, file, until, tmp_path, monkeypatch
):
    """In the window: edited while the disk is at work, and a new workspace begun meanwhile."""
    began, go_on, write = threading.Event(), threading.Event(), workspace_file.write

    def slow(*args, **options):
        began.set()
        assert go_on.wait(60)
        return write(*args, **options)

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        monkeypatch.setattr(workspace_file, "write", slow)
        for do, name in ((lambda: desk.document.edit("two", called("Two")), "One"),
                         (desk.files.new, "Three")):  # fmt: skip
            desk.document.edit(name, called(name))
            saving = asyncio.create_task(desk.files.save())
            await until(began.is_set)
            do()
            go_on.set()
            assert await saving
            assert workspace_file.read(file).name == name
            began.clear()
            go_on.clear()
            if name == "One":
                assert desk.document.modified
                assert " •" in window.windowTitle()
        assert desk.document.path is None

    at_desk(steps, file)


# Nobody else.


def sources():
    return [
        path
        for folder in ("ui", "recording.py", "app.py")
        for path in (
            [PROGRAM / folder] if folder.endswith(".py") else (PROGRAM / folder).rglob("*.py")
        )
    ]


def named(node):
    """What a value is called where it is used."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


ENGINES = {"source", "_source", "engine", "_engine"}
MAY_ASK = {
    Path("ui/editor/document.py"): {"apply", "workspace"},
    Path("ui/history/keeper.py"): {"workspace"},  # what is described before there is a window
    Path("ui/start/run.py"): {"workspace"},  # what another window goes on with
}


def test_nobody_but_the_document_changes_or_asks_for_the_workspace_of_an_engine():
    """All others get ``edit`` and ``take``; their type of a source has neither."""
    asked = {
        (path.relative_to(PROGRAM), node.attr)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"apply", "workspace"}
        and named(node.value) in ENGINES
    }

    assert {(Path("ui/editor/document.py"), what) for what in ("apply", "workspace")} <= asked
    assert [(path, what) for path, what in asked if what not in MAY_ASK.get(path, ())] == []


def test_the_document_knows_no_qt():
    """It can be tried, and reasoned about, without a window."""
    path = PROGRAM / "ui" / "editor" / "document.py"
    imports = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert not [name for name in imports if name and name.startswith("PySide6")]


def test_no_timer_asks_for_the_workspace(at_desk, file, until, monkeypatch):
    """Every timer of the window fires, every second goes by, and only writers look at it."""
    asked = []

    def looked(self):
        frame, callers = sys._getframe(1), []
        while frame is not None:
            callers.append(Path(frame.f_code.co_filename).name)
            frame = frame.f_back
        asked.append(callers[0])
        return self._steps.state

    async def steps(window, desk):
        await until(lambda: desk.document.path == file and window.parts.charts.charts)
        monkeypatch.setattr(Document, "workspace", property(looked))
        timers = window.findChildren(QTimer)
        assert {
            window.parts.pulse._soon,
            window.parts.pulse._seconds,
        } <= set(timers)
        for timer in timers:
            timer.timeout.emit()
        window.parts.pulse.second.emit()
        window.parts.pulse.tick()
        window.parts.told()
        monkeypatch.undo()

    at_desk(steps, file)
    # The meter's and the recovery's timers wait for a pause after a change that they were told of.
    assert set(asked) <= {"files.py", "document.py"}
