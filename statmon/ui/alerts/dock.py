"""The dock of alerts: what is open, what ended, and when the feed was down."""

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from statmon.alerts.life import Alert, Phase
from statmon.domain.value import format_duration
from statmon.service.event_log import Outage
from statmon.ui.alerts import words
from statmon.ui.alerts.watch import AlertWatch
from statmon.ui.data.names import Names
from statmon.ui.data.pulse import now_ms
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme, Tone
from statmon.ui.look.times import clock_time
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.copying import copy_rows
from statmon.ui.widgets.listing import Line, Listing

_MOST = 300
"""Alerts listed; the tab says how many there are."""
_SNOOZE_MS = 15 * 60_000


class AlertDock(QWidget):
    """Three lists; the first one with what can be done about an alert."""

    chosen = Signal(int)
    """The table's row of the alert that became current."""
    chart_wanted = Signal(list)
    row_wanted = Signal(int)
    """The user wants to see this row of the table in the tree."""
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
            (
                tr("Level"),
                tr("Object"),
                tr("Statistic"),
                tr("Now"),
                tr("Limit"),
                tr("For"),
                tr("Phase"),
            ),
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
        self.why = label(name=tr("Why it is an alert"))
        self.why.setWordWrap(True)
        self._make_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.nothing)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.why)
        layout.addLayout(self._buttons)
        self.open.came_to.connect(self._came_to)
        self.open.entered.connect(self._entered)
        self.open.itemSelectionChanged.connect(self._offer)
        self.open.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.open.customContextMenuRequested.connect(self._open_menu)
        watch.changed.connect(self.refresh)
        self.refresh()

    def _make_buttons(self) -> None:
        self._buttons = QHBoxLayout()
        self.acknowledging = button(tr("Acknowledge"), self._acknowledge)
        self.snoozing = button(tr("Quiet for 15 min"), self._snooze)
        self.ruling = button(tr("Thresholds…"), self.rules_wanted.emit)
        self._buttons.addWidget(self.acknowledging)
        self._buttons.addWidget(self.snoozing)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.ruling)

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.refresh()

    def refresh(self) -> None:
        """Bring the lists up to date; nothing is done for those that cannot be seen."""
        watch, now = self._watch, now_ms()
        alerts = sorted(watch.open, key=lambda alert: (-abs(alert.level), alert.since))
        down, outages = watch.event_log.feed_down, watch.event_log.outages()
        for tab, word, count in (
            (0, tr("Open"), len(alerts)), (1, tr("Ended"), len(watch.closed)),
            (2, tr("Outages"), len(outages)),
        ):  # fmt: skip
            text = f"{word} ({numbers.count(count)})" if count else word
            if text != self.tabs.tabText(tab):  # Qt lays out the whole window for the same words
                self.tabs.setTabText(tab, text)
        self._say(alerts, len(down))
        if not self.isVisible():
            return
        page = self.tabs.currentWidget()
        if page is self.open:
            self.open.show_lines([self._open_line(alert, now) for alert in alerts[:_MOST]])
        elif page is self.closed:
            ended = watch.closed[:_MOST]
            self.closed.show_lines([self._closed_line(alert) for alert in ended])
        else:
            self.outages.show_lines([self._outage_line(outage, now) for outage in outages])
        self._offer()

    def _say(self, alerts: Sequence[Alert], down: int) -> None:
        said = []
        if alerts:
            said.append(_counts(alerts))
        if self._watch.travelling:
            said.append(tr("◀◀ The views show the past. Alerts are of now."))
        if down:
            said.append(tr("⚠ The feed is down: alerts are unknown until it is back."))
        if not self._watch.rules:
            said.append(
                tr(
                    "No thresholds yet. Choose a statistic and press Ctrl+T, or use "
                    "“Thresholds…” below."
                )
            )
        elif not alerts and not down and self._watch.unknown:
            said.append(tr("No fresh value has come yet: alerts are unknown until one does."))
        elif not alerts and not down and (unjudged := self._watch.unjudged):
            said.append(
                tr("{n} values are no numbers: nobody can tell whether they are beyond.").format(
                    n=numbers.count(unjudged)
                )
            )
        elif not alerts and not down:
            said.append(tr("All is within its thresholds."))
        self.nothing.setText("\n".join(said))
        self.nothing.setVisible(bool(said))

    def showEvent(self, event: object) -> None:  # noqa: N802
        """Bring the lists up to date when they can be seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def _open_line(self, alert: Alert, now: int) -> Line:
        sign = signs.of_level(alert.level)
        phase = _phase_words(alert)
        number = "?" if alert.unknown else self._number(alert)
        lasted = format_duration((now - alert.since) / 1000)
        texts = (str(sign), *self._names_of(alert), number, self._limit(alert), lasted, phase)
        loud = alert.loud and not alert.unknown
        return Line(alert.id, texts, self._ink(sign.tone if loud else Tone.MUTED))

    def _closed_line(self, alert: Alert) -> Line:
        sign = signs.of_level(alert.worst)
        times = clock_time(alert.since), clock_time(alert.ended or alert.since)
        texts = (str(sign), *self._names_of(alert), *times, _note(alert))
        return Line(alert.id, texts, self._ink(Tone.PLAIN))

    def _outage_line(self, outage: Outage, now: int) -> Line:
        tone = Tone.BAD if outage.end is None else Tone.PLAIN
        key = outage.part, outage.start
        return Line(key, _outage_words(outage, now), self._ink(tone))

    def _ink(self, tone: Tone) -> dict[int, QColor]:
        return {0: self._theme.tones[tone]}

    def _names_of(self, alert: Alert) -> tuple[str, str]:
        return self._names.short(alert.series.ref), alert.statistic

    def _number(self, alert: Alert) -> str:
        if alert.rule.state:
            return format_duration(alert.number)
        return numbers.written(alert.number, alert.unit)

    def _limit(self, alert: Alert) -> str:
        limit = self._limit_in_words(alert)
        return "" if limit is None else f"{'≥' if alert.level > 0 else '≤'} {limit}"

    def _limit_in_words(self, alert: Alert) -> str | None:
        if alert.limit is None:
            return None
        if alert.rule.state:
            return format_duration(alert.limit)
        return numbers.written(alert.limit, alert.unit)

    def _reason(self, ids: Sequence[object]) -> str:
        """Return why the chosen alert is one; of several nothing."""
        found = [alert for alert in self._watch.open if alert.id in ids]
        if len(found) != 1:
            return ""
        (alert,) = found
        limit = self._limit_in_words(alert)
        return words.because(alert.statistic, limit, alert.level, alert.since, alert.rule.name)

    # What can be done.

    def menu(self) -> QMenu:
        """Return the menu of a right click, for what is chosen in the list of open alerts."""
        menu, chosen = QMenu(self.open), self._chosen()
        menu.setAccessibleName(tr("Alerts"))
        rows = [row for row in map(self._row, chosen) if row is not None]

        def add(text: str, do: Callable[[], object], *, can: bool) -> None:
            menu.addAction(text, do).setEnabled(can)

        add(tr("Go to its row"), lambda: self.row_wanted.emit(rows[0]), can=bool(rows))
        add(tr("Show in chart"), lambda: self.chart_wanted.emit(rows), can=bool(rows))
        menu.addSeparator()
        add(tr("Acknowledge"), self._acknowledge, can=bool(chosen))
        add(tr("Quiet for 15 min"), self._snooze, can=bool(chosen))
        add(tr("Quiet until its level changes"), self._shelve, can=bool(chosen))
        menu.addSeparator()
        add(tr("Copy rows"), lambda: copy_rows(self.open), can=bool(chosen))
        return menu

    def _open_menu(self, position: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.open.viewport().mapToGlobal(position))

    def show_open(self, ids: Sequence[str] = ()) -> None:
        """Come to the open alerts, and choose the first of these that is among them."""
        self.tabs.setCurrentWidget(self.open)
        self.open.setFocus()
        self.refresh()
        there = {line.key for line in self.open.lines}
        if (found := next((one for one in ids if one in there), None)) is not None:
            self.open.choose(found)

    def go_on(self) -> int | None:
        """Choose the alert after the chosen one; return its row of the table, None without one."""
        keys = [line.key for line in self.open.lines]
        chosen = self.open.chosen
        place = keys.index(chosen[-1]) + 1 if chosen and chosen[-1] in keys else 0
        if not keys:
            return None
        key = keys[place % len(keys)]
        self.open.choose(key)
        return self._row(key)

    def _offer(self) -> None:
        some = bool(self.open.chosen)
        self.acknowledging.setEnabled(some)
        self.snoozing.setEnabled(some)
        reason = self._reason(self.open.chosen)
        if reason != self.why.text():
            self.why.setText(reason)
            self.why.setVisible(bool(reason))

    def _acknowledge(self) -> None:
        self._watch.acknowledge(self._chosen())

    def _snooze(self) -> None:
        self._watch.shelve(self._chosen(), now_ms() + _SNOOZE_MS)

    def _shelve(self) -> None:
        self._watch.shelve(self._chosen(), None)

    def _chosen(self) -> list[str]:
        return [str(key) for key in self.open.chosen]

    def _came_to(self, key: object) -> None:
        if (row := self._row(key)) is not None:
            self.chosen.emit(row)

    def _entered(self, key: object) -> None:
        if (row := self._row(key)) is not None:
            self.chart_wanted.emit([row])

    def _row(self, key: object) -> int | None:
        """Return the table's row of the open alert with an id, or None if it has ended."""
        series = next((alert.series for alert in self._watch.open if alert.id == key), None)
        return None if series is None else self._watch.table.row_of(series)


