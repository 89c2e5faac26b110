"""What the user prefers, as the settings file keeps it; damaged entries count as default."""

from dataclasses import dataclass
from typing import Any

from statmon.storage.machine import policy
from statmon.storage.machine.appearance import APPEARANCES, Appearance
from statmon.storage.user import settings


@dataclass(frozen=True, slots=True)
class Preferences:
    """The settings dialog's content."""

    look: Appearance = "system"
    """Light, dark, or as the desktop has it."""
    tray: bool = False
    """Closing the window leaves statmon running in the tray."""
    updates: bool = False
    """Once a day it is asked whether there is a newer statmon."""


def load() -> Preferences:
    """Return what the settings file says, and of what it does not the policy's preset."""
    preset = policy.value("preset")
    return parse({**(preset if isinstance(preset, dict) else {}), **settings.load()})


def parse(data: dict[str, Any]) -> Preferences:
    """Return the preferences in a settings file's content."""
    look = data.get("theme")
    return Preferences(
        look=next((known for known in APPEARANCES if known == look), "system"),
        tray=data.get("tray") is True,
        updates=data.get("updates") is True,
    )


def save(preferences: Preferences) -> None:
    """Keep them; that it cannot be done is logged and costs nothing else."""
    settings.remember("theme", preferences.look)
    settings.remember("tray", preferences.tray)
    settings.remember("updates", preferences.updates)
