"""A window on a bundle: read-only, at the instant that it was made for."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from statmon.domain.outside import visible
from statmon.history import History
from statmon.storage.machine.appearance import Appearance
from statmon.ui.data.source import Engine
from statmon.ui.look.text import tr
from statmon.ui.start import loop as qt_loop
from statmon.ui.start import qt_messages
from statmon.ui.start.application import application
from statmon.ui.start.compose import Whole
from statmon.ui.start.run import Life
from statmon.ui.window.main_window import MainWindow


def show_bundle(parts: Whole, history: History, begin: int, end: int, instant: int) -> None:
    """Let a window show a slice of history at an instant, all epoch milliseconds."""
    window, can = parts.window, parts.actions
    name = window.windowTitle()
    window.setWindowTitle(f"{visible(name)} – {tr('recording, read only')}")
    parts.charts.use_store(history)
    parts.travel.use_store(history, (begin, end))
    parts.travel.stay()
    parts.travel.go_to(instant)
    for action in (can.connecting, can.disconnecting, can.pausing):
        action.setVisible(False)


def open_bundle(
    engine: Callable[[], Engine],
    history: History,
    part: tuple[int, int, int],
    *,
    screenshot: Path | None = None,
    after: float = 30.0,
    choice: Appearance = "system",
) -> int:
    """Open the window on a bundle and return when it has ended.

    Args:
        engine: makes an engine that never connects.
        history: of the bundle.
        part: begin, end and the instant to show, epoch milliseconds.
        screenshot: take a picture of the window into this file and close.
        after: seconds until the picture is taken.
        choice: light, dark, or as the system has it.
    """
    qt_messages.to_log()
    app = application(choice)
    return qt_loop.run(app, _main(engine, history, part, screenshot, after, choice))


def _main(
    engine: Callable[[], Engine],
    history: History,
    part: tuple[int, int, int],
    screenshot: Path | None,
    after: float,
    choice: Appearance,
) -> Coroutine[Any, Any, int]:
    async def main() -> int:
        source = engine()
        window = MainWindow(choice=choice)
        window.show()  # docks that are put together in a hidden window get their tabs twice
        parts = Whole(window, source)
        parts.finish()
        life = Life(parts)
        show_bundle(parts, history, *part)
        if screenshot is not None:
            QTimer.singleShot(int(after * 1000), window, lambda: _finish(window, screenshot))
        await life.live()
        window.deleteLater()
        return 0

    return main()


def _finish(window: MainWindow, screenshot: Path) -> None:
    window.grab().save(str(screenshot))
    window.close()
