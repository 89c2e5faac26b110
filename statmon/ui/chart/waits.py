"""The distribution of waits: how many waited how long, and any service level by a slider."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from statmon.analysis.waits import service_level
from statmon.domain.cells import Cell
from statmon.domain.cost import cost_of_statistics
from statmon.domain.library import RANGES
from statmon.domain.lint import lint_statistic
from statmon.domain.parts import Missing, statistics_of, with_parts
from statmon.domain.statistic import Series
from statmon.domain.unit import Unit
from statmon.ui.background.debounce import Debounce
from statmon.ui.chart import waiting
from statmon.ui.chart.counter_chart import CounterChart
from statmon.ui.chart.spec import ChartSpec
from statmon.ui.chart.track import Track
from statmon.ui.chart.waiting import Counted, Queue
from statmon.ui.chart.waits_painter import Drawing, paint_waits
from statmon.ui.look import numbers
from statmon.ui.look.painting import painting
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.buttons import button

_THRESHOLD, _SHORT = "threshold", "short"
_IN_TIME, _SOON = 20.0, 5.0
"""Seconds: what is in time, and who hangs up too soon to count, where the chart does not say."""
_LONGEST, _PAGE = 300, 10
_PAUSE = 600
"""Milliseconds without a move after which a threshold is kept."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of which statistics."""

    queues: Sequence[Queue]
    missing: Sequence[Missing]
    """What would have to be opened to count the waits of the others."""
    doubt: Callable[[Sequence[int]], str]
    """Says why some rows may not be taken for now; empty if they may."""


