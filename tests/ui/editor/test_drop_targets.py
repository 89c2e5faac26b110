"""Dropping on the window: statistics, objects and tables onto subscriptions, files anywhere."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from statmon.domain.workspace import parse
from statmon.storage.user import workspace_file
from statmon.ui.data import drag
from statmon.ui.editor import drop_actions
from statmon.ui.editor.drop_targets import dropped
from tests.ui.editor.support.desk_steps import dragging
from tests.ui.fake_engine import workspace

HELD = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


def text_of(words):
    mime = QMimeData()
    mime.setText(words)
    return mime


def file_of(path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def statistics_of(*items):
    """A drag of statistics, as the tree makes it."""
    data = {"schema": 1, "subscriptions": [{"name": "x", "statistics": [
        {"id": f"{kind}-{own}-{name}", "objectType": kind, "objectId": own, "name": name}
        for kind, own, name in items]}]}  # fmt: skip
    wanted = parse(data).subscriptions[0].statistics
    return drag.pack([item.statistic.series("http://x") for item in wanted], wanted)


def drop(window, name, mime):
    """Drop on a subscription, or below all of them; return whether it was taken."""
    tree = window.parts.subscriptions
    point = QPoint(tree.viewport().width() // 2, tree.viewport().height() - 2)
    for row in range(tree.topLevelItemCount()):
        if name is not None and name in tree.topLevelItem(row).text(0):
            point = tree.visualItemRect(tree.topLevelItem(row)).center()
    enter = dragging(QDragEnterEvent, point, COPY, mime, *HELD)
    enter.ignore()
    QApplication.sendEvent(tree.viewport(), enter)
    if enter.isAccepted():
        QApplication.sendEvent(tree.viewport(), QDropEvent(QPointF(point), COPY, mime, *HELD))
    return enter.isAccepted()


def measured(engine, name):
    found = next(item for item in engine.workspace.subscriptions if item.name == name)
    return [(*item.statistic.ref, item.statistic.title) for item in found.statistics]


def test_a_statistic_of_the_tree_comes_into_a_subscription(at_desk, engine, until):
    """Once: what is there already is not doubled. One undo takes it out again."""

    async def steps(window, desk):
        before = engine.workspace
        mime = statistics_of(("Queue", "7001@SIP_Switch", "ExpectedWaitTime"),
                             ("Queue", "7001@SIP_Switch", "ServiceLevel"))  # fmt: skip
        assert drop(window, "Queues", mime)
        assert measured(engine, "Queues")[-1] == ("Queue", "7001@SIP_Switch", "ExpectedWaitTime")
        assert len(measured(engine, "Queues")) == 7
        assert (
            "“Queues”: 1 statistic added, 1 statistic were there already."
            in window.parts.banner.text
        )
        assert drop(window, "Queues", mime)
        assert len(measured(engine, "Queues")) == 7
        desk.undoing.trigger()
        assert engine.workspace == before

    at_desk(steps)


def test_an_agent_is_measured_like_the_others_or_as_it_was_dragged(
    at_desk, engine, until, monkeypatch
):
    """Where a drop can mean two things, a menu asks."""
    # The platform of the tests cannot give a menu the keyboard.
    monkeypatch.setattr(drop_actions.QMenu, "popup", lambda _menu, _at: None)

    async def steps(window, desk):
        mime = statistics_of(("Agent", "nina", "TalkDuration"))
        assert drop(window, "Sales agents", mime)
        add, alike, *_ = desk.dropping.menu.actions()
        assert (add.text(), alike.text()) == (
            "&Add 1 statistic", "Agent nina like the others here: 3 statistics"
        )  # fmt: skip
        assert len(measured(engine, "Sales agents")) == 12
        alike.trigger()
        new = measured(engine, "Sales agents")[12:]
        assert new == [
            ("Agent", "nina", name)
            for name in ("CurrentAgentState", "InboundCalls", "AverageHandlingTime")
        ]
        assert drop(window, "Sales agents", statistics_of(("Agent", "nina", "HoldDuration")))
        await until(lambda: len(measured(engine, "Sales agents")) == 16)

    at_desk(steps)


def test_a_column_of_a_spreadsheet_is_measured_like_the_others(at_desk, engine, until):
    """With their labels; the type is that of the subscription."""

    async def steps(window, desk):
        assert drop(window, "Sales agents", text_of("nina\tNina Beck\notto\tOtto"))
        await until(lambda: len(measured(engine, "Sales agents")) == 18)
        assert {item.label for item in engine.workspace.objects} >= {"Nina Beck", "Otto"}

    at_desk(steps)


def test_objects_that_nothing_is_known_of_open_the_editor(at_desk, engine, until):
    """Beside all subscriptions, or on one that measures no objects of their type."""

    async def steps(window, desk):
        assert drop(window, None, text_of("nina\tNina\notto"))
        await until(lambda: desk.editors)
        editor = desk.editors[0]
        assert [ref.object_id for ref in editor.choose.objects.refs] == ["nina", "otto"]
        assert editor.choose.objects.sheet.objects[0].label == "Nina"
        editor.choose.objects.take("")
        editor.close()
        assert drop(window, "Queues", text_of("Agent\tnina"))
        await until(lambda: desk.editors)
        assert desk.editors[0].subscription.name == "Queues"

    at_desk(steps)


def test_what_could_be_meant_otherwise_is_seen_before_it_is_taken(at_desk, engine, until):
    """In the editor, as it was dropped: with what was understood, and the ways to change it."""

    async def steps(window, desk):
        before = engine.workspace
        assert drop(window, "Sales agents", text_of("Agent ID;Name\nnina;Nina"))
        await until(lambda: desk.editors)
        assert engine.workspace is before
        box = desk.editors[0].choose.objects
        assert "Row 1 is taken as headings." in box.count.text()
        assert [ref.object_id for ref in box.refs] == ["nina"]

    at_desk(steps)


def test_a_table_with_statistics_becomes_part_of_a_subscription_or_one_of_its_own(
    at_desk, engine, tmp_path, until
):
    """From a file too; below all it gets the file's name."""
    path = tmp_path / "night.csv"
    path.write_text("objectType,objectId,statistic\nAgent,nina,InboundCalls\n", "utf-8")

    async def steps(window, desk):
        assert drop(window, "Queues", file_of(path))
        await until(lambda: len(measured(engine, "Queues")) == 7)
        assert drop(window, None, file_of(path))
        await until(lambda: len(engine.workspace.subscriptions) == 3)
        assert measured(engine, "night") == [("Agent", "nina", "InboundCalls")]

    at_desk(steps)


