"""``statmon`` where nothing was ever opened, or what was asked for cannot be: asks how to begin."""

import argparse
import sys
from pathlib import Path

from statmon.commands import demo, window
from statmon.commands.errors import CommandError, UnreadableFile
from statmon.commands.exit_codes import ExitCode
from statmon.commands.options import options_given
from statmon.storage.user import preferences, recovery, settings

_LOST = (
    "Your last workspace is not there any more: {}. It may have been moved or renamed, or its "
    "folder cannot be reached now."
)


def begin(args: argparse.Namespace) -> int:
    """Show the demo, connect, or open a file, as the user wishes; wishing nothing is no error.

    Who says how to connect has said what is wished; a picture is taken of the demo. Who has begun
    something and never saved it under a name goes on with it: the window takes it back.

    Raises:
        CommandError: there is no window to open.
    """
    if options_given(args):
        return window.blank(args)
    if args.screenshot is not None:
        return demo.run(args)
    if (unsaved := recovery.left()) is not None:
        return window.blank(args, unsaved.workspace.site)
    lost = settings.lost_workspace()
    return _ask(args, "" if lost is None else _LOST.format(lost)) or ExitCode.DONE


def begin_otherwise(args: argparse.Namespace, error: UnreadableFile) -> int:
    """Say why the file cannot be opened, on stderr and in a window, and ask how to begin instead.

    Returns 1 if the user wants nothing instead.

    Raises:
        CommandError: there is no window to open.
    """
    while True:
        sys.stderr.write(f"statmon: {error}\n")
        last = settings.last_workspace()
        other = last if last is not None and last != args.file.absolute() else None
        try:
            code = _ask(args, str(error), other)
        except UnreadableFile as another:
            error = another
        else:
            return ExitCode.FAILED if code is None else code


def _ask(args: argparse.Namespace, reason: str = "", last: Path | None = None) -> int | None:
    """Ask, do what is wished, and return how that ended; None if nothing is wished."""
    from statmon import app

    try:
        choice = app.welcome(args.theme or preferences.load().look, reason, last)
    except app.CannotOpenWindow as error:
        raise CommandError(str(error)) from None
    if choice is None:
        return None
    if choice.way == "demo":
        return demo.run(args)
    if choice.way == "connect":
        return window.blank(args)
    args.file = choice.file
    return window.window(args)
