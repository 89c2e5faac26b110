"""Keeps the history for as long as a window lives."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot

from statmon.history import History
from statmon.live.trends import last_midnight
from statmon.recording import Recording, outages_in
from statmon.service.clock import epoch_ms
from statmon.ui.data.source import Engine
from statmon.ui.history.words import words_of
from statmon.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from statmon.ui.history.menu import HistoryMenu, Start


class Told(QObject):
    """Says in the window's banner, at once, what the history's thread tells."""

    _heard = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._banner, self._said = window.banner, ""
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
        self._last = history.last()
        now = epoch_ms()
        self._gaps = history.gaps(last_midnight(now), now)
        self.menu: HistoryMenu | None = None

    def show_in(self, window: MainWindow, start: "Start") -> None:
        """Let a window show what is kept, with a menu for it.

        If the last readings are read by now, they are shown when the window is painted first.
        """
        if self._last.done():
            self._source.table.restore(self._last.result())
            window.pulse.tick()
        window.document.follow(self.recording)
        window.use_history(self._history, self._words)
        self._told = Told(window)
        self._history.hear(self._told.hear)
        window.later.add(lambda: self._make_menu(window, start))

    def _make_menu(self, window: MainWindow, start: "Start") -> None:
        from statmon.ui.history.menu import HistoryMenu  # not before the last readings are shown

        self.menu = HistoryMenu(window, self._history, self.recording, start)

    def _words(self) -> tuple[str, str]:
        status = self._history.status
        if self.recording.paused and status.state == "recording":
            status = replace(status, state="paused")
        return words_of(status)

    async def restore(self) -> None:
        """Show the last readings of an earlier run, as stale, where there are none yet.

        And list the outages that it saw today.
        """
        readings = await asyncio.wrap_future(self._last)
        self._source.table.restore(readings)
        gaps = await asyncio.wrap_future(self._gaps)
        self._source.chronicle.recall(outages_in(gaps))

    async def end(self) -> None:
        """Record no more; returns when everything is on disk."""
        self.recording.stop()
        await asyncio.to_thread(self._history.close)
