"""One row of the tree, drawn in one go."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette

from statmon.domain.statistic import ObjectRef
from statmon.ui.cells import Cells
from statmon.ui.theme import Theme, Tone
from statmon.ui.tree.model import AGE, FRESHNESS, STATISTIC, VALUE, TreeModel

_GAP = 6
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_ELIDE = Qt.TextElideMode.ElideRight


class RowPainter:
    """Draws rows in a theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme

    def background(
        self, painter: QPainter, rect: QRect, palette: QPalette, selected: bool, current: bool
    ) -> None:
        """Draw what lies under a row: the selection and the keyboard's place."""
        if selected:
            painter.fillRect(rect, palette.highlight())
        if current:
            painter.setPen(palette.color(QPalette.ColorRole.Accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def paint(
        self,
        painter: QPainter,
        columns: Sequence[QRect],
        model: TreeModel,
        node: int,
        palette: QPalette,
    ) -> None:
        """Draw a node's cells into the rectangles of the columns."""
        plain = palette.color(QPalette.ColorRole.Text)
        outline = model.outline
        shown = model.cells(node)
        statistic = outline.is_statistic(node)
        self._text(painter, columns[STATISTIC], outline.label[node], plain, bold=not statistic)
        if shown is not None:
            self._cells(painter, columns, shown)
        elif not isinstance(outline.key[node], ObjectRef):
            muted = self.theme.tones[Tone.MUTED]
            self._text(painter, columns[VALUE], model.text(node, VALUE), muted)

    def _cells(self, painter: QPainter, columns: Sequence[QRect], shown: Cells) -> None:
        tones = self.theme.tones
        self._text(painter, columns[VALUE], shown.value, tones[shown.tone], right=shown.number)
        if shown.badge:
            self._badge(painter, columns[AGE], shown.age)
        else:
            self._text(painter, columns[AGE], shown.age, tones[Tone.MUTED], right=True)
        # What is as it should be stays grey: colour is for what is not.
        normal = shown.fresh.tone in (Tone.PLAIN, Tone.GOOD)
        color = tones[Tone.MUTED if normal else shown.fresh.tone]
        glyph = columns[FRESHNESS].adjusted(_GAP, 0, 0, 0)
        self._text(painter, glyph, shown.fresh.glyph, color)
        word = glyph.adjusted(painter.fontMetrics().height() + _GAP // 2, 0, 0, 0)
        self._text(painter, word, shown.fresh.word, color)

    def _text(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        color: QColor,
        *,
        right: bool = False,
        bold: bool = False,
    ) -> None:
        if not text:
            return
        room = rect.adjusted(_GAP // 2, 0, -_GAP, 0)
        font = painter.font()
        if font.bold() != bold:
            font.setBold(bold)
            painter.setFont(font)
        metrics = painter.fontMetrics()
        if len(text) * metrics.maxWidth() > room.width():
            text = metrics.elidedText(text, _ELIDE, room.width())
        painter.setPen(color)
        painter.drawText(room, _RIGHT if right else _LEFT, text)

    def _badge(self, painter: QPainter, rect: QRect, text: str) -> None:
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text) + 2 * _GAP
        height = metrics.height() + 2
        badge = QRect(rect.right() - _GAP - width + 1 + _GAP, 0, width, height)
        badge.moveCenter(rect.center())
        badge.moveRight(rect.right() - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.badge)
        painter.drawRoundedRect(badge, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._text(painter, badge, text, self.theme.badge_text, right=True)
