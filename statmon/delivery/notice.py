"""A notice of the desktop's, and what shows notices, whichever system that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

SHOW: Final = "default"
"""What a click on the notice itself is called in D-Bus."""
ACKNOWLEDGE: Final = "acknowledge"


class NoDesktop(Exception):
    """Nobody on this computer shows notices over D-Bus; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class DesktopNotice:
    """What is shown. All texts are plain and for people."""

    key: str
    """What it is about; a notice takes the place of the one before of the same key."""
    title: str
    words: str
    critical: bool = False
    """It stays until somebody has seen it."""
    actions: Mapping[str, str] = field(default_factory=dict)
    """What can be done with it, by what comes back."""
    sound: str = ""
    """The file of its sound, where the desktop plays them; nothing for none."""


class Desktop(Protocol):
    """What shows notices."""

    @property
    def plays(self) -> bool:
        """Whether it plays a notice's sound itself."""

    async def show(self, notice: DesktopNotice) -> None:
        """Show a notice, in the place of the one before of its key."""

    async def withdraw(self, key: str) -> None:
        """Take a notice away, if it is still there."""

    async def quiet(self) -> bool:
        """Return whether nobody wants to be disturbed now."""

    async def close(self) -> None:
        """End; what is shown stays."""
