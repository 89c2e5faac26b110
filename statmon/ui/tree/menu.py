"""What can be done with the lines of the tree, as the menu of a right click."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from statmon.ui.look.text import tr
from statmon.ui.tree.columns import Column
from statmon.ui.tree.view import StatisticTree


class TreeMenu(QObject):
    """Offers what fits the selection; each entry has its key as well."""

    pin_wanted = Signal(list)
    rules_wanted = Signal(int)
    """The table's row whose thresholds the user wants to see."""

    def __init__(self, tree: StatisticTree) -> None:
        super().__init__(tree)
        self._tree = tree
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._open)

    def menu(self) -> QMenu:
        """Return the menu for what is selected."""
        tree, model = self._tree, self._tree.model_
        rows, line = tree.selected_rows(), tree.currentIndex().row()
        named = line >= 0 and model.names_object(line)
        menu = QMenu(tree)
        menu.setAccessibleName(tr("Statistics"))

        def add(words: str, do: Callable[[], object], can: bool, key: str = "") -> None:
            action = menu.addAction(words, do)
            action.setEnabled(can)
            if key:
                action.setShortcut(QKeySequence(key))

        some = bool(rows)
        add(tr("Show in chart"), lambda: tree.chart_wanted.emit(rows), some, "Return")
        add(tr("Pin or unpin"), lambda: self.pin_wanted.emit(rows), some, "Ctrl+D")
        add(tr("Thresholds…"), lambda: self.rules_wanted.emit(rows[0]), some, "Ctrl+T")
        add(tr("Copy with headers"), tree.copy, some, "Ctrl+C")
        menu.addSeparator()
        add(tr("Rename object"), lambda: self._edit(line, Column.STATISTIC), named, "F2")
        add(tr("Change groups"), lambda: self._edit(line, Column.GROUPS), named)
        return menu

    def _edit(self, line: int, column: Column) -> None:
        if self._tree.isColumnHidden(column):
            self._tree.setColumnHidden(column, False)
        index = self._tree.model_.index(line, column)
        self._tree.setCurrentIndex(index)
        self._tree.edit(index)

    def _open(self, position: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._tree.viewport().mapToGlobal(position))
