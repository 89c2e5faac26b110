"""“What changed”: the largest moves of the last minutes, against each series' own unrest."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from statmon.analysis.moves import Move, moves
from statmon.ui.background.futures import Courier
from statmon.ui.data import cells
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme, Tone
from statmon.ui.widgets.listing import Line, Listing

SPAN = 5
"""Minutes over which moves are looked for."""
_LOOK_MS = 5_000
_MOST = 30
_NUMBERS = (2, 3, 4)
"""The columns of numbers."""


class Changes(QWidget):
    """A list, computed in a thread of its own while it is to be seen; Enter charts a line."""

    chosen = Signal(int)
    """The table's row of the line that became current."""
    chart_wanted = Signal(list)

    def __init__(
        self, pulse: Pulse, names: Names, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pulse, self._names, self._theme = pulse, names, theme
        self._knowledge = Knowledge()
        self._courier = Courier(self)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="what changed")
        self._busy = False
        self.moves: list[Move] = []
        self.empty = label(name=tr("What changed"))
        self.empty.setWordWrap(True)
        headers = (tr("Object"), tr("Statistic"), tr("Change"), tr("Now"), tr("Times the usual"))
        self.list = Listing(tr("What changed"), headers, right=_NUMBERS)
        self.list.header().setStretchLastSection(False)
        self.list.came_to.connect(self.chosen.emit)
        self.list.entered.connect(lambda row: self.chart_wanted.emit([row]))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.empty)
        layout.addWidget(self.list, 1)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._show()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._worker.shutdown(cancel_futures=True)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self._show()

    def refresh(self) -> None:
        """Show the moves that are known under the names of now."""
        self._show()

    def look(self) -> None:
        """Look for moves, unless the list cannot be seen or a look is under way."""
        if self._busy or not self.isVisible() or self._pulse.lens.paused:
            return
        self._busy = True
        lens = self._pulse.lens
        rows = lens.rows[lens.rows < len(lens.trends)]
        numbers = lens.table.counted(rows)
        asked = self._worker.submit(_find, lens.trends.hours(), rows, numbers)
        self._courier.bring(asked, self._take)

    def _take(self, found: list[Move]) -> None:
        self._busy = False
        self.moves = found
        self._show()

    def showEvent(self, event: object) -> None:  # noqa: N802
        """Look at once when the list can be seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.look()

    def _show(self) -> None:
        self.empty.setText(
            ""
            if self.moves
            else tr(
                "Nothing moved out of the ordinary in the last 5 minutes. What is ordinary for a "
                "statistic is known after some 15 minutes."
            )
        )
        self.empty.setVisible(not self.moves)
        self.list.show_lines([self._line(move) for move in self.moves])

    def _line(self, move: Move) -> Line:
        table = self._pulse.lens.table
        statistic, unit = table.statistics[move.row], table.units[move.row]
        tone = cells.change_tone(move.change, self._knowledge.direction(statistic))
        mark = {Tone.GOOD: "✓ ", Tone.BAD: "✗ "}.get(tone, "")
        texts = (
            self._names.short(statistic.ref),
            statistic.title,
            mark + cells.change_text(move.change, unit),
            cells.value_text(table, move.row),
            f"{move.score:.0f} ×",
        )
        return Line(move.row, texts, {2: self._theme.tones[tone]})


def _find(
    hours: NDArray[np.float32], rows: NDArray[np.intp], numbers: NDArray[np.float64]
) -> list[Move]:
    found = moves(hours[:, rows], numbers, SPAN, _MOST)
    return [move._replace(row=int(rows[move.row])) for move in found]
