"""The connection in detail: three lights explained, outages, events, counters, for support."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLabel,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from statmon.service.wire.masking import masked
from statmon.ui.connect import report
from statmon.ui.connect.status_bar import StatusBar
from statmon.ui.data.lights import Light
from statmon.ui.data.pulse import Pulse, now_ms
from statmon.ui.data.source import Source
from statmon.ui.look.text import label, tr
from statmon.ui.look.theme import Theme
from statmon.ui.widgets.buttons import button
from statmon.ui.widgets.listing import Line, Listing

_LEAST_WIDE = 290
_INDENT = 4
_LEAST_LISTED = 140
"""Pixels of the lists below which the whole panel scrolls instead."""


class ConnectionPanel(QWidget):
    """Refreshed once a second, only while it can be seen."""

    def __init__(
        self,
        source: Source,
        pulse: Pulse,
        status: StatusBar,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source, self._lens, self._status = source, pulse.lens, status
        self.event_log = source.event_log
        self.setAccessibleName(tr("Connection"))
        self._lights = [(Light(light.name, theme), label()) for light in status.lights]
        self._facts: dict[str, QLabel] = {}
        self.outages = Listing(tr("Outages"), (tr("Since"), tr("Lasted"), tr("What"), tr("Why")))
        self.events = Listing(tr("Last events"), (tr("When"), tr("What")))
        hint = tr("Everything here as text, secrets masked")
        self.copying = button(tr("Copy for &support"), self._copy, hint)
        self._lay_out()
        pulse.second.connect(self._each_second)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setAccessibleName(tr("Connection"))
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        inner = QWidget()
        scroll.setWidget(inner)
        bar = scroll.verticalScrollBar().sizeHint().width()  # it must not cover the right edge
        scroll.setMinimumWidth(_LEAST_WIDE + bar)
        outer.addWidget(scroll)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(8, 8, 8, 8)
        for light, why in self._lights:
            why.setWordWrap(True)
            why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            why.setIndent(_INDENT)
            layout.addWidget(light, 0, Qt.AlignmentFlag.AlignLeft)
            layout.addWidget(why)
            layout.addSpacing(4)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(4, 4, 4, 4)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        layout.addLayout(self._grid)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Outages and events"))
        self.tabs.setMinimumHeight(_LEAST_LISTED)
        self.tabs.addTab(self.outages, tr("&Outages"))
        self.tabs.addTab(self.events, tr("Last &events"))
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.copying, 0, Qt.AlignmentFlag.AlignRight)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Say how things are before anybody looks."""
        super().showEvent(event)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        for light, _ in self._lights:
            light.set_theme(theme)

    def _each_second(self) -> None:
        if self.isVisible():
            self.copying.setText(tr("Copy for &support"))
            self.refresh()

    def refresh(self) -> None:
        """Say how things are now."""
        shown = zip(self._lights, self._status.lights, self._explained(), strict=True)
        for (light, why), twin, (text, words) in shown:
            if twin.sign is not None:
                light.show_sign(twin.sign)
            _set(why, words)
            why.setAccessibleName(text)
        self._show_facts()
        now = now_ms()
        _fill(
            self.outages,
            [
                Line(
                    (o.part, o.start),
                    (report.moment(o.start, now), report.lasted(o, now), tr(o.part), o.reason),
                )
                for o in self.event_log.outages()
            ],
        )
        _fill(
            self.events,
            [
                Line(event, (report.moment(event.at, now), event.words))
                for event in self.event_log.events()
            ],
        )

    def text(self) -> str:
        """Return everything as text, secrets masked."""
        site, lights = self._status.site, self._explained()
        return report.for_support(self._source, site, self.event_log, lights, now_ms())

    def _explained(self) -> list[tuple[str, str]]:
        status, source = self._status, self._source
        words = (
            report.why_connection(source, running=status.running),
            report.why_service(status.service_word),
            report.why_data(self._lens),
        )
        secrets = report.secrets_of(source)
        return [
            (light.text, masked(why, secrets))
            for light, why in zip(status.lights, words, strict=True)
        ]

    def _show_facts(self) -> None:
        """Show what is known, line by line; the set of lines changes rarely."""
        known = report.facts(self._source, self._status.site)
        if [fact.name for fact in known] != list(self._facts):
            while (item := self._grid.takeAt(0)) is not None:
                if (old := item.widget()) is not None:
                    old.deleteLater()
            self._facts = {fact.name: label(name=fact.name) for fact in known}
            for row, (name, text) in enumerate(self._facts.items()):
                title = label(name)
                title.setForegroundRole(self.palette().ColorRole.PlaceholderText)
                text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                text.setWordWrap(True)
                self._grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
                self._grid.addWidget(text, row, 1)
        for fact in known:
            _set(self._facts[fact.name], fact.text)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text())
        self.copying.setText(tr("Copied"))


def _fill(listing: Listing, lines: list[Line]) -> None:
    listing.show_lines(lines or [Line(None, (tr("None so far."),), idle=True)])


def _set(part: QLabel, text: str) -> None:
    if part.text() != text:
        part.setText(text)
