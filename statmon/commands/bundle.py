"""``statmon FILE.statbundle``: a window on a slice of history, read-only."""

import argparse
from functools import partial

from statmon.commands.errors import CommandError, UnreadableFile
from statmon.commands.exit_codes import ExitCode
from statmon.storage.machine import logs
from statmon.storage.machine.scratch import scratch
from statmon.storage.user import bundle, preferences


def show_bundle(args: argparse.Namespace) -> int:
    """Show a bundle until the window is closed.

    Raises:
        UnreadableFile: the bundle cannot be read.
        CommandError: there is no window to open.
    """
    from statmon.app import CannotOpenWindow, open_bundle, unpack_bundle
    from statmon.engine.read_only_engine import ReadOnlyEngine

    logs.log_to_stderr(verbose=args.verbose, secrets=())
    look = args.theme or preferences.load().look
    with scratch() as folder:
        try:
            opened = unpack_bundle(partial(bundle.unpack, args.file, folder), args.file.name, look)
            if opened is None:
                return ExitCode.DONE  # the user did not want to wait
            history = bundle.open_history(opened)
        except bundle.BundleError as error:
            raise UnreadableFile(str(error)) from None
        except CannotOpenWindow as error:
            raise CommandError(str(error)) from None
        part = opened.part
        try:
            return open_bundle(
                lambda: ReadOnlyEngine(opened.workspace),
                history,
                (part.begin, part.end, part.instant),
                screenshot=args.screenshot,
                after=args.after,
                choice=look,
            )
        except CannotOpenWindow as error:
            raise CommandError(str(error)) from None
        finally:
            history.close()
