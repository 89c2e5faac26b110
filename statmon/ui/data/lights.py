"""The three lights of the status bar: connection, service, data. None speaks for another."""

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from statmon.live.freshness import Freshness
from statmon.ui.data.lens import Lens
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import label, tooltip, tr
from statmon.ui.look.theme import Theme, Tone


class Light(QWidget):
    """A name, and what is to be said of it as glyph, word and colour."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._theme = name, theme
        self._sign: signs.Sign | None = None
        self._pixels = 0
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 12, 0)
        layout.setSpacing(5)
        self._title, self._glyph, self._word = label(name), label(), label()
        for part in (self._title, self._glyph, self._word):
            layout.addWidget(part)

    @property
    def text(self) -> str:
        """What it says, for people and tests."""
        return f"{self._name}: {self._sign.word}" if self._sign else self._name

    @property
    def name(self) -> str:
        """What it is the light of."""
        return self._name

    @property
    def sign(self) -> signs.Sign | None:
        """What it shows."""
        return self._sign

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        if self._sign is not None:
            self._paint(self._sign)

    def set_size(self, pixels: int) -> None:
        """Write so many pixels high."""
        self._pixels = pixels
        row = self.layout()
        if row is not None:
            row.setSpacing(max(5, round(pixels * 0.4)))
        if self._sign is not None:
            self._paint(self._sign)

    def show_sign(self, sign: signs.Sign, detail: str = "") -> None:
        """Show a sign, with a sentence on hover."""
        self.setToolTip(tooltip(detail))
        if sign != self._sign:
            self._sign = sign
            self._paint(sign)

    def _paint(self, sign: signs.Sign) -> None:
        self._glyph.setText(sign.glyph)
        self._word.setText(sign.word)
        self.setAccessibleName(self.text)
        tones, size = self._theme.tones, self._pixels
        tint(self._title, tones[Tone.MUTED], size)
        tint(self._glyph, tones[sign.tone], size)
        tint(self._word, tones[Tone.PLAIN if sign.tone is Tone.GOOD else sign.tone], size)


def tint(part: QLabel, color: QColor, pixels: int = 0) -> None:
    """Give a label a colour, and a size where one is wanted.

    Both at once by a style sheet: with the application's, palettes and fonts of labels are reset.
    """
    size = f"; font-size: {pixels}px" if pixels else ""
    part.setStyleSheet(f"color: {color.name()}{size}")


_NOT_WELL = (Freshness.STALE, Freshness.ERROR, Freshness.LATE)


def data_sign(lens: Lens) -> signs.Sign:
    """Return what is to be said of the data as a whole: what is not well, counted."""
    rows = lens.rows
    if lens.travelling:
        return signs.Sign("◀◀", tr("the past"), Tone.WARN)
    if lens.paused:
        return signs.of_freshness(Freshness.PAUSED)
    if not len(rows):
        return signs.Sign("…", tr("nothing subscribed"), Tone.MUTED)
    counts = np.bincount(lens.fresh[rows], minlength=len(Freshness))
    if counts[Freshness.NO_DATA] == len(rows):
        return signs.Sign("…", tr("waiting for values"), Tone.MUTED)
    if counts[Freshness.STALE] == len(rows) and np.isnan(lens.ages()[rows]).all():
        return signs.Sign("…", tr("no values yet"), Tone.MUTED)  # nothing there can be old
    bad = [(signs.of_freshness(f), int(counts[f])) for f in _NOT_WELL if counts[f]]
    if bad:
        words = ", ".join(f"{numbers.count(count)} {sign.word}" for sign, count in bad)
        only_late = counts[Freshness.STALE] == counts[Freshness.ERROR] == 0
        return signs.Sign(bad[0][0].glyph, words, Tone.WARN if only_late else Tone.BAD)
    return signs.of_freshness(Freshness.LIVE if counts[Freshness.LIVE] else Freshness.QUIET)
