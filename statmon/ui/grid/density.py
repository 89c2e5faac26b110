"""How dense lines stand: compact, normal, or large enough for a wall."""

from enum import StrEnum

from PySide6.QtGui import QFont, QFontMetrics


class Density(StrEnum):
    """A choice of font size and line height."""

    COMPACT = "compact"
    NORMAL = "normal"
    WALL = "wall"

    def font(self, base: QFont) -> QFont:
        """Return the font of this density, with figures of one width."""
        font = QFont(base)
        if self is Density.WALL and base.pointSizeF() > 0:
            font.setPointSizeF(base.pointSizeF() * _WALL)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font


_WALL = 2.4
"""Times the usual size: digits of some 40 pixels, readable from across a room."""
_PADDING = {Density.COMPACT: 0, Density.NORMAL: 3, Density.WALL: 8}


def row_height(metrics: QFontMetrics, density: Density) -> int:
    """Return how many pixels high a line is."""
    return metrics.height() + 2 * _PADDING[density]
