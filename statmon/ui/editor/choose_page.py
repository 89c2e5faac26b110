"""The first page of the editor: objects × statistics, what they mean, and their value now."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from statmon.domain import combinations, explanations
from statmon.domain.editing import Choice
from statmon.domain.library import Library, LibraryEntry, LibraryError, Provenance
from statmon.domain.statistic import ObjectRef
from statmon.domain.unit import Unit
from statmon.domain.workspace import ObjectLabel
from statmon.service.wire.errors import ServiceError
from statmon.storage.user import library, probes
from statmon.ui.background.answers import Answers, Start
from statmon.ui.data.in_words import in_words
from statmon.ui.editor import library_edits
from statmon.ui.editor.definition_form import DefinitionForm
from statmon.ui.editor.objects import ObjectsBox
from statmon.ui.editor.picker import Known, Picker, choice_for
from statmon.ui.editor.preview import Asks, Preview
from statmon.ui.look import numbers
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.buttons import button

_SOURCES = {
    Provenance.SHIPPED: "Shipped by Genesys under this name; contact centres can change it.",
    Provenance.DOCUMENTED: "From Genesys's documentation; whether it is configured must be asked.",
    Provenance.COMPOSED: "Composed from documented parts: check it on your contact centre.",
    Provenance.OWN: "Your own.",
    Provenance.ELSEWHERE: "Not a statistic of this service.",
}

_NAMED = 4
"""Missing names that are told; the list marks all of them."""
_UNITS = {
    Unit.COUNT: "a number",
    Unit.SECONDS: "seconds, shown as minutes:seconds",
    Unit.PERCENT: "percent",
    Unit.PER_HOUR: "per hour",
    Unit.STATE: "a state",
}

_COMPOSING = "Choose from the top: each field offers what suits those above it."


class ChoosePage(QWidget):
    """Two lists and one button."""

    add_wanted = Signal()

    def __init__(
        self,
        known: Iterable[ObjectLabel],
        library: Library,
        site: str,
        asks: Callable[[], Asks | None],
        start: Start,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._site, self._asks, self._answers = site, asks, Answers(self, start)
        self._entry: LibraryEntry | None = None
        self._field = ""
        self.objects = ObjectsBox(known)
        self.picker = Picker(library, theme)
        self.form = DefinitionForm(theme)
        self.preview = Preview(asks, start)
        self.ways = QTabWidget()
        self.ways.setAccessibleName(tr("Where statistics come from"))
        self.ways.addTab(self.picker, tr("&Library"))
        self.ways.addTab(self.form, tr("&Compose"))
        self.about = label(name=tr("What it means"))
        self.about.setWordWrap(True)
        self.add = button(tr("&Add"), self.add_wanted.emit)
        self.keeping = button(
            tr("&Keep in the library…"),
            self.keep,
            tr("The composed definition as a statistic of your own, or what is ticked as a "
               "template"),
        )  # fmt: skip
        self.said = label(name=tr("What was added"))
        self.said.setWordWrap(True)
        self._lay_out()
        self.objects.changed.connect(self._objects_changed)
        self.picker.changed.connect(self._choice_changed)
        self.picker.looked_at.connect(self._look_at)
        self.picker.probe_wanted.connect(self.probe)
        self.picker.removal_wanted.connect(self.remove)
        self.form.changed.connect(self._choice_changed)
        self.form.entered.connect(self._enter)
        self.ways.currentChanged.connect(lambda _at: self._choice_changed())
        self._objects_changed()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self.picker.set_theme(theme)
        self.form.set_theme(theme)

    def _lay_out(self) -> None:
        statistics = QGroupBox(tr("2  Statistics"))
        QVBoxLayout(statistics).addWidget(self.ways)
        meaning = QGroupBox(tr("3  What it means"))
        column = QVBoxLayout(meaning)
        column.addWidget(_scrolling(self.about), 2)
        column.addWidget(self.form.remarks, 3)
        column.addWidget(self.preview)
        row = QHBoxLayout()
        em = self.fontMetrics().horizontalAdvance("m")
        for part, share, least in ((self.objects, 4, 16), (statistics, 8, 34), (meaning, 5, 20)):
            # Shared by what they are for, not by how long a text in them happens to be.
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            part.setMinimumWidth(least * em)
            row.addWidget(part, share)
        below = QHBoxLayout()
        below.addWidget(self.said, 1)
        below.addWidget(self.keeping)
        below.addWidget(self.add)
        layout = QVBoxLayout(self)
        layout.addLayout(row, 1)
        layout.addLayout(below)

    @property
    def composing(self) -> bool:
        """Whether the statistic is composed rather than taken from the library."""
        return self.ways.currentWidget() is self.form

    @property
    def choices(self) -> list[Choice]:
        """The statistics that are chosen."""
        return [Choice(None, self.form.definition)] if self.composing else self.picker.choices

    def undecided(self, *, nothing_yet: bool) -> bool:
        """Whether something is chosen that Save must not lose, although Add was not pressed.

        Ticks go when they are added, so they always count, whichever page is in front; a composed
        statistic stays in its form, so it counts only while the subscription has none.
        """
        chosen = bool(self.picker.entries) or (self.composing and nothing_yet)
        return chosen and bool(self.objects.refs)

    def reset(self) -> None:
        """After adding: the objects stay; what was ticked and added is chosen anew."""
        if not self.composing:
            self.picker.clear()

    def stop(self) -> None:
        """The editor closes."""
        self.objects.stop()
        self.preview.stop()

    def look_again(self) -> None:
        """The editor is open again."""
        self._choice_changed()

    def _objects_changed(self) -> None:
        types = self.objects.types
        self.picker.set_types(types)
        self.form.set_type(types[0])
        self._choice_changed()

    def _look_at(self, entry: LibraryEntry | None) -> None:
        self._entry = entry
        self._choice_changed()

    def _choice_changed(self) -> None:
        objects, choices = len(self.objects.refs), len(self.choices)
        count = objects * choices
        self.add.setEnabled(count > 0)
        words = (
            f"{tr('&Add')} {numbers.count(objects)} × {choices} = {numbers.count(count)}"
            if count
            else tr("&Add")
        )
        self.add.setText(words)
        self.add.setAccessibleName(words.replace("&", ""))
        self.keeping.setEnabled(self.composing or bool(self.picker.entries))
        self._explain()
        refs = self.objects.refs
        self.preview.look_at(refs[0] if refs else None, self._seen())

    def keep(self) -> None:
        """Ask for a title, and add to the user's own part of the library."""
        composing = self.composing
        question = tr("Keep the statistic as") if composing else tr("Keep the template as")

        def take(title: str) -> None:
            kinds, definition = self.objects.types, self.form.definition
            names = tuple(entry.id for entry in self.picker.entries)

            def added(known: Library) -> Library:
                if composing:
                    return library_edits.with_entry(known, title, definition, kinds[0])
                return library_edits.with_template(known, title, names, tuple(kinds))

            words = f"{title} {tr('is in your library.')}"
            self._keep(added, words)

        library_edits.AskTitle(question, take, self).open()

    def remove(self, name: str, title: str) -> None:
        """Remove an own entry or template; statistics that were made of it stay."""
        words = f"{title} {tr('is no longer in your library.')}"
        make = partial(library_edits.without, name=name)
        self._keep(make, words)

    def _keep(self, make: Callable[[Library], Library], words: str) -> None:
        def show(changed: Library) -> None:
            self.picker.set_library(changed)
            self.said.setText(words)

        def fails(error: Exception) -> None:
            reason = error.strerror if isinstance(error, OSError) else error
            self.said.setText(f"⚠ {tr('It cannot be kept')} ({reason})")

        work = partial(asyncio.to_thread, library.change, make)
        self._answers.ask(
            work, "keep in the library", show, fails=fails, of=(OSError, LibraryError)
        )

    def _seen(self) -> Choice | None:
        """Return the statistic that is looked at, chosen or not."""
        if self.composing:
            return Choice(None, self.form.definition)
        if self._entry is None or not self._entry.obtainable:
            return None
        return choice_for(self._entry, self.objects.types, self.picker.known)

    def _enter(self, key: str) -> None:
        self._field = key
        self._explain()

    def _explain(self) -> None:
        self.form.remarks.setVisible(self.composing)
        if self.composing:
            field = explanations.FIELDS[self._field] if self._field else _COMPOSING
            of = f"{self.form.field(self._field).accessibleName()}: " if self._field else ""
            words = in_words(self.form.definition)
            category = self.form.definition.category
            if self._field == "subject" and combinations.subject_makes_no_difference(category):
                of, field = f"{of}{tr(field)} ", "With this category it makes no difference which."
            self.about.setText(f"{of}{tr(field)}\n\n{tr('All of it in words')}: {words}")
            return
        self.about.setText(explain(self._entry) if self._entry else tr("Choose a statistic."))

    def probe(self) -> None:
        """Ask which of the known names the first object has, and remember it for the site."""
        refs, asks = self.objects.refs, self._asks()
        if asks is None or not refs:
            self.said.setText(tr("To ask, connect and give at least one object."))
            return
        self.picker.probing.setEnabled(False)
        ref = refs[0]
        self._answers.ask(
            partial(self._ask, asks, ref, self.picker.names_for(ref.object_type)),
            "probe",
            partial(self._show_found, ref),
            fails=lambda error: self.said.setText(f"⚠ {error}"),
            of=(ServiceError,),
            after=lambda: self.picker.probing.setEnabled(True),
        )

    async def _ask(
        self, asks: Asks, ref: ObjectRef, names: Sequence[str]
    ) -> tuple[dict[str, bool], Known]:
        """Return which of the names there are, and all that is known of the site by now."""
        answer = await asks.values((ref, name) for name in names)
        there = {value.name for value in answer.statistics}
        found = {name: name in there for name in names}
        return found, await asyncio.to_thread(probes.keep, self._site, ref.object_type, found)

    def _show_found(self, ref: ObjectRef, what: tuple[dict[str, bool], Known]) -> None:
        found, known = what
        self.picker.set_known(known)
        missing = [name for name, there in found.items() if not there]
        but = f"; {tr('not')} {', '.join(missing[:_NAMED])}" if missing else ""
        more = "…" if len(missing) > _NAMED else ""
        count = len(found) - len(missing)
        self.said.setText(
            f"{count} {tr('of')} {len(found)} {tr('names exist for')} {ref}{but}{more}."
        )


def _scrolling(text: QLabel) -> QScrollArea:
    """Return a place for a text that may be longer than there is room on a small screen."""
    text.setAlignment(Qt.AlignmentFlag.AlignTop)
    area = QScrollArea()
    area.setAccessibleName(text.accessibleName())
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(text)
    for part in (area.viewport(), text):
        part.setAutoFillBackground(False)
    return area


def explain(entry: LibraryEntry) -> str:
    """Return what is known of an entry, in a few lines."""
    levels = entry.thresholds
    bounds = (
        ("warning below", levels.warning_low), ("critical below", levels.critical_low),
        ("warning above", levels.warning_high), ("critical above", levels.critical_high),
    )  # fmt: skip
    lines = [
        tr(entry.title),
        tr(entry.meaning),
        f"{tr('Formula')}: {tr(entry.formula)}",
        f"{tr('Unit')}: {tr(_UNITS[entry.unit])}",
        f"{tr('For')}: {', '.join(entry.object_types)}" if entry.object_types else "",
        "; ".join(
            f"{tr(words)} {numbers.written(level, entry.unit)}"
            for words, level in bounds
            if level is not None
        ),
        tr(_SOURCES[entry.provenance]),
    ]
    return "\n\n".join(line for line in lines if line)
