"""``statmon replay``: plays what ``watch --record`` wrote, as JSON lines or in the window."""

import argparse
import asyncio
import math
from pathlib import Path

from statmon.commands import window
from statmon.commands.errors import CommandError, UsageError
from statmon.commands.printer import Printer
from statmon.engine.replay import Replay
from statmon.storage.machine import logs
from statmon.storage.user.tape_lines import TapeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``replay`` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what watch --record wrote")
    parser.add_argument(
        "--speed",
        default="1",
        metavar="X",
        help="X times as fast as it was, or max (default: 1)",
    )
    parser.add_argument("--count", type=int, metavar="N", help="end after this many values")
    parser.add_argument("--window", action="store_true", help="show it in the window")
    window.add_window_options(parser)


def run(args: argparse.Namespace) -> int:
    """Play a recording to its end, Ctrl-C or the count.

    Raises:
        CommandError: the recording cannot be read, or no window can be opened.
        UsageError: the options make no sense.
    """
    speed = _speed(args.speed)
    if args.count is not None and args.count < 1:
        raise UsageError("--count takes a whole number from 1 on")
    logs.log_to_stderr(verbose=args.verbose)
    try:
        replay = Replay(args.file, speed=speed, present=args.window)
        if args.window:
            return _show(replay, args)
        return asyncio.run(_print(replay, args.count))
    except TapeError as error:
        raise CommandError(f"{args.file}: {error}") from None


async def _print(replay: Replay, count: int | None) -> int:
    printer = Printer(replay, count=count)
    replay.hold_back = lambda: printer.behind
    return await printer.run()


def _show(replay: Replay, args: argparse.Namespace) -> int:
    from statmon.app import CannotOpenWindow, Opening, open_window

    try:
        opening = Opening(choice=args.theme, screenshot=args.screenshot, after=args.after)
        return open_window(lambda: replay, opening)
    except CannotOpenWindow as error:
        raise CommandError(str(error)) from None


def _speed(text: str) -> float:
    if text == "max":
        return math.inf
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 < speed < math.inf:
        raise UsageError("--speed takes a number above 0, or max")
    return speed
