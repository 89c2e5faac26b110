"""Ctrl+C in a list copies that list, as it is seen."""

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QTreeView, QTreeWidget, QTreeWidgetItem

from statmon.ui.widgets.copying import copy_rows


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
    window.parts.subscriptions.setFocus()
    qtbot.waitUntil(window.parts.subscriptions.hasFocus)
    window.parts.subscriptions.selectAll()
    window.parts.subscriptions.setCurrentItem(window.parts.subscriptions.topLevelItem(0))
    window.parts.actions.copying.trigger()

    assert "Sales agents" in QGuiApplication.clipboard().text()


def rows_in(view, parent=None):
    """The rows of a list that can be seen, folded ones not."""
    parent = parent or QModelIndex()
    for number in range(view.model().rowCount(parent)):
        index = view.model().index(number, 0, parent)
        yield index
        if isinstance(view, QTreeView) and view.isExpanded(index):
            yield from rows_in(view, index)


def test_every_list_of_the_window_is_copied_as_a_whole(engine, open_window, qtbot):
    """Ctrl+A, Ctrl+C in it: details, alerts, outages, what the connection says, the legend."""
    engine.go_up()
    row = engine.feed("agent1", "InboundCalls", 23)
    engine.connect("reconnecting", "cut")
    engine.go_up()
    window = open_window(engine)
    window.parts.details.list.show_row(row)
    window.activateWindow()
    copied = {}
    for view in window.findChildren(QTreeView):
        if view is window.parts.page.tree or not any(rows_in(view)):
            continue  # the tree and boards copy in their own way
        dock = view.parentWidget()
        while dock is not None and not isinstance(dock, QDockWidget):
            dock = dock.parentWidget()
        if dock is None:
            continue
        dock.show()
        dock.raise_()
        view.setFocus()
        QTest.keySequence(view, QKeySequence(QKeySequence.StandardKey.SelectAll))
        copy_rows(view)
        lines = QGuiApplication.clipboard().text().splitlines()
        copied[view.accessibleName()] = len(lines)
        seen = len(list(rows_in(view))) + (not view.isHeaderHidden())
        assert len(lines) == seen, view.accessibleName()
    assert {"Details", "Subscriptions"} <= copied.keys()
    assert copied["Details"] > 8
