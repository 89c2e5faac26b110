"""The statistics of a subscription: many at once are switched, changed, copied, moved, deleted."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from statmon.domain import editing
from statmon.domain.definition import Definition
from statmon.domain.statistic import Statistic
from statmon.domain.workspace import Subscription, WantedStatistic
from statmon.ui.editor.definition_form import DefinitionForm
from statmon.ui.editor.statistics_model import StatisticsModel
from statmon.ui.editor.titles import title
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme, palette, with_boxes
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.dialog import Dialog

Change = Callable[[str, Subscription], None]
"""Takes what was done, in words, and the subscription after it."""


class StatisticsPage(QWidget):
    """The table and what can be done with its rows."""

    chosen = Signal()

    def __init__(
        self,
        subscription: Subscription,
        theme: Theme,
        change: Change,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._change = theme, change
        self.model = StatisticsModel(subscription)
        self.model.switch_wanted.connect(self._switch)
        self.model.drop_wanted.connect(self._drop)
        self.view = QTableView()
        self.view.setAccessibleName(tr("Statistics of the subscription"))
        self.view.setModel(self.model)
        self.empty = label(
            tr("No statistics yet: choose objects and statistics on the first page.")
        )
        self.empty.setWordWrap(True)
        self.buttons = (
            button(tr("&Change…"), self.edit, tr("Change the definition of the chosen ones")),
            button(tr("D&uplicate"), self.duplicate),
            button(tr("Switch o&ff or on"), self.toggle, tr("Keep without opening")),
            button(tr("&Delete"), self.delete),
        )
        self._set_up_view()
        row = QHBoxLayout()
        for each in self.buttons:
            row.addWidget(each)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.empty)
        layout.addWidget(self.view, 1)
        layout.addLayout(row)
        self.show_subscription(subscription)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.view.setPalette(with_boxes(palette(theme), theme))

    def _set_up_view(self) -> None:
        view = self.view
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        view.setDefaultDropAction(Qt.DropAction.MoveAction)
        view.setDragDropOverwriteMode(False)
        view.setAlternatingRowColors(True)
        view.setTabKeyNavigation(False)
        view.setShowGrid(False)
        self.set_theme(self._theme)
        view.setWordWrap(False)
        rows = view.verticalHeader()
        rows.setVisible(False)
        rows.setAccessibleName(tr("Rows"))
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 6)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setAccessibleName(tr("Columns"))
        header.setStretchLastSection(True)
        em = self.fontMetrics().horizontalAdvance("m")
        for column, width in enumerate((4, 22, 24, 11, 8)):
            view.setColumnWidth(column, width * em)
        for keys, do in (("Delete", self.delete), ("Ctrl+D", self.duplicate), ("F2", self.edit)):
            shortcut = QShortcut(QKeySequence(keys), view, do)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        view.doubleClicked.connect(lambda _index: self.edit())
        view.selectionModel().selectionChanged.connect(lambda *_: self._selected())

    @property
    def rows(self) -> list[int]:
        """The chosen rows, from the top."""
        # By ranges: an index object for each of 10,000 rows takes a second.
        chosen = self.view.selectionModel().selection()
        ranges = [chosen.at(place) for place in range(chosen.count())]
        return sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})

    def show_subscription(self, subscription: Subscription) -> None:
        """Show another version of the subscription."""
        self.model.show(subscription)
        self.empty.setVisible(not subscription.statistics)
        self._selected()

    def _selected(self) -> None:
        rows = self.rows
        for each in self.buttons:
            each.setEnabled(bool(rows))
        items = self.model.subscription.statistics
        defined = any(items[row].statistic.definition is not None for row in rows[:1000])
        self.buttons[0].setEnabled(defined)
        self.chosen.emit()

    def _do(self, words: str, do: Callable[[Subscription, list[int]], Subscription]) -> None:
        rows = self.rows
        if rows:
            self._change(words, do(self.model.subscription, rows))

    def delete(self) -> None:
        """Delete the chosen statistics."""
        self._do(tr("delete statistics"), editing.remove)

    def duplicate(self) -> None:
        """Copy the chosen statistics."""
        self._do(tr("duplicate statistics"), editing.duplicate)

    def toggle(self) -> None:
        """Switch the chosen statistics off, or on if all of them are off."""
        items = self.model.subscription.statistics
        on = not any(items[row].enabled for row in self.rows)
        words = tr("switch statistics on") if on else tr("switch statistics off")
        self._do(words, lambda subscription, rows: editing.enable(subscription, rows, on=on))

    def edit(self) -> None:
        """Change the definitions of the chosen statistics: what is changed in one, in all."""
        items = self.model.subscription.statistics
        defined = [row for row in self.rows if items[row].statistic.definition is not None]
        if not defined:
            return
        first = items[defined[0]].statistic
        dialog = DefinitionDialog(first, len(defined), self._theme, self)
        dialog.taken.connect(lambda changes: self._take(defined, changes))
        dialog.open()

    def _take(self, rows: list[int], changes: Mapping[str, Any]) -> None:
        if changes:
            changed = editing.change_definitions(self.model.subscription, rows, changes)
            self._change(tr("change definitions"), changed)

    def _switch(self, row: int, on: bool) -> None:
        chosen = self.rows
        rows = chosen if row in chosen else [row]
        words = tr("switch statistics on") if on else tr("switch statistics off")
        self._change(words, editing.enable(self.model.subscription, rows, on=on))

    def _drop(self, items: list[WantedStatistic], before: int) -> None:
        subscription = self.model.subscription
        places = {item.statistic.id: row for row, item in enumerate(subscription.statistics)}
        rows = [places.get(item.statistic.id, -1) for item in items]
        ours = all(
            row >= 0 and subscription.statistics[row] == item
            for row, item in zip(rows, items, strict=True)
        )
        if ours:
            self._change(tr("move statistics"), editing.move(subscription, rows, before))
        else:
            self._change(tr("drop statistics"), editing.insert(subscription, items, before))


class DefinitionDialog(Dialog):
    """The form of one definition; of several, what is changed here is changed in all."""

    taken = Signal(object)

    def __init__(self, statistic: Statistic, count: int, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Change the definition"))
        self.setAccessibleName(tr("Change the definition"))
        self._before = statistic.definition or Definition()
        self.form = DefinitionForm(theme)
        self.form.set_type(statistic.ref.object_type)
        self.form.show_definition(self._before)
        words = f"{count} {tr('statistics are chosen: what you change here changes in all.')}"
        one = f"{title(statistic)} {tr('of')} {statistic.ref}"
        note = label(words if count > 1 else one)
        note.setWordWrap(True)
        box = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(box.Ok | box.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(note)
        layout.addWidget(self.form, 3)
        layout.addWidget(self.form.remarks, 1)
        layout.addWidget(self.buttons)
        self.resize(600, 720)
        self.accepted.connect(lambda: self.taken.emit(self.changes))

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that are different now; None for one that was taken out."""
        before, after = self._before.fields, self.form.definition.fields
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        return {**changed, **{key: None for key in before if key not in after}}
