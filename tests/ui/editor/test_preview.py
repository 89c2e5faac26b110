"""The value before saving: peeked or from a scratch subscription that never stays open."""

import asyncio
import threading

import pytest
import shiboken6
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from statmon.domain.definition import Definition
from statmon.domain.editing import Choice
from statmon.domain.statistic import ObjectRef
from statmon.storage.user import library, probes
from statmon.ui.editor import preview as module
from statmon.ui.editor.library_edits import AskTitle
from statmon.ui.editor.preview import Preview

AGENT = ObjectRef("Agent", "agent1")
COUNT = Choice(None, Definition({"category": "TotalNumber", "mainMask": "CallInbound"}))


@pytest.fixture
def looking(at_desk, asks, monkeypatch):
    """Run steps with a preview that settles at once."""
    monkeypatch.setattr(module, "_SETTLED_MS", 0)
    monkeypatch.setattr(module, "PAUSE", 0.001)

    def run(steps):
        async def main(window, desk):
            shown = Preview(lambda: asks, desk._start)
            try:
                await steps(shown)
            finally:
                shown.stop()
                shown.deleteLater()

        at_desk(main)

    return run


def test_a_predefined_statistic_is_peeked(looking, asks, until):
    """Without a subscription; what is not configured is told in the service's words."""

    async def steps(shown):
        shown.look_at(AGENT, Choice("InboundCalls"))
        await until(lambda: shown.value.text() == "5")
        shown.look_at(AGENT, Choice("Nonsense"))
        await until(lambda: "Nonsense is not configured" in shown.value.text())

    looking(steps)
    assert asks.log == ["values 1", "values 1"]


def test_a_definition_is_opened_looked_at_and_deleted(looking, asks, until):
    """Its newer values are seen as long as it is looked at."""

    async def steps(shown):
        shown.look_at(AGENT, COUNT)
        await until(lambda: shown.value.text() == "8")
        await until(lambda: "delete" in asks.log)

    looking(steps)
    assert asks.open == set()


@pytest.mark.parametrize("moment", ["opening", "open", "closing the window"])
def test_whatever_happens_it_is_deleted(looking, asks, until, moment):
    """Looked away while it opens, while it is open, or the program ends."""
    asks.slow = 0.02 if moment == "opening" else 0.0

    async def steps(shown):
        shown.look_at(AGENT, COUNT)
        await until(lambda: "create" in asks.log)
        if moment == "open":
            await until(lambda: shown.value.text() == "8")
        if moment != "closing the window":
            shown.look_at(None, None)
            await until(lambda: not asks.open)

    looking(steps)
    assert asks.log.count("create") == asks.log.count("delete") == 1
    assert asks.open == set()


def test_typing_opens_nothing_until_it_pauses(at_desk, asks, until, monkeypatch):
    """Twenty changes in a row are one subscription."""
    monkeypatch.setattr(module, "_SETTLED_MS", 50)

    async def steps(window, desk):
        shown = Preview(lambda: asks, desk._start)
        for number in range(20):
            definition = Definition({"category": "TotalNumber", "insensitivity": number})
            shown.look_at(AGENT, Choice(None, definition))
            await asyncio.sleep(0)
        await until(lambda: shown.value.text() == "7")
        shown.stop()
        shown.deleteLater()

    at_desk(steps)
    assert asks.log.count("create") == 1


def test_a_service_that_does_not_answer_is_said(looking, asks, until):
    """The editor stays usable."""
    asks.broken = True

    async def steps(shown):
        shown.look_at(AGENT, COUNT)
        await until(lambda: shown.value.text() == "⚠ peek: the service does not answer")

    looking(steps)
    assert asks.open == set()


def test_without_a_connection_it_says_so(at_desk, until, monkeypatch):
    """Nothing is attempted."""
    monkeypatch.setattr(module, "_SETTLED_MS", 0)

    async def steps(window, desk):
        shown = Preview(lambda: None, desk._start)
        shown.look_at(AGENT, COUNT)
        await until(lambda: "connect" in shown.value.text())
        shown.stop()
        shown.deleteLater()

    at_desk(steps)


