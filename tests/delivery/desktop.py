"""A desktop of its own: a private D-Bus, an X screen, and Debian's dunst that shows notices."""

import asyncio
import html
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.harness import x_screen

_RULES = """<busconfig><type>session</type><listen>unix:dir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"""
NEEDS = ("dbus-daemon", "Xvfb", "dunst", "dunstctl", "gdbus")


@asynccontextmanager
async def bus(folder: Path) -> AsyncIterator[str]:
    """Run a session's bus; give its address."""
    (folder / "bus.conf").write_text(_RULES.format(folder=folder))
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert daemon.stdout
        yield (await daemon.stdout.readline()).decode().strip()
    finally:
        daemon.terminate()
        await daemon.wait()


class Dunst:
    """Somebody's desktop, and what a person does there."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self.address = environment["DBUS_SESSION_BUS_ADDRESS"]

    async def ctl(self, *words: str) -> str:
        asked = await asyncio.create_subprocess_exec(
            "dunstctl", *words, env=self._environment, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await asked.communicate()
        return out.decode().strip()

    async def shown(self) -> int:
        """Return how many notices are in sight."""
        return int(await self.ctl("count", "displayed"))

    async def act(self, action: str) -> None:
        """Take an action of the newest notice: by a click, or in its menu."""
        await self.ctl(*(("action", "0") if action == "default" else ("context",)))

    async def put_away(self) -> list[tuple[str, str]]:
        """Close what is in sight; return title and words of all that ever was."""
        await self.ctl("close-all")
        (found,) = json.loads(await self.ctl("history"))["data"]
        # Its bodies are markup.
        return [(one["summary"]["data"], html.unescape(one["body"]["data"])) for one in found]


async def _name(environment: dict[str, str]) -> None:
    waiting = await asyncio.create_subprocess_exec(
        "gdbus", "wait", "--session", "--timeout", "60", "org.freedesktop.Notifications",
        env=environment,
    )  # fmt: skip
    assert await waiting.wait() == 0


@asynccontextmanager
async def dunst(folder: Path) -> AsyncIterator[Dunst]:
    """Run the daemon on a bus and a screen of its own; our process finds that bus."""
    screen, display = x_screen.begin()
    with screen:
        try:
            async with bus(folder) as address:
                menu = folder / "menu"
                menu.write_text("#!/bin/sh\ngrep -m 1 Acknowledge\n")
                menu.chmod(0o700)
                (folder / "dunstrc").write_text(f"[global]\nmarkup = full\ndmenu = {menu}\n")
                environment = {
                    **os.environ, "DBUS_SESSION_BUS_ADDRESS": address, "DISPLAY": display,
                    "HOME": str(folder),
                }  # fmt: skip
                daemon = await asyncio.create_subprocess_exec(
                    shutil.which("dunst") or "dunst", "-conf", str(folder / "dunstrc"),
                    env=environment,
                    stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
                )  # fmt: skip
                try:
                    # It has its name once it can show something.
                    await _name(environment)
                    yield Dunst(environment)
                finally:
                    daemon.terminate()
                    await daemon.wait()
        finally:
            screen.terminate()
