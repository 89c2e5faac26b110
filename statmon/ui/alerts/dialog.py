"""The dialog of thresholds: the rules, and the form of the one that is chosen."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QLineEdit,
    QWidget,
)

from statmon.alerts.evaluator import Rows
from statmon.alerts.limits import NO_RULE, Limits
from statmon.alerts.rules import LIMITS, Rule, endless
from statmon.domain.library import Levels
from statmon.domain.statistic import Series, Statistic
from statmon.domain.unit import Unit
from statmon.ui.alerts.rehearsing import Rehearsing, Store
from statmon.ui.alerts.watch import AlertWatch
from statmon.ui.data.names import Names
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.dialog import Dialog
from statmon.ui.widgets.list_and_form import ItemList, lay_out
from statmon.ui.widgets.number_edit import NumberEdit

_UNITS = {
    Unit.SECONDS: lambda: tr("in minutes:seconds, for instance 2:30; a plain number is seconds"),
    Unit.PERCENT: lambda: tr("in per cent"),
    Unit.PER_HOUR: lambda: tr("per hour"),
    Unit.COUNT: lambda: tr("as a number"),
    Unit.STATE: lambda: tr("as a number"),
}


class ThresholdDialog(Dialog):
    """Edits a copy of the rules; they count when the dialog is accepted."""

    def __init__(
        self, watch: AlertWatch, names: Names, start: Rule | None, store: Store | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(tr("Thresholds"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._watch, self._names = watch, names
        self._busy = False
        self.rules: list[Rule] = list(watch.rules)
        if start is not None and start not in self.rules:
            self.rules.append(start)
        self.list = ItemList(tr("Rules"), self.rules, name_of, self._show)
        self._make_form()
        self.rehearsing = Rehearsing(store, watch.alerting.groups_of, self._rehearsed, self)
        self.finished.connect(self.rehearsing.stop)
        self._lay_out()
        self.list.begin(self.rules.index(start) if start is not None else 0)

    # Making.

    def _make_form(self) -> None:
        self.title = QLineEdit()
        self.object_id, self.state = QLineEdit(), QLineEdit()
        self.statistic, self.object_type, self.group = (_combo() for _ in range(3))
        table = self._watch.table
        refs = dict.fromkeys(statistic.ref for statistic in table.statistics)
        self.statistic.addItems(["", *sorted({statistic.title for statistic in table.statistics})])
        self.object_type.addItems(["", *sorted({ref.object_type for ref in refs})])
        groups = {group for ref in refs for group in self._names.groups(ref)}
        self.group.addItems(["", *sorted(groups)])
        self.object_id.setPlaceholderText(tr("all; * and ? stand for anything"))
        self.state.setPlaceholderText(tr("only for agents' states, e.g. NotReadyForNextCall"))
        self.limits = {name: NumberEdit() for name in LIMITS}
        self.persist, self.recover, self.deadband = (NumberEdit(lowest=0) for _ in range(3))
        self.unit = label(name=tr("Unit of the limits"))
        self.preview = label(name=tr("What it means now"))
        self.preview.setWordWrap(True)
        for edit in (
            self.title, self.object_id, self.state, *self.limits.values(), self.persist,
            self.recover, self.deadband,
        ):  # fmt: skip
            edit.textEdited.connect(self._edited)
        for combo in (self.statistic, self.object_type, self.group):
            combo.currentTextChanged.connect(self._edited)

    def _lay_out(self) -> None:
        form = QFormLayout()
        for words, part in (
            (tr("Title"), self.title), (tr("Statistic"), self.statistic),
            (tr("Object type"), self.object_type), (tr("Object"), self.object_id),
            (tr("Group"), self.group), (tr("Time in state"), self.state),
        ):  # fmt: skip
            part.setAccessibleName(words)
            form.addRow(words, part)
        form.addRow(tr("Limits"), self._grid())
        form.addRow("", self.unit)
        for words, part in (
            (tr("Alert after (s)"), self.persist), (tr("Ends after (s)"), self.recover),
            (tr("Deadband"), self.deadband),
        ):  # fmt: skip
            part.setAccessibleName(words)
            form.addRow(words, part)
        form.addRow("", self.preview)
        form.addRow("", self.rehearsing)
        self.form, self._ok = lay_out(self, self.list, form, form_takes=3, add=self._add)
        self.resize(760, 480)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        words = {
            "critical_low": tr("▼▼ critical at or below"),
            "warning_low": tr("▼ warning at or below"),
            "warning_high": tr("▲ warning at or above"),
            "critical_high": tr("▲▲ critical at or above"),
        }
        for line, (name, edit) in enumerate(self.limits.items()):
            edit.setAccessibleName(words[name])
            grid.addWidget(label(words[name]), line, 0)
            grid.addWidget(edit, line, 1)
        return grid

    # Showing and editing.

    def _show(self, place: int) -> None:
        known = 0 <= place < len(self.rules)
        self.form.setEnabled(known)
        rule = self.rules[place] if known else Rule()
        self._busy = True
        self.title.setText(rule.title)
        self.object_id.setText(rule.object_id)
        self.state.setText(rule.state)
        self.statistic.setCurrentText(rule.statistic)
        self.object_type.setCurrentText(rule.object_type)
        self.group.setCurrentText(rule.group)
        unit = self._unit_of(rule, self._fitting(rule)[1])
        for name, edit in self.limits.items():
            edit.show_number(getattr(rule.levels, name), unit)
        self.deadband.show_number(rule.deadband or None, unit)
        for edit, seconds in ((self.persist, rule.persist), (self.recover, rule.recover)):
            edit.show_number(seconds or None, Unit.SECONDS)
        self._busy = False
        self._preview(rule if known else None)

    def _edited(self) -> None:
        if self._busy or self.list.place < 0:
            return
        levels = {name: edit.number for name, edit in self.limits.items()}
        rule = replace(
            self.rules[self.list.place],
            title=self.title.text().strip(),
            statistic=self.statistic.currentText().strip(),
            object_type=self.object_type.currentText().strip(),
            object_id=self.object_id.text().strip(),
            group=self.group.currentText().strip(),
            state=self.state.text().strip(),
            levels=Levels(**levels),
            persist=self.persist.number or 0.0,
            recover=self.recover.number or 0.0,
            deadband=self.deadband.number or 0.0,
        )
        self.rules[self.list.place] = rule
        self.list.rename()
        self._preview(rule)

    def _preview(self, rule: Rule | None) -> None:
        self._ok.setEnabled(not self.wrong)
        self.rehearsing.offer()
        if rule is None:
            self.unit.setText("")
            self.preview.setText(tr("No thresholds yet. Press “Add”."))
            return
        limits, rows = self._fitting(rule)
        self.unit.setText(_UNITS[self._unit_of(rule, rows)]())
        table = self._watch.table
        words = f"{tr('Fits')} {numbers.count(len(rows))} " + (
            tr("statistic") if len(rows) == 1 else tr("statistics")
        )
        if len(rows) and not rule.state:
            known = table.numbers[rows]
            before = np.zeros(len(rows), np.uint8)
            beyond = int((limits.passed(rows, known, before) != 0).sum())
            words += f"; {numbers.count(beyond)} {tr('beyond a limit now')}"
            if len(rows) == 1 and known[0] == known[0]:
                words += f" ({numbers.written(float(known[0]), table.units[int(rows[0])])})"
        trouble = self._trouble or contradiction(rule.levels) or never_ending(rule)
        elsewhere = next((name_of(other) for other in self.wrong if other is not rule), "")
        if not trouble and elsewhere:
            trouble = tr("The limits of “{name}” contradict each other.").format(name=elsewhere)
        self.preview.setText(f"{words}.\n⚠ {trouble}" if trouble else f"{words}.")

    def _rehearsed(self) -> tuple[Rule, dict[Series, Statistic]] | None:
        """Return the rule in the form and what it counts for, or None if it cannot be tried."""
        known = 0 <= self.list.place < len(self.rules)
        rule = self.rules[self.list.place] if known else Rule()
        if rule in self.wrong or contradiction(rule.levels):
            return None
        table = self._watch.table
        places = Limits(self.rules, table, self._names.groups).rule_of
        rows = [row for row in table.rows() if places[row] == self.list.place]
        if not rows:
            return None
        return rule, {table.series[r]: table.statistics[r] for r in rows}

    @property
    def _trouble(self) -> str:
        """What cannot be read in the form, as a sentence, or nothing."""
        edits = (*self.limits.values(), self.persist, self.recover, self.deadband)
        return next(filter(None, (edit.trouble for edit in edits)), "")

    @property
    def wrong(self) -> list[Rule]:
        """The rules that cannot be taken: contradicting, or shown with what cannot be read."""
        shown = self.rules[self.list.place] if 0 <= self.list.place < len(self.rules) else None
        return [
            rule
            for rule in self.rules
            if contradicting(rule.levels) or endless(rule) or (rule is shown and self._trouble)
        ]

    def _fitting(self, rule: Rule) -> tuple[Limits, Rows]:
        """Return the limits of a rule by itself, and the rows that they are for."""
        limits = Limits([rule], self._watch.table, self._names.groups)
        return limits, (limits.rule_of != NO_RULE).nonzero()[0]

    def _unit_of(self, rule: Rule, rows: Rows) -> Unit:
        """Return what a rule's limits are measured in: that of all statistics it fits, or plain."""
        if rule.state:
            return Unit.SECONDS
        units = {self._watch.table.units[int(row)] for row in rows}
        return units.pop() if len(units) == 1 else Unit.COUNT

    def _add(self) -> None:
        self.list.add(Rule())
        self.statistic.setFocus()

    def accept(self) -> None:
        """Let the rules count, unless one of them cannot be taken."""
        if self.wrong:
            return
        self._watch.set_rules(self.rules)
        super().accept()


def name_of(rule: Rule) -> str:
    """Return what to call a rule in a list."""
    return rule.name or tr("everything")


def contradiction(levels: Levels) -> str:
    """Return what is wrong with limits, or nothing."""
    if all(getattr(levels, name) is None for name in LIMITS):
        return tr("No limit is set: nothing will ever be alerted.")
    if contradicting(levels):
        return tr("The limits contradict each other: they must rise from top to bottom.")
    return ""


def never_ending(rule: Rule) -> str:
    """Return what is wrong with deadbands, or nothing."""
    if not endless(rule):
        return ""
    return tr("The deadband is as wide as what lies between the limits: no alert would ever end.")


def contradicting(levels: Levels) -> bool:
    """Whether limits cannot all be meant: they do not rise from the lowest to the highest."""
    order = [getattr(levels, name) for name in LIMITS]
    known = [limit for limit in order if limit is not None]
    return known != sorted(known)


def _combo() -> QComboBox:
    combo = QComboBox()
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return combo
