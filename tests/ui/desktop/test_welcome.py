"""The first start."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from statmon.ui.desktop.welcome import Choice, Welcome


@pytest.fixture
def welcome(qapp):
    """The question, asked."""
    dialog = Welcome()
    dialog.open()
    yield dialog
    dialog.close()
    dialog.deleteLater()


@pytest.mark.parametrize("way", ["demo", "connect"])
def test_a_way_is_taken_by_its_button(welcome, way):
    """And the question is answered."""
    welcome.buttons[way].click()

    assert welcome.choice == Choice(way)
    assert welcome.isHidden()


def test_a_workspace_is_opened_once_its_file_is_chosen(welcome):
    """Until then the question stays."""
    welcome.buttons["open"].click()
    assert welcome.choice is None
    welcome.findChild(QFileDialog).fileSelected.emit("/x/floor.statmon")

    assert welcome.choice == Choice("open", Path("/x/floor.statmon"))


def test_closed_it_has_no_answer(welcome):
    """Nothing is opened, and that is no error."""
    welcome.reject()

    assert welcome.choice is None


def test_every_way_says_what_it_means(welcome):
    """By name and in a sentence, for a screen reader as well."""
    for button in welcome.buttons.values():
        assert button.accessibleName()
        assert button.description() == button.accessibleDescription() != ""


def test_a_file_that_cannot_be_opened_is_told_with_what_helps(qapp, tmp_path):
    """The reason as it is, never as HTML; the last workspace first, then another file."""
    last = tmp_path / "floor.statmon"
    dialog = Welcome("<b>new.statmon</b> is not valid JSON", last)
    dialog.open()
    try:
        assert dialog.reason.text() == "⚠ <b>new.statmon</b> is not valid JSON"
        assert dialog.reason.textFormat() == Qt.TextFormat.PlainText
        assert list(dialog.buttons) == ["last", "open", "connect", "demo"]
        dialog.buttons["last"].click()
        assert dialog.choice == Choice("open", last)
    finally:
        dialog.close()
        dialog.deleteLater()
