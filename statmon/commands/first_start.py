"""``statmon`` where nothing was ever opened: asks how to begin."""

import argparse

from statmon.commands import demo, window
from statmon.commands.errors import CommandError
from statmon.commands.options import options_given
from statmon.storage import preferences, recovery


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
    from statmon import app

    try:
        choice = app.welcome(args.theme or preferences.load().look)
    except app.CannotOpenWindow as error:
        raise CommandError(str(error)) from None
    if choice is None:
        return 0
    if choice.way == "demo":
        return demo.run(args)
    if choice.way == "connect":
        return window.blank(args)
    args.file = choice.file
    return window.window(args)