def _list(name: str, headers: Sequence[str], gives_way: int | None = None) -> Listing:
    """Return a list; one column may be cut off, so that those behind it stay in sight."""
    result = Listing(name, headers)
    header = result.header()
    header.setStretchLastSection(gives_way is None)
    if gives_way is not None:
        header.setSectionResizeMode(gives_way, QHeaderView.ResizeMode.Stretch)
    return result


def _counts(alerts: Sequence[Alert]) -> str:
    """Return how many there are of each level, the worst first."""
    levels = Counter(alert.level for alert in alerts)
    order = sorted(levels, key=lambda level: (-abs(level), -level))
    parts = [f"{signs.of_level(one)}: {numbers.count(levels[one])}" for one in order if one]
    return " · ".join(parts)


def _note(alert: Alert) -> str:
    return "" if alert.acknowledged is None else alert.acknowledged.words


def _phase_words(alert: Alert) -> str:
    said = {
        Phase.ACTIVE: tr("active"),
        Phase.RECOVERING: tr("recovering"),
    }.get(alert.phase, alert.phase.value)
    if alert.unknown:
        said = tr("unknown: no fresh number")
    if alert.acknowledged is not None:
        said += f", {tr('seen')} {clock_time(alert.acknowledged.at)}"
    if alert.shelf is not None and alert.shelf.until is not None:
        said += f", {tr('quiet until')} {clock_time(alert.shelf.until)}"
    return said


def _outage_words(outage: Outage, now: int) -> tuple[str, ...]:
    part = tr(outage.part)
    ended = "" if outage.end is None else clock_time(outage.end)
    what = f"⚠ {part}" if outage.end is None else part
    lasted = format_duration(outage.seconds(now))
    return what, clock_time(outage.start), ended, lasted, tr(outage.reason)
