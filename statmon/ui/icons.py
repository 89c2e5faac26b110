"""The icons of actions and buttons: one set of drawings, in the colours of the palette.

An icon never stands for a meaning alone: each is beside a text, or has one on hover and for a
screen reader.
"""

from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton

from statmon.storage.resources import resource

SIZE = QSize(18, 18)
"""Of an icon in a toolbar, in pixels at 100 %."""
_SIDES = (16, 18, 32, 36, 54)
"""Pixels of a side that are drawn: small and usual, at one, two and three times the scale."""
_INK = "#000000"
"""The colour in which the drawings are kept."""
_NAME = "statmonIcon"


def dress(bearer: QAction | QAbstractButton, name: str) -> None:
    """Give an action or a button an icon, which ``redress`` draws anew in another palette."""
    bearer.setProperty(_NAME, name)
    bearer.setIcon(icon(name))


def redress(root: QObject) -> None:
    """Draw the icons of all that is in a window anew, in the palette of now."""
    bearers: list[QAction | QAbstractButton] = []
    bearers += root.findChildren(QAction)
    bearers += root.findChildren(QAbstractButton)
    for bearer in bearers:
        name = bearer.property(_NAME)
        if isinstance(name, str):
            bearer.setIcon(icon(name))


def icon(name: str) -> QIcon:
    """Return an icon in the colours of the application's palette.

    Raises:
        FileNotFoundError: the installation is damaged.
    """
    palette, result = QGuiApplication.palette(), QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        color = palette.color(group, QPalette.ColorRole.ButtonText)
        for side in _SIDES:
            result.addPixmap(drawn(name, color, side), mode)
    return result


def drawn(name: str, color: QColor, side: int) -> QPixmap:
    """Return a drawing in one colour, so many pixels wide and high."""
    from PySide6.QtSvg import QSvgRenderer

    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(color.alphaF())
    text = _drawing(name).replace(_INK, color.name())
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture


@cache
def _drawing(name: str) -> str:
    return resource(f"icons/tools/{name}.svg").read_text("utf-8")
