"""A field for whole numbers takes what the window writes and says what it cannot read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from statmon.ui.widgets.number_edit import NumberBox


@pytest.fixture
def box(qtbot):
    made = NumberBox()
    made.setRange(-1, 1000)
    made.setSpecialValueText("not given")
    made.setSuffix(" s")
    qtbot.addWidget(made)
    made.show()
    return made


def _type(box, words):
    box.selectAll()
    QTest.keyClicks(box.lineEdit(), words)
    seen = box.lineEdit().text().removesuffix(box.suffix())
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    return seen


@pytest.mark.parametrize(("typed", "value"), [("90", 90), ("2:30", 150), ("1,000", 1000)])
def test_it_reads_what_the_window_writes(box, typed, value):
    """Minutes and seconds, groups."""
    assert _type(box, typed) == typed
    assert box.value() == value
    assert box.trouble == ""


@pytest.mark.parametrize(
    ("typed", "words"), [("ten", "no number"), ("5000", "not between"), ("2:75", "no number")]
)
def test_letters_are_seen_and_spoken_of(box, monkeypatch, typed, words):
    """And what stood there before comes back."""
    said = []
    monkeypatch.setattr(
        "statmon.ui.widgets.number_edit.QToolTip.showText",
        lambda _at, text, _box: said.append(text),
    )
    box.setValue(7)

    assert _type(box, typed) == typed
    assert box.value() == 7
    assert words in box.trouble
    assert words in said[-1]


def test_nothing_given_stays_nothing(box):
    """The least value has words of its own."""
    box.setValue(-1)
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)

    assert box.value() == -1
    assert box.text() == "not given"
    assert box.trouble == ""
