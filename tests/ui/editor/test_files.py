"""Workspace files: opened, dropped, imported, exported, saved under another name."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from statmon.domain import editing
from statmon.domain.workspace import Site
from statmon.storage.user import recent, workspace_file
from tests.ui.editor.support.desk_steps import dragging, editor_of, names
from tests.ui.fake_engine import workspace


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
            enter = dragging(QDragEnterEvent, QPoint(5, 5), copy, mime, *held)
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
        await until(lambda: window.parts.banner.text)
        assert str(bad) in window.parts.banner.text
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


def test_a_full_disk_loses_nothing(at_desk, engine, file, until, monkeypatch):
    """The sentence says so; the old file and the change are both still there."""
    old = file.read_bytes()

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)

        def full(_descriptor):
            raise OSError(28, "No space left on device")

        desk.document.edit("rename", lambda it: replace(it, name="New"))
        monkeypatch.setattr("os.fsync", full)
        desk.save()
        await until(lambda: window.parts.banner.text)
        assert "No space left on device" in window.parts.banner.text
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
        assert "no statistics" in window.parts.banner.text
        await desk.export_file(tmp_path / "no" / "folder.csv", queues)
        assert "cannot be written" in window.parts.banner.text

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


def test_nothing_is_written_at_the_same_time(at_desk, engine, file, until):
    """Ten saves at once are ten saves in a row, the last one wins."""

    async def steps(window, desk):
        await until(lambda: desk.document.path == file)
        work = []
        for number in range(10):
            desk.document.edit("rename", lambda it, name=f"Name {number}": replace(it, name=name))
            work.append(asyncio.create_task(desk.files.save()))
        assert all(await asyncio.gather(*work))
        assert not desk.document.modified

    at_desk(steps, file)
    assert workspace_file.read(file).name == "Name 9"
