"""The subscription editor: one window for one subscription, with undo, lint, cost and preview."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from statmon.domain import editing
from statmon.domain.cost import cost_of_statistics
from statmon.domain.library import Library
from statmon.domain.statistic import ObjectRef
from statmon.domain.tables import Sheet
from statmon.domain.workspace import ObjectLabel, Subscription, WantedStatistic, Workspace
from statmon.ui.background.answers import Answers, Start
from statmon.ui.background.debounce import Debounce
from statmon.ui.background.garbage import InPauses
from statmon.ui.editor.choose_page import ChoosePage
from statmon.ui.editor.json_page import JsonPage
from statmon.ui.editor.preview import Asks
from statmon.ui.editor.save_request import Edited
from statmon.ui.editor.saving import Saving
from statmon.ui.editor.statistics_page import StatisticsPage
from statmon.ui.editor.text_files import read_text
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.dialog import Dialog
from statmon.ui.widgets.file_dialog import ask_for_file

if TYPE_CHECKING:
    import asyncio

_SIZE = (1120, 720)
_COST_MS = 100


class SubscriptionEditor(Dialog):
    """Edits a copy: nothing happens outside until ``save_wanted``."""

    save_wanted = Signal(object)
    cancel_wanted = Signal()
    changed = Signal()
    """What would be lost if it were closed now."""

    def __init__(
        self,
        workspace: Workspace,
        subscription: Subscription | None,
        library: Library,
        asks: Callable[[], Asks | None],
        start: Start,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._before = subscription
        self._taken = {item.name for item in workspace.subscriptions}
        if subscription is not None:
            self._taken.discard(subscription.name)
        self._answers, self._labels = Answers(self, start), dict[ObjectRef, ObjectLabel]()
        first = subscription or Subscription(editing.free_name(workspace, tr("New subscription")))
        self.steps = editing.Steps(first)
        self._saved = first
        known = editing.objects_in(workspace).values()
        self.choose = ChoosePage(known, library, workspace.site.url, asks, start, theme)
        self.page = StatisticsPage(first, theme, self._change)
        self.page.model.labels = {item.ref: item.label for item in known if item.label}
        self.json = JsonPage()
        self.saving = Saving()
        self._cost = Debounce(self._show_cost, _COST_MS, self)
        self._collecting = InPauses(self)
        self._make()
        self._lay_out()
        self._connect()
        self._show(first)
        self._cost.ask()
        self.tabs.setCurrentWidget(self.page if first.statistics else self.choose)
        self.resize(*_SIZE)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self.choose.set_theme(theme)
        self.page.set_theme(theme)

    def _make(self) -> None:
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name of the subscription"))
        self.enabled = QCheckBox(tr("&Open at the service"))
        self.enabled.setAccessibleName(tr("Open at the service"))
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Pages of the editor"))
        self.tabs.addTab(self.choose, tr("&1 Choose"))
        self.tabs.addTab(self.page, tr("&2 Statistics"))
        self.tabs.addTab(self.json, tr("&3 JSON"))
        self.cost = label(name=tr("Cost"))
        self.cost.setWordWrap(True)
        self.problem = label(name=tr("Why it cannot be saved"))
        self.problem.setWordWrap(True)
        self.undoing = button(tr("U&ndo"), self.undo)
        self.redoing = button(tr("&Redo"), self.redo)
        self.save = button(tr("&Save"), self._save, tr("Save and apply: only what differs changes"))
        self.leave = button(tr("Cancel"), self.reject)

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        caption = label(tr("Name"))
        caption.setBuddy(self.name)
        for widget, stretch in (
            (caption, 0), (self.name, 1), (self.enabled, 0), (self.undoing, 0), (self.redoing, 0)
        ):  # fmt: skip
            above.addWidget(widget, stretch)
        below = QHBoxLayout()
        below.addWidget(self.cost, 1)
        below.addWidget(self.problem)
        below.addWidget(self.saving)
        below.addWidget(self.save)
        below.addWidget(self.leave)
        layout = QVBoxLayout(self)
        layout.addLayout(above)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(below)

    def _connect(self) -> None:
        self.name.textEdited.connect(self._rename)
        self.enabled.toggled.connect(self._switch)
        self.choose.add_wanted.connect(self.add)
        self.choose.objects.file_wanted.connect(self._choose_file)
        self.choose.objects.file_dropped.connect(self.read_file)
        self.json.changed.connect(self._take_json)
        self.json.judged.connect(self._judge)
        self.page.chosen.connect(self._show_json)
        self.tabs.currentChanged.connect(lambda _at: self._show_json())
        self.saving.cancelled.connect(self.cancel_wanted)
        self.finished.connect(lambda _result: self._stop())
        for typed in (
            self.changed,
            self.json.text.textChanged,
            self.choose.objects.ids.textChanged,
            self.choose.picker.search.textChanged,
        ):
            typed.connect(self._collecting.paused.ask)
        for keys, do in (
            (QKeySequence.StandardKey.Save, self._save),
            (QKeySequence.StandardKey.Undo, self.undo),
            (QKeySequence.StandardKey.Redo, self.redo),
        ):
            QShortcut(QKeySequence(keys), self, do)

    @property
    def subscription(self) -> Subscription:
        """The subscription as it stands."""
        return self.steps.state

    def add(self) -> None:
        """Add objects × statistics."""
        objects, choices = self.choose.objects, self.choose.choices
        combined = editing.combine(self.subscription, objects.refs, choices)
        self._take_labels(objects.sheet)
        self._change(tr("add statistics"), combined.subscription)
        already = (
            f", {numbers.count(combined.already)} {tr('were there already')}"
            if combined.already
            else ""
        )
        self.choose.said.setText(f"{numbers.count(combined.added)} {tr('added')}{already}.")
        self.choose.reset()

    def _take_labels(self, sheet: Sheet) -> None:
        self._labels.update({item.ref: item for item in sheet.objects})
        self.page.model.labels.update(
            {item.ref: item.label for item in sheet.objects if item.label}
        )

    def take_sheet(self, sheet: Sheet, text: str) -> None:
        """Take a file: its objects into the box; statistics, if it names any, into the table."""
        if sheet.statistics:
            self._take_labels(sheet)
            self._change(
                tr("import statistics"), editing.insert(self.subscription, sheet.statistics)
            )
            self.tabs.setCurrentWidget(self.page)
        else:
            self.choose.objects.take(text)

    def begin_with(self, sheet: Sheet) -> None:
        """Begin with objects whose statistics are to be chosen."""
        if sheet.remarks:  # as it was pasted, so that it can be taken as something else
            self.choose.objects.take(sheet.text)
        else:
            self.choose.objects.show_objects(sheet.objects)
        self.tabs.setCurrentWidget(self.choose)

    def _choose_file(self) -> None:
        tables = tr("Tables and request bodies (*.csv *.tsv *.txt *.json)")
        kinds = (tables, tr("All files (*)"))
        ask_for_file(self, tr("Objects from a file"), kinds, self.read_file, saves=False)

    def read_file(self, path: Path) -> "asyncio.Task[None]":
        """Take the objects, or the statistics, of a CSV file; the disk is read in a thread."""
        return self._answers.ask(
            partial(read_text, path, self.choose.objects.object_type),
            "read objects",
            lambda read: self.take_sheet(*read),
            fails=lambda error: self.choose.said.setText(f"⚠ {error}"),
            of=(ValueError,),
        )

    def _change(self, words: str, subscription: Subscription) -> None:
        self.steps.do(words, subscription)
        self._show(self.steps.state)

    def _rename(self, name: str) -> None:
        self._change(tr("rename"), replace(self.subscription, name=name))

    def _switch(self, on: bool) -> None:
        extra = editing.switched(self.subscription.extra, on=on)
        self._change(tr("switch the subscription"), replace(self.subscription, extra=extra))

    def undo(self) -> None:
        """Take the last step back."""
        self.json.settled.now()
        self._show(self.steps.undo())

    def redo(self) -> None:
        """Do it again."""
        self.json.settled.now()
        self._show(self.steps.redo())

    def _show(self, subscription: Subscription) -> None:
        if self.name.text() != subscription.name:
            self.name.setText(subscription.name)
        self.enabled.blockSignals(True)
        self.enabled.setChecked(subscription.enabled)
        self.enabled.blockSignals(False)
        if subscription.statistics is not self.page.model.subscription.statistics:
            self.page.show_subscription(subscription)
            self._cost.ask()
        count = len(subscription.statistics)
        self.tabs.setTabText(
            1, f"{tr('&2 Statistics')} {numbers.count(count)}" if count else tr("&2 Statistics")
        )
        for each, words, tip in (
            (self.undoing, tr("U&ndo"), self.steps.undoable),
            (self.redoing, tr("&Redo"), self.steps.redoable),
        ):
            each.setEnabled(bool(tip))
            each.setToolTip(f"{words.replace('&', '')}: {tip}" if tip else "")
        self.setWindowTitle(f"{subscription.name or tr('Subscription')} – {tr('edit')}")
        self._show_json()
        self._judge()
        self._show_leaving()
        self.changed.emit()

    def _show_json(self) -> None:
        if self.tabs.currentWidget() is self.json:
            self.json.show_subscription(self.subscription, self.page.rows)

    def _take_json(self, items: Sequence[WantedStatistic]) -> None:
        self._change(tr("write JSON"), editing.put_enabled(self.subscription, items))

    def _show_cost(self) -> None:
        items = self.subscription.statistics
        cost = cost_of_statistics(item.statistic for item in items if item.enabled)
        usual, most = (numbers.count(round(n)) for n in (cost.per_minute, cost.most_per_minute))
        words = (
            f"{numbers.count(cost.asked)} {tr('statistics')}, {tr('about')} {usual} "
            f"{tr('notifications a minute')} ({tr('at most')} {most})"
        )
        if not cost.statistics:
            words = ""
        again = (
            f"; {numbers.count(cost.duplicates)} {tr('duplicates cost nothing')}"
            if cost.duplicates
            else ""
        )
        self.cost.setText(words + again)

    def _judge(self) -> None:
        """Say why it cannot be saved, if so: only a name and JSON that can be read are demanded."""
        name = self.subscription.name.strip()
        problem = ""
        if not name:
            problem = tr("Give it a name.")
        elif name in self._taken:
            problem = tr("Another subscription has this name.")
        elif self.json.error:
            problem = tr("The JSON cannot be read.")
        self.problem.setText(f"⚠ {problem}" if problem else "")
        self.save.setEnabled(not problem and not self.saving.busy)

    def _show_leaving(self) -> None:
        """Say on the button whether leaving gives anything up."""
        words = tr("Cancel") if self.modified or self.saving.busy else tr("Close")
        self.leave.setText(words)
        self.leave.setAccessibleName(words)

    def say(self, words: str) -> None:
        """Say what became of saving, until the next change."""
        self._judge()
        self.problem.setText(f"⚠ {words}")

    def _save(self) -> None:
        self.json.settled.now()
        if self._undecided:
            self.add()
        self._judge()
        if self.save.isEnabled():
            self.save_wanted.emit(self.edited)

    @property
    def edited(self) -> Edited:
        """The subscription as it stands, with what came along."""
        return self._edited(self.subscription)

    @property
    def draft(self) -> Edited:
        """What Save would save now: what is chosen and not added yet, too."""
        if not self._undecided:
            return self.edited
        refs, choices = self.choose.objects.refs, self.choose.choices
        return self._edited(editing.combine(self.subscription, refs, choices).subscription)

    def _edited(self, subscription: Subscription) -> Edited:
        self._take_labels(self.choose.objects.sheet)
        used = {item.statistic.ref for item in subscription.statistics}
        labels = tuple(item for ref, item in self._labels.items() if ref in used)
        return Edited(self._before, subscription, labels)

    def is_saved(self, edited: Edited) -> None:
        """What was saved is now what it would be saved in place of."""
        self._before = self._saved = edited.subscription
        self._show_leaving()

    @property
    def modified(self) -> bool:
        """Whether it holds something that is not saved."""
        return self.subscription is not self._saved or self._undecided

    @property
    def _undecided(self) -> bool:
        """Whether something is chosen that is meant to be added, although nobody pressed Add."""
        return self.choose.undecided(nothing_yet=not self.subscription.statistics)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Typing begins."""
        self._collecting.begin()
        super().showEvent(event)

    def come_back(self) -> None:
        """Open again as it was when it was closed."""
        self.show()
        self.choose.look_again()
        self._show_json()

    def reject(self) -> None:
        """Leave; while saving, cancel that first."""
        if self.saving.busy:
            self.cancel_wanted.emit()
        else:
            super().reject()

    def _stop(self) -> None:
        """It is over: close what is open for the preview."""
        self._cost.stop()
        self.json.stop()
        self._collecting.end()
        self.choose.stop()
