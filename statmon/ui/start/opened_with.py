"""With what a window is opened. Free of Qt, so that who asks for a window need not import it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from statmon.domain.workspace import Workspace
    from statmon.history import History
    from statmon.service.access import Access
    from statmon.storage.machine.appearance import Appearance
    from statmon.ui.data.source import Engine
    from statmon.ui.simulator.menu import Control
    from statmon.ui.window.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class Opening:
    """What a window is opened with, besides its engine."""

    choice: "Appearance" = "system"
    """Light, dark, or as the system has it."""
    screenshot: Path | None = None
    """Take a picture of the window into this file and close; the user's arrangement of the window
    is then neither read nor kept."""
    after: float = 30.0
    """Seconds until the picture is taken."""
    simulator: "Control | None" = None
    """What the Simulator menu controls; without it there is no such menu."""
    history: "History | None" = None
    """Where readings are kept; closed when the window has ended."""
    file: Path | None = None
    """The workspace's own file, to which it is saved; None for one that has none."""
    elsewhere: "Callable[[Workspace, Access], Engine] | None" = None
    """Makes the engine of another site, where the user has signed in to one."""
    seat: str | None = None
    """Where other starts of statmon ring; None for a window of its own."""
    frame: "MainWindow | None" = None
    """What ``app.first_frame`` has shown; None to show a window only when it is filled."""
    notice: str = ""
    """A sentence to begin with, for the user."""
