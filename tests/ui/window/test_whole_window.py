"""The whole window, walked through: every control named, reachable by keyboard, no rich text."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from statmon.domain.vocabulary import OBJECT_TYPES
from statmon.storage.user import library
from statmon.ui.look import signs
from statmon.ui.look.text import CONTEXT
from statmon.ui.start import loop as qt_loop
from statmon.ui.start.furnishings import Furnishings

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
    QTextEdit,
)  # fmt: skip
MARKUP = "<img src='file:///etc/passwd'><b>bold</b>"


def walk(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    yield from widget.findChildren(QWidget)


def is_ours(widget: QWidget) -> bool:
    """Parts that Qt makes for its own widgets (a combo box's list, a dock's buttons)."""
    name = widget.objectName()
    return not name.startswith("qt_") and "Private" not in type(widget).__name__


@pytest.fixture
def whole(qapp, engine, open_window):
    """Do something with the whole window, dialogs included, in a living loop."""

    def run(look):
        async def main():
            engine.go_up()
            engine.feed("agent1", "InboundCalls", MARKUP)
            engine.refuse("agent2", "InboundCalls", MARKUP)
            window = open_window(engine)
            tasks = []

            def start(work, _name):
                tasks.append(asyncio.ensure_future(work))
                return tasks[-1]

            desk = window.parts.edit(start)
            furnishings = Furnishings(window.parts, start, lambda _: None)
            furnishings.support.check()
            furnishings.support.read()
            furnishings.settings.trigger()
            window.parts.actions.about.trigger()
            window.parts.told()
            window.parts.page.tree.expand_all()
            while tasks:
                await asyncio.gather(*tasks)
                tasks = [task for task in tasks if not task.done()]
            try:
                look(window)
            finally:
                desk.end()
                window.close()

        qt_loop.run(qapp, main())

    return run


def test_no_label_takes_its_text_for_markup(whole):
    """A value, a label or an error may hold any text; rich text would fetch what it names."""

    def look(window):
        labels = [part for part in walk(window) if isinstance(part, QLabel) and is_ours(part)]
        rich = [part.text() for part in labels if part.textFormat() != Qt.TextFormat.PlainText]

        assert len(labels) > 10
        assert rich == []
        assert not window.findChildren(QMessageBox)
        for part in walk(window):
            assert not (isinstance(part, QTextEdit) and part.acceptRichText())
            tip = part.toolTip()
            assert MARKUP not in tip

    whole(look)


def test_every_control_has_a_name_for_a_screen_reader(whole):
    """As the accessibility tree tells it: a name of its own, or its text."""

    def look(window):
        nameless = []
        for part in walk(window):
            if not isinstance(part, CONTROLS) or not is_ours(part) or not part.isVisibleTo(window):
                continue
            tree = QAccessible.queryAccessibleInterface(part)
            if tree is not None and not tree.text(QAccessible.Text.Name):
                nameless.append(f"{type(part).__name__} in {type(part.parent()).__name__}")

        assert nameless == []

    whole(look)


def test_every_control_can_be_reached_with_the_keyboard(whole):
    """By Tab, or by a menu's entry or shortcut."""

    def look(window):
        unreachable = []
        in_menus = {
            action.text().replace("&", "")
            for menu in window.menuBar().findChildren(QWidget)
            for action in menu.actions()
        }
        for part in walk(window):
            if not isinstance(part, CONTROLS) or not is_ours(part) or not part.isVisibleTo(window):
                continue
            by_tab = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)
            words = part.text().replace("&", "") if isinstance(part, QAbstractButton) else ""
            if not by_tab and words not in in_menus:
                unreachable.append(f"{type(part).__name__} «{part.accessibleName() or words}»")

        assert unreachable == []

    whole(look)


def test_no_two_entries_of_a_menu_share_a_letter(whole):
    """Else the keyboard cannot tell them apart."""

    def letters(actions: list[QAction]) -> list[str]:
        texts = [action.text().replace("&&", "") for action in actions if action.isVisible()]
        return [text[text.index("&") + 1].casefold() for text in texts if "&" in text]

    def look(window):
        menus = [action.menu() for action in window.menuBar().actions() if action.menu()]
        shared = {
            menu.title(): sorted(found)
            for menu in menus
            if len(set(found := letters(menu.actions()))) != len(found)
        }
        bar = letters(window.menuBar().actions())

        assert len(set(bar)) == len(bar), bar
        assert shared == {}

    whole(look)


class Brackets(QTranslator):
    """Another language: the same words in brackets."""

    def translate(self, context, source, disambiguation=None, n=-1):
        return f"⟦{source}⟧" if context == CONTEXT else ""


def forget_words() -> None:
    """Signs keep their words: the language is chosen once, at the start."""
    for function in vars(signs).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


def texts_of(part: QWidget) -> Iterator[str]:
    """What a widget says in words of its own, whatever it is asked with."""
    yield from (part.toolTip(), part.accessibleName(), part.whatsThis())
    match part:
        case QLabel() | QAbstractButton():
            yield part.text()
        case QLineEdit() | QPlainTextEdit():
            yield part.placeholderText()
        case QGroupBox():
            yield part.title()
        case QDockWidget():
            yield part.windowTitle()
        case QComboBox():
            yield from (part.itemText(place) for place in range(part.count()))
        case QTabBar():
            yield from (part.tabText(place) for place in range(part.count()))
        case QAbstractItemView() if part.model() is not None:
            columns = range(part.model().columnCount())
            across = Qt.Orientation.Horizontal
            yield from (str(part.model().headerData(place, across) or "") for place in columns)
    yield from (action.text() for action in part.actions())


def test_every_text_is_in_the_users_language(qapp, whole):
    """But for data, numbers, proper names and the titles of the statistic library."""
    other = Brackets()
    titles = {entry.title for entry in library.shipped().entries}
    data = {"Qt", *OBJECT_TYPES, *titles}

    def look(window):
        engine_words = {statistic.measure for statistic in window.parts.source.table.statistics}
        said = {text for part in walk(window) if is_ours(part) for text in texts_of(part)}
        plain = {
            text for text in said - data - engine_words
            if "⟦" not in text
            and not text.startswith(("statmon ", "Python "))
            and sum(letter.isalpha() for letter in text) > 1
        }  # fmt: skip

        assert len(said) > 100
        assert not plain, "\n".join(sorted(plain))

    forget_words()
    qapp.installTranslator(other)
    try:
        whole(look)
    finally:
        qapp.removeTranslator(other)
        forget_words()
