"""Choosing objects: typed, pasted from a spreadsheet, from a CSV file, used before, by group."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.cells import ExchangeError
from statmon.domain.lint import unknown_type
from statmon.domain.statistic import ObjectRef
from statmon.domain.tables import Sheet, TableForm, read_table
from statmon.domain.vocabulary import OBJECT_TYPES
from statmon.domain.workspace import ObjectLabel
from statmon.ui.background.debounce import Debounce
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.buttons import button, menu_button

_SETTLED_MS = 150
_MOST_IN_MENU = 30


class _Ids(QPlainTextEdit):
    """Takes a file that is dropped as what is in it, not as its name."""

    file_dropped = Signal(Path)

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802
        """Take a drop or a paste."""
        files = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if len(files) == 1:
            self.file_dropped.emit(files[0])
        else:
            super().insertFromMimeData(source)


class ObjectsBox(QGroupBox):
    """A type, a text with one object a line, and the ways to fill it."""

    changed = Signal()
    file_wanted = Signal()
    file_dropped = Signal(Path)

    def __init__(self, known: Iterable[ObjectLabel] = (), parent: QWidget | None = None) -> None:
        super().__init__(tr("1  Objects"), parent)
        self._known = tuple(known)
        self.sheet = Sheet()
        self._refs: list[ObjectRef] = []
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Object type"))
        self.kind.setEditable(True)
        self.kind.addItems(list(OBJECT_TYPES))
        self.ids = _Ids()
        self.ids.file_dropped.connect(self.file_dropped)
        self.ids.setAccessibleName(tr("Objects, one a line"))
        self.ids.setPlaceholderText(
            tr("One object a line, for instance\nagent2\n7001@SIP_Switch\nor cells pasted from a "
               "spreadsheet")
        )  # fmt: skip
        self.ids.setTabChangesFocus(True)
        self.count = label(name=tr("Objects chosen"))
        self.count.setWordWrap(True)
        self._form = TableForm()
        self.headings = self._choice(tr("&Row 1 holds headings"))
        self.headings.clicked.connect(lambda on: self._take_as(replace(self._form, headings=on)))
        self.every_cell = self._choice(tr("Every ce&ll is an id"))
        self.every_cell.clicked.connect(
            lambda on: self._take_as(replace(self._form, every_cell=on))
        )
        self.before = menu_button(tr("Used &before"), tr("Objects of this workspace"))
        self._menu = QMenu(self.before)
        self._menu.setAccessibleName(tr("Objects used before"))
        self._menu.aboutToShow.connect(self._fill_menu)
        self.before.setMenu(self._menu)
        self.from_file = button(tr("From &file…"), self.file_wanted.emit, tr("A CSV file"))
        self._settled = Debounce(self._read, _SETTLED_MS, self)
        self.ids.textChanged.connect(self._settled.ask)
        self.kind.currentTextChanged.connect(lambda _text: self._read())
        self._lay_out()
        self._read()

    def _choice(self, words: str) -> QCheckBox:
        box = QCheckBox(words, self)
        box.setAccessibleName(words.replace("&", ""))
        box.hide()
        return box

    def _take_as(self, form: TableForm) -> None:
        self._form = form
        self._read()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        row = QHBoxLayout()
        row.addWidget(self.before)
        row.addWidget(self.from_file)
        row.addStretch(1)
        layout.addWidget(self.kind)
        layout.addWidget(self.ids, 1)
        layout.addWidget(self.count)
        layout.addWidget(self.headings)
        layout.addWidget(self.every_cell)
        layout.addLayout(row)

    @property
    def object_type(self) -> str:
        """The type of objects that do not say theirs."""
        return self.kind.currentText().strip()

    @property
    def refs(self) -> list[ObjectRef]:
        """The objects, each once."""
        self._settled.now()
        return self._refs

    @property
    def types(self) -> list[str]:
        """The types of the objects; that in the box while there are none."""
        return list(dict.fromkeys(ref.object_type for ref in self.refs)) or [self.object_type]

    def stop(self) -> None:
        """Read no more."""
        self._settled.stop()

    def take(self, text: str) -> None:
        """Take the content of a file in place of what is there."""
        self._form = TableForm()
        self.ids.setPlainText(text)
        self._settled.now()

    def show_objects(self, objects: Sequence[ObjectLabel]) -> None:
        """Show objects in place of what is there, with their labels."""
        if objects:
            self.kind.setCurrentText(objects[0].ref.object_type)
        lines = (
            f"{self._line(item.ref)}\t{item.label}" if item.label else self._line(item.ref)
            for item in objects
        )
        self.take("\n".join(lines))

    def _read(self) -> None:
        text = self.ids.toPlainText()
        self.sheet, words = Sheet(), tr("No objects yet: type or paste their ids.")
        if text.strip():
            try:
                self.sheet = read_table(text, self.object_type, self._form)
                words = ""
            except ExchangeError as error:
                words = f"⚠ {error}"
        else:
            self._form = TableForm()
        self._refs = self.sheet.refs
        self.count.setText(words or _understood(self.sheet))
        self._offer_forms(refused=bool(words))
        self.changed.emit()

    def _offer_forms(self, *, refused: bool) -> None:
        """Show as what the text was taken, where it could be taken as something else."""
        form = self._form if refused else self.sheet.form
        table = self.sheet.columns > 1 or form.every_cell is True
        self.headings.setChecked(bool(form.headings))
        self.headings.setVisible(table or form.headings is True or self._form.headings is not None)
        self.every_cell.setChecked(bool(form.every_cell))
        lists = table and not form.headings
        self.every_cell.setVisible(lists or self._form.every_cell is not None)

    def _fill_menu(self) -> None:
        self._menu.clear()
        mine = [item for item in self._known if item.ref.object_type == self.object_type]
        if not mine:
            self._menu.addAction(tr("None of this type in this workspace")).setEnabled(False)
            return
        everyone = _plain(f"{tr('All')} {self.object_type} ({len(mine)})")
        self._add(everyone, [item.ref for item in mine])
        groups = dict.fromkeys(group for item in mine for group in item.groups)
        if groups:
            self._menu.addSection(tr("By group"))
        for group in groups:
            refs = [item.ref for item in mine if group in item.groups]
            self._add(_plain(f"{group} ({len(refs)})"), refs)
        self._menu.addSection(tr("One by one"))
        for item in mine[:_MOST_IN_MENU]:
            words = f"{item.label} – {item.ref.object_id}" if item.label else item.ref.object_id
            self._add(_plain(words), [item.ref])

    def _add(self, words: str, refs: list[ObjectRef]) -> QAction:
        action = self._menu.addAction(words)
        action.triggered.connect(lambda _checked=False: self.add(refs))
        return action

    def add(self, refs: Iterable[ObjectRef]) -> None:
        """Add objects at the end of the text, unless they are in it."""
        there = set(self.refs)
        fresh = [self._line(ref) for ref in refs if ref not in there]
        text = self.ids.toPlainText().rstrip("\n")
        self.take("\n".join([text, *fresh] if text else fresh))

    def _line(self, ref: ObjectRef) -> str:
        kind = "" if ref.object_type == self.object_type else f"{ref.object_type}\t"
        return f"{kind}{ref.object_id}"


def _understood(sheet: Sheet) -> str:
    """Return what was understood of a text, to be seen before it is taken."""
    counted = _counted(sheet.refs)
    kinds = dict.fromkeys(ref.object_type for ref in sheet.refs)
    strange = [remark.words for remark in map(unknown_type, kinds) if remark is not None]
    remarks = (*sheet.remarks, *strange)
    return " ".join((f"{counted}.", *remarks)) if remarks else counted


def _counted(refs: list[ObjectRef]) -> str:
    kinds = dict.fromkeys(ref.object_type for ref in refs)
    of = f" ({', '.join(kinds)})" if len(kinds) > 1 else ""
    return f"{numbers.count(len(refs))} " + (tr("object") if len(refs) == 1 else tr("objects")) + of


def _plain(text: str) -> str:
    """Return a text for a menu: an ampersand in it is no shortcut."""
    return text.replace("&", "&&")
