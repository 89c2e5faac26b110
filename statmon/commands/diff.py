"""``statmon diff A B``: what differs between two workspaces, in words."""

import argparse
from pathlib import Path

from statmon.commands import output
from statmon.commands.errors import CommandError
from statmon.commands.exit_codes import ExitCode
from statmon.domain.difference import difference
from statmon.domain.workspace import WorkspaceError
from statmon.storage.user import workspace_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``diff`` takes."""
    parser.add_argument("old", type=Path, metavar="A", help="the older workspace")
    parser.add_argument("new", type=Path, metavar="B", help="the newer workspace")


def run(args: argparse.Namespace) -> int:
    """Print one sentence a difference, nothing if there is none.

    Raises:
        CommandError: one of them cannot be read.
    """
    try:
        sentences = difference(workspace_file.read(args.old), workspace_file.read(args.new))
    except WorkspaceError as error:
        raise CommandError(str(error)) from None
    for sentence in sentences:
        output.say(f"{_harmless(sentence[0].upper() + sentence[1:])}.")
    return ExitCode.DONE


def _harmless(text: str) -> str:
    """Return the text without control characters: a terminal would obey them."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
