"""Keeps the history for as long as a window lives."""

import asyncio

from statmon.history import History
from statmon.recording import Recording
from statmon.ui.history.words import words_of
from statmon.ui.main_window import MainWindow
from statmon.ui.source import Source


class Keeper:
    """Records what the window's engine hears, and shows the last readings at the start."""

    def __init__(self, source: Source, window: MainWindow, history: History) -> None:
        self._window, self._history = window, history
        self.recording = Recording(source, history)
        self.recording.start()
        window.use_history(history, lambda: words_of(history.status))

    async def restore(self) -> None:
        """Show the last readings of an earlier run, as stale."""
        await self.recording.restore()
        self._window.told()

    async def end(self) -> None:
        """Record no more; returns when everything is on disk."""
        self.recording.stop()
        await asyncio.to_thread(self._history.close)
