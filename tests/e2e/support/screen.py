"""A private X screen, and a hand on keyboard and mouse: what a window's user has."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.harness import x_screen
from tests.waiting import look_until


class Screen:
    """An X server of its own, with a hand."""

    def __init__(self) -> None:
        self._server, self.name = x_screen.begin()

    def end(self) -> None:
        """End the server, as the end of a session does; its windows' connections break."""
        with self._server:
            self._server.terminate()

    def _hand(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "DISPLAY": self.name},
        )
        return done.stdout.strip()

    def windows(self, title: str) -> list[str]:
        """Return the visible windows whose title has this pattern in it."""
        return self._hand("search", "--onlyvisible", "--name", title).split()

    def window(self, title: str, alive: Callable[[], object]) -> str:
        """Wait for a window, and let it have the keyboard."""
        look_until(lambda: self.windows(title), alive)
        (found,) = self.windows(title)
        self._hand("windowfocus", "--sync", found)
        return found

    def press(self, window: str, keys: str) -> None:
        """Press keys, for instance ``ctrl+s``."""
        self._hand("key", "--window", window, keys)

    def type(self, window: str, text: str) -> None:
        """Type a text."""
        self._hand("type", "--window", window, text)


@contextmanager
def screen() -> Iterator[Screen]:
    """Have a screen while the context lasts."""
    made = Screen()
    try:
        yield made
    finally:
        made.end()


def home(folder: Path, screen: Screen, more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a user with a home and a screen of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STATMON_", "XDG_"))}
    own = {"HOME": str(folder), "DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
    return {**kept, **own, **more}
