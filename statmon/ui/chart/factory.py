"""Makes the widget of a chart: over time, bars of now, or what was counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from statmon.domain.statistic import ObjectRef, Statistic
from statmon.domain.targets import Target
from statmon.domain.waits import missing_ranges
from statmon.domain.workspace import Json
from statmon.storage.user import library
from statmon.ui.chart.bands import levels_of
from statmon.ui.chart.bars import Bars
from statmon.ui.chart.chart import Chart
from statmon.ui.chart.frame import LineView
from statmon.ui.chart.intervals import Intervals
from statmon.ui.chart.recorder import BROKEN, Recorder
from statmon.ui.chart.spec import ChartSpec
from statmon.ui.chart.waiting import queues_in, rows_of
from statmon.ui.chart.waits import Shown, Waits
from statmon.ui.data import cells
from statmon.ui.data.lens import Lens
from statmon.ui.data.reasons import reason
from statmon.ui.look.signs import of_freshness
from statmon.ui.look.theme import Theme

AnyChart = Chart | Bars | Intervals | Waits


@dataclass(frozen=True, slots=True)
class Factory:
    """What all charts of a window share."""

    lens: Lens
    recorder: Recorder
    groups: Callable[[ObjectRef], Sequence[str]]
    target: Callable[[Statistic], Target | None]
    name_of: Callable[[ObjectRef], str]

    def make(
        self, spec: ChartSpec, rows: Sequence[int], names: Sequence[str], alerts: Sequence[Json],
        theme: Theme,
    ) -> AnyChart:  # fmt: skip
        """Return the widget of a chart of some of the table's rows, with names for its lines."""
        table = self.lens.live
        units = [table.units[row] for row in rows]
        if spec.kind == "bars":
            return Bars(spec, rows, names, units, self._now, theme)
        series = [table.series[row] for row in rows]
        if spec.kind == "intervals":
            counters, tracks = table.counters[list(rows)].tolist(), self.recorder.tracks
            return Intervals(spec, rows, series, names, units, counters, tracks.__getitem__, theme)
        if spec.kind == "waits":
            known = dict(zip(rows, series, strict=True))
            tracks = self.recorder.tracks
            return Waits(spec, rows, known, self._waits(rows), tracks.__getitem__, theme)
        counters = table.counters[list(rows)].tolist()
        lines = list(map(LineView, names, units, counters))
        chart = Chart(spec, rows, series, lines, self.recorder, theme)
        chart.is_known = self._is_known
        self.show_limits(chart, alerts)
        self.show_targets(chart)
        return chart

    def _waits(self, rows: Sequence[int]) -> Shown:
        """Return what there is of the waits of some rows' objects, and what is missing."""
        table = self.lens.live
        objects = dict.fromkeys(table.statistics[row].ref for row in rows)
        opened = (table.statistics[row] for row in rows_of(table, objects))
        return Shown(
            queues_in(table, rows, self.name_of),
            missing_ranges(objects, opened, library.shipped()),
            self._doubt,
        )

    def _doubt(self, rows: Sequence[int]) -> str:
        """Say why some rows may not be taken for the present that is shown; empty if they may."""
        worst = min(rows, key=self.lens.freshness, default=None)
        if worst is None or self._is_known(worst):
            return ""
        return f"{of_freshness(self.lens.freshness(worst))}: {reason(self.lens, worst)}"

    def show_limits(self, chart: Chart, alerts: Sequence[Json]) -> None:
        """Show the thresholds that a workspace's alerts have for the lines of a chart."""
        statistics = (self.lens.live.statistics[row] for row in chart.rows)
        chart.view.show_limits(levels_of(alerts, statistics, self.groups))

    def show_targets(self, chart: Chart) -> None:
        """Show what the lines of a chart are to be."""
        statistics = self.lens.live.statistics
        found = [self.target(statistics[row]) for row in chart.rows]
        chart.view.show_targets([target.number if target else None for target in found])

    def _is_known(self, row: int) -> bool:
        """Return whether a row's value may be taken for the present that is shown."""
        return self.lens.freshness(row) not in BROKEN

    def _now(self, row: int) -> tuple[float, str, bool]:
        return self.lens.table.number(row), cells.of_row(self.lens, row).value, self._is_known(row)
