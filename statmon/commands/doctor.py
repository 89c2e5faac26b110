"""``statmon doctor``: checks what a help desk would ask, one line each, with the cure."""

import argparse
import asyncio
from pathlib import Path

from statmon.commands import output
from statmon.commands.exit_codes import ExitCode
from statmon.commands.options import access_given, add_connection_options, secrets_of, site_of
from statmon.service.access import Access
from statmon.storage.machine import logs
from statmon.support import doctor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``doctor`` takes."""
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE.statmon",
        help="take the site from this workspace; else from the last one",
    )
    add_connection_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the findings; return 1 if a check failed.

    Raises:
        CommandError: the workspace that was named cannot be read.
        UsageError: an option cannot be understood.
    """
    access = access_given(args, site_of(args.file))
    logs.log_to_stderr(verbose=args.verbose, secrets=secrets_of(access))
    return asyncio.run(print_findings(access if access.url else None))


async def print_findings(access: Access | None) -> int:
    """Print the findings; return 1 if a check failed."""
    from statmon import app

    bad = False
    async for finding in doctor.examine(access, app.window_findings):
        output.say(finding.line)
        bad = bad or finding.outcome == "failed"
    return ExitCode.FAILED if bad else ExitCode.DONE
