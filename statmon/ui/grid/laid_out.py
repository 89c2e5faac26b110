"""Texts laid out once: drawing one of them again takes a quarter of the time.

Names, signs and most numbers of a table are those of the tick before.
"""

import math
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText

_MOST = 5_000
"""Texts that are remembered."""
_MOST_FONTS = 200
"""Fonts that are: a value that is fitted into its room has one for each width."""


class LaidOut(NamedTuple):
    """A text as it is drawn, with its size in pixels."""

    text: QStaticText
    width: float
    height: int


class _Texts:
    def __init__(self) -> None:
        self._known: dict[tuple[int, int, Qt.TextElideMode, str], LaidOut] = {}
        self._fonts: dict[str, int] = {}
        self._last = QFont()
        self._number = -1

    def find(self, text: str, font: QFont, width: int, elide: Qt.TextElideMode) -> LaidOut:
        """Return a text, cut to a width; see ``laid_out``."""
        # A font's own key costs more than all the rest, and mostly it is that of the last text.
        if self._number < 0 or font != self._last:
            if len(self._fonts) >= _MOST_FONTS:
                self._fonts.clear()
                self._known.clear()
            self._last = QFont(font)
            self._number = self._fonts.setdefault(font.key(), len(self._fonts))
        key = self._number, width, elide, text
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[key] = _lay_out(text, font, width, elide)
        return known


def _lay_out(text: str, font: QFont, width: int, elide: Qt.TextElideMode) -> LaidOut:
    metrics = QFontMetricsF(font)
    short = metrics.elidedText(text, elide, width)
    result = QStaticText(short)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    return LaidOut(result, metrics.horizontalAdvance(short), math.ceil(metrics.height()))


_texts = _Texts()


def laid_out(text: str, font: QFont, width: int, elide: Qt.TextElideMode) -> LaidOut:
    """Return a text as it is drawn on one line, never as rich text.

    Args:
        text: what is drawn.
        font: the painter's.
        width: pixels that there are; what is longer is cut with an ellipsis.
        elide: where it is cut.
    """
    return _texts.find(text, font, width, elide)