def test_which_names_exist_is_asked_once_and_remembered(at_desk, engine, asks, until):
    """What is missing is marked; an entry that has a definition then goes as that."""

    async def steps(window, desk):
        desk.add()
        await until(lambda: desk.editors)
        page = desk.editors[0].choose
        page.objects.take("agent1")
        page.probe()
        await until(lambda: "exist for Agent agent1" in page.said.text())
        page.picker.search.setText("aht")
        assert "not at this site" in page.picker.list.item(0).text()
        page.picker._toggle()
        (choice,) = page.choices
        assert choice.name is None
        assert choice.definition is not None
        desk.editors[0].close()
        await until(lambda: not desk.editors)

        desk.add()
        await until(lambda: desk.editors)
        known = desk.editors[0].choose.picker.known
        assert known["Agent"]["InboundCalls"] is True
        assert known["Agent"]["AverageHandlingTime"] is False

    at_desk(steps)
    assert probes.load(engine.workspace.site.url)["Agent"]["InboundCalls"] is True


def test_an_editor_that_is_gone_when_the_names_come_is_left_alone(at_desk, asks, until, caplog):
    """It was closed while the service was asked; what was found is kept all the same."""
    go = asyncio.Event()
    values = asks.values

    async def late(wanted):
        await go.wait()
        return await values(wanted)

    async def steps(window, desk):
        asks.values = late
        desk.add()
        await until(lambda: desk.editors)
        editor = desk.editors[0]
        editor.choose.objects.take("agent1")
        started = editor.choose._answers._start
        tasks = []
        editor.choose._answers._start = lambda *of: tasks.append(started(*of)) or tasks[-1]
        editor.choose.probe()
        await asyncio.sleep(0)
        editor.close()
        for answer in desk.question.answers[1:2]:  # what is not saved is discarded
            answer.click()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not shiboken6.isValid(editor)
        go.set()
        await asyncio.gather(*tasks)
        assert tasks

    at_desk(steps)
    assert "already deleted" not in caplog.text


def test_an_editor_that_is_gone_when_an_entry_is_kept_is_left_alone(
    at_desk, until, monkeypatch, caplog
):
    """The library is written in a thread; the editor may be closed before that is done."""
    go, change = threading.Event(), library.change

    def late(make):
        assert go.wait(30)
        return change(make)

    async def steps(window, desk):
        monkeypatch.setattr(library, "change", late)
        desk.add()
        await until(lambda: desk.editors)
        editor = desk.editors[0]
        started, tasks = editor.choose._answers._start, []
        editor.choose._answers._start = lambda *of: tasks.append(started(*of)) or tasks[-1]
        editor.choose.remove("none", "None")
        editor.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not shiboken6.isValid(editor)
        go.set()
        assert [await task for task in tasks] == [None]

    at_desk(steps)
    assert "already deleted" not in caplog.text


def test_own_statistics_and_templates_are_kept(at_desk, until):
    """They come first, can be searched, and are there in the next editor."""

    async def steps(window, desk):
        desk.add()
        await until(lambda: desk.editors)
        page = desk.editors[0].choose
        page.objects.take("agent1")
        page.ways.setCurrentWidget(page.form)
        page.form.change({"mainMask": "CallOutbound", "x-own": [1]})
        page.keep()
        dialog = page.findChild(AskTitle)
        assert not dialog.buttons.button(dialog.buttons.StandardButton.Ok).isEnabled()
        dialog.title.setText("Calls we made")
        dialog.accept()
        await until(lambda: "is in your library" in page.said.text())
        page.ways.setCurrentWidget(page.picker)
        page.picker.search.setText("we made")
        page.picker._toggle()
        page.said.clear()
        page.keep()
        page.findChildren(AskTitle)[-1].title.setText("Ours")
        page.findChildren(AskTitle)[-1].accept()
        await until(lambda: "is in your library" in page.said.text())
        desk.editors[0].close()
        await until(lambda: not desk.editors)

        desk.add()
        await until(lambda: desk.editors)
        picker = desk.editors[0].choose.picker
        first = picker.templates.menu().actions()[0]
        assert first.text() == "Ours"
        first.trigger()
        (choice,) = picker.choices
        assert choice.definition is not None
        assert choice.definition.fields["x-own"] == [1]

        picker.search.setText("we made")
        picker.removing.trigger()
        await until(lambda: "no longer" in desk.editors[0].choose.said.text())
        assert not picker.choices
        assert "Ours" not in [each.text() for each in picker.templates.menu().actions()]
        assert library.load().entries == library.shipped().entries
        picker.search.clear()
        assert not picker.removing.isEnabled()  # what is shipped stays

    at_desk(steps)
