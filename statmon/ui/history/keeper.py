"""Keeps the history for as long as a window lives."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from statmon.alerts.evaluator import REOPENS
from statmon.domain.site_time import last_midnight
from statmon.domain.statistic import Series
from statmon.history import History
from statmon.recording import AlertRecording, Alerts, Recording, outages_in
from statmon.service.clock import epoch_ms
from statmon.ui.data.source import Engine
from statmon.ui.history.words import words_of
from statmon.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from statmon.ui.background.answers import Start
    from statmon.ui.history.menu import HistoryMenu


class Told(QObject):
    """Says in the window's banner, at once, what the history's thread tells."""

    _heard = Signal(str)

    def __init__(self, banner: Banner) -> None:
        super().__init__(banner)
        self._banner, self._said = banner, ""
        self._heard.connect(self._say)

    def hear(self, sentence: str) -> None:
        """Be told, in any thread; nothing says that it is over."""
        if shiboken6.isValid(self):
            self._heard.emit(sentence)

    @Slot(str)
    def _say(self, sentence: str) -> None:
        if not sentence:
            self._banner.take_back(self._said)
            return
        self._said = f"⚠ {sentence[0].upper()}{sentence[1:]}."
        self._banner.say(self._said)


class Keeper:
    """Records what the window's engine hears, and shows the last readings at the start."""

    def __init__(self, source: Engine, history: History) -> None:
        """Begin to record, and to read the last readings: they come while views are made."""
        self._source, self._history = source, history
        self.recording = Recording(source, source.workspace, history)
        self.recording.start()
        source.look_back_in(history)
        now = epoch_ms()
        self._unfinished = history.unfinished(now - REOPENS)
        self._last = history.last()
        self._alerts: AlertRecording | None = None
        self._gaps = history.gaps(last_midnight(now), now)
        self.menu: HistoryMenu | None = None

    @property
    def history(self) -> History:
        """What is kept."""
        return self._history

    def restore_at_once(self) -> bool:
        """Show the last readings if they are read by now; return whether they are."""
        if not self._last.done():
            return False
        self._source.table.restore(self._last.result())
        return True

    def keep_alerts(self, alerts: Alerts) -> None:
        """Go on with the alerts of an earlier run, and keep what becomes of them from now on."""
        self._alerts = AlertRecording(alerts, self._history)
        known = self._unfinished.done() and not self._unfinished.cancelled()
        read = self._last.done() and not self._last.cancelled()
        alive = max((one.arrived for one in self._last.result()), default=0) if read else 0
        self._alerts.start(self._unfinished.result() if known else [], alive, epoch_ms())

    def speak_in(self, banner: Banner) -> None:
        """Say there, at once, what goes wrong."""
        self._told = Told(banner)
        self._history.hear(self._told.hear)

    def make_menu(
        self,
        window: QMainWindow,
        selected: Callable[[], list[Series]],
        say: Callable[[str], object],
        start: "Start",
    ) -> None:
        """Add a menu to a window's bar."""
        from statmon.ui.history.menu import HistoryMenu  # not before the last readings are shown

        self.menu = HistoryMenu(window, self._history, self.recording, selected, say, start)

    def words(self) -> tuple[str, str]:
        """Say how recording is doing: in a word or two, and in a sentence."""
        status = self._history.status
        if self.recording.paused and status.state == "recording":
            status = replace(status, state="paused")
        return words_of(status)

    async def restore(self) -> None:
        """Show the last readings of an earlier run, as stale, where there are none yet.

        And list the outages that it saw today.
        """
        await asyncio.wrap_future(self._unfinished)
        readings = await asyncio.wrap_future(self._last)
        self._source.table.restore(readings)
        gaps = await asyncio.wrap_future(self._gaps)
        self._source.event_log.recall(outages_in(gaps))

    def stop(self) -> None:
        """Record no more; the next window may go on with the same history."""
        self.recording.stop()
        if self._alerts is not None:
            self._alerts.stop()

    async def end(self) -> None:
        """Record no more; returns when everything is on disk."""
        self.stop()
        await asyncio.to_thread(self._history.close)
