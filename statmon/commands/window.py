"""``statmon [FILE.statmon]``: the window."""

import argparse
from dataclasses import replace
from pathlib import Path

from statmon.commands.bundle import show_bundle
from statmon.commands.errors import CommandError, UsageError
from statmon.commands.options import options_given, secrets_of, without_keyring
from statmon.domain.workspace import Site, Workspace, WorkspaceError
from statmon.history import History
from statmon.service.access import Access
from statmon.service.site import settings_of
from statmon.storage import history_rules, logs, preferences, settings, workspace_file
from statmon.storage.bundle import is_bundle
from statmon.storage.instance import Seat
from statmon.storage.leftovers import Leftovers
from statmon.storage.preferences import LOOKS


def add_window_options(parser: argparse.ArgumentParser) -> None:
    """Add what helps to try the window without hands."""
    parser.add_argument(
        "--screenshot", type=Path, metavar="PNG", help="write a picture of the window and end"
    )
    parser.add_argument(
        "--after", type=float, default=30.0, metavar="SECONDS", help="take it after this long"
    )
    parser.add_argument(
        "--theme", choices=LOOKS, help="light or dark (default: as in the settings)"
    )


def window(args: argparse.Namespace) -> int:
    """Open the window on a workspace, or hand it to the window that is open.

    A start that says how to connect, or that only takes a picture, is on its own.

    Raises:
        CommandError: the workspace cannot be read, or there is no window to open.
        UsageError: the options do not suffice.
    """
    if is_bundle(args.file):
        return show_bundle(args)
    seat = None if args.screenshot or options_given(args) else Seat()
    if seat is None:
        return _window(args, None)
    if not seat.take() and seat.hand_over(args.file.resolve()):
        return 0
    try:
        return _window(args, seat.address)
    finally:
        seat.release()


def blank(args: argparse.Namespace) -> int:
    """Open the window on an empty workspace, at the site that the options name, or asking for one.

    Raises:
        CommandError: there is no window to open.
        UsageError: an option cannot be used.
    """
    access = without_keyring(args)
    if access.url and (problem := access.place_problem()):
        raise UsageError(problem)
    workspace = Workspace("", Site(access.base, settings_of(access)))
    history = History(history_rules.folder(), history_rules.load())
    return show(workspace, access, args, history)


def _window(args: argparse.Namespace, seat: str | None) -> int:
    try:
        workspace = workspace_file.read(args.file)
    except WorkspaceError as error:
        raise CommandError(str(error)) from None
    access = without_keyring(args, workspace.site)
    if access.url and (problem := access.place_problem()):
        raise UsageError(problem)
    settings.remember("lastWorkspace", str(args.file.resolve()))
    history = History(history_rules.folder(), history_rules.load())
    return show(
        workspace.at(access.base), access, args, history, file=args.file.resolve(), seat=seat
    )


def show(
    workspace: Workspace,
    access: Access,
    args: argparse.Namespace,
    history: History,
    *,
    simulated: bool = False,
    file: Path | None = None,
    seat: str | None = None,
) -> int:
    """Show a workspace at a service until the window is closed; a simulated one has its menu.

    What is saved goes to ``file``; other starts are heard at ``seat``.

    The history is closed when it returns.

    Raises:
        CommandError: there is no display, or Qt cannot be loaded; says what to do.
    """
    # Only the window needs Qt: a server may run `watch` without it.
    from statmon.app import CannotOpenWindow, open_window
    from statmon.engine import Engine
    from statmon.service.simulator import SimulatorControl

    secrets = secrets_of(access)
    logs.log_to_stderr(verbose=args.verbose, secrets=secrets)
    logs.log_to_file(secrets)
    held: list[Leftovers] = []

    def engine(workspace: Workspace, access: Access) -> Engine:
        for leftovers in held:
            leftovers.release()
        held.append(Leftovers("window", access.base))
        return Engine(_moved(workspace, access), access, held[-1])

    try:
        return open_window(
            lambda: engine(workspace, access),
            elsewhere=engine,
            screenshot=args.screenshot,
            after=args.after,
            choice=args.theme or preferences.load().look,
            simulator=SimulatorControl(access) if simulated else None,
            history=history,
            file=file,
            seat=seat,
        )
    except CannotOpenWindow as error:
        raise CommandError(str(error)) from None
    finally:
        history.close()
        for leftovers in held:
            leftovers.release()


def _moved(workspace: Workspace, access: Access) -> Workspace:
    """Return the workspace at the site at which the user has signed in."""
    if workspace.site.url.rstrip("/") == access.base:
        return workspace.at(access.base)
    return replace(workspace, site=Site(access.base, settings_of(access)))


def check_screen() -> None:
    """Make sure that a window can be opened, before anything is started for it.

    Raises:
        CommandError: there is no display, or Qt's libraries are missing; says what to do.
    """
    from statmon import app

    try:
        app.preflight.check()
    except app.CannotOpenWindow as error:
        raise CommandError(str(error)) from None
