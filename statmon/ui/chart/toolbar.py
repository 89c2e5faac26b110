"""What can be done with the chart in front: span, present, comparison, note, export."""

from collections.abc import Callable

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QMenu,
    QToolButton,
    QWidget,
)

from statmon.ui.chart.spec import ChartSpec, Compare, Kind
from statmon.ui.chart.timeline import SPANS
from statmon.ui.look.text import tr
from statmon.ui.widgets.buttons import small_button
from statmon.ui.widgets.folding import FoldingRow

_KINDS: tuple[Kind, ...] = ("line", "multiples", "states", "bars", "intervals", "waits")
COUNTING: tuple[Kind, ...] = ("intervals", "waits")
"""Kinds that show what was counted in a span: few minutes of it tell little."""
_COMPARISONS: tuple[Compare, ...] = ("", "day", "week")


class Toolbar(FoldingRow):
    """Buttons only: it says what is wanted and shows how the chart in front stands."""

    live_wanted = Signal()
    span_wanted = Signal(float)
    custom_wanted = Signal()
    kind_wanted = Signal(str)
    compare_wanted = Signal(str)
    usual_wanted = Signal(bool)
    stacked_wanted = Signal(bool)
    note_wanted = Signal()
    export_wanted = Signal(str)
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Chart tools"))
        self.live = self._button(tr("Live"), tr("Follow the present (End)"), self.live_wanted.emit)
        self.live.setCheckable(True)
        self._spans = QButtonGroup(self)
        self._spans.setExclusive(False)
        self.spans = [self._span(name, seconds) for name, seconds in SPANS]
        self.custom = self._button("…", tr("Another span"), self.custom_wanted.emit)
        self.kind = QComboBox()
        kinds = (tr("Lines"), tr("Small multiples"), tr("States"), tr("Bars of now"))
        self.kind.addItems([*kinds, tr("Bars per interval"), tr("Waits")])
        self.kind.setAccessibleName(tr("Kind of chart"))
        self.kind.setToolTip(tr("Kind of chart"))
        self.kind.activated.connect(lambda place: self.kind_wanted.emit(_KINDS[place]))
        self.compare = QComboBox()
        self.compare.addItems([tr("No comparison"), tr("Day before"), tr("Week before")])
        self.compare.setAccessibleName(tr("Compare with"))
        self.compare.setToolTip(tr("Compare with"))
        self.compare.activated.connect(lambda place: self.compare_wanted.emit(_COMPARISONS[place]))
        self.usual = self._check(
            tr("Usual"), tr("Band of what is usual at this time of day"), self.usual_wanted
        )
        self.stacked = self._check(
            tr("Stacked"), tr("Every line in a panel of its own"), self.stacked_wanted
        )
        self.note = self._button("", tr("Note something here"), self.note_wanted.emit, "note")
        self.export = self._export_button()
        self.closing = self._button("", tr("Close this chart"), self.close_wanted.emit, "close")
        self._lay_out()

    def _button(
        self, text: str, says: str, do: Callable[[], object], icon: str = ""
    ) -> QToolButton:
        button = small_button(says, do, text=text, icon=icon)
        button.setAutoRaise(True)
        return button

    def _span(self, name: str, seconds: float) -> QToolButton:
        button = self._button(
            tr(name), f"{tr('Show')} {tr(name)}", lambda: self.span_wanted.emit(seconds)
        )
        button.setCheckable(True)
        self._spans.addButton(button)
        return button

    def _check(self, text: str, says: str, wanted: SignalInstance) -> QCheckBox:
        box = QCheckBox(text)
        box.setToolTip(says)
        box.setAccessibleName(says)
        box.clicked.connect(wanted)
        return box

    def _export_button(self) -> QToolButton:
        button = self._button("", tr("Export what is shown"), lambda: None, "export")
        menu = QMenu(button)
        menu.setAccessibleName(tr("Export what is shown"))
        for kind, text in (
            ("copy", tr("&Copy picture")),
            ("copy-csv", tr("Copy &values")),
            ("png", tr("Picture (&PNG)…")),
            ("svg", tr("Drawing (&SVG)…")),
            ("csv", tr("&Values (CSV)…")),
        ):
            action = menu.addAction(text)
            action.triggered.connect(
                lambda _checked=False, kind=kind: self.export_wanted.emit(kind)
            )
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _lay_out(self) -> None:
        times: tuple[QWidget, ...] = (self.live, *self.spans, self.custom)
        others = (self.kind, self.compare, self.usual, self.stacked, self.note, self.export)
        self.hold((*times, *others), self.closing)

    def show_present(self, *, travelling: bool) -> None:
        """Name the present that charts follow: now, or the instant that the window shows."""
        self.live.setText(tr("Instant") if travelling else tr("Live"))
        self.fold()

    def offer(self, kind: Kind, offered: bool) -> None:
        """Offer a kind of chart, or not where the chart in front has nothing for it."""
        items = self.kind.model()
        if isinstance(items, QStandardItemModel):
            items.item(_KINDS.index(kind)).setEnabled(offered)

    def show_chart(self, spec: ChartSpec | None, *, span: float = 0, live: bool = False) -> None:
        """Show how the chart in front stands; nothing can be done without one."""
        over_time = spec is not None and spec.kind != "bars"
        lines = spec is not None and spec.kind in ("line", "multiples")
        for part in (*self.spans, self.custom):
            part.setEnabled(over_time)
        for part in (self.live, self.note):  # what counts in a span always ends now
            part.setEnabled(spec is not None and spec.kind not in ("bars", *COUNTING))
        for line_part in (self.compare, self.usual):
            line_part.setEnabled(lines)
        self.stacked.setEnabled(spec is not None and spec.kind == "line")
        for any_part in (self.kind, self.export, self.closing):
            any_part.setEnabled(spec is not None)
        self.live.setChecked(live and over_time)
        for button, (_, seconds) in zip(self.spans, SPANS, strict=True):
            button.setChecked(over_time and seconds == span)
        if spec is not None:
            self.kind.setCurrentIndex(_KINDS.index(spec.kind))
            self.compare.setCurrentIndex(_COMPARISONS.index(spec.compare))
            self.usual.setChecked(spec.usual)
            self.stacked.setChecked(spec.stacked)
