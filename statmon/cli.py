"""The command line: reads the arguments, calls the command, turns errors into a line.

Exit codes: ``commands/exit_codes.py``.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NoReturn, Protocol

from statmon import __version__
from statmon.commands import output
from statmon.commands.errors import CommandError, UnreadableFile, UsageError
from statmon.commands.exit_codes import ExitCode
from statmon.commands.output import OutputError

_DESCRIPTION: Final = (
    "Desktop monitor for contact-centre statistics. Without a command it opens the window on "
    "the last workspace, or on the one that is named."
)
_COMMANDS: Final = {  # each is a module in statmon.commands
    "demo": "the window on a simulated contact centre",
    "simulate": "a simulated contact centre and its Statistics service, without a window",
    "watch": "print what a workspace's subscriptions send, as JSON lines",
    "peek": "print current values without a subscription, as JSON lines",
    "replay": "play what watch --record wrote, as JSON lines or in the window",
    "diff": "say what differs between two workspaces, in words",
    "export": "write the history as CSV, XLSX or Parquet",
    "doctor": "check Qt, display, keyring, proxy, TLS, sign-in, clock and disk",
}


class Command(Protocol):
    """What the module of a command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it and return the exit code."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line; the whole usage would bury it."""
        self.exit(ExitCode.MISUSED, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> ExitCode:
    """Run statmon; return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if sys.stderr is None:  # closed by who started us, or a program without a console
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 # until the end
    output.escape_unwritable()
    try:
        if arguments and arguments[0] in _COMMANDS:
            return ExitCode(_run(arguments[0], arguments[1:]))
        return ExitCode(_open(arguments))
    except UsageError as error:
        sys.stderr.write(f"statmon: {error}; see statmon --help\n")
        return ExitCode.MISUSED
    except CommandError as error:
        sys.stderr.write(f"statmon: {error}\n")
        return ExitCode.FAILED
    except OutputError as error:
        output.discard()
        if not error.reader_gone:
            sys.stderr.write(f"statmon: {error}\n")
        return ExitCode.FAILED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED


def _run(name: str, arguments: list[str]) -> int:
    """Run a command; only its own module is imported, so that none pays for another's start."""
    parser = _parser(f"statmon {name}", _COMMANDS[name])
    command = _add_arguments(parser, name)
    return command.run(parser.parse_args(arguments))


def _add_arguments(parser: argparse.ArgumentParser, name: str) -> Command:
    """Add what a command takes; return the command."""
    command: Command = import_module(f"statmon.commands.{name}")
    command.add_arguments(parser)
    return command


def described() -> argparse.ArgumentParser:
    """Return one parser with every command and option: what describes the command line reads it.

    It imports all commands, so that no start can use it; nothing is parsed with it.
    """
    parser = _parser("statmon", _DESCRIPTION)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, text in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        _add_verbose(command)
        _add_arguments(command, name)
    _add_window_arguments(parser)
    return parser


def _open(arguments: list[str]) -> int:
    from statmon.commands import window
    from statmon.storage.user import first_workspace

    listing = "\n".join(f"  {name:10} {text}" for name, text in _COMMANDS.items())
    parser = _parser("statmon", _DESCRIPTION, f"commands (statmon COMMAND --help):\n{listing}")
    _add_window_arguments(parser)
    args = parser.parse_args(arguments)
    if args.self_test:
        from statmon.commands import self_test

        return self_test.run()
    args.file = args.file or first_workspace.find()
    if args.file is None:
        from statmon.commands import first_start

        return first_start.begin(args)
    try:
        return window.window(args)
    except UnreadableFile as error:
        from statmon.commands import first_start, started

        if not started.by_a_desktop():
            raise
        return first_start.begin_otherwise(args, error)


def _add_window_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what statmon takes without a command."""
    from statmon.commands import options, window

    parser.add_argument("--version", action="version", version=f"statmon {__version__}")
    parser.add_argument(
        "--self-test", action="store_true", help="check this installation on a simulator, and end"
    )
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.statmon", help="the workspace")
    window.add_window_options(parser)
    options.add_connection_options(parser)


def _parser(prog: str, description: str, epilog: str | None = None) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=prog,
        description=description,
        epilog=epilog,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_verbose(parser)
    return parser


def _add_verbose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="store_true", help="log more, to stderr")
