"""``statmon --self-test``: whether this installation works, without an account or a network."""

import os
from typing import Final

from statmon.commands import lines
from statmon.commands.demo import access_to, simulator
from statmon.commands.errors import CommandError
from statmon.commands.exit_codes import ExitCode
from statmon.domain.workspace import WorkspaceError
from statmon.storage.machine.resources import resource
from statmon.storage.user import workspace_file

SPEED: Final = 10
"""How fast the simulated contact centre runs, so that values change at once."""


def run() -> int:
    """Start the simulator, open the window on it, look at it, and print one line of JSON.

    Where there is no screen (ssh, Ansible), Qt paints the window offscreen, and the line says so.

    Returns 0 if text was painted, values changed, nothing complained, and all came to its end.

    Raises:
        CommandError: it could not begin: no Qt, a damaged installation.
    """
    from statmon import app
    from statmon.engine import Engine

    try:
        if not app.preflight.has_screen():
            app.preflight.check_libraries()
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        workspace = workspace_file.read(resource("demo.statmon"))
        with simulator("--speed", str(SPEED)) as said:
            access = access_to(said)
            report = app.self_test(lambda: Engine(workspace.at(access.base), access))
    except (app.CannotOpenWindow, WorkspaceError, FileNotFoundError) as error:
        raise CommandError(str(error)) from None
    lines.write([report])
    return ExitCode.DONE if report["ok"] else ExitCode.FAILED