class _Canvas(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.drawing: Drawing | None = None
        self.setMinimumHeight(80)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size that it would like."""
        return QSize(900, 180)

    @painting
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002
        """Paint all of it."""
        if self.drawing is not None:
            with QPainter(self) as painter:
                paint_waits(painter, QRectF(self.rect()), self.drawing, self.theme, self.palette())


class Waits(CounterChart):
    """A histogram of waits in a span, with a threshold."""

    def __init__(
        self, spec: ChartSpec, rows: Sequence[int], series: Mapping[int, Series], shown: Shown,
        tracks: Callable[[int], Track], theme: Theme, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        used = [row for queue in shown.queues for row in queue.used]
        super().__init__(spec, rows, {row: series[row] for row in used}, tracks, parent)
        self._shown = shown
        self.got: Counted | None = None
        """What is shown."""
        self.canvas = _Canvas(theme)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1, _LONGEST)
        self.slider.setPageStep(_PAGE)
        self.slider.setAccessibleName(tr("Seconds within which an answer is in time"))
        self.slider.setToolTip(tr("Seconds within which an answer is in time"))
        self.threshold = label()
        self.said = label(name=tr("What the waits show"))
        self.said.setWordWrap(True)
        self.remark = label(name=tr("What is not counted yet"))
        self.remark.setWordWrap(True)
        self.opening = button(self._offer(), self._open_missing)
        self._keep = Debounce(self._keep_threshold, _PAUSE, self)
        self._lay_out()
        self._show_threshold()
        self.slider.valueChanged.connect(self._move)
        self.slider.sliderReleased.connect(self._keep.now)
        self.setFocusProxy(self.slider)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.slider, 1)
        line.addWidget(self.threshold)
        offer = QHBoxLayout()
        offer.setSpacing(10)
        offer.addWidget(self.opening)
        offer.addWidget(self.remark, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 2)
        layout.setSpacing(2)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(line)
        layout.addWidget(self.said)
        layout.addLayout(offer)
        for part in (self.canvas, self.slider, self.threshold, self.said):
            part.setVisible(bool(self._shown.queues))
        if not self._shown.queues:
            layout.addStretch(1)
        statistics = statistics_of(self._shown.missing)
        remarks = dict.fromkeys(one.words for own in statistics for one in lint_statistic(own))
        nobody = "" if self._shown.queues or remarks else tr("None of these has callers who wait.")
        self.remark.setText(" ".join(remarks) or nobody)
        self.remark.setVisible(bool(self.remark.text()))
        self.opening.setVisible(bool(statistics))

    # What it shows.

    @property
    def seconds(self) -> int:
        """The threshold."""
        return self.slider.value()

    def draw(self, now: int) -> None:
        """Draw what is known."""
        if not self._shown.queues:
            return
        begin = now - round(self.spec.span * 1000)
        self.read_from(begin)
        self.got = waiting.counted(self._shown.queues, self.line, begin, now)
        self._draw_again()

    def _draw_again(self) -> None:
        got = self.got
        if got is None:
            return
        seconds, short = float(self.seconds), self.number(_SHORT, _SOON)
        doubt = self._shown.doubt(list(self._counters))
        words = [waiting.summary(got, self._now)]
        if got.waits is not None:
            level = service_level(got.waits, seconds, short)
            words.append(waiting.level_in_words(got, level, seconds, short))
            words.append(waiting.percentiles_in_words(got.waits))
            self.canvas.drawing = Drawing(got.waits, seconds, known=not doubt)
        else:
            self.canvas.drawing = None
        words += [waiting.doubts(got), doubt]
        self.said.setText("\n".join(filter(None, words)))
        self.canvas.setAccessibleName(tr("Waits in ranges"))
        self.canvas.setAccessibleDescription(self.said.text())
        self.threshold.setText(numbers.written(seconds, Unit.SECONDS))
        self.canvas.update()

    def values(self) -> list[tuple[Cell, ...]]:
        """Return what is shown as rows: the ranges, in seconds, and how many waited so long."""
        rows: list[tuple[Cell, ...]] = [
            (tr("from"), tr("to"), tr("answered"), tr("hung up"), tr("waited less than to, %"))
        ]
        got = self.got
        if got is None or got.waits is None:
            return rows
        waits, total, less = got.waits, float(got.waits.all.sum()), 0.0
        for place, (left, right) in enumerate(pairwise(waits.edges)):
            less += float(waits.all[place])
            share: Cell = "" if not total else 100 * less / total
            counts = (waits.answered[place], waits.abandoned[place])
            rows.append(
                (
                    int(left), "" if math.isinf(right) else int(right),
                    *(f"≥ {int(n)}" if got.partly else int(n) for n in counts),
                    share,
                )
            )  # fmt: skip
        return rows

    # What is not open.

    def _offer(self) -> str:
        cost = cost_of_statistics(statistics_of(self._shown.missing))
        return tr(
            "&Open what counts these waits: {count} statistics, about {rate} notifications a minute"
        ).format(count=numbers.count(cost.asked), rate=numbers.count(round(cost.per_minute)))

    def _open_missing(self) -> None:
        change = partial(with_parts, missing=self._shown.missing, name=tr(RANGES))
        self.edited.emit(tr("open what counts waits"), change)

    # What the user does.

    def set_span(self, seconds: float) -> None:
        """Show so many seconds."""
        self._keep.now()
        super().set_span(seconds)

    def use_spec(self, spec: ChartSpec) -> None:
        """Show another span or threshold."""
        before, self.spec = self._wanted, spec
        if self._wanted != before:  # else the user may be moving it
            self._keep.stop()
            self._show_threshold()
        super().use_spec(spec)

    @property
    def _wanted(self) -> int:
        """The threshold that the workspace has."""
        return round(min(max(self.number(_THRESHOLD, _IN_TIME), 1), _LONGEST))

    def _show_threshold(self) -> None:
        blocked = self.slider.blockSignals(True)  # nobody has moved it
        self.slider.setValue(self._wanted)
        self.slider.blockSignals(blocked)

    def _move(self) -> None:
        self._draw_again()
        self._keep.ask()

    def _keep_threshold(self) -> None:
        if self.seconds != self._wanted:
            extra = {**self.spec.extra, _THRESHOLD: self.seconds}
            words = tr("change the threshold of a chart")
            self.changed.emit(replace(self.spec, extra=extra), words)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.canvas.theme = theme
        self.canvas.update()
