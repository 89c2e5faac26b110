"""Visible text: translated, and never taken for HTML.

Qt's labels and tooltips guess whether a text is HTML. What comes from the service or a file
must not be guessed about, so every label is made here.
"""

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QLabel, QWidget

from statmon.domain.outside import visible

CONTEXT = "statmon"
_LEAST = 160
"""Pixels that words which wrap may demand: those of one that is longer are cut."""


def tr(text: str) -> str:
    """Return the text in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


class _Words(QLabel):
    """Makes no window wider than its screen: a name without a space may be of any length."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        hint = super().minimumSizeHint()
        return hint.boundedTo(QSize(_LEAST, hint.height())) if self.wordWrap() else hint


def label(text: str = "", name: str = "", parent: QWidget | None = None) -> QLabel:
    """Return a label that shows exactly its text; ``name`` is what a screen reader says."""
    from PySide6.QtCore import Qt  # takes a tenth of the first frame, which has no label

    result = _Words(visible(text, lines=True), parent)
    result.setTextFormat(Qt.TextFormat.PlainText)
    if name:
        result.setAccessibleName(name)
    return result


def say_in_place(part: QLabel, text: str) -> None:
    """Let a label say what changes often, in a room that only grows: then just its text is drawn.

    Of any other label Qt asks anew how large it wants to be, which lays out the whole window.
    """
    if text == part.text():
        return
    part.setText(text)
    room, wanted = part.minimumSize(), part.sizeHint()
    if wanted.width() > room.width() or wanted.height() != room.height():
        part.setFixedSize(wanted.expandedTo(QSize(room.width(), 0)))


def tooltip(text: str) -> str:
    """Return a text for a tooltip: escaped, so that Qt shows it as it is."""
    import html  # takes a while, and the first frame has no tooltip

    if not text:
        return ""
    return "<span>" + html.escape(visible(text, lines=True)).replace("\n", "<br>") + "</span>"
