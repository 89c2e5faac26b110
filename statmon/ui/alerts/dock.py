"""The dock of alerts: what is open, what ended, and when the feed was down."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from statmon.alerts.life import Alert, Phase
from statmon.alerts.outages import Outage, Part
from statmon.domain.value import format_duration
from statmon.ui import numbers, signs
from statmon.ui.alerts.watch import AlertWatch
from statmon.ui.details import clock_time
from statmon.ui.names import Names
from statmon.ui.pulse import now_ms
from statmon.ui.row_height import RowHeight
from statmon.ui.text import label, tooltip, tr
from statmon.ui.theme import Theme, Tone

_MOST = 300
"""Alerts listed; the tab says how many there are."""
_SNOOZE_MS = 15 * 60_000
_KEY = int(Qt.ItemDataRole.UserRole)

Texts = tuple[tuple[str, ...], Tone, object]
"""Texts of a line, its tone, and what it is about."""


class AlertDock(QWidget):
    """Three lists; the first one with what can be done about an alert."""

    chosen = Signal(int)
    """The table's row of the alert that became current."""
    chart_wanted = Signal(list)
    rules_wanted = Signal()
    """The user wants to see the thresholds."""

    def __init__(
        self, watch: AlertWatch, names: Names, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._watch, self._names, self._theme = watch, names, theme
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Alerts"))
        self.tabs.setDocumentMode(True)
        self.open = _list(
            tr("Open alerts"),
            (tr("Level"), tr("Object"), tr("Statistic"), tr("Now"), tr("For"), tr("Phase")),
            gives_way=2,
        )
        self.closed = _list(
            tr("Ended alerts"),
            (tr("Level"), tr("Object"), tr("Statistic"), tr("From"), tr("To"), tr("Note")),
            gives_way=2,
        )
        self.outages = _list(
            tr("Outages"), (tr("What"), tr("From"), tr("To"), tr("For"), tr("Reason"))
        )
        self.nothing = label(name=tr("No alerts"))
        self.nothing.setWordWrap(True)
        for page in (self.open, self.closed, self.outages):
            self.tabs.addTab(page, "")
        self._make_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.nothing)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(self._buttons)
        self.open.currentItemChanged.connect(lambda item, _: self._choose(item))
        self.open.itemActivated.connect(lambda item, _: self.chart_wanted.emit([_key(item)]))
        watch.changed.connect(self.refresh)
        self.refresh()

    def _make_buttons(self) -> None:
        self._buttons = QHBoxLayout()
        self.acknowledging = self._button(tr("Acknowledge"), self._acknowledge)
        self.snoozing = self._button(tr("Quiet for 15 min"), self._snooze)
        self._buttons.addStretch(1)
        self.ruling = self._button(tr("Thresholds…"), self.rules_wanted.emit)

    def _button(self, words: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words)
        button.clicked.connect(lambda _checked=False: do())
        self._buttons.addWidget(button)
        return button

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.refresh()

    def refresh(self) -> None:
        """Bring the lists up to date; nothing is done for those that cannot be seen."""
        watch, now = self._watch, now_ms()
        alerts = sorted(
            (alert for alert in watch.book.open.values() if alert.phase is not Phase.PENDING),
            key=lambda alert: (-abs(alert.level), alert.since),
        )
        down = watch.outages.now
        for tab, word, count in (
            (0, tr("Open"), len(alerts)), (1, tr("Ended"), len(watch.book.closed)),
            (2, tr("Outages"), len(watch.outages.all)),
        ):  # fmt: skip
            self.tabs.setTabText(tab, f"{word} ({numbers.count(count)})" if count else word)
        self._say(len(alerts), len(down))
        if not self.isVisible():
            return
        page = self.tabs.currentWidget()
        if page is self.open:
            self._fill(self.open, [self._open_line(alert, now) for alert in alerts[:_MOST]])
        elif page is self.closed:
            ended = reversed(watch.book.closed)
            self._fill(self.closed, [self._closed_line(alert) for alert in ended][:_MOST])
        else:
            self._fill(self.outages, [_outage_line(o, now) for o in reversed(watch.outages.all)])
        some = bool(self._selected())
        self.acknowledging.setEnabled(some)
        self.snoozing.setEnabled(some)

    def _say(self, alerts: int, down: int) -> None:
        words = []
        if self._watch.travelling:
            words.append(tr("◀◀ The views show the past. Alerts are of now."))
        if down:
            words.append(tr("⚠ The feed is down: alerts are unknown until it is back."))
        if not self._watch.rules:
            words.append(
                tr(
                    "No thresholds yet. Choose a statistic and press Ctrl+T, or use "
                    "“Thresholds…” below."
                )
            )
        elif not alerts and not down and self._watch.unknown:
            words.append(tr("No fresh value has come yet: alerts are unknown until one does."))
        elif not alerts and not down:
            words.append(tr("All is within its thresholds."))
        self.nothing.setText("\n".join(words))
        self.nothing.setVisible(bool(words))

    def showEvent(self, event: object) -> None:  # noqa: N802
        """Bring the lists up to date when they can be seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def _open_line(self, alert: Alert, now: int) -> Texts:
        sign = signs.of_level(alert.level)
        phase = _phase_words(alert, now)
        number = "?" if alert.unknown else self._number(alert)
        lasted = format_duration((now - alert.since) / 1000)
        words = (str(sign), *self._names_of(alert), number, lasted, phase)
        loud = alert.is_loud(now) and not alert.unknown
        return words, sign.tone if loud else Tone.MUTED, alert.key

    def _closed_line(self, alert: Alert) -> Texts:
        sign = signs.of_level(alert.worst)
        times = clock_time(alert.since), clock_time(alert.ended or alert.since)
        return (str(sign), *self._names_of(alert), *times, alert.note), Tone.PLAIN, alert.key

    def _names_of(self, alert: Alert) -> tuple[str, str]:
        statistic = self._watch.table.statistics[_row(alert)]
        return self._names.short(statistic.ref), statistic.title

    def _number(self, alert: Alert) -> str:
        if alert.rule.state:
            return format_duration(alert.number)
        return numbers.written(alert.number, self._watch.table.units[_row(alert)])

    def _fill(self, tree: QTreeWidget, lines: Sequence[Texts]) -> None:
        while tree.topLevelItemCount() > len(lines):
            tree.takeTopLevelItem(tree.topLevelItemCount() - 1)
        for place, (texts, tone, key) in enumerate(lines):
            item = tree.topLevelItem(place) or QTreeWidgetItem(tree)
            item.setData(0, _KEY, key)
            for column, text in enumerate(texts):
                if item.text(column) != text:
                    item.setText(column, text)
                    item.setToolTip(column, tooltip(text))
            item.setForeground(0, QBrush(self._theme.tones[tone]))

    # What can be done.

    def _selected(self) -> list[int]:
        return [_key(item) for item in self.open.selectedItems()]

    def _acknowledge(self) -> None:
        for key in self._selected():
            self._watch.book.acknowledge(key, now_ms())
        self._watch.changed.emit()

    def _snooze(self) -> None:
        for key in self._selected():
            self._watch.book.snooze(key, now_ms() + _SNOOZE_MS)
        self._watch.changed.emit()

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(_key(item))
        self.refresh()


def _list(name: str, headers: Iterable[str], gives_way: int | None = None) -> QTreeWidget:
    """Return a list; one column may be cut off, so that those behind it stay in sight."""
    result = QTreeWidget()
    result.setAccessibleName(name)
    result.setHeaderLabels(list(headers))
    result.setRootIsDecorated(False)
    result.setUniformRowHeights(True)
    result.setItemDelegate(RowHeight(result))
    result.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
    header = result.header()
    header.setAccessibleName(name)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(gives_way is None)
    header.setTextElideMode(Qt.TextElideMode.ElideRight)
    if gives_way is not None:
        header.setSectionResizeMode(gives_way, QHeaderView.ResizeMode.Stretch)
    return result


def _row(alert: Alert) -> int:
    return alert.key if isinstance(alert.key, int) else -1


def _key(item: QTreeWidgetItem) -> int:
    return int(item.data(0, _KEY))


def _phase_words(alert: Alert, now: int) -> str:
    words = {
        Phase.ACTIVE: tr("active"),
        Phase.RECOVERING: tr("recovering"),
    }.get(alert.phase, alert.phase.value)
    if alert.unknown:
        words = tr("unknown: no fresh number")
    if alert.acknowledged is not None:
        words += f", {tr('seen')} {clock_time(alert.acknowledged)}"
    if now < alert.snoozed_until:
        words += f", {tr('quiet until')} {clock_time(alert.snoozed_until)}"
    return words


def _outage_line(outage: Outage, now: int) -> Texts:
    part = tr("connection") if outage.part is Part.CONNECTION else tr("service")
    ended = "" if outage.ended is None else clock_time(outage.ended)
    lasted = format_duration(((outage.ended or now) - outage.began) / 1000)
    words = (f"⚠ {part}" if outage.ended is None else part, clock_time(outage.began), ended)
    tone = Tone.BAD if outage.ended is None else Tone.PLAIN
    return (*words, lasted, outage.reason), tone, -1
