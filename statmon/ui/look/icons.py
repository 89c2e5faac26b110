"""The icons of actions and buttons: one set of drawings, in the colours of the palette.

An icon never stands for a meaning alone: each is beside a text, or has one on hover and for a
screen reader.
"""

from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRect, QRectF, QSize
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import QAbstractButton

from statmon.storage.machine.resources import resource
from statmon.ui.look.drawn_icon import DrawnIcon
from statmon.ui.look.painting import painting

SIZE = QSize(18, 18)
"""Of an icon in a toolbar, in pixels at 100 %."""
_INK = "#000000"
"""The colour in which the drawings are kept."""
_NAME = "statmonIcon"


def dress(bearer: QAction | QAbstractButton, name: str) -> None:
    """Give an action or a button an icon, which ``redress`` draws anew in another palette."""
    bearer.setProperty(_NAME, name)
    bearer.setIcon(icon(name))


def redress(root: QObject) -> None:
    """Set the icons of all that is in a window anew: a menu of macOS keeps a picture of them."""
    bearers: list[QAction | QAbstractButton] = []
    bearers += root.findChildren(QAction)
    bearers += root.findChildren(QAbstractButton)
    for bearer in bearers:
        name = bearer.property(_NAME)
        if isinstance(name, str):
            bearer.setIcon(icon(name))


def icon(name: str) -> QIcon:
    """Return an icon in the colours that the application's palette has when it is drawn.

    Raises:
        FileNotFoundError: the installation is damaged.
    """
    return QIcon(_Engine(_drawing(name)))


class _Engine(DrawnIcon):
    """Draws an icon when it is looked at, in the size and at the scale that it has there.

    Drawn beforehand in every size, a window's icons would take a quarter of its first frame.
    """

    def __init__(self, drawing: str) -> None:
        super().__init__()
        self._drawing = drawing

    def clone(self) -> QIconEngine:
        """Return another one of the same icon."""
        return _Engine(self._drawing)

    @painting
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        """Draw it, faint where it is disabled."""
        from PySide6.QtSvg import QSvgRenderer  # not before the first is seen

        groups = QPalette.ColorGroup
        group = groups.Disabled if mode == QIcon.Mode.Disabled else groups.Active
        color = QGuiApplication.palette().color(group, QPalette.ColorRole.ButtonText)
        drawing = self._drawing.replace(_INK, color.name())
        painter.save()
        painter.setOpacity(painter.opacity() * color.alphaF())
        QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(rect))
        painter.restore()


@cache
def _drawing(name: str) -> str:
    return resource(f"icons/tools/{name}.svg").read_text("utf-8")
