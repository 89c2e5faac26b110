"""Every file is asked for in one way."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

import statmon
from statmon.ui.widgets.file_dialog import ask_for_file


@pytest.fixture
def asked(qtbot):
    """Ask in a window; what was chosen comes into the list."""
    window, chosen = QWidget(), []
    qtbot.addWidget(window)

    def ask(**options):
        return ask_for_file(window, "A file", ["All (*)"], chosen.append, **options), chosen

    return ask


@pytest.mark.parametrize("saves", [False, True])
def test_a_dialog_that_is_left_with_nothing_chosen_does_nothing(asked, saves):
    """It says so with an empty name, which would be the folder where statmon runs."""
    dialog, chosen = asked(saves=saves)
    dialog.fileSelected.emit("")
    assert chosen == []
    dialog.fileSelected.emit("/x/a.csv")
    assert chosen == [Path("/x/a.csv")]


def test_what_is_offered_stands_in_the_dialog(asked, tmp_path):
    """Name, ending and folder; it need not exist only where it is saved."""
    dialog, _ = asked(saves=True, folder=tmp_path, name="day.csv", suffix="csv")
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert dialog.defaultSuffix() == "csv"
    assert Path(dialog.selectedFiles()[0]) == tmp_path / "day.csv"

    dialog, _ = asked(saves=False)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile


def test_no_part_asks_for_files_by_itself():
    """What is right in one place is right everywhere."""
    places = [
        path.name
        for path in Path(statmon.__file__).parent.rglob("*.py")
        if "QFileDialog(" in path.read_text("utf-8")
    ]
    assert places == ["file_dialog.py"]
