"""``statmon [FILE.statmon]``: the window."""

import argparse
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from statmon.commands.errors import CommandError, UnreadableFile
from statmon.commands.exit_codes import ExitCode
from statmon.commands.options import for_window, options_given, secrets_of
from statmon.domain.workspace import Site, Workspace, WorkspaceError
from statmon.service.access import Access
from statmon.service.sign_in.site import who_settings
from statmon.storage.machine.appearance import APPEARANCES
from statmon.storage.machine.instance import Seat
from statmon.storage.user import preferences, settings, workspace_file
from statmon.storage.user.kinds import is_bundle

if TYPE_CHECKING:
    from statmon.engine import Engine
    from statmon.history import History


_ALONE = (
    "Another statmon of yours is open and does not answer. This window is on its own, and does not "
    "record while the other one does: close that one, or let the system end it."
)


def add_window_options(parser: argparse.ArgumentParser) -> None:
    """Add what helps to try the window without hands."""
    parser.add_argument(
        "--screenshot", type=Path, metavar="PNG", help="write a picture of the window and end"
    )
    parser.add_argument(
        "--after", type=float, default=30.0, metavar="SECONDS", help="take it after this long"
    )
    parser.add_argument(
        "--theme", choices=APPEARANCES, help="light or dark (default: as in the settings)"
    )


def window(args: argparse.Namespace) -> int:
    """Open the window on a workspace, or hand it to the window that is open.

    A start that says how to connect, or that only takes a picture, is on its own.

    Raises:
        UnreadableFile: the workspace cannot be read.
        CommandError: there is no window to open.
        UsageError: the options do not suffice.
    """
    if is_bundle(args.file):
        from statmon.commands.bundle import show_bundle

        return show_bundle(args)
    seat = None if args.screenshot or options_given(args) else Seat()
    if seat is None:
        return _window(args, None)
    if not seat.take():
        # One that hangs keeps its seat: it may come back, and is to be heard then.
        if seat.hand_over(args.file.resolve()):
            return ExitCode.DONE
        return _window(args, None, _ALONE)
    try:
        return _window(args, seat.address)
    finally:
        seat.release()


def blank(args: argparse.Namespace, site: Site | None = None) -> int:
    """Open the window on an empty workspace.

    It is at the site that the options name, else at ``site``, else it asks for one.

    Raises:
        CommandError: there is no window to open.
        UsageError: an option cannot be used.
    """
    access = for_window(args, site)
    workspace = Workspace("", Site(access.base, who_settings(access)))
    return show(workspace, access, args, _history)


def _window(args: argparse.Namespace, seat: str | None, notice: str = "") -> int:
    try:
        workspace = workspace_file.read(args.file)
    except WorkspaceError as error:
        raise UnreadableFile(str(error)) from None
    access = for_window(args, workspace.site)
    settings.remember("lastWorkspace", str(args.file.resolve()))
    return show(
        workspace.at(access.base),
        access,
        args,
        _history,
        file=args.file.resolve(),
        seat=seat,
        notice=notice,
    )


def _history() -> "History":
    from statmon.history import History
    from statmon.storage.user import history_rules

    return History(history_rules.folder(), history_rules.load())


@contextmanager
def _no_collections() -> Iterator[None]:
    """Let Python's collector wait until the window has all that it needs, or has ended.

    What a start makes stays: looking for cycles in it again and again takes a tenth of the start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_no_collections()
def show(
    workspace: Workspace,
    access: Access,
    args: argparse.Namespace,
    open_history: Callable[[], "History"],
    *,
    simulated: bool = False,
    file: Path | None = None,
    seat: str | None = None,
    notice: str = "",
) -> int:
    """Show a workspace at a service until the window is closed; a simulated one has its menu.

    What is saved goes to ``file``; other starts are heard at ``seat``; ``notice`` is said in it.

    What is slow to import is imported behind the window's first frame. The history is opened
    after that, and closed when it returns.

    Raises:
        CommandError: there is no display, or Qt cannot be loaded; says what to do.
    """
    # Only the window needs Qt: a server may run `watch` without it.
    from statmon.app import CannotOpenWindow, Opening, first_frame, open_window

    look = args.theme or preferences.load().look
    try:
        frame = first_frame(workspace.name, look, remembered=args.screenshot is None)
    except CannotOpenWindow as error:
        raise CommandError(str(error)) from None
    if frame is None:
        return ExitCode.DONE
    from statmon.service.simulator import SimulatorControl
    from statmon.storage.machine import logs

    secrets = secrets_of(access)
    logs.log_to_stderr(verbose=args.verbose, secrets=secrets)
    logs.log_to_file(secrets)
    history = open_history()
    try:
        with _engines() as engine:
            opening = Opening(
                choice=look,
                screenshot=args.screenshot,
                after=args.after,
                simulator=SimulatorControl(access) if simulated else None,
                history=history,
                file=file,
                elsewhere=engine,
                seat=seat,
                frame=frame,
                notice=" ".join(filter(None, (notice, _about_policies()))),
            )
            return open_window(lambda: engine(workspace, access), opening)
    except CannotOpenWindow as error:
        raise CommandError(str(error)) from None
    finally:
        history.close()


@contextmanager
def _engines() -> "Iterator[Callable[[Workspace, Access], Engine]]":
    """Make the window's engines: each takes the place of the one before, at a site of its own."""
    from statmon.engine import Engine
    from statmon.storage.machine.leftovers import Leftovers

    held: list[Leftovers] = []

    def engine(workspace: Workspace, access: Access) -> Engine:
        for leftovers in held:
            leftovers.release()
        held.append(Leftovers("window", access.base))
        return Engine(_moved(workspace, access), access, held[-1])

    try:
        yield engine
    finally:
        for leftovers in held:
            leftovers.release()


def _about_policies() -> str:
    """Return what is wrong with an administrator's policies, as a sentence, or nothing."""
    from statmon.storage.machine import policy

    said = "; ".join(policy.problems())
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _moved(workspace: Workspace, access: Access) -> Workspace:
    """Return the workspace at the site at which the user has signed in."""
    if workspace.site.url.rstrip("/") == access.base:
        return workspace.at(access.base)
    return replace(workspace, site=Site(access.base, who_settings(access)))


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
