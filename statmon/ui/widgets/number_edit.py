"""Fields for numbers: they read what the window writes, and say what they cannot read."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QLineEdit, QSpinBox, QToolTip

from statmon.domain.unit import Unit
from statmon.ui.look import numbers
from statmon.ui.look.text import tooltip, tr


class NumberEdit(QLineEdit):
    """A number in a unit, or nothing; whatever is typed stays to be seen."""

    def __init__(self, lowest: float = -1e12, most: float = 1e12) -> None:
        super().__init__()
        self._lowest, self._most = lowest, most

    def show_number(self, number: float | None, unit: Unit) -> None:
        """Show a number as it is edited in its unit."""
        self.setText(numbers.entered(number, unit))

    @property
    def number(self) -> float | None:
        """What stands there; None for nothing, and for what is wrong."""
        return None if self.trouble else numbers.read(self.text())

    @property
    def trouble(self) -> str:
        """Why what stands there cannot be taken, as a sentence, or nothing."""
        text = self.text().strip()
        number = numbers.read(text)
        if not text:
            return ""
        if number is None:
            return unreadable(text)
        if not self._lowest <= number <= self._most:
            return out_of_range(text, self._lowest, self._most)
        return ""


def unreadable(text: str) -> str:
    """Return what to say of a text that is no number."""
    return tr("“{text}” is no number: write for instance {one} or {other}.").format(
        text=text[:40], one=numbers.entered(100.5), other="2:30"
    )


def out_of_range(text: str, lowest: float, most: float) -> str:
    """Return what to say of a number that is too small or too large."""
    return tr("“{text}” is not between {lowest} and {most}.").format(
        text=text[:40], lowest=numbers.entered(lowest), most=numbers.entered(most)
    )


class NumberBox(QSpinBox):
    """A whole number; letters may be typed, and what is no number is said and taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble = ""
        self._settled = self.value()
        """What stood there before somebody typed: a part of a text may be a number, too."""
        self.valueChanged.connect(self._changed)
        self.lineEdit().textEdited.connect(lambda _text: self._say(""))
        self.editingFinished.connect(self._finished)

    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed."""
        state = QValidator.State
        return (state.Acceptable if self._read(text) is not None else state.Intermediate), text, pos

    def valueFromText(self, text: str) -> int:  # noqa: N802
        """Read what is typed, in the locale, or as minutes and seconds."""
        number = self._read(text)
        return self.value() if number is None else number

    def fixup(self, text: str) -> str:
        """Say what was wrong; what stood there before comes back."""
        said = self._plain(text)
        number = numbers.read(said)
        if said and number is None:
            self._say(unreadable(said))
        elif said:
            self._say(out_of_range(said, self.minimum(), self.maximum()))
        if self.specialValueText() and self._settled == self.minimum():
            return self.specialValueText()
        return self.textFromValue(self._settled) + self.suffix()

    def _changed(self, value: int) -> None:
        if not self.lineEdit().isModified():
            self._settled = value

    def _finished(self) -> None:
        self._settled = self.value()

    def _plain(self, text: str) -> str:
        return text.strip().removesuffix(self.suffix().strip()).strip()

    def _read(self, text: str) -> int | None:
        if self.specialValueText() and text == self.specialValueText():
            return self.minimum()
        number = numbers.read(self._plain(text))
        if number is None or number != int(number):
            return None
        return int(number) if self.minimum() <= number <= self.maximum() else None

    def _say(self, words: str) -> None:
        self.trouble = words
        if words:
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), tooltip(words), self)
