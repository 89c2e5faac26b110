"""What a cell shows is drawn as Qt would draw the text, only sooner."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from statmon.ui.grid.density import Density, row_height
from statmon.ui.grid.pen import GAP, draw_text
from statmon.ui.start.application import application

TEXTS = ("CurrentNumberWaitingCalls", "<b>x</b>", "997", "● live", "Äg 1:02:14")
SIDES = {False: Qt.AlignmentFlag.AlignLeft, True: Qt.AlignmentFlag.AlignRight}


def as_qt_draws(painter, rect, text, color, *, right, bold):
    """The words of the pen in Qt's: cut to the room, centred, plain."""
    room = rect.adjusted(GAP // 2, 0, -GAP, 0)
    font = painter.font()
    font.setBold(bold)
    painter.setFont(font)
    cut = Qt.TextElideMode.ElideRight
    text = painter.fontMetrics().elidedText(text, cut, room.width())
    painter.setPen(color)
    painter.drawText(room, int(SIDES[right] | Qt.AlignmentFlag.AlignVCenter), text)


def picture(draw, density, text, width, **how):
    image = QImage(320, 80, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.setFont(density.font(QApplication.font()))
    height = row_height(painter.fontMetrics(), density)
    draw(painter, QRect(5, 5, width, height), text, QColor("black"), **how)
    painter.end()
    return image


@pytest.mark.parametrize("density", Density)
@pytest.mark.parametrize("width", [40, 90, 300])
def test_a_remembered_text_is_drawn_like_any_other(qapp, density, width):
    """Pixel for pixel, cut or whole, at either side; markup stays what it is: letters."""
    application("light")
    for text in TEXTS:
        for right in SIDES:
            for bold in (False, True):
                how = {"right": right, "bold": bold}
                wanted = picture(as_qt_draws, density, text, width, **how)
                assert picture(draw_text, density, text, width, **how) == wanted, (text, how)
                assert picture(draw_text, density, text, width, **how) == wanted, "once more"
