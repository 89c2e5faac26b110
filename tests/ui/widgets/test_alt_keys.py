"""Alt with a letter writes nothing, whatever has the keyboard."""

import pytest
from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from statmon.ui.start.application import application

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def _combo():
    box = QComboBox()
    box.setEditable(True)
    return box


def _text(field):
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else (
        field if isinstance(field, QLineEdit) else field.lineEdit()
    ).text()  # fmt: skip


@pytest.fixture
def page(qapp, qtbot):
    application("light")
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    return made


@pytest.mark.parametrize("make", [QLineEdit, QPlainTextEdit, QSpinBox, _combo])
def test_alt_and_a_letter_write_nothing(page, qtbot, make):
    """A shortcut that is switched off does nothing; one that is on is pressed as before."""
    field, save, pressed = make(), QPushButton("&Save"), []
    save.clicked.connect(lambda: pressed.append("save"))
    for part in (field, save):
        page.layout().addWidget(part)
    page.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    before = _text(field)
    save.setEnabled(False)
    for modifiers in (ALT, ALT | SHIFT):
        QTest.keyClick(field, Qt.Key.Key_S, modifiers)
    assert _text(field) == before
    assert pressed == []

    save.setEnabled(True)
    QTest.keyClick(field, Qt.Key.Key_S, ALT)
    deadline = QDeadlineTimer(60_000)
    while pressed != ["save"] and not deadline.hasExpired():
        QApplication.processEvents()
    assert pressed == ["save"]


def test_a_letter_without_alt_is_written(page, qtbot):
    """Also with what some keyboards need for it."""
    field = QLineEdit()
    page.layout().addWidget(field)
    page.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)

    QTest.keyClicks(field, "sS")

    assert field.text() == "sS"
