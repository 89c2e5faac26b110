"""``statmon peek``: current values without a subscription."""

import argparse
import asyncio
import sys
from pathlib import Path

from statmon.commands import lines
from statmon.commands.errors import CommandError
from statmon.commands.options import access_from, add_connection_options, secrets_of, site_of
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.service.access import Access
from statmon.service.api import Answer, Api, StatisticValue
from statmon.service.auth import SignIn
from statmon.service.clock import epoch_ms
from statmon.service.errors import ServiceError
from statmon.service.http import Http
from statmon.service.tokens import token_refusal
from statmon.storage import logs
from statmon.storage.shared_token import SharedToken


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``peek`` takes."""
    parser.add_argument("--type", required=True, metavar="TYPE", help="object type, say Agent")
    parser.add_argument("--id", required=True, metavar="ID", help="object id, say agent2")
    parser.add_argument("names", nargs="+", metavar="NAME", help="predefined statistic")
    parser.add_argument(
        "--workspace",
        type=Path,
        metavar="FILE",
        help="take the site from this workspace; else the last",
    )
    add_connection_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print one line a value; return 1 if any was refused.

    Raises:
        CommandError: the service cannot be reached or refuses everything.
        UsageError: the options do not suffice.
    """
    access = access_from(args, site_of(args.workspace))
    logs.log_to_stderr(verbose=args.verbose, secrets=secrets_of(access))
    ref = ObjectRef(args.type, args.id)
    names = list(dict.fromkeys(args.names))
    try:
        answer = asyncio.run(_ask(access, ref, names))
    except ServiceError as error:
        refused = error.unauthorized and access.grant_used == "token"
        raise CommandError(str(token_refusal(error) if refused else error)) from None
    return _print(access, ref, names, answer)


async def _ask(access: Access, ref: ObjectRef, names: list[str]) -> Answer:
    http = Http(access)
    shared = SharedToken(access)
    sign_in = SignIn(http, renewed=shared.renewed, newer=shared.newer)
    try:
        await sign_in.sign_in()
        api = Api(http, sign_in)
        if len(names) == 1:
            return await api.value(ref, names[0])
        return await api.values((ref, name) for name in names)
    finally:
        await http.close()
        await shared.written()


def _print(access: Access, ref: ObjectRef, names: list[str], answer: Answer) -> int:
    now = epoch_ms()
    found: list[str] = []
    for value in answer.statistics:
        name = value.name or (names[0] if len(names) == 1 else "")
        statistic = Statistic("", ref, name)
        found.append(name)
        lines.write([{"event": "value", **_line(access, statistic, value, now)}])
    missing = [name for name in names if name not in found]
    words = [error.status.words for error in answer.failures]
    if missing or words:
        reasons = "; ".join(dict.fromkeys(words)) or "the service sent no value"
        who = ", ".join(missing) or "the service"
        sys.stderr.write(f"statmon: {who} of {ref}: {reasons}\n")
    return 1 if missing or words else 0


def _line(access: Access, statistic: Statistic, value: StatisticValue, now: int) -> lines.Line:
    stamp = value.stamp or now
    reading = Reading(statistic.series(access.base), value.value, stamp, now, "peek")
    return lines.value_line(statistic, reading)
