"""``statmon watch``: opens a workspace's subscriptions and prints what happens."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path
from typing import NoReturn

from statmon.alerts.lines import line_of
from statmon.commands.errors import CommandError, UsageError
from statmon.commands.options import access_from, add_connection_options, secrets_of
from statmon.commands.printer import Printer
from statmon.domain.formula import KEY, formulas_in
from statmon.domain.workspace import Workspace, WorkspaceError
from statmon.engine import Engine
from statmon.engine.alerting import TICK, Alerting
from statmon.history import History
from statmon.recording import Recording
from statmon.service.access import Access
from statmon.service.clock import epoch_ms
from statmon.service.wire.errors import ServiceError
from statmon.storage.machine import logs
from statmon.storage.machine.leftovers import Leftovers
from statmon.storage.user import alert_delivery, history_rules, workspace_file
from statmon.storage.user.shared_token import SharedToken
from statmon.storage.user.tape import Tape

_log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``watch`` takes."""
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
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="write all that goes over the line into this file, secrets masked; see replay",
    )
    parser.add_argument(
        "--alerts",
        action="store_true",
        help="print each step of each alert as well, by the thresholds of the workspace",
    )
    add_connection_options(parser)


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
        return asyncio.run(_watch(workspace.at(access.base), access, args, history))
    except ServiceError as error:
        raise CommandError(str(error)) from None


def _open_history() -> History:
    """Open the history for recording, or say why it cannot be."""
    history = History(history_rules.folder(), history_rules.load())
    history.hear(_say)
    if not history.flush().result() and history.status.state in {"off", "reading"}:
        _say(f"nothing is recorded: {history.status.message}")
    return history


def _say(sentence: str) -> None:
    if sentence:
        sys.stderr.write(f"statmon: {sentence}\n")


async def _watch(
    workspace: Workspace, access: Access, args: argparse.Namespace, history: History | None
) -> int:
    loop = asyncio.get_running_loop()

    def failed(error: OSError) -> None:
        """In the tape's thread."""
        loop.call_soon_threadsafe(printer.fail, _cannot_record(args.record, error))

    try:
        tape = Tape(args.record, workspace, failed, secrets_of(access)) if args.record else None
    except OSError as error:
        raise CommandError(_cannot_record(args.record, error)) from None
    leftovers = Leftovers("watch", access.base)
    engine = Engine(workspace, access, leftovers, tape)
    shared = SharedToken(access)
    engine.keep_tokens, engine.newer_refresh = shared.renewed, shared.newer
    for problem in formulas_in(workspace.extra.get(KEY))[1]:
        _say(problem)
    printer = Printer(engine, count=args.count, seconds=args.seconds)
    watching = _watch_alerts(engine, workspace, printer) if args.alerts else None
    if history is not None:
        Recording(engine, workspace, history).start()
    try:
        code = await printer.run()
    finally:
        if watching is not None:
            watching.cancel()
        if history is not None:
            await asyncio.to_thread(history.close)
        leftovers.release()
        await shared.written()
        _say_what_was_dropped(engine)
        written = tape is None or await asyncio.to_thread(tape.close)
    if not written:
        raise CommandError(f"{args.record} was not written to its end: the disk is too slow")
    return code


def _watch_alerts(
    engine: Engine, workspace: Workspace, printer: Printer
) -> "asyncio.Task[NoReturn]":
    """Print what happens to alerts until the task is cancelled."""
    for remark in alert_delivery.asked_in(workspace.extra, workspace.alerts):
        _say(remark)
    alerting = Alerting(engine, workspace, epoch_ms)
    alerting.listen(lambda told: printer.print(map(line_of, told.transitions)))
    alerting.start()

    async def tick() -> NoReturn:
        while True:
            await asyncio.sleep(TICK)
            alerting.tick()

    return asyncio.create_task(tick(), name="alerts")


def _cannot_record(path: Path, error: OSError) -> str:
    return f"the recording {path} cannot be written ({error.strerror})"


def _say_what_was_dropped(engine: Engine) -> None:
    received = engine.received
    _log.info(
        "%d readings; dropped: %d late, %d duplicate, %d of no subscription of ours",
        received.news,
        received.late,
        received.duplicate,
        received.foreign,
    )
