"""The status bar: the three lights, and how much is coming in."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStatusBar, QWidget

from statmon.live.clock import REORDERED
from statmon.ui.connect.token_life import token_words
from statmon.ui.data.lights import Light, data_sign
from statmon.ui.data.pulse import Pulse
from statmon.ui.data.source import Source
from statmon.ui.look import numbers, signs
from statmon.ui.look.text import label, say_in_place, tooltip, tr
from statmon.ui.look.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable


class StatusBar(QStatusBar):
    """Connection, service and data as lights; statistics, rate and lag as text."""

    def __init__(
        self, source: Source, site: str, pulse: Pulse, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Tell of a source, and of the URL of its site."""
        super().__init__(parent)
        self._source, self.site, self._pulse = source, site, pulse
        self._best_offset: int | None = None
        self.running = True
        """Whether the engine is at work; what it last said is worth nothing when it is not."""
        self.history_words: Callable[[], tuple[str, str]] | None = None
        """How the history is doing: a word or two, and a sentence."""
        self.connection = Light(tr("connection"), theme)
        self.service = Light(tr("service"), theme)
        self.data = Light(tr("data"), theme)
        self.setAccessibleName(tr("Status"))
        for light in self.lights:
            self.addWidget(light)
        self.figures = label(name=tr("Figures"))
        self.figures.setContentsMargins(0, 0, 8, 0)
        self.figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addPermanentWidget(self.figures)
        self.refresh()

    @property
    def lights(self) -> tuple[Light, Light, Light]:
        """The three of them."""
        return self.connection, self.service, self.data

    def set_theme(self, theme: Theme) -> None:
        """Show it in another theme."""
        for light in self.lights:
            light.set_theme(theme)

    def refresh(self) -> None:
        """Say how things are now."""
        source, lens = self._source, self._pulse.lens
        connection = source.connection
        who = f"{connection.transport} · {self.site}"
        if source.signed_in_as:
            who += f" · {tr('signed in as')} {source.signed_in_as}"
        self.connection.show_sign(signs.of_connection(self._state), connection.reason or who)
        self.service.show_sign(signs.of_service(self.service_word))
        self.data.show_sign(data_sign(lens))
        say_in_place(self.figures, self._figures())

    @property
    def _state(self) -> str:
        return self._source.connection.state if self.running else "closed"

    @property
    def service_word(self) -> str | None:
        """The service's word; it is unknown (None) while nobody can tell us.

        The service speaks of itself only when it changes: until then what it opened for us
        is the proof that it is there.
        """
        if self._state != "connected":
            return None
        said = self._source.service_state
        if said is None and any(s.state == "open" for s in self._source.subscriptions.values()):
            return "AVAILABLE"
        return said

    def _figures(self) -> str:
        count = len(self._pulse.lens.rows)
        parts = [f"{numbers.count(count)} " + (tr("statistic") if count == 1 else tr("statistics"))]
        rate = round(self._pulse.rate)
        parts.append(f"{numbers.count(rate)} " + (tr("value/s") if rate == 1 else tr("values/s")))
        if (lag := self._lag()) is not None:
            parts.append(f"{tr('lag')} {numbers.decimal(lag, 1)} s")
        if self.history_words is not None:
            words, sentence = self.history_words()
            parts.append(words)
            self.figures.setToolTip(tooltip(sentence))
        if token := token_words(self._source):
            parts.append(token)
        return "  ·  ".join(parts)

    def _lag(self) -> float | None:
        """Return by how many seconds values come later than the fastest one did.

        The two clocks differ by an unknown amount; the fastest value is the best guess at it.
        """
        clock = self._pulse.lens.live.clock
        if clock.latest is None or clock.doubtful:
            return None
        best = self._best_offset
        if best is None or abs(best - clock.offset) > REORDERED:
            best = clock.offset  # another clock
        self._best_offset = max(best, clock.offset)
        return (self._best_offset - clock.offset) / 1000
