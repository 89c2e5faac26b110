"""Ctrl+C in a list copies that list, as it is seen."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from statmon.ui.copying import copy_rows


def _list() -> QTreeWidget:
    view = QTreeWidget()
    view.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
    view.setHeaderLabels(["Time", "Hidden", "What"])
    view.setColumnHidden(1, True)
    for words in ("a\tb", "=1+1", "+2"):
        head = QTreeWidgetItem(view, ["12:03", "x", words])
        QTreeWidgetItem(head, ["12:04", "x", f"under {words[0]}"])
    view.expandAll()
    return view


def test_selected_rows_are_copied_as_they_are_seen(qapp):
    """In the order of the screen, visible columns, headings first; nothing in it runs."""
    view = _list()
    view.header().moveSection(2, 0)
    view.selectAll()

    copy_rows(view)

    assert QGuiApplication.clipboard().text().splitlines() == [
        "What\tTime", '"a\tb"\t12:03', "under a\t12:04", "'=1+1\t12:03", "under =\t12:04",
        "+2\t12:03", "under +\t12:04",
    ]  # fmt: skip


def test_nothing_selected_leaves_the_clipboard(qapp):
    """What was copied before stays."""
    QGuiApplication.clipboard().setText("before")

    copy_rows(_list())

    assert QGuiApplication.clipboard().text() == "before"


def test_the_list_that_has_the_keyboard_is_copied(engine, open_window, qtbot):
    """Not the tree behind it."""
    window = open_window(engine)
    window.activateWindow()
    window.subscriptions.setFocus()
    qtbot.waitUntil(window.subscriptions.hasFocus)
    window.subscriptions.selectAll()
    window.subscriptions.setCurrentItem(window.subscriptions.topLevelItem(0))
    window.copying.trigger()

    assert "Sales agents" in QGuiApplication.clipboard().text()
