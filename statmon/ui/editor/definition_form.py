"""A definition as a form: what can be chosen in a field depends on the fields before it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFormLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from statmon.domain import combinations, explanations
from statmon.domain.definition import Definition
from statmon.domain.editing import with_fields
from statmon.domain.lint import lint, mode_of
from statmon.ui.editor.mask import MaskBox
from statmon.ui.editor.remarks import Remarks
from statmon.ui.look.text import label, tooltip, tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.number_edit import NumberBox

_TITLES: Final = {
    "category": "What", "subject": "Of what", "mainMask": "Which", "relativeMask": "Divided by",
    "intervalType": "Interval", "dynamicTimeProfile": "Time profile",
    "timeRangeLeft": "From second", "timeRangeRight": "to second",
    "timeRangeLeft2": "Short abandons from", "timeRangeRight2": "to second",
    "dynamicFilter": "Filter", "notificationMode": "Told", "notificationFrequency": "Every (s)",
    "insensitivity": "Smallest change",
}  # fmt: skip
_LISTS: Final = {
    "intervalType": explanations.INTERVALS,
    "notificationMode": explanations.MODES,
    "dynamicTimeProfile": {
        "0:00": "since midnight", "3600:10": "the last hour", "1800:10": "the last half hour",
        "900:10": "the last quarter of an hour", "8:00": "since 8 o'clock",
    },
    "dynamicFilter": {
        "MediaType=voice": "telephone", "MediaType=chat": "chat", "MediaType=email": "e-mail",
    },
}  # fmt: skip
_LARGEST = 10_000_000
_ABSENT = -1


class DefinitionForm(QScrollArea):
    """Shows a definition and changes it field by field; keys that it does not know stay.

    Its ``remarks`` are a widget of their own: whoever has the form puts them where they are seen.
    """

    changed = Signal()
    entered = Signal(str)
    """The keyboard came to a field; its key."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Definition"))
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._type, self._theme = "Agent", theme
        self._definition = combinations.starting_point(self._type)
        self._touched = False
        self._fields: dict[str, QWidget] = {}
        self.remarks = Remarks(theme)
        self.remarks.cure_wanted.connect(self.change)
        self._lay_out()
        self.show_definition(self._definition)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.remarks.set_theme(theme)
        for field in self._fields.values():
            if isinstance(field, MaskBox):
                field.set_theme(theme)

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(4, 4, 4, 4)
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for key, title in _TITLES.items():
            field = self._make(key, tr(title))
            field.setToolTip(tooltip(tr(explanations.FIELDS[key])))
            self._fields[key] = field
            caption = label(tr(title))
            caption.setToolTip(field.toolTip())
            caption.setBuddy(field)
            self._form.addRow(caption, field)
        column.addLayout(self._form)
        column.addStretch(1)
        self.remarks.setMinimumHeight(110)
        self.setWidget(page)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        for key, field in self._fields.items():
            if now is not None and (now is field or field.isAncestorOf(now)):
                self.entered.emit(key)

    def _make(self, key: str, title: str) -> QWidget:
        name = f"{title} ({key})"
        if key.endswith("Mask"):
            mask = MaskBox(name, self._theme)
            mask.edited.connect(lambda text: self.change({key: text or None}))
            return mask
        if key.startswith("timeRange") or key in ("notificationFrequency", "insensitivity"):
            spin = NumberBox()
            spin.setRange(_ABSENT, _LARGEST)
            spin.setSpecialValueText(tr("not given"))
            spin.setAccessibleName(name)
            spin.valueChanged.connect(
                lambda value: self.change({key: None if value == _ABSENT else value})
            )
            return spin
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setAccessibleName(name)
        box.setMinimumContentsLength(16)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.editTextChanged.connect(lambda text: self.change({key: _word(text) or None}))
        return box

    def field(self, key: str) -> Any:
        """Return the widget of a field."""
        return self._fields[key]

    @property
    def definition(self) -> Definition:
        """The definition as it stands."""
        return self._definition

    def set_type(self, object_type: str) -> None:
        """Offer what suits objects of a type; what nobody has touched yet begins anew."""
        if object_type != self._type:
            self._type = object_type
            if not self._touched:
                self._definition = combinations.starting_point(object_type)
            self.show_definition(self._definition)
            self.changed.emit()

    def show_definition(self, definition: Definition) -> None:
        """Show a definition."""
        self._definition = definition
        self._set_lists()
        for key, field in self._fields.items():
            field.blockSignals(True)
            self._show(key, field, definition.text(key))
            field.blockSignals(False)
            self._form.setRowVisible(field, self._applies(key))
        self.remarks.show_remarks(lint(definition, self._type))

    def _show(self, key: str, field: QWidget, text: str) -> None:
        if isinstance(field, MaskBox):
            field.set_mask(text)
        elif isinstance(field, QSpinBox):
            number = self._definition.seconds(key)
            valid = number is not None and 0 <= number <= _LARGEST
            field.setValue(int(number or 0) if valid else _ABSENT)
        elif isinstance(field, QComboBox):
            if _word(field.currentText()) != text:
                at = next((row for row in range(field.count()) if field.itemData(row) == text), -1)
                field.setCurrentIndex(at)
                if at < 0:
                    field.setEditText(text)
            if (line := field.lineEdit()) is not None and not line.hasFocus():
                line.setCursorPosition(0)  # the beginning of a long line is the word itself

    def _set_lists(self) -> None:
        subject = self._definition.text("subject")
        words = combinations.mask_words(self._type, subject, self._definition.category)
        for key in ("mainMask", "relativeMask"):
            self.field(key).set_words(words)
        subjects = combinations.subjects_for(self._type)
        categories = combinations.categories_for(self._type)
        _fill(self.field("subject"), ((word, explanations.SUBJECTS[word]) for word in subjects))
        _fill(
            self.field("category"),
            ((word, explanations.CATEGORIES.get(word, "")) for word in categories),
        )
        for key, words_of in _LISTS.items():
            _fill(self.field(key), words_of.items())

    def _applies(self, key: str) -> bool:
        definition = self._definition
        category = definition.category
        if definition.text(key):
            return True  # what is there is shown, whether it makes sense or not
        if key == "relativeMask":
            return category in combinations.RELATIVE
        if key.startswith("timeRange"):
            second = key.endswith("2")
            return category == "ServiceFactor1" if second else category in combinations.RANGED
        if key in ("intervalType", "dynamicTimeProfile"):
            return not combinations.is_current(category)
        if key == "notificationFrequency":
            return mode_of(definition) in ("", "periodical")
        return True

    def change(self, changes: Mapping[str, Any]) -> None:
        """Set fields, or take them out by None, as if they were typed."""
        changed = with_fields(self._definition, changes)
        if changed != self._definition:
            self._touched = True
            self.show_definition(changed)
            self.changed.emit()


def _word(text: str) -> str:
    """Return the word that is meant by a line of a list: its explanation stands behind a dash."""
    return text.split(" – ", 1)[0].strip()


def _fill(box: QComboBox, words: Iterable[tuple[str, str]]) -> None:
    wanted = [(f"{word} – {tr(text)}" if text else word, word) for word, text in words]
    if [box.itemData(row) for row in range(box.count())] == [word for _, word in wanted]:
        return
    text = box.currentText()
    box.blockSignals(True)
    box.clear()
    for line, word in wanted:
        box.addItem(line, word)
        box.setItemData(box.count() - 1, tooltip(line), Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(-1)
    box.setEditText(text)
    box.blockSignals(False)
