"""A chart over time: panels on one time axis, a crosshair, a legend. It draws what it is given."""

import math
import time
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from statmon.analysis.buckets import Floats, summary
from statmon.analysis.spans import at_width
from statmon.domain.library import Levels
from statmon.domain.unit import Unit
from statmon.ui.chart.bands import bands_of
from statmon.ui.chart.frame import Frame, LineView
from statmon.ui.chart.gaps import told, words_of
from statmon.ui.chart.labels import Labels
from statmon.ui.chart.layout import Cell, arrange
from statmon.ui.chart.legend import SIGNS, Legend, line_style, number_text
from statmon.ui.chart.panel import Extremes, Panel
from statmon.ui.chart.ribbon import RibbonPanel
from statmon.ui.chart.spec import ChartSpec
from statmon.ui.look import theme as themes
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme

_LEGEND_PARTS, _SMALL_LEGEND_PARTS = (5, 3), (3, 1)
_LEAST_PANEL, _LEAST_RIBBON, _TIME_AXIS = 64, 16, 24
"""Pixels; panels that have no room are scrolled."""
_MOST_TOLD = 3
"""Gaps in words above panels that are too small for them: the longest."""
_SUMMARY_SECONDS = 0.5
"""Numbers that change more often cannot be read."""


class TimeChart(QWidget):
    """Lines over time. The panels tell what mouse and keys want; who owns the chart decides."""

    zoomed = Signal(float, float)
    """The factor, and where in the view (0 left, 1 right)."""
    panned = Signal(float)
    """A part of the view; negative is into the past."""
    resized = Signal()

    def __init__(
        self,
        spec: ChartSpec,
        lines: Sequence[LineView],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.lines, self._spec, self._theme = lines, spec, theme
        self.frame: Frame | None = None
        self.pointed: float | None = None
        """Where the crosshair is, epoch seconds."""
        self._summed_at = -math.inf
        self._targets: Sequence[float | None] = [None] * len(lines)
        states = [place for place, line in enumerate(lines) if line.unit is Unit.STATE]
        self.legend = Legend([line.name for line in lines], states, theme)
        if self._small:
            self.legend.show_last_only()
        self.legend.explain(explanations(spec))
        self._view = pg.GraphicsLayoutWidget()
        self._view.setAccessibleName(f"{tr('Chart')} {spec.title}")
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.ci.layout.setSpacing(0)
        self._view.ci.setContentsMargins(0, 6, 0, 0)
        self.cells = arrange(spec, [line.unit for line in lines])
        self.panels = [self._panel(cell) for cell in self.cells]
        self._align()
        self._labels = Labels(self.panels)
        self._lay_out()
        self._connect()
        self.set_theme(theme)

    def _panel(self, cell: Cell) -> Panel:
        if cell.ribbons:
            ribbon = RibbonPanel([self.lines[place].name for place in cell.places], self._theme)
            self._view.addItem(ribbon.plot, row=cell.row, col=cell.column)
            return ribbon
        shapes = [line_style(place, self._theme).shape for place in cell.places]
        panel = Panel([self.lines[place].unit for place in cell.places], shapes, self._theme)
        if cell.titled:
            panel.show_title(self.lines[cell.places[0]].name)
        if self._small:
            panel.make_small()
        if not cell.timed:
            panel.hide_time()
        self._view.addItem(panel.plot, row=cell.row, col=cell.column)
        return panel

    def _align(self) -> None:
        """Let panels on one time axis begin and end at the same place, and none be too low."""
        if not self._small and self.panels:
            left = max(panel.left_width for panel in self.panels)
            right = any(panel.has_right_axis for panel in self.panels)
            for panel in self.panels:
                panel.leave_room(left, right=right)
        heights = {
            cell.row: len(cell.places) * _LEAST_RIBBON if cell.ribbons else _LEAST_PANEL
            for cell in self.cells
        }
        if len(heights) > 1 or any(cell.ribbons for cell in self.cells):
            self._view.setMinimumHeight(sum(heights.values()) + _TIME_AXIS)

    def _lay_out(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setAccessibleName(tr("Panels"))
        self._scroll.setWidget(self._view)
        self._splitter = splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(True)
        splitter.setAccessibleName(tr("Chart and legend"))
        for part, stretch in zip((self._scroll, self.legend), _LEGEND_PARTS, strict=True):
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.indexOf(part), stretch)
        parts = _SMALL_LEGEND_PARTS if self._small else _LEGEND_PARTS
        splitter.setSizes([part * 1000 for part in parts])
        self.notice = label(name=tr("What the chart says"))
        self.notice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.notice.setWordWrap(True)
        self.notice.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(splitter, 1)

    def _connect(self) -> None:
        for panel in self.panels:
            panel.box.zoomed.connect(self.zoomed)
            panel.box.panned.connect(self.panned)
        self._view.scene().sigMouseMoved.connect(self._mouse_moved)

    @property
    def _small(self) -> bool:
        """Whether the panels are too small for words: what is missing is said above them."""
        return self._spec.kind == "multiples"

    @property
    def pixels(self) -> int:
        """How many pixels wide a panel is."""
        return max(1, int(self.panels[0].box.width())) if self.panels else 1

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size that the chart would like."""
        return QSize(900, 260)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        # The theme's own: the palette of a widget follows the application's a moment later.
        ground = themes.palette(theme).base().color()
        self._view.setBackground(ground)
        for cell, panel in zip(self.cells, self.panels, strict=True):
            panel.set_theme(theme, [line_style(place, theme).color for place in cell.places])
            panel.set_ground(ground)
        self._labels.set_theme(theme, ground)
        self._color_targets()
        self.legend.set_theme(theme)

    def show_limits(self, levels: Sequence[Levels | None]) -> None:
        """Show the thresholds of the lines as bands, with those that the chart has of its own."""
        for cell, panel in zip(self.cells, self.panels, strict=True):
            lines = [(self.lines[place].unit, levels[place]) for place in cell.places]
            panel.ground.bands = (*self._spec.bands, *(() if cell.ribbons else bands_of(lines)))
            panel.ground.update()

    def show_targets(self, targets: Sequence[float | None]) -> None:
        """Show what the lines are to be; None for one of which nobody said it."""
        self._targets = targets
        self._color_targets()
        told: dict[str, str] = {}
        for place, (target, line) in enumerate(zip(targets, self.lines, strict=True)):
            if target is not None:
                number = number_text(target, line.unit)
                told[number] = told.get(number, "") + SIGNS[line_style(place, self._theme).shape]
        words = tr("–·– target of {lines}: {number}")
        self.legend.explain_targets(
            [words.format(lines=lines, number=number) for number, lines in told.items()]
        )

    def _color_targets(self) -> None:
        """Give each target the colour of its line."""
        for cell, panel in zip(self.cells, self.panels, strict=True):
            panel.ground.targets = (
                []
                if cell.ribbons
                else [
                    (
                        line_style(place, self._theme).color,
                        target,
                        self.lines[place].unit is Unit.PERCENT,
                    )
                    for place in cell.places
                    if (target := self._targets[place]) is not None
                ]
            )
            panel.ground.update()

    def draw(self, frame: Frame) -> None:
        """Show a frame."""
        self.frame = frame
        self._labels.arrange(frame, gaps=not self._small)
        for cell, panel in zip(self.cells, self.panels, strict=True):
            self._draw_panel(cell, panel, frame)
        self._labels.show(frame)
        gaps = told(frame.gaps, frame.end - frame.begin)[:_MOST_TOLD] if self._small else ()
        said = "   ".join(map(words_of, sorted(gaps)))
        self.notice.setText(said)
        self.notice.setVisible(bool(said))
        self.sum_up_if_old()
        self._show_cursor()
        # Else the panels move in the midst of a paint, and all is painted twice.
        self._view.scene().prepareForPaint()

    def _draw_panel(self, cell: Cell, panel: Panel, frame: Frame) -> None:
        panel.show_time(frame.begin / 1000, frame.end / 1000)
        places = self._scaled_with(cell)
        percents = [place for place in places if self.lines[place].unit is Unit.PERCENT]
        counts = [place for place in places if place not in percents]
        panel.fit(self._extremes(counts, frame), self._extremes(percents, frame))
        until = min(frame.end, frame.now)
        hulls = []
        if isinstance(panel, RibbonPanel):
            panel.show_spans(
                [at_width(frame.lines[place].spans, frame.width) for place in cell.places]
            )
        for place, number in enumerate(cell.places if panel.lines else ()):
            line = frame.lines[number]
            panel.show_columns(place, line.columns, frame.width, until, known=line.known)
            panel.show_other(place, line.other, frame.width, frame.end, frame.shift)
            if line.hull is not None:
                hull = panel.on_scale(place, line.hull)
                hulls.append((panel.lines[place].curve.color, hull))
        panel.ground.gaps = [
            (gap.begin / 1000, (gap.end or frame.end) / 1000) for gap in frame.gaps
        ]
        panel.ground.marks = [
            note.at / 1000 for note in (*frame.notes, *frame.steps, *frame.restarts)
        ]
        panel.ground.hulls = hulls
        panel.ground.update()

    def _extremes(self, places: Sequence[int], frame: Frame) -> Extremes:
        """Return the lowest and highest of what is seen of some lines, with what they are to be."""
        found = _extremes(places, frame)
        wanted = [target for place in places if (target := self._targets[place]) is not None]
        if found is None or not wanted:
            return found
        return min(found[0], *wanted), max(found[1], *wanted)

    def _scaled_with(self, cell: Cell) -> Sequence[int]:
        """Return the lines that share a panel's scale: small multiples are there to compare."""
        if not self._small or not cell.places:
            return cell.places
        unit = self.lines[cell.places[0]].unit
        return [place for place, line in enumerate(self.lines) if line.unit is unit]

    def sum_up_if_old(self) -> None:
        """Bring the legend up to date, unless it has just been."""
        if time.monotonic() - self._summed_at >= _SUMMARY_SECONDS:
            self.sum_up()

    def sum_up(self) -> None:
        """Bring the legend up to date."""
        frame = self.frame
        if frame is None:
            return
        self._summed_at = time.monotonic()
        until = min(frame.end, frame.now)
        for place, (line, drawn) in enumerate(zip(self.lines, frame.lines, strict=True)):
            told = summary(drawn.columns, frame.width, frame.begin, until)
            self.legend.show_summary(place, told, line.unit)
            if line.unit is Unit.STATE:
                last = drawn.spans[-1] if drawn.spans else None
                self.legend.show_state(place, last.state if last and last.end >= until else "")

    def turn_page(self, pages: int) -> None:
        """Scroll the panels by a page, where not all of them have room."""
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep())

    # The crosshair.

    def _mouse_moved(self, scene: QPointF) -> None:
        times = (panel.time_at(scene) for panel in self.panels)
        self.point_at(next((time for time in times if time is not None), None))

    def point_at(self, at: float | None) -> None:
        """Put the crosshair at epoch seconds, or take it away."""
        self.pointed = at
        self._show_cursor()

    def _show_cursor(self) -> None:
        for panel in self.panels:
            panel.show_cursor(self.pointed)
        self.legend.show_cursor(None if self.pointed is None else self._values_at(self.pointed))

    def _values_at(self, at: float) -> list[str]:
        frame = self.frame
        if frame is None:
            return []
        number = int(at * 1000) // frame.width
        texts = []
        for line, drawn in zip(self.lines, frame.lines, strict=True):
            if line.unit is Unit.STATE:
                states = [s.state for s in drawn.spans if s.begin <= at * 1000 < s.end]
                texts.append(states[0] if states else "–")
                continue
            place = int(np.searchsorted(drawn.columns.number, number, "right")) - 1
            known = place >= 0 and at * 1000 <= min(frame.end, frame.now)
            value = float(drawn.columns.last[place]) if known else math.nan
            texts.append(number_text(value, line.unit))
        return texts


def _extremes(places: Sequence[int], frame: Frame) -> Extremes:
    """Return the lowest and highest value of some lines, and of what they are compared with."""
    arrays: list[Floats] = []
    for line in (frame.lines[place] for place in places):
        for columns in (line.columns, line.other):
            arrays += [columns.low, columns.high, columns.last[:1]]
        if line.hull is not None:
            arrays += line.hull[1:]
    arrays = [known for array in arrays if len(known := array[~np.isnan(array)])]
    if not arrays:
        return None
    return min(float(a.min()) for a in arrays), max(float(a.max()) for a in arrays)


def explanations(spec: ChartSpec) -> list[str]:
    """Return what is drawn beside the lines, in words."""
    said = {"day": tr("╌ dashed: the day before"), "week": tr("╌ dashed: the week before")}
    found = [said[spec.compare]] if spec.compare in said else []
    if spec.usual:
        found.append(tr("▒ band: usual at this time of day"))
    return found if spec.kind in ("line", "multiples") else []
