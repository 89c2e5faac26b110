"""The dialog of targets: what numbers of objects and groups are to be, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QMenu, QWidget

from statmon.domain.editing import Edit
from statmon.domain.outside import visible
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.targets import Targets, names_of, targets_in, with_targets
from statmon.domain.unit import Unit
from statmon.domain.workspace import Workspace
from statmon.live.table import LiveTable
from statmon.storage.user import library
from statmon.ui.editor.document import Document
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.dialog import Dialog
from statmon.ui.widgets.list_and_form import ItemList, lay_out
from statmon.ui.widgets.number_edit import NumberEdit

_GROUP = ""
"""The object type of a group of the user's."""


def add_to(
    menu: QMenu, document: Document, table: LiveTable, selected: Callable[[], list[int]],
    window: QWidget,
) -> QAction:  # fmt: skip
    """Offer the dialog in a window's menu; it begins with what is selected in the view."""

    def show() -> None:
        numbers_ = [row for row in selected() if table.units[row] is not Unit.STATE]
        start = table.statistics[numbers_[0]] if numbers_ else None
        TargetDialog(document.workspace, table, document.edit, start, window).open()

    action = QAction(tr("Tar&gets…"), window)
    action.triggered.connect(lambda _checked=False: show())
    menu.addAction(action)
    return action


@dataclass(slots=True)
class Item:
    """One target, as it is edited."""

    whose: ObjectRef
    """A group has no object type, and its name as the id."""
    statistic: str
    number: float | None


