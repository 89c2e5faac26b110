"""The charts of the workspace, and those that the user asks for: tabs below one toolbar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from statmon.domain.combinations import QUEUES, canonical_type
from statmon.domain.editing import Edit
from statmon.domain.outside import visible
from statmon.domain.unit import Unit
from statmon.domain.workspace import Json, Workspace
from statmon.ui.chart import questions
from statmon.ui.chart import spec as specs
from statmon.ui.chart.names import short_names, title_of
from statmon.ui.chart.recorder import Recorder
from statmon.ui.chart.spec import ChartSpec, Finder
from statmon.ui.chart.toolbar import COUNTING, Toolbar
from statmon.ui.data.drag import unpack
from statmon.ui.data.knowledge import Knowledge
from statmon.ui.data.matching import goes_on
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import Pulse, now_ms
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme

if TYPE_CHECKING:
    from statmon.ui.chart.chart import Chart
    from statmon.ui.chart.factory import AnyChart, Factory
    from statmon.ui.chart.past import PastReader, Request, Store
    from statmon.ui.chart.saving import Saving

_LEAST_INTERVALS, _FIRST_INTERVALS = 3600, 28_800
"""Seconds of a chart that becomes one of bars per interval: below which it becomes how long."""
MOST_CHARTS = 24
"""Charts that are shown at once: the last ones. Others wait in the workspace for their room."""


@dataclass(slots=True, eq=False)
class _Entry:
    """A chart of the workspace, and what shows it."""

    item: Json
    """As the workspace has it: by this very object it is found there."""
    spec: ChartSpec | None = None
    """None for a kind that this version does not know: it is kept and not shown."""
    rows: tuple[int, ...] = ()
    """The table's rows of its series that are there; without any it is not shown."""
    chart: "AnyChart | None" = None
    names: tuple[str, ...] = ()
    """What its lines are called where it is shown."""


