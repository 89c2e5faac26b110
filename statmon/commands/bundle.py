"""``statmon FILE.statbundle``: a window on a slice of history, read-only."""

import argparse
import tempfile
from pathlib import Path

from statmon.commands.errors import CommandError, UnreadableFile
from statmon.storage import bundle, logs, preferences


def show_bundle(args: argparse.Namespace) -> int:
    """Show a bundle until the window is closed.

    Raises:
        UnreadableFile: the bundle cannot be read.
        CommandError: there is no window to open.
    """
    from statmon.app import CannotOpenWindow, open_bundle
    from statmon.engine.still import Still

    logs.log_to_stderr(verbose=args.verbose, secrets=())
    with tempfile.TemporaryDirectory(prefix="statmon-bundle-") as folder:
        try:
            opened = bundle.unpack(args.file, Path(folder))
        except bundle.BundleError as error:
            raise UnreadableFile(str(error)) from None
        history = bundle.open_history(opened)
        part = opened.part
        try:
            return open_bundle(
                lambda: Still(opened.workspace),
                history,
                (part.begin, part.end, part.instant),
                screenshot=args.screenshot,
                after=args.after,
                choice=args.theme or preferences.load().look,
            )
        except CannotOpenWindow as error:
            raise CommandError(str(error)) from None
        finally:
            history.close()
