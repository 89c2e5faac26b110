"""Keeps the history for as long as a window lives."""

import asyncio
from dataclasses import replace

from statmon.history import History
from statmon.recording import Recording
from statmon.ui.history.menu import HistoryMenu, Start
from statmon.ui.history.words import words_of
from statmon.ui.main_window import MainWindow
from statmon.ui.source import Source


class Keeper:
    """Records what the window's engine hears, and shows the last readings at the start."""

    def __init__(self, source: Source, window: MainWindow, history: History, start: Start) -> None:
        self._window, self._history = window, history
        self.recording = Recording(source, history)
        self.recording.start()
        window.use_history(history, self._words)
        self.menu = HistoryMenu(window, history, self.recording, start)

    def _words(self) -> tuple[str, str]:
        status = self._history.status
        if self.recording.paused and status.state == "recording":
            status = replace(status, state="paused")
        return words_of(status)

    async def restore(self) -> None:
        """Show the last readings of an earlier run, as stale."""
        await self.recording.restore()
        self._window.told()

    async def end(self) -> None:
        """Record no more; returns when everything is on disk."""
        self.recording.stop()
        await asyncio.to_thread(self._history.close)
