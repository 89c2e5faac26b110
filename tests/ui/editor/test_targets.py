"""Targets in the window: whose, of what, which number."""

import pytest

from statmon.domain.statistic import ObjectRef
from statmon.domain.targets import targets_in
from statmon.ui.editor.targets import TargetDialog
from tests.ui.board.test_targets import LEVEL, floor


@pytest.fixture
def opened(qapp):
    """Return a function that opens the dialog, on a statistic of the table or on none."""

    def open_(row=None):
        engine = floor()
        engine.go_up()
        done = []
        start = None if row is None else engine.table.statistics[row]
        dialog = TargetDialog(
            engine.workspace, engine.table,
            lambda words, change: done.append(change(engine.workspace)), start,
        )  # fmt: skip
        dialog.done_ = done
        return dialog

    return open_


def typed(edit, text):
    edit.setText(text)
    edit.textEdited.emit(text)


def test_it_begins_with_what_is_selected(opened):
    """With its target, or with one to be filled in."""
    dialog = opened(0)
    assert [dialog.list.item(at).text() for at in range(dialog.list.count())] == [
        f"Voice · {LEVEL} · 80 %", f"A · {LEVEL} · 90 %",
    ]  # fmt: skip
    assert dialog.list.currentRow() == 1
    dialog = opened(1)
    assert dialog.list.count() == 3
    assert dialog.said.text().startswith(f"⚠ “B · {LEVEL}” needs whose it is")
    typed(dialog.number, "75")
    assert dialog.said.text() == "It is to be 75 %."
    dialog.accept()
    found, problems = targets_in(dialog.done_[0])
    assert not problems
    assert found.objects == {ObjectRef("Queue", q): {LEVEL: n} for q, n in (("A", 90), ("B", 75))}
    assert found.groups == {"Voice": {LEVEL: 80}}


def test_targets_are_added_changed_and_removed(opened):
    """What lacks something, or stands twice, cannot be accepted."""
    dialog = opened()
    dialog._add()
    typed(dialog.id, "Voice")
    dialog.statistic.setCurrentText(LEVEL)
    typed(dialog.number, "many")
    assert "“many” is no number" in dialog.said.text()
    typed(dialog.number, "70")
    assert dialog.said.text() == f"⚠ “Voice {LEVEL}” stands twice."
    dialog.accept()
    assert dialog.done_ == []
    typed(dialog.id, "Night")
    dialog.list.setCurrentRow(0)
    dialog.list.remove()
    dialog.accept()
    assert targets_in(dialog.done_[0])[0].groups == {"Night": {LEVEL: 70}}
    while dialog.items:
        dialog.list.remove()
    assert dialog.said.text() == "No targets yet. Press “Add”."
    dialog.accept()
    assert not targets_in(dialog.done_[1])[0]
    assert "groups" not in dialog.done_[1].extra
