"""The charts of the workspace, and those that the user asks for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.workspace import Workspace
from statmon.live.table import LiveTable
from statmon.ui.chart.recorder import Recorder
from statmon.ui.pulse import Pulse, now_ms
from statmon.ui.text import label, tr
from statmon.ui.theme import Theme

_REDRAW_MS = 500
DEFAULT_SPAN = 900.0
"""Seconds that a chart shows when it does not say."""
_MOST_CHARTS = 8


class Charts(QWidget):
    """Charts side by side, redrawn one after the other so that no tick is long.

    The library that draws is imported after the window's first frame.
    """

    def __init__(
        self, workspace: Workspace, pulse: Pulse, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._pulse, self._theme, self._workspace = pulse, theme, workspace
        self.charts: list[Any] = []
        self._next = 0
        self.recorder = Recorder(pulse.lens)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(4, 4, 4, 4)
        self._empty = label(
            tr("No charts yet. Select statistics in the tree and press Enter."), tr("No charts")
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout.addWidget(self._empty)
        self._timer = QTimer(self, interval=_REDRAW_MS)
        self._timer.timeout.connect(self._redraw_one)
        self._wanted = list(_wanted(workspace, pulse.lens.table))
        for _, rows, _ in self._wanted:
            self.recorder.watch(rows)
        pulse.changed.connect(self.recorder.take)
        pulse.second.connect(self.recorder.second)
        QTimer.singleShot(0, self, self._open_wanted)

    def stop(self) -> None:
        """Draw no more."""
        self._timer.stop()

    def set_theme(self, theme: Theme) -> None:
        """Show them in another theme."""
        self._theme = theme
        for chart in self.charts:
            chart.set_theme(theme)

    def show_rows(self, rows: Sequence[int]) -> None:
        """Open a chart of some of the table's rows."""
        if not rows:
            return
        self.recorder.watch(rows)
        statistics = [self._pulse.lens.table.statistics[row] for row in rows]
        self._open(title_of(self._workspace, statistics), rows, DEFAULT_SPAN)

    def _open_wanted(self) -> None:
        for title, rows, span in self._wanted:
            self._open(title, rows, span)

    def _open(self, title: str, rows: Sequence[int], span: float) -> None:
        from statmon.ui.chart.chart import Chart

        while len(self.charts) >= _MOST_CHARTS:
            self.charts.pop(0).deleteLater()
        table = self._pulse.lens.table
        names = short_names(self._workspace, [table.statistics[row] for row in rows])
        lines = [(row, name, table.units[row]) for row, name in zip(rows, names, strict=True)]
        chart = Chart(title, lines, span, self.recorder, self._theme, self)
        self._empty.hide()
        self.charts.append(chart)
        self._layout.addWidget(chart, 1)
        chart.redraw(self._pulse.lens.now)
        self._timer.start(max(50, _REDRAW_MS // len(self.charts)))

    def _redraw_one(self) -> None:
        if self.charts and self.isVisible() and not self._pulse.lens.paused:
            self._next = (self._next + 1) % len(self.charts)
            self.charts[self._next].redraw(now_ms())


def short_names(workspace: Workspace, statistics: Sequence[Statistic]) -> list[str]:
    """Return names for a chart's lines that leave out what they all share."""
    objects = [workspace.label_of(statistic.ref) for statistic in statistics]
    titles = [statistic.title for statistic in statistics]
    if len(statistics) > 1 and len(set(titles)) == 1:
        return objects
    if len(statistics) > 1 and len(set(objects)) == 1:
        return titles
    return [f"{name} · {title}" for name, title in zip(objects, titles, strict=True)]


def title_of(workspace: Workspace, statistics: Sequence[Statistic]) -> str:
    """Return a title for a chart: the statistics, and the object if it is only one."""
    objects = {workspace.label_of(statistic.ref) for statistic in statistics}
    titles = ", ".join(dict.fromkeys(statistic.title for statistic in statistics))
    return f"{objects.pop()}: {titles}" if len(objects) == 1 else titles


Wanted = tuple[str, list[int], float]


def _wanted(workspace: Workspace, table: LiveTable) -> Iterator[Wanted]:
    rows_of: dict[tuple[ObjectRef, str], int] = {}
    for row, statistic in enumerate(table.statistics):
        rows_of.setdefault((statistic.ref, statistic.title), row)
        rows_of.setdefault((statistic.ref, statistic.measure), row)
    for chart in workspace.charts:
        if chart.get("kind") != "line":
            continue
        items = chart.get("series")
        rows = [
            rows_of[key]
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, Mapping) and (key := _key(item)) in rows_of
        ]
        span = chart.get("span")
        seconds = float(span) if isinstance(span, int | float) and span > 0 else DEFAULT_SPAN
        if rows:
            yield str(chart.get("title", "")), rows, seconds


def _key(item: Mapping[str, Any]) -> tuple[ObjectRef, str]:
    ref = ObjectRef(str(item.get("objectType", "")), str(item.get("objectId", "")))
    return ref, str(item.get("name", ""))