class Charts(QWidget):
    """Charts in tabs; the one in front is redrawn on the tick, if something of it changed.

    With time it moves on once a second, together with all else that does.

    They follow the workspace (``take``) and never change it but by ``edit``. The first are made
    by ``open_waiting``: the library that draws takes long to import.
    """

    failed = Signal(str)
    """A sentence for the user."""

    def __init__(
        self, workspace: Workspace, edit: Edit, names: Names, pulse: Pulse, theme: Theme,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._workspace, self._edit, self._names = workspace, edit, names
        self._pulse, self._theme = pulse, theme
        self.recorder = Recorder(pulse.lens.live)
        self._finder = Finder(pulse.lens.live.statistics)
        self._reader: PastReader | None = None
        self._store: Store | None = None
        self._saving: Saving | None = None
        self._opened = False
        self._structure = -1
        self._targets = names.targets
        self._entries = self._followed(workspace.charts)
        self._find_rows()
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

    def open_waiting(self) -> None:
        """Open the charts of the workspace that are not open yet."""
        self._opened = True
        self._show()

    # The workspace.

    def take(self, workspace: Workspace) -> None:
        """Show the charts of a workspace that has changed, or of another one."""
        before, self._workspace = self._workspace, workspace
        others = workspace.charts is not before.charts
        if others:
            self._entries = self._followed(workspace.charts)
            self._find_rows()
        named = workspace.objects is not before.objects or self._targets is not self._names.targets
        self._targets = self._names.targets
        if others or named:
            self._show()
        if named or workspace.alerts is not before.alerts:
            for chart in self._over_time():
                self._factory().show_limits(chart, workspace.alerts)
                self._factory().show_targets(chart)

    def _followed(self, charts: Sequence[Json]) -> list[_Entry]:
        """Return an entry for each chart of the workspace; what shows it already goes on."""
        before = self._entries if self._opened else []
        entries: list[_Entry] = []
        places = goes_on([entry.item for entry in before], charts, ("title", "series"))
        for item, place in zip(charts, places, strict=True):
            entry = _Entry(item) if place is None else before[place]
            entry.item, entry.spec = item, specs.parse(item)
            entries.append(entry)
        return entries

    def _find_rows(self) -> None:
        """Find the rows of what is charted; they come and go with the subscriptions."""
        self._structure = self._pulse.lens.live.structure
        for entry in self._entries:
            entry.rows = self._rows_of(entry.spec) if entry.spec else ()
            self.recorder.watch(entry.rows, now_ms())

    def _rows_of(self, spec: ChartSpec) -> tuple[int, ...]:
        rows = self._finder.rows(spec.series)
        if spec.kind == "waits" and rows:  # what counts the waits of the objects that it is about
            from statmon.ui.chart.waiting import rows_of

            table = self._pulse.lens.live
            rows += rows_of(table, {table.statistics[row].ref for row in rows})
        return tuple(dict.fromkeys(rows))

    def _show(self) -> None:
        """Show what can be shown of the workspace's charts, in its order."""
        showable = [entry for entry in self._entries if entry.rows]
        wanted = showable[-MOST_CHARTS:] if self._opened else []
        kept = [entry.chart for entry in wanted]
        for chart in self.charts:
            if chart not in kept:
                self._drop(chart)
        for entry in self._entries:
            if entry not in wanted:
                entry.chart = None
        for place, entry in enumerate(wanted):
            self._show_entry(entry, place)
        self._show_tools()

    def _show_entry(self, entry: _Entry, place: int) -> None:
        statistics = [self._pulse.lens.live.statistics[row] for row in entry.rows]
        names = tuple(short_names(self._names.short, statistics))
        chart, spec = entry.chart, entry.spec
        if spec is None:
            return
        if chart is None or entry.names != names or not _goes_on_as(chart, spec, entry.rows):
            entry.names = names
            self._make(entry, spec, place)
        else:
            chart.use_spec(spec)
            if (at := self.tabs.indexOf(chart)) != place:
                self.tabs.tabBar().moveTab(at, place)

    def _make(self, entry: _Entry, spec: ChartSpec, place: int) -> None:
        """Make what shows a chart, in the place of what has shown it."""
        from statmon.ui.chart.counter_chart import CounterChart

        old, factory = entry.chart, self._factory()
        chart = factory.make(spec, entry.rows, entry.names, self._workspace.alerts, self._theme)
        chart.wants.connect(lambda days, request: self._ask(chart, days, request))
        chart.moved.connect(self._show_tools)
        chart.changed.connect(lambda spec, words: self._use(chart, spec, words))
        if isinstance(chart, CounterChart):
            chart.edited.connect(self._edit)
        entry.chart = chart
        self._let_read(chart)
        self.tabs.insertTab(place, chart, visible(spec.title).replace("&", "&&"))
        if old is not None:
            if old is self.current:
                self.tabs.setCurrentWidget(chart)
            chart.go_on_from(old.timeline, chosen=old.chosen)
            self._drop(old)
        chart.redraw(self._now)

    def _drop(self, chart: "AnyChart") -> None:
        if self._reader is not None:
            self._reader.forget(chart)
        self.tabs.removeTab(self.tabs.indexOf(chart))
        chart.deleteLater()

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
        self._pulse.changed.connect(self._show_changes)
        self._pulse.second.connect(self._each_second)
        self._pulse.structured.connect(self._look_for_rows)
        self.tabs.currentChanged.connect(self._come_to_front)
        tools = self.tools
        tools.live_wanted.connect(lambda: self._do(lambda chart: chart.go_live()))
        tools.span_wanted.connect(self._set_span)
        tools.close_wanted.connect(self.close_current)
        tools.export_wanted.connect(self._export)
        tools.note_wanted.connect(self._ask_note)
        tools.custom_wanted.connect(self._ask_span)
        tools.kind_wanted.connect(self._use_kind)
        tools.compare_wanted.connect(lambda with_: self._alter(compare=with_))
        tools.usual_wanted.connect(lambda on: self._alter(usual=on))
        tools.stacked_wanted.connect(lambda on: self._alter(stacked=on))
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

    def use_store(self, store: "Store") -> None:
        """Read the past from a history from now on."""
        from statmon.ui.chart.past import PastReader

        self._reader, self._store = PastReader(store, self), store
        for chart in self._over_time():
            chart.forget_past()
        for any_chart in self.charts:
            self._let_read(any_chart)

    def _let_read(self, chart: "AnyChart") -> None:
        """Let a chart of what was counted read the history, if there is one."""
        from statmon.ui.chart.counter_chart import CounterChart

        if self._store is not None and isinstance(chart, CounterChart):
            chart.use_store(self._store)

    def _over_time(self) -> "list[Chart]":
        if not self.charts:  # asked before the first is opened: the library can wait
            return []
        from statmon.ui.chart.chart import Chart

        return [chart for chart in self.charts if isinstance(chart, Chart)]

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
        item = specs.dump(ChartSpec(title=title_of(self._names.short, statistics), series=items))

        def opened(workspace: Workspace) -> Workspace:
            return replace(workspace, charts=(*workspace.charts, item))

        self._edit(tr("open a chart"), opened)
        self.tabs.setCurrentIndex(self.tabs.count() - 1)
        self._come_into_sight()

    def _come_into_sight(self) -> None:
        """Open the dock that the charts are in, and bring it to the front of its tabs."""
        part = self.parentWidget()
        while part is not None and not isinstance(part, QDockWidget):
            part = part.parentWidget()
        if part is not None:
            part.show()
            part.raise_()

    def close_current(self) -> None:
        """Close the chart in front; undo brings it back."""
        for entry in self._entries:
            if entry.chart is not None and entry.chart is self.current:
                self._replace(tr("close a chart"), entry.item)
                return

    def _replace(self, words: str, item: Json, *by: Json) -> None:
        """Have another chart of the workspace in the place of one, or none."""

        def changed(workspace: Workspace) -> Workspace:
            at = next((n for n, chart in enumerate(workspace.charts) if chart is item), None)
            if at is None:
                return workspace
            before, after = workspace.charts[:at], workspace.charts[at + 1 :]
            return replace(workspace, charts=(*before, *by, *after))

        self._edit(words, changed)

    def _use(self, chart: "AnyChart", spec: ChartSpec, words: str) -> None:
        """Have a chart show something else, or in another way."""
        for entry in self._entries:
            if entry.chart is chart:
                self._replace(words, entry.item, specs.dump(spec))
                return

    def _factory(self) -> "Factory":
        from statmon.ui.chart.factory import Factory

        known, names = Knowledge(), self._names
        wanted = partial(known.target, targets=names.targets)
        return Factory(self._pulse.lens, self.recorder, names.groups, wanted, names.short)

    def _ask(self, chart: "AnyChart", days: int, request: "Request") -> None:
        from statmon.ui.chart.chart import Chart

        if self._reader is not None and isinstance(chart, Chart):
            self._reader.ask((chart, days), request, partial(chart.take, days))

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
        questions.ask_note(self, lambda text: self._do(lambda chart: chart.add_note(text)))

    def _ask_span(self) -> None:
        questions.ask_span(self, self._set_span, self.failed.emit)

    def _set_span(self, seconds: float) -> None:
        """Show so many seconds in the chart in front, if it is one over time."""
        from statmon.ui.chart.counter_chart import CounterChart

        if isinstance(self.current, CounterChart):
            self.current.set_span(seconds)
        self._do(lambda chart: chart.set_span(seconds))

    def _use_kind(self, kind: str) -> None:
        """Show the chart in front as another kind; few minutes have no intervals to compare."""
        short = self.current is not None and self.current.spec.span < _LEAST_INTERVALS
        span = {"span": float(_FIRST_INTERVALS)} if kind in COUNTING and short else {}
        self._alter(kind=kind, **span)

    def _alter(self, **changes: Any) -> None:
        """Show the chart in front in another way."""
        if self.current is not None:
            self._use(self.current, replace(self.current.spec, **changes), tr("change a chart"))

    def _show_tools(self) -> None:
        some = any(entry.rows for entry in self._entries)
        self._stack.setCurrentIndex(1 if some else 0)
        chart = self.current
        if chart is None:
            self.tools.show_chart(None)
        else:
            timeline = chart.timeline
            self.tools.show_chart(chart.spec, span=timeline.span / 1000, live=timeline.live)
            table = self._pulse.lens.live
            states = any(table.units[row] is Unit.STATE for row in chart.rows)
            self.tools.offer("states", states)
            self.tools.offer("intervals", bool(table.counters[list(chart.rows)].any()))
            types = {table.statistics[row].ref.object_type for row in chart.rows}
            self.tools.offer("waits", bool(QUEUES & set(map(canonical_type, types))))

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
        chart = self.current
        new = [row for row in rows if chart is not None and row not in chart.rows]
        if chart is None or not new:
            return
        statistics = self._pulse.lens.live.statistics
        items = tuple(specs.item_of(statistics[row]) for row in new)
        spec = replace(chart.spec, series=(*chart.spec.series, *items))
        self._use(chart, spec, tr("add lines to a chart"))

    # Time.

    @property
    def _now(self) -> int:
        return self._pulse.lens.now if self._pulse.lens.paused else now_ms()

    def _each_second(self) -> None:
        self.recorder.look(now_ms())
        self._look_for_rows()  # a paused pulse does not tell
        self._redraw()
        for chart in self._in_front() if self.isVisible() else ():
            chart.view.sum_up_if_old()
        self.tools.show_present(travelling=self._pulse.travelling)

    def _look_for_rows(self) -> None:
        if self._structure != self._pulse.lens.live.structure:
            self._find_rows()
            self._show()

    def _show_changes(self, dirty: set[int]) -> None:
        """Draw what came; time that flows in the past moves with each step, not each second."""
        chart = self.current
        if chart is not None and (self._pulse.travelling or not dirty.isdisjoint(chart.rows)):
            self._redraw()

    def _come_to_front(self) -> None:
        self._show_tools()
        self._redraw()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Draw what came while nobody could see it."""
        super().showEvent(event)
        self._redraw()

    def _redraw(self) -> None:
        chart = self.current
        drawing = self._pulse.travelling or not self._pulse.lens.paused
        if chart is not None and self.isVisible() and drawing:
            chart.redraw_if_new(self._now)


def _goes_on_as(chart: "AnyChart", spec: ChartSpec, rows: tuple[int, ...]) -> bool:
    """Whether what shows a chart can go on to show it; else it is made anew."""
    shown = replace(chart.spec, span=spec.span, notes=spec.notes, extra=spec.extra)
    return chart.rows == rows and shown == spec
