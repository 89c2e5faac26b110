"""Texts that are remembered: not for ever."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from statmon.ui.grid import laid_out


def test_fonts_without_end_do_not_fill_the_memory(qapp, monkeypatch):
    """A value that is fitted into its room has a font of its own for each width of it."""
    monkeypatch.setattr(laid_out, "_texts", laid_out._Texts())
    for tenth in range(3 * laid_out._MOST_FONTS):
        font = QFont()
        font.setPointSizeF(8 + tenth / 10)
        known = laid_out.laid_out("997", font, 5_000, Qt.TextElideMode.ElideRight)
        assert known.text.text() == "997"

    assert len(laid_out._texts._fonts) <= laid_out._MOST_FONTS
    assert len(laid_out._texts._known) <= laid_out._MOST_FONTS
