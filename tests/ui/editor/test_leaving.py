"""Ctrl+Q with something unsaved: saved, kept for the next time, given up, or stayed."""

import json
import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication

from statmon.storage.user import recovery, workspace_file
from statmon.ui.editor import files as files_module


@pytest.fixture
def file(tmp_path, engine):
    path = tmp_path / "floor.statmon"
    workspace_file.write(path, engine.workspace)
    return path


def answer(desk, words):
    box = desk.leaving.question
    next(b for b in box.buttons() if b.text().replace("&", "") == words).click()


def rename(desk, name="Mine"):
    desk.document.edit("rename", lambda it: replace(it, name=name))


def kept():
    left = recovery.left()
    return None if left is None else (left.workspace.name, left.on_purpose)


async def leave(window, desk, until):
    await until(lambda: desk.document.path is not None)
    rename(desk)
    assert not window.quit()
    assert window.isVisible()
    assert "floor.statmon" in desk.leaving.question.text()


def test_nothing_unsaved_is_nothing_to_ask(at_desk, file, until):
    """It closes."""

    async def steps(window, desk):
        await until(lambda: desk.document.path is not None)
        assert window.quit()
        assert not window.isVisible()

    at_desk(steps, file)
    assert kept() is None


def test_saved_and_closed(at_desk, file, until):
    """The file holds it, and nothing is left to be offered."""

    async def steps(window, desk):
        await leave(window, desk, until)
        answer(desk, "Save")
        await until(lambda: not window.isVisible())

    at_desk(steps, file)
    assert workspace_file.read(file).name == "Mine"
    assert kept() is None


def test_what_is_changed_while_it_is_saved_keeps_the_window_open(at_desk, file, until, monkeypatch):
    """It is not saved yet."""

    async def steps(window, desk):
        await leave(window, desk, until)
        write, begun, go_on = workspace_file.write, threading.Event(), threading.Event()

        def slowly(*args, **more):
            begun.set()
            assert go_on.wait(60)
            return write(*args, **more)

        monkeypatch.setattr(files_module.workspace_file, "write", slowly)
        answer(desk, "Save")
        await until(begun.is_set)
        rename(desk, "Later")
        go_on.set()
        await until(lambda: workspace_file.read(file).name == "Mine")
        await until(lambda: not desk.files._lock.locked())
        assert window.isVisible()
        assert desk.document.modified

    at_desk(steps, file)
    assert kept() == ("Later", False)


def test_kept_for_the_next_time_is_back_then_and_no_crash(at_desk, file, until):
    """The file stays as it is; the next window says what it was."""

    async def steps(window, desk):
        await leave(window, desk, until)
        answer(desk, "Keep for next time")
        assert not window.isVisible()

    async def again(window, desk):
        await until(lambda: desk.document.workspace.name == "Mine")
        await until(lambda: "kept for next time" in window.parts.banner.text)
        assert not desk.question.text
        assert desk.document.modified
        assert await desk.files.save()
        assert not window.parts.banner.text

    at_desk(steps, file)
    assert kept() == ("Mine", True)
    assert workspace_file.read(file).name != "Mine"
    at_desk(again, file)


def test_given_up_is_gone(at_desk, file, until):
    """Neither saved nor offered."""

    async def steps(window, desk):
        await leave(window, desk, until)
        answer(desk, "Discard")
        assert not window.isVisible()

    at_desk(steps, file)
    assert kept() is None
    assert json.loads(file.read_text())["name"] != "Mine"


def test_cancelled_is_as_if_nothing_had_been(at_desk, file, until):
    """And can be asked again; twice is one question."""

    async def steps(window, desk):
        await leave(window, desk, until)
        first = desk.leaving.question
        assert not window.quit()
        assert desk.leaving.question is first
        answer(desk, "Cancel")
        assert window.isVisible()
        assert not window.quit()
        assert desk.leaving.question is not None
        answer(desk, "Cancel")

    at_desk(steps, file)
    assert kept() == ("Mine", False)


def test_the_cross_of_the_window_asks_too_and_a_signal_does_not(at_desk, file, until, monkeypatch):
    """A person is there to be asked; whoever ends the program is not: what is unsaved is kept."""

    async def steps(window, desk):
        await until(lambda: desk.document.path is not None)
        rename(desk)
        cross = QCloseEvent()
        monkeypatch.setattr(QCloseEvent, "spontaneous", lambda _self: True)
        QApplication.sendEvent(window, cross)
        assert not cross.isAccepted()
        assert desk.leaving.question is not None
        answer(desk, "Cancel")
        monkeypatch.setattr(QCloseEvent, "spontaneous", QEvent.spontaneous)
        window.close()
        assert not window.isVisible()

    at_desk(steps, file)
    assert kept() == ("Mine", False)


def test_the_demo_says_what_becomes_of_it(at_desk, file, until):
    """There is no next time for its centre: keep is not offered."""

    async def steps(window, desk):
        desk.leaving.demo = True
        await leave(window, desk, until)
        box = desk.leaving.question
        assert "ends with this window" in box.informativeText()
        assert "Keep for next time" not in [b.text().replace("&", "") for b in box.buttons()]
        answer(desk, "Discard")

    at_desk(steps, file)


@pytest.mark.parametrize("way", ["open", "new", "drop"])
@pytest.mark.parametrize("said", ["Save", "Discard", "Cancel"])
def test_another_workspace_takes_no_unsaved_one_away(
    at_desk, file, tmp_path, engine, until, way, said
):
    """Opened, begun or dropped: the same question, and nothing to be kept for the next time."""
    other = tmp_path / "other.statmon"
    workspace_file.write(other, replace(engine.workspace, name="Other"))

    async def steps(window, desk):
        await until(lambda: desk.document.path is not None)
        rename(desk)
        {"open": lambda: desk.open(other), "new": desk.new.trigger,
         "drop": lambda: desk._take_file(other)}[way]()  # fmt: skip
        assert desk.document.workspace.name == "Mine"
        box = desk.leaving.question
        assert "Keep for next time" not in [b.text().replace("&", "") for b in box.buttons()]
        answer(desk, said)
        if said == "Cancel":
            assert desk.document.workspace.name == "Mine"
            return
        name = "New workspace" if way == "new" else "Other"
        await until(lambda: desk.document.workspace.name == name)
        assert window.isVisible()

    at_desk(steps, file)
    assert (workspace_file.read(file).name == "Mine") is (said == "Save")


def test_what_was_deleted_is_said_and_comes_back(at_desk, file, engine, until):
    """For as long as nothing else was done; three at once are three."""
    names = [item.name for item in engine.workspace.subscriptions]

    async def steps(window, desk):
        await until(lambda: desk.document.path is not None)
        window.parts.subscriptions.selectAll()
        desk.delete()
        assert not engine.workspace.subscriptions
        assert f"{len(names)} subscriptions" in desk.question.text
        desk.question.answers[0].click()
        assert [item.name for item in engine.workspace.subscriptions] == names
        assert not desk.question.text
        window.parts.subscriptions.selectAll()
        desk.delete()
        assert desk.question.text
        rename(desk, "Other")
        assert not desk.question.text
        await until(lambda: not desk.files._lock.locked())

    at_desk(steps, file)