class TargetDialog(Dialog):
    """Edits a copy of the targets; they count when the dialog is accepted."""

    def __init__(
        self, workspace: Workspace, table: LiveTable, edit: Edit, start: Statistic | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle(tr("Targets"))
        self._table, self._edit, self._busy = table, edit, False
        self._library = library.load()
        self._units = {statistic.title: statistic.unit for statistic in table.statistics}
        self.items = _items(targets_in(workspace)[0])
        place = self._begin_with(start)
        self.list = ItemList(tr("Targets"), self.items, self._name, self._show)
        self._make_form(workspace)
        self._lay_out()
        self.list.begin(place)

    def _begin_with(self, start: Statistic | None) -> int:
        """Return the place of the target of a statistic; it has one that is still empty."""
        if start is None:
            return 0
        called = names_of(start, self._library)
        for place, item in enumerate(self.items):
            if item.whose == start.ref and item.statistic in called:
                return place
        self.items.append(Item(start.ref, start.title, None))
        return len(self.items) - 1

    def _make_form(self, workspace: Workspace) -> None:
        refs = {statistic.ref for statistic in self._table.statistics}
        self.kind, self.statistic = QComboBox(), QComboBox()
        self.kind.addItem(tr("Group"), _GROUP)
        for kind in sorted({ref.object_type for ref in refs} | {i.whose.object_type for i in
                           self.items if i.whose.object_type}):  # fmt: skip
            self.kind.addItem(visible(kind), kind)
        self.statistic.setEditable(True)
        self.statistic.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        titles = {title for title, unit in self._units.items() if unit is not Unit.STATE}
        self.statistic.addItems(["", *sorted(titles)])
        self.id, self.number = QLineEdit(), NumberEdit()
        groups = sorted({group for item in workspace.objects for group in item.groups})
        known = ", ".join(groups[:3])
        self.id.setPlaceholderText(tr("the object's id, or the group's name {known}").format(
            known=f"({known})" if known else "").rstrip())  # fmt: skip
        self.said = label(name=tr("What it means"))
        self.said.setWordWrap(True)
        self.kind.activated.connect(self._edited)
        self.statistic.currentTextChanged.connect(self._edited)
        self.id.textEdited.connect(self._edited)
        self.number.textEdited.connect(self._edited)

    def _lay_out(self) -> None:
        form = QFormLayout()
        for words, part in (
            (tr("&Of"), self.kind), (tr("&Which"), self.id), (tr("&Statistic"), self.statistic),
            (tr("&Target"), self.number),
        ):  # fmt: skip
            part.setAccessibleName(words.replace("&", ""))
            form.addRow(words, part)
        form.addRow("", self.said)
        self.form, self._ok = lay_out(self, self.list, form, form_takes=3, add=self._add)
        self.resize(720, 320)

    # Showing and editing.

    def _show(self, place: int) -> None:
        known = 0 <= place < len(self.items)
        self.form.setEnabled(known)
        item = self.items[place] if known else Item(ObjectRef(_GROUP, ""), "", None)
        self._busy = True
        self.kind.setCurrentIndex(max(0, self.kind.findData(item.whose.object_type)))
        self.id.setText(item.whose.object_id)
        self.statistic.setCurrentText(item.statistic)
        self.number.show_number(item.number, self._unit(item))
        self._busy = False
        self._tell()

    def _edited(self) -> None:
        if self._busy or self.list.place < 0:
            return
        item = self.items[self.list.place]
        item.whose = ObjectRef(str(self.kind.currentData()), self.id.text().strip())
        item.statistic = self.statistic.currentText().strip()
        item.number = self.number.number
        self.list.rename()
        self._tell()

    def _tell(self) -> None:
        trouble = self.trouble
        self._ok.setEnabled(not trouble)
        if self.list.place < 0:
            self.said.setText(tr("No targets yet. Press “Add”."))
        elif trouble:
            self.said.setText(f"⚠ {trouble}")
        else:
            unit = self._unit(self.items[self.list.place])
            number = self.items[self.list.place].number or 0.0
            words = tr("It is to be {number}.").format(number=numbers.written(number, unit))
            self.said.setText(words)

    @property
    def trouble(self) -> str:
        """What is lacking or wrong, as a sentence, or nothing."""
        if self.number.trouble:
            return self.number.trouble
        for item in self.items:
            if not item.whose.object_id or not item.statistic or item.number is None:
                words = tr("“{name}” needs whose it is, its statistic and a number.")
                return words.format(name=self._name(item))
        keys = [(item.whose, item.statistic) for item in self.items]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is None:
            return ""
        return tr("“{name}” stands twice.").format(name=visible(f"{twice[0].object_id} {twice[1]}"))

    def _unit(self, item: Item) -> Unit:
        """Return the unit of a target: that of a statistic of that name, which is open or known."""
        if item.statistic in self._units:
            return self._units[item.statistic]
        entry = self._library.get(item.statistic)
        return entry.unit if entry else Unit.COUNT

    def _name(self, item: Item) -> str:
        """Return what to call a target in a list."""
        number = "" if item.number is None else numbers.written(item.number, self._unit(item))
        parts = (item.whose.object_id, item.statistic, number)
        return visible(" · ".join(filter(None, parts))) or tr("target")

    def _add(self) -> None:
        self.list.add(Item(ObjectRef(_GROUP, ""), "", None))
        self.id.setFocus()

    def accept(self) -> None:
        """Let the targets count, unless one of them lacks something."""
        if self.trouble:
            return
        objects: dict[ObjectRef, dict[str, float]] = {}
        groups: dict[str, dict[str, float]] = {}
        for item in self.items:
            whose, group = item.whose, item.whose.object_type == _GROUP
            numbers_ = groups.setdefault(whose.object_id, {}) if group else objects.setdefault(
                whose, {})  # fmt: skip
            numbers_[item.statistic] = item.number or 0.0
        self._edit(tr("change the targets"), lambda ws: with_targets(ws, objects, groups))
        super().accept()


def _items(targets: Targets) -> list[Item]:
    whose: Sequence[tuple[ObjectRef, dict[str, float]]] = [
        *((ObjectRef(_GROUP, group), dict(own)) for group, own in targets.groups.items()),
        *((ref, dict(own)) for ref, own in targets.objects.items()),
    ]
    return [Item(ref, name, number) for ref, own in whose for name, number in own.items()]
