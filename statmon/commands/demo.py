"""``statmon demo``: the simulator as a child process, and the window on it."""

import argparse
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from statmon.commands.errors import CommandError
from statmon.commands.window import add_window_options as add_arguments
from statmon.commands.window import check_screen, show
from statmon.domain.workspace import WorkspaceError
from statmon.service.access import Access
from statmon.storage.machine import program
from statmon.storage.machine.resources import resource
from statmon.storage.machine.scratch import scratch
from statmon.storage.user import workspace_file

if TYPE_CHECKING:
    from statmon.history import History

__all__ = ["access_to", "add_arguments", "run", "simulator"]

END_WITHIN: Final = 5.0
"""Seconds in which the simulator has to end once its stdin is closed."""


def run(args: argparse.Namespace) -> int:
    """Show the demo workspace on a simulator that ends with the window.

    Raises:
        CommandError: the simulator does not start, or there is no window to open.
    """
    check_screen()
    try:
        workspace = workspace_file.read(resource("demo.statmon"))
    except (WorkspaceError, FileNotFoundError) as error:
        raise CommandError(str(error)) from None
    # Another day in another centre: what the demo records goes with it.
    # And others there have watched the same since the morning: its definitions count since then.
    watched = "--watched", str(resource("demo.statmon"))
    with scratch() as folder, simulator(*watched) as said:
        access = access_to(said)
        return show(
            workspace.at(access.base), access, args, lambda: _history(folder), simulated=True
        )


def _history(folder: Path) -> "History":
    from statmon.history import History

    return History(folder)


def access_to(said: dict[str, Any]) -> Access:
    """Return how to reach the simulator that said so."""
    return Access(
        url=said["url"],
        api_key=said["apiKey"],
        username=said["username"],
        password=said["password"],
        client_id=said["clientId"],
        client_secret=said["clientSecret"],
    )


@contextmanager
def simulator(*options: str) -> Iterator[dict[str, Any]]:
    """Run a simulator as a child that ends with us, whatever happens to us; give what it said.

    Raises:
        CommandError: it did not start.
    """
    command = [*program.command(), "simulate", "--port", "0", "--stop-with-stdin"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, *options], stdin=pipe, stdout=pipe) as child:  # noqa: S603
        try:
            yield _first_line(child)
        finally:
            try:
                child.communicate(timeout=END_WITHIN)
            except subprocess.TimeoutExpired:
                child.kill()


def _first_line(child: "subprocess.Popen[bytes]") -> dict[str, Any]:
    line = child.stdout.readline() if child.stdout is not None else b""
    try:
        said: dict[str, Any] = json.loads(line)
    except ValueError:
        raise CommandError("the simulator did not start; try statmon simulate") from None
    return said
