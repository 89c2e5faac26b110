"""What is pasted into the editor or read from a file: seen as it was understood, and changeable."""

import base64

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtTest import QTest

from statmon.domain.cells import ExchangeError
from statmon.ui.editor.text_files import text_of


def _paste(box, words):
    mime = QMimeData()
    mime.setText(words)
    box.ids.selectAll()
    box.ids.insertFromMimeData(mime)
    return [ref.object_id for ref in box.refs]


def _click(box):
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def test_what_was_understood_stands_below_and_can_be_changed(edit):
    """By a click on what is in force."""
    box = edit().choose.objects

    assert _paste(box, "Agent ID;Name\n1001;Anna") == ["1001"]
    assert "1 object" in box.count.text()
    assert "Row 1 is taken as headings." in box.count.text()
    assert box.headings.isChecked()
    _click(box.headings)
    assert [ref.object_id for ref in box.refs] == ["Agent ID", "1001"]
    _click(box.headings)
    assert [ref.object_id for ref in box.refs] == ["1001"]


def test_a_row_is_a_list_or_one_object_as_the_user_says(edit):
    """Both ways; the choice goes with the text it was made for."""
    box = edit().choose.objects

    assert _paste(box, "1001, 1002, 1003") == ["1001", "1002", "1003"]
    _click(box.every_cell)
    assert [ref.object_id for ref in box.refs] == ["1001"]
    box.ids.clear()
    assert box.refs == []
    assert _paste(box, "1001, 1002") == ["1001", "1002"]


def test_a_type_that_nobody_knows_gets_a_remark(edit):
    """A slip of the keyboard opens nothing at the service, hours later."""
    box = edit().choose.objects
    box.kind.setEditText("Agnt")

    _paste(box, "1001")

    assert "is Agent meant?" in box.count.text()


def test_what_is_ticked_stays_ticked_when_something_composed_is_added(edit):
    """Add takes what is in front; the ticks behind it wait, and Save does not lose them."""
    editor = edit()
    page = editor.choose
    _paste(page.objects, "1001")
    item = next(
        page.picker.list.item(row)
        for row in range(page.picker.list.count())
        if page.picker.list.item(row).flags() & Qt.ItemFlag.ItemIsUserCheckable
    )
    item.setCheckState(Qt.CheckState.Checked)
    ticked = [entry.id for entry in page.picker.entries]
    page.ways.setCurrentWidget(page.form)
    page.add.click()

    assert len(editor.subscription.statistics) == 1
    assert [entry.id for entry in page.picker.entries] == ticked
    assert page.undecided(nothing_yet=False)
    page.ways.setCurrentWidget(page.picker)
    page.add.click()
    assert len(editor.subscription.statistics) == 2
    assert not page.undecided(nothing_yet=False)


def test_a_plain_list_offers_nothing_to_decide(edit):
    """Two controls less to read."""
    box = edit().choose.objects

    _paste(box, "1001\n1002")

    assert not box.headings.isVisibleTo(box)
    assert not box.every_cell.isVisibleTo(box)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_is_read_in_any_usual_encoding(tmp_path, encoding):
    """UTF-16 with a mark or without."""
    path = tmp_path / "team.csv"
    path.write_bytes("Agent;Name\n1001;Müller €\n".encode(encoding))

    assert text_of(path).removeprefix("\ufeff") == "Agent;Name\n1001;Müller €\n"


def test_letters_of_the_computer_s_language_are_read_as_such(tmp_path, monkeypatch):
    """A spreadsheet on a Polish Windows writes its own; what cannot be told is refused."""
    monkeypatch.setattr("locale.getencoding", lambda: "cp1250")
    path = tmp_path / "team.csv"
    path.write_bytes("1001;Wałęsa".encode("cp1250"))
    assert text_of(path) == "1001;Wałęsa"

    path.write_bytes(b"1001;\x81\x83\x88\x90\x98")
    with pytest.raises(ExchangeError, match="save it as CSV"):
        text_of(path)


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (base64.b64decode("UEsDBBQABgAIAAAAIQAK"), "a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"<html><table>", "a web page"),
        (b"\n <?xml version='1.0'?>", "a web page"),
    ],
)
def test_what_is_no_text_is_refused_by_what_it_is(tmp_path, beginning, kind):
    """Whatever the file is called."""
    path = tmp_path / "team.csv"
    path.write_bytes(beginning)

    with pytest.raises(ExchangeError, match=f"team.csv is {kind}"):
        text_of(path)