def test_a_request_body_dropped_anywhere_is_imported(at_desk, engine, tmp_path, until):
    """Charts and tree do not take files, so the window does."""
    path = tmp_path / "body.json"
    path.write_text('{"operationId": "Imported", "data": {"statistics": [{"objectType": "Agent", '
                    '"objectId": "a", "name": "InboundCalls", "statisticId": "s"}]}}')  # fmt: skip

    async def steps(window, desk):
        mime = file_of(path)
        QApplication.sendEvent(window, dragging(QDragEnterEvent, QPoint(5, 5), COPY, mime, *HELD))
        QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), COPY, mime, *HELD))
        await until(lambda: len(engine.workspace.subscriptions) == 3)
        assert measured(engine, "Imported") == [("Agent", "a", "InboundCalls")]

    at_desk(steps)


def test_a_workspace_dropped_on_the_list_is_for_the_window(at_desk, tmp_path, until):
    """The list lets it pass. Of what it takes itself it frames the place while it is held above."""
    path = tmp_path / "other.statmon"
    workspace_file.write(path, replace(workspace(1, 1), name="Other"))

    async def steps(window, desk):
        assert drop(window, "Queues", file_of(path))
        await until(lambda: desk.document.path == path)
        mime = statistics_of(("Agent", "nina", "X"))
        viewport = window.parts.subscriptions.viewport()
        QApplication.sendEvent(viewport, dragging(QDragEnterEvent, QPoint(5, 5), COPY, mime, *HELD))
        assert desk._on_list._frame.isVisible()
        QApplication.sendEvent(viewport, QDragLeaveEvent())
        assert not desk._on_list._frame.isVisible()

    at_desk(steps)


def test_what_is_held_over_the_list_is_read_when_it_is_dropped(at_desk, monkeypatch):
    """Not at every move: whole groups can be dragged, and reading thousands takes a while."""
    read, unpack = [], drag.unpack_statistics
    monkeypatch.setattr(drag, "unpack_statistics", lambda data: read.append(data) or unpack(data))

    async def steps(window, desk):
        mime, viewport = (
            statistics_of(("Agent", "nina", "X")),
            window.parts.subscriptions.viewport(),
        )
        QApplication.sendEvent(window, dragging(QDragEnterEvent, QPoint(5, 5), COPY, mime, *HELD))
        for move in (QDragEnterEvent, QDragMoveEvent, QDragMoveEvent):
            QApplication.sendEvent(viewport, dragging(move, QPoint(5, 5), COPY, mime, *HELD))
        assert desk._on_list._frame.isVisible()
        assert read == []
        assert drop(window, "Queues", mime)
        assert len(read) == 1

    at_desk(steps)


@pytest.mark.parametrize("words", ["statistic\nx", "objectId,objectType\n", "id\tdefinition\na\t{"])
def test_a_table_that_makes_no_sense_is_a_sentence(at_desk, engine, until, words):
    """Nothing changes."""

    async def steps(window, desk):
        before = engine.workspace
        if drop(window, "Queues", text_of(words)):
            await until(lambda: window.parts.banner.text or desk.editors)
        assert engine.workspace.subscriptions[0] == before.subscriptions[0]

    at_desk(steps)


def test_what_is_no_drop_of_ours(qapp, tmp_path):
    """Films, two files at once, addresses, blanks."""
    two = QMimeData()
    two.setUrls([QUrl.fromLocalFile("/a.csv"), QUrl.fromLocalFile("/b.csv")])
    web = QMimeData()
    web.setUrls([QUrl("https://example.com/a.csv")])

    for mime in (file_of(tmp_path / "film.mp4"), two, web, text_of(" \n"), QMimeData()):
        assert dropped(mime) is None


def test_a_file_dropped_on_the_objects_is_read(edit, tmp_path):
    """Not its name."""
    editor = edit()
    seen = []
    editor.choose.objects.file_dropped.connect(seen.append)

    editor.choose.objects.ids.insertFromMimeData(file_of(tmp_path / "team.csv"))
    editor.choose.objects.ids.insertFromMimeData(text_of("agent1"))

    assert seen == [tmp_path / "team.csv"]
    assert editor.choose.objects.ids.toPlainText() == "agent1"
