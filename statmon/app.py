"""Engine and window together, in the Qt loop. Importing this imports no Qt: opening does."""

from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statmon.ui.start.opened_with import Opening
from statmon.ui.support import preflight
from statmon.ui.support.preflight import CannotOpenWindow, MissingQt, NoDisplay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from statmon.history import History
    from statmon.storage.machine.appearance import Appearance
    from statmon.storage.user.bundle import Bundle
    from statmon.storage.user.unzip import Told
    from statmon.support.finding import Finding
    from statmon.ui.data.source import Source
    from statmon.ui.desktop.welcome import Choice as Beginning
    from statmon.ui.window.main_window import MainWindow

__all__ = [
    "CannotOpenWindow",
    "MissingQt",
    "NoDisplay",
    "Opening",
    "first_frame",
    "open_bundle",
    "open_window",
    "preflight",
    "unpack_bundle",
    "welcome",
    "window_findings",
]

_PLAIN = ("statmon.history", "statmon.engine")
"""What the window's parts stand on, and is free of Qt."""
_PARTS = (
    "qasync",
    "statmon.ui.window.centre",
    "statmon.ui.start.compose",
    "statmon.ui.start.run",
)
"""What shows the last readings, in slices that each hold the loop for a moment only."""


def first_frame(name: str, choice: "Appearance", *, remembered: bool) -> "MainWindow | None":
    """Show a workspace's window with nothing in it yet, then import the rest of the program.

    Args:
        name: the workspace's.
        choice: light, dark, or as the system has it.
        remembered: at its place of the last time, and kept for the next.

    Returns:
        The frame, for ``open_window`` to fill; None if the user has closed it meanwhile.

    Raises:
        CannotOpenWindow: there is no display, or Qt is missing; says what to do.
    """
    opening = _with_qt("statmon.ui.start.opening")
    with _qt_or_a_sentence():
        frame: MainWindow = opening.frame(name, choice, remembered=remembered)
        return frame if opening.load(frame, _PLAIN, _PARTS) else None


def open_window(engine_factory: "Callable[[], Source]", opening: Opening) -> int:
    """Open the window on an engine; return the exit code when window and engine have ended.

    Args:
        engine_factory: called once the loop runs; its engine is run and, when the window
            closes, stopped politely.
        opening: with what the window is opened.

    Raises:
        CannotOpenWindow: there is no display, or Qt is missing; says what to do.
    """
    code: int = _with_qt("statmon.ui.start.run").open_window(engine_factory, opening)
    return code


def unpack_bundle(
    work: "Callable[[Told], Bundle]", name: str, choice: "Appearance" = "system"
) -> "Bundle | None":
    """Unpack a bundle in another thread, with a bar of progress that can be cancelled.

    Args:
        work: unpacks it; is given what hears how much is done.
        name: of the file, for the bar.
        choice: light, dark, or as the system has it.

    Returns:
        The bundle; None if the user did not want to wait.

    Raises:
        BundleError: whatever the work raises.
        CannotOpenWindow: there is no display, or Qt is missing; says what to do.
    """
    done: Bundle | None = _with_qt("statmon.ui.start.unpacking").unpack(work, name, choice)
    return done


def open_bundle(
    engine_factory: "Callable[[], Source]",
    history: "History",
    part: tuple[int, int, int],
    *,
    screenshot: Path | None = None,
    after: float = 30.0,
    choice: "Appearance" = "system",
) -> int:
    """Open the window on a slice of history, read-only; return the exit code when it has ended.

    Args:
        engine_factory: called once the loop runs; its engine never connects.
        history: the slice.
        part: its begin and end and the instant to show, epoch milliseconds.
        screenshot: take a picture of the window into this file and close.
        after: seconds until the picture is taken.
        choice: light, dark, or as the system has it.

    Raises:
        CannotOpenWindow: there is no display, or Qt is missing; says what to do.
    """
    code: int = _with_qt("statmon.ui.start.bundle_window").open_bundle(
        engine_factory, history, part, screenshot=screenshot, after=after, choice=choice
    )
    return code


def welcome(look: "Appearance", reason: str = "", last: Path | None = None) -> "Beginning | None":
    """Ask how to begin; None if the user wants nothing.

    Args:
        look: light, dark, or as the system has it.
        reason: why what was asked for cannot be done; empty if nothing was.
        last: a workspace to go on with.

    Raises:
        CannotOpenWindow: there is no display, or Qt is missing; says what to do.
    """
    _with_qt("statmon.ui.start.application").application(look)
    choice: Beginning | None = _with_qt("statmon.ui.desktop.welcome").ask(reason, last)
    return choice


def window_findings() -> "list[Finding]":
    """Look for Qt and for a screen; opens no window (``ui.support.fitness.findings``)."""
    from statmon.ui.support import fitness

    return fitness.findings()


def self_test(engine_factory: "Callable[[], Source]") -> "dict[str, Any]":
    """Open the window, look at it, close it; return what was found (``ui.start.self_test.run``).

    Raises:
        CannotOpenWindow: there is no display, or Qt is missing; says what to do.
    """
    report: dict[str, Any] = _with_qt("statmon.ui.start.self_test").run(engine_factory)
    return report


def _with_qt(module: str) -> Any:
    """Import a module that needs Qt, or say what Qt lacks."""
    preflight.check()
    with _qt_or_a_sentence():
        return import_module(module)


@contextmanager
def _qt_or_a_sentence() -> "Iterator[None]":
    try:
        yield
    except ImportError as error:
        if (error.name or "").startswith("statmon"):
            raise
        raise preflight.missing_qt(error) from error
