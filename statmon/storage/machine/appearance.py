"""Light or dark: one list for settings, policy and window."""

from typing import Final, Literal, get_args

Appearance = Literal["system", "light", "dark"]
"""Light, dark, or as the desktop has it."""
APPEARANCES: Final[tuple[Appearance, ...]] = get_args(Appearance)
