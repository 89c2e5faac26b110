"""The frame around the views that says: these stand still."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from statmon.ui.look.painting import painting

_THICK = 2


class AmberFrame(QWidget):
    """Leaves room for a frame, and draws it while it has a colour.

    A style sheet would do the same, and take the arrows from the trees inside.
    """

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._color: QColor | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_THICK, _THICK, _THICK, _THICK)
        layout.addWidget(inside)

    def set_color(self, color: QColor | None) -> None:
        """Draw the frame in a colour, or none."""
        self._color = color
        self.update()

    @painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Fill what the views leave free."""
        if self._color is not None:
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), self._color)
                painter.fillRect(
                    self.rect().adjusted(_THICK, _THICK, -_THICK, -_THICK),
                    self.palette().color(self.backgroundRole()),
                )
