"""One chart of the workspace: what it shows when, from memory and history."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from statmon.analysis.increments import restarts
from statmon.analysis.spans import spans
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit
from statmon.ui.chart.comparison import Comparison
from statmon.ui.chart.frame import Frame, LineFrame, LineView
from statmon.ui.chart.gaps import Gap, between
from statmon.ui.chart.past import Answer, Request
from statmon.ui.chart.recorder import Recorder
from statmon.ui.chart.series_data import SeriesData
from statmon.ui.chart.spec import ChartSpec, Note
from statmon.ui.chart.time_chart import TimeChart
from statmon.ui.chart.timeline import Timeline, column_width, grown
from statmon.ui.look.text import tr
from statmon.ui.look.theme import Theme

_KEY_PAN = 0.1
_KEY_ZOOM = 0.8
_KEY_CROSS = 0.01
"""Parts of the view."""


class Chart(QWidget):
    """A ``TimeChart`` with its data: asks for what is missing, draws what is there."""

    changed = Signal(object, str)
    """The user wants another spec (span, a note); and what that does, in words."""
    moved = Signal()
    """It shows another stretch of time."""
    wants = Signal(int, object)
    """A ``Request`` for what the view needs of the history, of so many days before."""

    def __init__(
        self,
        spec: ChartSpec,
        rows: Sequence[int],
        series: Sequence[Series],
        lines: Sequence[LineView],
        recorder: Recorder,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.spec, self.rows, self.series = spec, tuple(rows), tuple(series)
        self.timeline = Timeline(round(spec.span * 1000))
        self.stocks = [SeriesData(recorder.tracks[row]) for row in rows]
        self.view = TimeChart(spec, lines, theme, self)
        self.others = Comparison(spec, self.series, self.wants.emit)
        self.outages: Sequence[Gap] = ()
        """Of the history, of any of its series; what came since then the tracks know."""
        self._live_steps = recorder.steps
        self._past_steps: Sequence[Note] = ()
        self.is_known: Callable[[int], bool] = lambda _: True
        """Whether a row's value may be taken for the present that is shown."""
        self._asked: Request | None = None
        self._widest = 0
        """Milliseconds that were ever known at once."""
        self.chosen = False
        """Whether the user has chosen which stretch of time to show."""
        self._now = 0
        self._state: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{tr('Chart')} {spec.title}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.view.zoomed.connect(self.zoom)
        self.view.panned.connect(self.pan)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.view.set_theme(theme)
        self.redraw(self._now)

    # Time.

    def redraw_if_new(self, now: int) -> None:
        """Draw, unless it would look as it does."""
        shown = self._shown(now)
        width = column_width(shown.span, self.view.pixels)
        taken = (stock.track.taken for stock in self.stocks)
        state = (shown, width, now // width, len(self._live_steps), *taken)
        if state != self._state:
            self._state = state
            self.redraw(now)

    def redraw(self, now: int) -> None:
        """Draw what is known, with an instant as the present: epoch milliseconds."""
        self._now = now
        shown = self._shown(now)
        begin, end = shown.stretch(now)
        width = column_width(shown.span, self.view.pixels)
        # Whole columns: the axis moves on once a pixel and not with every tick.
        shown_begin = begin // width * width
        first, last = begin // width, end // width
        until = min(last, now // width)
        frames = [
            self._line(place, width, (first, until), (begin, min(end, now)))
            for place in range(len(self.stocks))
        ]
        gaps = between(self._gaps(), max(begin, self._known_since()), min(end, now))
        shown_end = shown_begin + shown.span
        # What has just happened may be in the history by now.
        steps = list({step.at: step for step in (*self._past_steps, *self._live_steps)}.values())
        shift = self.others.shift(end) if self.spec.compare else 0
        anew = self._restarts(frames, width)
        notes = self.spec.notes
        self.view.draw(
            Frame(shown_begin, shown_end, now, width, frames, gaps, notes, steps, anew, shift)
        )
        self._ask(width, begin, min(end, now))
        self.others.ask(width, begin, end)

    def _shown(self, now: int) -> Timeline:
        """Return what is shown: all that is wanted once the user has chosen, or it is filled."""
        first = min((f for s in self.stocks if (f := s.first()) is not None), default=None)
        if self.chosen or first is None or not self.timeline.live:
            return self.timeline
        # It only grows: what memory forgets does not make it narrower.
        self._widest = max(self._widest, now - first)
        return grown(self.timeline, self._widest)

    def _line(
        self, place: int, width: int, numbers: tuple[int, int], stretch: tuple[int, int]
    ) -> LineFrame:
        stock, row = self.stocks[place], self.rows[place]
        if self.view.lines[place].unit is Unit.STATE:
            return LineFrame(spans=spans(stock.words(), *stretch))
        return LineFrame(
            stock.columns(width).between(*numbers),
            self.timeline.live and self.is_known(row),
            self.others.compared(place, width, *stretch),
            self.others.usual(place, *stretch),
        )

    def _restarts(self, frames: Sequence[LineFrame], width: int) -> list[Note]:
        """Return when counters began anew, each time in words."""
        found: dict[int, list[str]] = {}
        for view, line in zip(self.view.lines, frames, strict=True):
            for number in restarts(line.columns).tolist() if view.counter else ():
                found.setdefault(number * width, []).append(view.name)
        one, several = tr("{name} began anew"), tr("{count} counters began anew")
        return [
            Note(at, (one if len(names) == 1 else several).format(name=names[0], count=len(names)))
            for at, names in sorted(found.items())
        ]

    def _known_since(self) -> int:
        """Return since when something is known: before that nothing is missing."""
        return min((f for stock in self.stocks if (f := stock.first()) is not None), default=0)

    def _gaps(self) -> list[Gap]:
        """Return when its series were not known, each since something was known of it."""
        found = [
            Gap(max(begin, first), end)
            for stock in self.stocks
            if (first := stock.first()) is not None
            for begin, end in stock.track.gaps
            if end is None or end > first
        ]
        return [*self.outages, *found]

    def _ask(self, width: int, begin: int, end: int) -> None:
        wanted = [stretch for stock in self.stocks if (stretch := stock.wants(width, begin, end))]
        if not wanted:
            return
        first, last = min(a for a, _ in wanted), max(b for _, b in wanted)
        asked = self._asked
        if asked and asked.width == width and asked.begin <= begin and last <= asked.end:
            return
        lines = zip(self.series, self.view.lines, strict=True)
        states = frozenset(series for series, line in lines if line.unit is Unit.STATE)
        self._asked = Request(self.series, width, first, last, states)
        self.wants.emit(0, self._asked)

    def forget_past(self) -> None:
        """Ask again for all that is not in memory."""
        for stock in self.stocks:
            stock.past = None
        self._asked = None
        self.others.forget()
        self.redraw(self._now)

    def take(self, days: int, answer: Answer) -> None:
        """Take in what was read, of so many days before."""
        if days:
            self.others.take(days, answer)
            self.redraw(self._now)
            return
        if answer.request is not self._asked:
            return
        for stock, past in zip(self.stocks, answer.pasts, strict=True):
            stock.past = past
        self.outages, self._past_steps = answer.gaps, answer.steps
        self.redraw(self._now)
        self.view.sum_up()

    def set_timeline(self, timeline: Timeline) -> None:
        """Show another stretch of time."""
        self.chosen = True
        if timeline != self.timeline:
            self.timeline = timeline
            self.moved.emit()
            self.redraw(self._now)

    def zoom(self, factor: float, at: float = 0.5) -> None:
        """Show less or more time; the place ``at`` (0 left, 1 right) stands still."""
        self.set_timeline(self._shown(self._now).zoomed(factor, at, self._now))

    def pan(self, part: float) -> None:
        """Move by a part of the view; negative is into the past."""
        self.set_timeline(self._shown(self._now).panned(part, self._now))

    def set_span(self, seconds: float) -> None:
        """Show so many seconds."""
        self.set_timeline(self.timeline.with_span(seconds))
        if seconds != self.spec.span:
            self.changed.emit(replace(self.spec, span=seconds), tr("change the span of a chart"))

    def go_live(self) -> None:
        """Follow the present again."""
        self.set_timeline(self.timeline.following())

    def add_note(self, text: str) -> None:
        """Note something at the crosshair, or at the present."""
        at = self.view.pointed
        note = Note(round(at * 1000) if at else self._now, text)
        self.changed.emit(self.spec.with_note(note), tr("note something in a chart"))

    def use_spec(self, spec: ChartSpec) -> None:
        """Show another span, or other notes; what else differs takes a chart of its own."""
        before, self.spec = self.spec, spec
        if spec.span != before.span:
            self.timeline = self.timeline.with_span(spec.span)
            self.moved.emit()
        if spec != before:
            self.redraw(self._now)

    def go_on_from(self, timeline: Timeline, *, chosen: bool) -> None:
        """Show the time that the one shows whose place it takes, if the user has chosen that."""
        if chosen:
            self.set_timeline(timeline)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move with the arrows, zoom with + and -, End for the present; Shift moves the cross.

        Page keys scroll panels that have no room.
        """
        keys = Qt.Key
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        steps = {keys.Key_Left: -1, keys.Key_Right: 1}
        zooms = {keys.Key_Plus: _KEY_ZOOM, keys.Key_Equal: _KEY_ZOOM, keys.Key_Minus: 1 / _KEY_ZOOM}
        pages = {keys.Key_PageUp: -1, keys.Key_PageDown: 1}
        key = Qt.Key(event.key())
        if key in pages:
            self.view.turn_page(pages[key])
        elif key in steps and shift:
            self._step_cursor(steps[key])
        elif key in steps:
            self.pan(steps[key] * _KEY_PAN)
        elif key in zooms:
            self.zoom(zooms[key])
        elif key == keys.Key_End:
            self.go_live()
        elif key == keys.Key_Escape:
            self.view.point_at(None)
        else:
            super().keyPressEvent(event)

    def _step_cursor(self, step: int) -> None:
        begin, end = self._shown(self._now).stretch(self._now)
        at = self.view.pointed
        moved = end / 1000 if at is None else at + step * (end - begin) / 1000 * _KEY_CROSS
        self.view.point_at(min(max(moved, begin / 1000), end / 1000))
