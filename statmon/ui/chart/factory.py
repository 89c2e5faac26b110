"""Makes the widget of a chart: over time, or bars of now."""

from collections.abc import Sequence
from dataclasses import dataclass

from statmon.domain.workspace import Workspace
from statmon.ui import cells
from statmon.ui.chart.bands import levels_of
from statmon.ui.chart.bars import Bars
from statmon.ui.chart.chart import Chart
from statmon.ui.chart.frame import LineView
from statmon.ui.chart.names import short_names
from statmon.ui.chart.recorder import BROKEN, Recorder
from statmon.ui.chart.spec import ChartSpec
from statmon.ui.lens import Lens
from statmon.ui.theme import Theme

AnyChart = Chart | Bars


@dataclass(frozen=True, slots=True)
class Factory:
    """What all charts of a window share."""

    lens: Lens
    recorder: Recorder

    def make(
        self, spec: ChartSpec, rows: Sequence[int], workspace: Workspace, theme: Theme
    ) -> AnyChart:
        """Return the widget of a chart of some of the table's rows."""
        table = self.lens.live
        names = short_names(workspace, [table.statistics[row] for row in rows])
        units = [table.units[row] for row in rows]
        if spec.kind == "bars":
            return Bars(spec, rows, names, units, self._now, theme)
        lines = [LineView(name, unit) for name, unit in zip(names, units, strict=True)]
        series = [table.series[row] for row in rows]
        chart = Chart(spec, rows, series, lines, self.recorder, theme)
        chart.is_known = self._is_known
        self.show_limits(chart, workspace)
        return chart

    def show_limits(self, chart: Chart, workspace: Workspace) -> None:
        """Show the thresholds that a workspace has for the lines of a chart."""
        statistics = (self.lens.live.statistics[row] for row in chart.rows)
        chart.view.show_limits(levels_of(workspace, statistics))

    def _is_known(self, row: int) -> bool:
        """Return whether a row's value may be taken for the present that is shown."""
        return self.lens.freshness(row) not in BROKEN

    def _now(self, row: int) -> tuple[float, str, bool]:
        return self.lens.table.number(row), cells.of_row(self.lens, row).value, self._is_known(row)
