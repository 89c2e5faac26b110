"""Engine and window together, in the Qt loop. Importing this imports no Qt: opening does."""

from pathlib import Path
from typing import TYPE_CHECKING

from statmon.ui import preflight
from statmon.ui.preflight import CannotOpenWindow, MissingQt, NoDisplay

if TYPE_CHECKING:
    from collections.abc import Callable

    from statmon.ui.source import Source
    from statmon.ui.theme import Choice

__all__ = ["CannotOpenWindow", "MissingQt", "NoDisplay", "open_window", "preflight"]


def open_window(
    engine_factory: "Callable[[], Source]",
    *,
    screenshot: Path | None = None,
    after: float = 30.0,
    choice: "Choice" = "system",
) -> int:
    """Open the window on an engine; return the exit code when window and engine have ended.

    Args:
        engine_factory: called once the loop runs; its engine is run and, when the window
            closes, stopped politely.
        screenshot: take a picture of the window into this file and close; the user's
            arrangement of the window is then neither read nor kept.
        after: seconds until the picture is taken.
        choice: light, dark, or as the system has it.

    Raises:
        CannotOpenWindow: there is no display, or Qt is missing; says what to do.
    """
    preflight.check()
    try:
        from statmon.ui import run
    except ImportError as error:
        if (error.name or "").startswith("statmon"):
            raise
        raise preflight.missing_qt(error) from error
    return run.open_window(engine_factory, screenshot=screenshot, after=after, choice=choice)
