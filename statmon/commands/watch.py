"""``statmon watch``: opens a workspace's subscriptions and prints what happens."""

import argparse
import asyncio
import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

from statmon.commands import lines
from statmon.commands.errors import CommandError, UsageError
from statmon.commands.options import access_from, secrets_of
from statmon.domain.workspace import Workspace, WorkspaceError
from statmon.engine import Engine
from statmon.history import History
from statmon.recording import Recording
from statmon.service.access import Access
from statmon.service.errors import ServiceError
from statmon.service.events import Event, ReadingsArrived
from statmon.storage import history_rules, logs, workspace_file
from statmon.storage.leftovers import Leftovers

INTERRUPTED: Final = 130
READ_WITHIN: Final = 2.0
"""Seconds that a reader gets at the end to take what waits."""
MOST_BEHIND: Final = 20_000
"""Batches that may wait for a slow reader."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``watch`` takes besides the connection options."""
    parser.add_argument("file", type=Path, metavar="FILE.statmon", help="the workspace")
    parser.add_argument(
        "--for", type=float, dest="seconds", metavar="SECONDS", help="end after this long"
    )
    parser.add_argument("--count", type=int, metavar="N", help="end after this many values")
    parser.add_argument(
        "--history",
        action="store_true",
        help="keep what arrives in the history, unless another statmon already does",
    )


def run(args: argparse.Namespace) -> int:
    """Print what happens until Ctrl-C, the time or the count is over.

    Raises:
        CommandError: the workspace cannot be read, or the service refuses the sign-in.
        UsageError: the options do not suffice.
    """
    if args.count is not None and args.count < 1:
        raise UsageError("--count takes a whole number from 1 on")
    if args.seconds is not None and not args.seconds > 0:
        raise UsageError("--for takes a number of seconds above 0")
    try:
        workspace = workspace_file.read(args.file)
    except WorkspaceError as error:
        raise CommandError(str(error)) from None
    access = access_from(args, workspace.site)
    logs.log_to_stderr(verbose=args.verbose, secrets=secrets_of(access))
    history = _open_history() if args.history else None
    try:
        return asyncio.run(_Watch(workspace.at(access.base), access, args, history).run())
    except ServiceError as error:
        raise CommandError(str(error)) from None


def _open_history() -> History:
    """Open the history for recording, or say why it cannot be."""
    history = History(history_rules.folder(), history_rules.load())
    if not history.flush().result():
        sys.stderr.write(f"statmon: nothing is recorded: {history.status.message}\n")
    return history


class _Watch:
    def __init__(
        self,
        workspace: Workspace,
        access: Access,
        args: argparse.Namespace,
        history: History | None,
    ) -> None:
        self._leftovers = Leftovers("watch", access.base)
        self._engine = Engine(workspace, access, self._leftovers)
        self._engine.listen(self._heard)
        self._history = history
        self._left: int | None = args.count
        self._seconds: float | None = args.seconds
        self._ending = asyncio.Event()
        self._code = 0
        self._error: OSError | None = None

    async def run(self) -> int:
        loop = asyncio.get_running_loop()

        def failed(error: OSError) -> None:
            loop.call_soon_threadsafe(self._cannot_write, error)

        self._writer = lines.Writer(failed)
        running = asyncio.create_task(self._engine.run())
        ending = asyncio.create_task(self._ending.wait())
        restore = _on_interrupt(loop, self._interrupted)
        if self._history is not None:
            Recording(self._engine, self._history).start()
        if self._seconds is not None:
            loop.call_later(self._seconds, self._ending.set)
        try:
            await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
            await self._engine.stop()
            await running
        finally:
            ending.cancel()
            restore()
            if self._history is not None:
                await asyncio.to_thread(self._history.close)
            self._leftovers.release()
            if not self._writer.close(READ_WITHIN):
                # Stdout is full and stays so: its lock would stop the interpreter's own end, too.
                os._exit(self._code or 1)
        if self._error is not None:
            raise CommandError(f"standard output cannot be written ({self._error.strerror})")
        return self._code

    def _cannot_write(self, error: OSError) -> None:
        """Who read us is gone: leave as on Ctrl-C; or the disk is full: leave and say so."""
        if not isinstance(error, BrokenPipeError):
            self._error = error
        self._interrupted()

    def _interrupted(self) -> None:
        self._code = INTERRUPTED
        self._ending.set()

    def _heard(self, event: Event) -> None:
        found = list(lines.lines_of(event))
        if isinstance(event, ReadingsArrived) and self._left is not None:
            found = found[: self._left]
            self._left -= len(found)
            if self._left == 0:
                self._ending.set()
        if self._writer.behind > MOST_BEHIND:
            self._error = OSError(errno.EAGAIN, "nobody reads it")
            self._ending.set()
            return
        self._writer.put(found)


def _on_interrupt(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> Callable[[], None]:
    """Call ``act`` in the loop on Ctrl-C, SIGTERM or SIGHUP; return what undoes it."""
    names = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP"):  # the terminal was closed; Windows has none
        names.append(signal.SIGHUP)
    try:
        for name in names:
            loop.add_signal_handler(name, act)
    except NotImplementedError:  # Windows
        old = {name: signal.getsignal(name) for name in names}

        def handle(_number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(act)

        for name in names:
            signal.signal(name, handle)

        def restore() -> None:
            for name, handler in old.items():
                signal.signal(name, handler)

    else:

        def restore() -> None:
            for name in names:
                loop.remove_signal_handler(name)

    return restore
