"""The dialog of formulas: those of the workspace, and the form of the one that is chosen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLineEdit,
    QMenu,
    QWidget,
)

from statmon.domain.editing import Edit
from statmon.domain.formula import KEY, UNITS, formulas_in, problem
from statmon.domain.formula_text import FormulaError, UnknownName, shown
from statmon.domain.outside import visible
from statmon.domain.statistic import free_id
from statmon.domain.unit import Unit
from statmon.domain.workspace import Workspace
from statmon.engine.formulas import Names
from statmon.live.catalogue import Catalogue
from statmon.live.table import LiveTable
from statmon.storage.user import library
from statmon.ui.editor.document import Document
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.dialog import Dialog
from statmon.ui.widgets.list_and_form import ItemList, lay_out

_UNITS = {
    Unit.COUNT: lambda: tr("a number"),
    Unit.SECONDS: lambda: tr("a duration (minutes:seconds)"),
    Unit.PERCENT: lambda: tr("per cent: a share of 1 is written as 100 %"),
    Unit.PER_HOUR: lambda: tr("per hour"),
}


def add_to(menu: QMenu, document: Document, table: LiveTable, window: QWidget) -> QAction:
    """Offer the dialog in a window's menu."""

    def show() -> None:
        FormulaDialog(document.workspace, table, document.edit, window).open()

    action = QAction(tr("F&ormulas…"), window)
    action.setShortcut(QKeySequence("Ctrl+Shift+F"))
    action.triggered.connect(lambda _checked=False: show())
    menu.addAction(action)
    return action


class FormulaDialog(Dialog):
    """Edits a copy of the formulas; they count when the dialog is accepted."""

    def __init__(
        self, workspace: Workspace, table: LiveTable, edit: Edit, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Formulas"))
        self._table, self._edit, self._busy = table, edit, False
        known = workspace.extra.get(KEY)
        self.items: list[dict[str, Any]] = [
            dict(item)
            for item in (known if isinstance(known, list) else [])
            if isinstance(item, Mapping)
        ]
        self._names = Names(table, Catalogue(table), library.load())
        self.list = ItemList(tr("Formulas"), self.items, _name, self._show)
        self._make_form()
        self._lay_out()
        self.list.begin(0)

    # Making.

    def _make_form(self) -> None:
        self.title, self.id, self.formula = QLineEdit(), QLineEdit(), QLineEdit()
        self.formula.setPlaceholderText(tr("for instance  Total_Abandoned / Total_Calls_Entered"))
        self.unit, self.kind, self.insert = QComboBox(), QComboBox(), QComboBox()
        for unit in UNITS:
            self.unit.addItem(_UNITS[unit](), unit.value)
        types = sorted({statistic.ref.object_type for statistic in self._table.statistics})
        self.kind.addItem(tr("all that have what it needs"), "")
        for kind in types:
            self.kind.addItem(visible(kind), kind)
        self.insert.addItem(tr("Put in a statistic …"))
        for name in self._names.all:
            self.insert.addItem(name, name)
        self.said = label(name=tr("What it gives"))
        self.said.setWordWrap(True)
        for edit in (self.title, self.id, self.formula):
            edit.textEdited.connect(self._edited)
        self.unit.activated.connect(self._edited)
        self.kind.activated.connect(self._edited)
        self.insert.activated.connect(self._put_in)

    def _lay_out(self) -> None:
        form = QFormLayout()
        for words, part in (
            (tr("&Title"), self.title), (tr("&Name in other formulas"), self.id),
            (tr("&Formula"), self.formula), ("", self.insert), (tr("It &gives"), self.unit),
            (tr("&Objects"), self.kind),
        ):  # fmt: skip
            named = words.replace("&", "") or tr("Put in a statistic")
            part.setAccessibleName(named)
            form.addRow(words, part)
        form.addRow("", self.said)
        self.form, self._ok = lay_out(self, self.list, form, form_takes=4, add=self._add)
        self.resize(820, 380)

    # Showing and editing.

    def _show(self, place: int) -> None:
        known = 0 <= place < len(self.items)
        self.form.setEnabled(known)
        item = self.items[place] if known else {}
        self._busy = True
        for edit, key in ((self.title, "title"), (self.id, "id"), (self.formula, "formula")):
            edit.setText(str(item.get(key, "")))
        self.unit.setCurrentIndex(max(0, self.unit.findData(item.get("unit", "count"))))
        self.kind.setCurrentIndex(max(0, self.kind.findData(item.get("objectType", ""))))
        self._busy = False
        self._tell()

    def _edited(self) -> None:
        if self._busy or self.list.place < 0:
            return
        item = self.items[self.list.place]
        item.update(
            id=self.id.text().strip(),
            title=self.title.text().strip(),
            unit=self.unit.currentData(),
            formula=self.formula.text(),
        )
        item.pop("objectType", None)
        if self.kind.currentData():
            item["objectType"] = self.kind.currentData()
        self.list.rename()
        self._tell()

    def _put_in(self, place: int) -> None:
        name = self.insert.itemData(place)
        self.insert.setCurrentIndex(0)
        if name:
            plain = name.isidentifier()
            self.formula.insert(name if plain else f"[{name}]")
            self.formula.setFocus()
            self._edited()

    def _tell(self) -> None:
        """Say what the chosen formula gives, or what is wrong with it."""
        remarks: dict[str, str] = {}
        problems = self.problems(remarks)
        self._ok.setEnabled(not problems)
        if self.list.place < 0:
            self.said.setText(tr("No formulas yet. Press “Add”."))
            return
        own = str(self.items[self.list.place].get("id", ""))
        mine = [words for words in problems if words.startswith(f"formula «{shown(own)}»")]
        if problems or own in remarks:
            said = [*mine, *([remarks[own]] if own in remarks else []), *problems]
            self.said.setText(f"⚠ {said[0]}.")
            return
        formula = next(one for one in formulas_in(self.items)[0] if one.id == own)
        count = numbers.count(len(self._names.objects(formula)))
        parts = ", ".join(dict.fromkeys(item.name for item in formula.inputs))
        self.said.setText(
            tr("Fits {count} objects; made of {parts}.").format(count=count, parts=visible(parts))
        )

    def problems(self, remarks: dict[str, str] | None = None) -> list[str]:
        """Return what is wrong with the formulas, in sentences.

        ``remarks`` takes, by their ids, what is said of those that may be right all the same.
        """
        found, problems = formulas_in(self.items)
        for formula in found:
            try:
                formula.check(self._names.unit, self._names.counts)
            except UnknownName as error:
                if remarks is not None:
                    remarks[formula.id] = problem(formula.id, error)
            except FormulaError as error:
                problems.append(problem(formula.id, error))
        return problems

    def _add(self) -> None:
        taken = {str(item.get("id", "")) for item in self.items}
        self.list.add(
            {"id": free_id("formula", taken), "title": "", "unit": "count", "formula": ""}
        )
        self.title.setFocus()

    def accept(self) -> None:
        """Let the formulas count, unless one of them cannot be used."""
        if self.problems():
            return
        items = [dict(item) for item in self.items]

        def changed(workspace: Workspace) -> Workspace:
            rest = {key: value for key, value in workspace.extra.items() if key != KEY}
            return replace(workspace, extra={**rest, KEY: items} if items else rest)

        self._edit(tr("change the formulas"), changed)
        super().accept()


def _name(item: Mapping[str, Any]) -> str:
    """Return what to call a formula in a list."""
    return visible(str(item.get("title") or item.get("id") or tr("formula")))
