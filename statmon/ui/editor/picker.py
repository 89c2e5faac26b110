"""Choosing statistics from the library: search as you type, tick, or take a template."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QBrush, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.editing import Choice
from statmon.domain.library import Library, LibraryEntry, Provenance, Template
from statmon.storage.user import library
from statmon.ui.look.row_height import RowHeight
from statmon.ui.look.text import tooltip, tr
from statmon.ui.look.theme import Theme, palette, with_boxes
from statmon.ui.widgets.buttons import button, menu_button
from statmon.ui.widgets.listing import refilling

_ID = Qt.ItemDataRole.UserRole
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
Known = Mapping[str, Mapping[str, bool]]
"""By object type and predefined name: whether the site has it, as far as it was asked."""


def choice_for(entry: LibraryEntry, object_types: Iterable[str], known: Known) -> Choice:
    """Return how to ask for an entry: by name, unless the site is known to lack the name."""
    missing = any(known.get(kind, {}).get(entry.name or "") is False for kind in object_types)
    if entry.name and not (missing and entry.definition):
        return Choice(entry.name)
    return Choice(None, entry.definition, entry.id)


class Picker(QWidget):
    """The library as a list to tick."""

    changed = Signal()
    looked_at = Signal(object)
    probe_wanted = Signal()
    removal_wanted = Signal(str, str)
    """The id and title of an own entry or template."""

    def __init__(self, known: Library, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library, self._types = known, [""]
        self._ticked: dict[str, None] = {}
        self.known: Known = {}
        self.search = QLineEdit()
        self.search.setAccessibleName(tr("Search statistics"))
        self.search.setPlaceholderText(tr("Search by name, meaning or unit"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setItemDelegate(RowHeight(self.list))
        self.list.setAccessibleName(tr("Statistics of the library"))
        self.set_theme(theme)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.templates = menu_button(tr("&Template"), tr("Several that belong together"))
        self._menu = QMenu(self.templates)
        self._menu.setAccessibleName(tr("Templates"))
        self.templates.setMenu(self._menu)
        self.probing = button(
            tr("&Which exist?"),
            self.probe_wanted.emit,
            tr("Ask the service which of the known names this contact centre has for the first "
               "object; the answer is remembered for the site"),
        )  # fmt: skip
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self.fill())
        self.search.installEventFilter(self)
        self.list.itemChanged.connect(self._tick)
        self.list.currentItemChanged.connect(lambda item, _old: self._look_at(item))
        self.removing = QAction(tr("&Remove from your library"), self.list)
        self.removing.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.removing.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.removing.triggered.connect(lambda _checked=False: self._remove())
        self.list.addAction(self.removing)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self.list.setPalette(with_boxes(palette(theme), theme))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.templates)
        row.addWidget(self.probing)
        row.addStretch(1)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addLayout(row)

    @property
    def entries(self) -> list[LibraryEntry]:
        """The ticked entries that suit the objects, in the order of ticking."""
        entries = (self._library[name] for name in self._ticked)
        return [entry for entry in entries if any(map(entry.valid_for, self._types))]

    @property
    def choices(self) -> list[Choice]:
        """How to ask for the ticked entries."""
        return [choice_for(entry, self._types, self.known) for entry in self.entries]

    def names_for(self, object_type: str) -> list[str]:
        """Return the predefined names that are worth asking for with objects of a type."""
        entries = self._library.entries
        return [entry.name for entry in entries if entry.name and entry.valid_for(object_type)]

    def set_types(self, types: list[str]) -> None:
        """Offer what suits objects of these types."""
        if types != self._types:
            self._types = types
            self.fill()
            self._fill_templates()

    @property
    def library(self) -> Library:
        """The library that is shown."""
        return self._library

    def set_library(self, known: Library) -> None:
        """Show another library; what is ticked and in it stays ticked."""
        self._library = known
        there = {entry.id for entry in known.entries}
        self._ticked = {name: None for name in self._ticked if name in there}
        self.fill()
        self._fill_templates()

    def set_known(self, known: Known) -> None:
        """Show what is known of the site."""
        self.known = known
        self.fill()

    def clear(self) -> None:
        """Tick nothing."""
        self._ticked.clear()
        self.fill()

    def take(self, template: Template) -> None:
        """Tick what is in a template."""
        self._ticked.update(dict.fromkeys(template.entries))
        self.fill()

    def fill(self) -> None:
        """Show what the search finds; what is ticked stays ticked."""
        words = self.search.text()
        found = self._library.search(words, self._types if any(self._types) else ())
        current = self._current_id()
        with refilling(self.list):
            self.list.clear()
            topic = ""
            for entry in found:
                if not words and entry.topic != topic:
                    topic = entry.topic
                    self._add_heading(topic)
                item = self._add(entry)
                if entry.id == current:
                    self.list.setCurrentItem(item)
            if not found:
                self._add_heading(tr("Nothing found: try another word, or compose it."))
        if self.list.currentRow() < 0 or words:
            self._go(0, 1)
        self._look_at(self.list.currentItem())
        self.changed.emit()

    def _add(self, entry: LibraryEntry) -> QListWidgetItem:
        absent = self.is_absent(entry)
        words = f"{tr(entry.title)}  ({entry.unit.value})"
        if entry.name:
            words += f"  {entry.name}"
        if absent:
            words += f"  – {tr('not at this site')}"
        item = QListWidgetItem(words, self.list)
        item.setData(_ID, entry.id)
        item.setToolTip(tooltip(tr(entry.meaning)))
        if not entry.obtainable:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
        else:
            item.setCheckState(_CHECKED if entry.id in self._ticked else _UNCHECKED)
        if absent or not entry.obtainable:
            item.setForeground(QBrush(self.palette().placeholderText()))
        return item

    def is_absent(self, entry: LibraryEntry) -> bool:
        """Whether the site is known to lack the entry's name."""
        return any(self.known.get(kind, {}).get(entry.name or "") is False for kind in self._types)

    def _add_heading(self, words: str) -> None:
        item = QListWidgetItem(tr(words), self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = item.font()
        font.setBold(True)
        item.setFont(font)

    def _fill_templates(self) -> None:
        self._menu.clear()
        for template in self._library.templates:
            if set(template.object_types) & set(self._types):
                action = self._menu.addAction(tr(template.title).replace("&", "&&"))
                action.setToolTip(tooltip(tr(template.meaning)))
                action.triggered.connect(lambda _checked=False, t=template: self.take(t))
        self._offer_removal()
        self.templates.setEnabled(not self._menu.isEmpty())

    def _offer_removal(self) -> None:
        shipped = {template.id for template in library.shipped().templates}
        own = [item for item in self._library.templates if item.id not in shipped]
        if not own:
            return
        menu = self._menu.addMenu(tr("&Remove from your library"))
        for template in own:
            action = menu.addAction(template.title.replace("&", "&&"))
            action.triggered.connect(
                lambda _checked=False, t=template: self.removal_wanted.emit(t.id, t.title)
            )

    def _tick(self, item: QListWidgetItem) -> None:
        name = item.data(_ID)
        if item.checkState() == _CHECKED:
            self._ticked[name] = None
        else:
            self._ticked.pop(name, None)
        self.list.setCurrentItem(item)  # a click on the box alone does not: its meaning and value
        self.changed.emit()

    def _look_at(self, item: QListWidgetItem | None) -> None:
        name = item.data(_ID) if item is not None else None
        entry = self._library[name] if name is not None else None
        self.removing.setEnabled(entry is not None and entry.provenance is Provenance.OWN)
        self.looked_at.emit(entry)

    def _remove(self) -> None:
        name = self._current_id()
        if name is not None:
            self.removal_wanted.emit(name, self._library[name].title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the arrows move in the list and Enter tick, while the search has the keyboard."""
        if watched is self.search and isinstance(event, QKeyEvent):
            done = self._on_key(event) if event.type() == QEvent.Type.KeyPress else False
            if done:
                return True
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Down: lambda: self._go(self.list.currentRow() + 1, 1),
            Qt.Key.Key_Up: lambda: self._go(self.list.currentRow() - 1, -1),
            Qt.Key.Key_Return: self._toggle,
            Qt.Key.Key_Enter: self._toggle,
        }
        act = keys.get(event.key())
        if act is None:
            return False
        act()
        return True

    def _go(self, row: int, step: int) -> None:
        while 0 <= row < self.list.count():
            if self.list.item(row).data(_ID) is not None:
                self.list.setCurrentRow(row)
                return
            row += step

    def _current_id(self) -> str | None:
        row = self.list.currentRow()
        found: str | None = self.list.item(row).data(_ID) if row >= 0 else None
        return found

    def _toggle(self) -> None:
        if self.list.currentRow() < 0:
            return
        item = self.list.currentItem()
        if item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            on = item.checkState() == _CHECKED
            item.setCheckState(_UNCHECKED if on else _CHECKED)
