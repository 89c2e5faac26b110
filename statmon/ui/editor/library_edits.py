"""Adding to the library: a composed definition under a title, ticked statistics as a template."""

import re
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from statmon.domain.definition import Definition
from statmon.domain.library import Library, LibraryEntry, Provenance, Template
from statmon.ui.look.text import label, tr
from statmon.ui.widgets.dialog import Dialog


def with_entry(known: Library, title: str, definition: Definition, object_type: str) -> Library:
    """Return the library with a definition as an own entry, in front.

    What it knows of a definition that computes the same is taken over.
    """
    like = next(
        (entry for entry in known.entries if entry.definition == definition),
        LibraryEntry(
            id="", title="", meaning="", formula="", topic="", object_types=(object_type,)
        ),
    )
    own = replace(
        like,
        id=_free(known, title),
        title=title,
        meaning=like.meaning or f"{title}.",
        formula=like.formula or f"{definition.title}.",
        topic="Own",
        name=None,
        definition=definition,
        provenance=Provenance.OWN,
    )
    return Library((own, *known.entries), known.templates)


def with_template(
    known: Library, title: str, entries: tuple[str, ...], object_types: tuple[str, ...]
) -> Library:
    """Return the library with a template in front."""
    own = Template(
        id=_free(known, title), title=title, meaning=title, object_types=object_types,
        entries=entries,
    )  # fmt: skip
    return Library(known.entries, (own, *known.templates))


def without(known: Library, name: str) -> Library:
    """Return the library without an own entry or template, wherever it was named."""
    templates = (
        replace(item, entries=tuple(entry for entry in item.entries if entry != name))
        for item in known.templates
        if item.id != name
    )
    entries = (
        replace(item, weight=tuple(entry for entry in item.weight if entry != name))
        for item in known.entries
        if item.id != name
    )
    return Library(entries, (item for item in templates if item.entries))


def _free(known: Library, title: str) -> str:
    stem = re.sub(r"\W+", "-", title.casefold()).strip("-") or "own"
    taken = {entry.id for entry in known.entries} | {item.id for item in known.templates}
    name, number = f"own-{stem}", 1
    while name in taken:
        number += 1
        name = f"own-{stem}-{number}"
    return name


class AskTitle(Dialog):
    """Asks for a title; does something with it when it is given."""

    def __init__(
        self, question: str, do: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(question)
        self.setAccessibleName(question)
        self.title = QLineEdit()
        self.title.setAccessibleName(tr("Title"))
        box = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(box.Ok | box.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        good = self.buttons.button(box.Ok)
        good.setEnabled(False)
        self.title.textChanged.connect(lambda text: good.setEnabled(bool(text.strip())))
        layout = QVBoxLayout(self)
        layout.addWidget(label(question))
        layout.addWidget(self.title)
        layout.addWidget(self.buttons)
        self.accepted.connect(lambda: do(self.title.text().strip()))
