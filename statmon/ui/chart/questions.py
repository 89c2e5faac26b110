"""What charts ask: for a note, and for a span of hours of one's own."""

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog, QWidget

from statmon.ui.look import numbers
from statmon.ui.look.text import tr

_SHORTEST, _LONGEST = 0.01, 24.0 * 400
"""Hours."""


def ask_note(parent: QWidget, take: Callable[[str], object]) -> None:
    """Ask for words that are noted in a chart."""
    dialog = _question(parent, tr("Note"), tr("What happened here?"))
    dialog.textValueSelected.connect(lambda text: take(text) if text.strip() else None)
    dialog.open()


def ask_span(
    parent: QWidget, take: Callable[[float], object], fail: Callable[[str], object]
) -> None:
    """Ask how many hours are to be shown; ``take`` gets them as seconds."""
    words = tr("Hours to show, for instance {one} or 1:30").format(one=numbers.entered(0.5))
    dialog = _question(parent, tr("Another span"), words)
    dialog.setTextValue(numbers.entered(2))
    dialog.textValueSelected.connect(lambda typed: _take_span(typed, take, fail))
    dialog.open()


def hours_in(typed: str) -> float | None:
    """Read a number of hours, ``0.5`` or ``1:30``; None where it is none."""
    parts = typed.strip().split(":")
    if len(parts) == 2 and all(part.isdecimal() for part in parts) and int(parts[1]) < 60:
        return int(parts[0][:6]) + int(parts[1]) / 60
    return numbers.read(typed) if len(parts) == 1 else None


def _take_span(typed: str, take: Callable[[float], object], fail: Callable[[str], object]) -> None:
    hours = hours_in(typed)
    if hours is not None and _SHORTEST <= hours <= _LONGEST:
        take(hours * 3600)
        return
    fail(
        tr("“{text}” is no span between {least} and {most} hours.").format(
            text=typed[:40], least=numbers.entered(_SHORTEST), most=numbers.entered(_LONGEST)
        )
    )


def _question(parent: QWidget, title: str, words: str) -> QInputDialog:
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(words)
    dialog.finished.connect(dialog.deleteLater)
    return dialog
