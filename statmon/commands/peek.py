"""``statmon peek``: current values without a subscription."""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from statmon.commands import lines
from statmon.commands.errors import CommandError
from statmon.commands.exit_codes import ExitCode
from statmon.commands.options import access_from, add_connection_options, secrets_of, site_of
from statmon.domain.reading import Reading
from statmon.domain.statistic import ObjectRef, Statistic
from statmon.service.access import Access
from statmon.service.clock import epoch_ms
from statmon.service.sign_in.auth import SignIn
from statmon.service.sign_in.tokens import token_refusal
from statmon.service.wire.api import Answer, Api, StatisticValue
from statmon.service.wire.errors import ServiceError
from statmon.service.wire.http import Http
from statmon.storage.machine import logs
from statmon.storage.user.shared_token import SharedToken

Wanted = tuple[ObjectRef, str]
"""An object and the name of a predefined statistic of it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``peek`` takes."""
    parser.add_argument("--type", required=True, metavar="TYPE", help="object type, say Agent")
    parser.add_argument(
        "--id",
        required=True,
        action="append",
        dest="ids",
        metavar="ID",
        help="object id, say agent2; may be given several times",
    )
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
    wanted = [
        (ObjectRef(args.type, id_), name)
        for id_ in dict.fromkeys(args.ids)
        for name in dict.fromkeys(args.names)
    ]
    try:
        answer = asyncio.run(_ask(access, wanted))
    except ServiceError as error:
        refused = error.unauthorized and access.grant_used == "token"
        raise CommandError(str(token_refusal(error) if refused else error)) from None
    return _print(access, wanted, answer)


async def _ask(access: Access, wanted: Sequence[Wanted]) -> Answer:
    http = Http(access)
    shared = SharedToken(access)
    sign_in = SignIn(http, renewed=shared.renewed, newer=shared.newer)
    try:
        await sign_in.sign_in()
        api = Api(http, sign_in)
        if len(wanted) == 1:
            return await api.value(*wanted[0])
        return await api.values(wanted)
    finally:
        await http.close()
        await shared.written()


def _print(access: Access, wanted: Sequence[Wanted], answer: Answer) -> int:
    now = epoch_ms()
    missing = dict.fromkeys(wanted)
    for value in answer.statistics:
        ref, name = _whose(value, wanted)
        missing.pop((ref, name), None)
        statistic = Statistic("", ref, name)
        lines.write([{"event": "value", **_line(access, statistic, value, now)}])
    words = [error.status.words for error in answer.failures]
    if missing or words:
        reasons = "; ".join(dict.fromkeys(words)) or "the service sent no value"
        sys.stderr.write(f"statmon: {_who(wanted, missing)}: {reasons}\n")
    return ExitCode.FAILED if missing or words else ExitCode.DONE


def _whose(value: StatisticValue, wanted: Sequence[Wanted]) -> Wanted:
    """Return whose value it is; where the answer does not say, it is that of the one asked for."""
    ref, name = wanted[0]
    if value.object_id and value.object_id != ref.object_id:
        ref = ObjectRef(ref.object_type, value.object_id)
    return ref, value.name or (name if len(wanted) == 1 else "")


def _who(wanted: Sequence[Wanted], missing: Iterable[Wanted]) -> str:
    """Name what came to nothing: the statistics of each object."""
    names: dict[ObjectRef, list[str]] = {}
    for ref, name in missing:
        names.setdefault(ref, []).append(name)
    if not names:
        return f"the service of {wanted[0][0]}"
    return "; ".join(f"{', '.join(some)} of {ref}" for ref, some in names.items())


def _line(access: Access, statistic: Statistic, value: StatisticValue, now: int) -> lines.Line:
    stamp = value.stamp or now
    reading = Reading(statistic.series(access.base), value.value, stamp, now, "peek")
    return lines.value_line(statistic, reading)
