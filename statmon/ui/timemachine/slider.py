"""A slider over one day of recorded time, with the times hatched in which nothing was recorded."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider, QStyle, QWidget

from statmon.ui.chart.ticks import local
from statmon.ui.look.painting import painting
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme

_STEP, _PAGE = 10, 300
"""Seconds that an arrow key and a page key move by."""
_HATCH_HIGH = 6

Memtable = tuple[int, int]
"""From and to, epoch milliseconds."""


class TimeSlider(QSlider):
    """Moves in seconds; all it is given and tells are epoch milliseconds."""

    wanted = Signal(object)
    """The instant that the user chose."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._gaps: Sequence[Memtable] = ()
        self._begin = 0
        self.setAccessibleName(tr("Time"))
        self.setSingleStep(_STEP)
        self.setPageStep(_PAGE)
        self.setTracking(True)
        self.valueChanged.connect(self._tell)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.update()

    def show_time(self, stretch: Memtable, at: int, gaps: Sequence[Memtable]) -> None:
        """Show a stretch of time and where in it the machine is."""
        self._gaps, (self._begin, end) = gaps, stretch
        blocked = self.blockSignals(True)
        self.setRange(0, max(1, (end - self._begin) // 1000))
        self.setValue((at - self._begin) // 1000)
        self.blockSignals(blocked)
        self.setAccessibleDescription(f"{local(at / 1000):%H:%M:%S}")
        self.update()

    def _tell(self, seconds: int) -> None:
        self.wanted.emit(self._begin + seconds * 1000)

    @painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the slider over the hatched gaps."""
        with QPainter(self) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(self._theme.past_text, Qt.BrushStyle.BDiagPattern))
            for begin, end in self._gaps:
                left, right = self._place(begin), self._place(end)
                top = self.height() - _HATCH_HIGH
                painter.drawRect(QRectF(left, top, max(1.0, right - left), _HATCH_HIGH))
        super().paintEvent(event)

    def _place(self, at: int) -> float:
        handle = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, None, self)
        part = (at - self._begin) / 1000 / max(1, self.maximum())
        return handle / 2 + min(max(part, 0.0), 1.0) * (self.width() - handle)
