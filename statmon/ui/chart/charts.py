"""The charts of the workspace, and those that the user asks for: tabs below one toolbar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QInputDialog, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from statmon.domain.unit import Unit
from statmon.domain.workspace import Json
from statmon.ui.chart import spec as specs
from statmon.ui.chart.names import title_of
from statmon.ui.chart.recorder import Recorder
from statmon.ui.chart.spec import ChartSpec, Finder
from statmon.ui.chart.toolbar import Toolbar
from statmon.ui.drag import unpack
from statmon.ui.pulse import Pulse, now_ms
from statmon.ui.source import Source
from statmon.ui.text import label, tr
from statmon.ui.theme import Theme

if TYPE_CHECKING:
    from statmon.ui.chart.chart import Chart
    from statmon.ui.chart.factory import AnyChart, Factory
    from statmon.ui.chart.past import PastReader, Request, Store
    from statmon.ui.chart.saving import Saving

_REDRAW_MS = 100
MOST_CHARTS = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """A chart that the workspace wants, with the table's rows of its series."""

    spec: ChartSpec
    rows: tuple[int, ...]


class Charts(QWidget):
    """Charts in tabs; the one in front is redrawn on the tick, and only if something changed.

    Those of the workspace wait for ``open_waiting``: the library that draws takes long to import.
    """

    failed = Signal(str)
    """A sentence for the user."""

    def __init__(
        self,
        source: Source,
        pulse: Pulse,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source, self._pulse, self._theme = source, pulse, theme
        self._alerts = source.workspace.alerts
        self.recorder = Recorder(pulse.lens.live)
        self._reader: PastReader | None = None
        self._saving: Saving | None = None
        self._kept: list[Json] = []
        """Charts of the workspace that cannot be shown now; they stay in it."""
        finder = Finder(pulse.lens.live.statistics)
        found = (self._wanted(item, finder) for item in source.workspace.charts)
        self._waiting = [wanted for wanted in found if wanted is not None]
        for item in self._waiting:
            self.recorder.watch(item.rows, pulse.lens.now)
        self.tools = Toolbar()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Charts"))
        self.tabs.setDocumentMode(True)
        self._empty = label(
            tr("No charts yet. Select statistics in the tree and press Enter, or drag them here."),
            tr("No charts"),
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._connect()

    def _wanted(self, item: Json, finder: Finder) -> Wanted | None:
        spec = specs.parse(item)
        rows = finder.rows(spec.series) if spec else []
        if spec is None or not rows:
            self._kept.append(item)
            return None
        return Wanted(spec, tuple(rows))

    def open_waiting(self) -> None:
        """Open the charts of the workspace that are not open yet."""
        waiting, self._waiting = self._waiting, []
        for item in waiting:
            self._open(item)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.tabs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(2)
        layout.addWidget(self.tools)
        layout.addWidget(self._stack, 1)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        self._timer = QTimer(self, interval=_REDRAW_MS)
        self._timer.timeout.connect(self._tick)
        self._pulse.second.connect(self._each_second)
        self.tabs.currentChanged.connect(self._show_tools)
        tools = self.tools
        tools.live_wanted.connect(lambda: self._do(lambda chart: chart.go_live()))
        tools.span_wanted.connect(lambda span: self._do(lambda chart: chart.set_span(span)))
        tools.close_wanted.connect(self.close_current)
        tools.export_wanted.connect(self._export)
        tools.note_wanted.connect(self._ask_note)
        tools.custom_wanted.connect(self._ask_span)
        tools.kind_wanted.connect(lambda kind: self._alter(lambda s: replace(s, kind=kind)))
        tools.compare_wanted.connect(lambda with_: self._alter(lambda s: replace(s, compare=with_)))
        tools.usual_wanted.connect(lambda on: self._alter(lambda s: replace(s, usual=on)))
        tools.stacked_wanted.connect(lambda on: self._alter(lambda s: replace(s, stacked=on)))
        self._show_tools()

    # What is open.

    @property
    def charts(self) -> "list[AnyChart]":
        """The charts, in the order of their tabs."""
        return [self.tabs.widget(place) for place in range(self.tabs.count())]  # type: ignore[misc]

    @property
    def current(self) -> "AnyChart | None":
        """The chart in front."""
        return self.tabs.currentWidget()  # type: ignore[return-value]

    @property
    def specs(self) -> tuple[Json, ...]:
        """All charts as the workspace keeps them, those included that are not, or never, shown."""
        open_ = (*self.charts, *self._waiting)
        return (*(specs.dump(chart.spec) for chart in open_), *self._kept)

    def use_store(self, store: "Store") -> None:
        """Read the past from a history from now on."""
        from statmon.ui.chart.past import PastReader

        self._reader = PastReader(store, self)
        for chart in self._over_time():
            chart.forget_past()

    def _over_time(self) -> "list[Chart]":
        if not self.charts:  # asked before the first is opened: the library can wait
            return []
        from statmon.ui.chart.chart import Chart

        return [chart for chart in self.charts if isinstance(chart, Chart)]

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
        self.open_waiting()  # the new one's tab is behind theirs
        statistics = [self._pulse.lens.live.statistics[row] for row in rows]
        items = tuple(specs.item_of(statistic) for statistic in statistics)
        spec = ChartSpec(title=title_of(self._source.workspace, statistics), series=items)
        self.recorder.watch(rows, self._now)
        self._open(Wanted(spec, tuple(rows)))
        self.tabs.setCurrentIndex(self.tabs.count() - 1)
        self._keep()

    def close_current(self) -> None:
        """Close the chart in front."""
        self._drop(self.tabs.currentIndex())
        self._keep()

    def _drop(self, place: int) -> None:
        chart = self.tabs.widget(place)
        if chart is None:
            return
        if self._reader is not None:
            self._reader.forget(chart)
        self.tabs.removeTab(place)
        chart.deleteLater()
        self._show_tools()

    def _open(self, wanted: Wanted, place: int | None = None) -> None:
        while self.tabs.count() >= MOST_CHARTS:
            self._drop(0)
        chart = self._chart(wanted)
        at = self.tabs.count() if place is None else place
        self.tabs.insertTab(at, chart, wanted.spec.title.replace("&", "&&"))
        self._show_tools()
        chart.redraw(self._now)
        self._timer.start()

    def _chart(self, wanted: Wanted) -> "AnyChart":
        chart = self._factory().make(wanted.spec, wanted.rows, self._source.workspace, self._theme)
        chart.wants.connect(lambda days, request: self._ask(chart, days, request))
        chart.moved.connect(self._show_tools)
        chart.changed.connect(self._keep)
        return chart

    def _factory(self) -> "Factory":
        from statmon.ui.chart.factory import Factory

        return Factory(self._pulse.lens, self.recorder)

    def _ask(self, chart: "AnyChart", days: int, request: "Request") -> None:
        from statmon.ui.chart.chart import Chart

        if self._reader is not None and isinstance(chart, Chart):
            self._reader.ask((chart, days), request, partial(chart.take, days))

    def _keep(self) -> None:
        """Hand the charts to the workspace that the engine serves."""
        self._source.apply(replace(self._source.workspace, charts=self.specs))

    # What the user does.

    def _in_front(self) -> "list[Chart]":
        """Return the chart in front, if it is one over time."""
        return [chart for chart in self._over_time() if chart is self.current]

    def _do(self, what: "Callable[[Chart], object]") -> None:
        """Do something with the chart in front, if it is one over time."""
        for chart in self._in_front():
            what(chart)
        self._show_tools()

    def _export(self, kind: str) -> None:
        from statmon.ui.chart.saving import Saving

        if self.current is None:
            return
        if self._saving is None:
            self._saving = Saving(self)
            self._saving.failed.connect(self.failed)
        self._saving.do(kind, self.current)

    def _ask_note(self) -> None:
        dialog = self._question(tr("Note"), tr("What happened here?"))
        dialog.textValueSelected.connect(
            lambda text: self._do(lambda chart: chart.add_note(text)) if text.strip() else None
        )
        dialog.open()

    def _ask_span(self) -> None:
        dialog = self._question(tr("Another span"), tr("Hours to show"))
        dialog.setInputMode(QInputDialog.InputMode.DoubleInput)
        dialog.setDoubleRange(0.01, 24 * 400)
        dialog.setDoubleDecimals(2)
        dialog.setDoubleValue(2.0)
        dialog.doubleValueSelected.connect(
            lambda hours: self._do(lambda chart: chart.set_span(hours * 3600))
        )
        dialog.open()

    def _question(self, title: str, words: str) -> QInputDialog:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(title)
        dialog.setLabelText(words)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _alter(self, change: Callable[[ChartSpec], ChartSpec]) -> None:
        """Show the chart in front in another way; its panels are made anew."""
        chart, place = self.current, self.tabs.currentIndex()
        if chart is None:
            return
        spec = change(chart.spec)
        timeline = chart.timeline
        chosen = any(over_time.chosen for over_time in self._in_front())
        self._drop(place)
        self._open(Wanted(spec, chart.rows), place)
        self.tabs.setCurrentIndex(place)
        if chosen:
            self._do(lambda new: new.set_timeline(timeline))
        self._keep()

    def _show_tools(self) -> None:
        self._stack.setCurrentIndex(1 if self.tabs.count() or self._waiting else 0)
        chart = self.current
        if chart is None:
            self.tools.show_chart(None)
        else:
            timeline = chart.timeline
            self.tools.show_chart(chart.spec, span=timeline.span / 1000, live=timeline.live)
            units = self._pulse.lens.live.units
            self.tools.offer_states(any(units[row] is Unit.STATE for row in chart.rows))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take statistics."""
        if unpack(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open a chart of what was dropped; with Shift add it to the chart in front."""
        found = [self._pulse.lens.live.row_of(series) for series in unpack(event.mimeData())]
        rows = [row for row in found if row is not None]
        chart = self.current
        if chart is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.add_rows(rows)
        else:
            self.show_rows(rows)
        event.acceptProposedAction()

    def add_rows(self, rows: Sequence[int]) -> None:
        """Add lines to the chart in front."""
        chart, place = self.current, self.tabs.currentIndex()
        new = [row for row in rows if chart is not None and row not in chart.rows]
        if chart is None or not new:
            return
        statistics = self._pulse.lens.live.statistics
        items = tuple(specs.item_of(statistics[row]) for row in new)
        self.recorder.watch(new, self._now)
        spec = replace(chart.spec, series=(*chart.spec.series, *items))
        self._drop(place)
        self._open(Wanted(spec, (*chart.rows, *new)), place)
        self.tabs.setCurrentIndex(place)
        self._keep()

    # Time.

    @property
    def _now(self) -> int:
        return self._pulse.lens.now if self._pulse.lens.paused else now_ms()

    def _each_second(self) -> None:
        self.recorder.look(now_ms())
        if self._source.workspace.alerts is not self._alerts:
            self._alerts = self._source.workspace.alerts
            for chart in self._over_time():
                self._factory().show_limits(chart, self._source.workspace)
        for chart in self._in_front() if self.isVisible() else ():
            chart.view.sum_up()
        self.tools.show_present(travelling=self._pulse.travelling)

    def _tick(self) -> None:
        chart = self.current
        drawing = self._pulse.travelling or not self._pulse.lens.paused
        if chart is not None and self.isVisible() and drawing:
            chart.redraw_if_new(self._now)
