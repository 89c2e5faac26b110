"""The options of ``statmon simulate``."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from statmon.simulator.service.faults import KINDS, Fault, checked, parse_fault
from statmon.simulator.service.quirks import QUIRKS
from statmon.simulator.statserver.zones import zone_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options; what the documents of the real service leave open has its default here."""
    parser.formatter_class = _Formatter
    _add_network(parser.add_argument_group("network and time"))
    _add_centre(parser.add_argument_group("contact centre"))
    _add_service(parser.add_argument_group("service"))
    _add_sign_in(parser.add_argument_group("sign-in"))
    _add_unknowns(
        parser.add_argument_group("service, where the documents of the real one are silent")
    )


class _Formatter(argparse.HelpFormatter):
    """States the default; where it is None, the help itself says what that means."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if action.default is False:
            return f"{action.help} (default: no)"
        if action.default == []:
            return f"{action.help} (default: none)"
        if action.default in (None, argparse.SUPPRESS):
            return action.help
        return f"{action.help} (default: %(default)s)"


_Group = argparse._ArgumentGroup  # noqa: SLF001 - argparse gives the type no public name


N = TypeVar("N", int, float)


def _within(read: Callable[[str], N], low: N, high: N, words: str) -> Callable[[str], N]:
    """Return what reads a number between these bounds, or says in words what it must be."""

    def parse(text: str) -> N:
        try:
            number = read(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"must be {words}") from None
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"must be {words}")
        return number

    return parse


def _count(low: int, high: int) -> Callable[[str], int]:
    return _within(int, low, high, f"a whole number from {low} to {high}")


_port = _within(int, 0, 65535, "a port, a number from 0 to 65535")
_speed = _within(float, 1e-6, 10_000.0, "more than 0, at most 10000")
_share = _within(float, 0.0, 1.0, "a number from 0 to 1")
_seconds = _within(float, 0.0, 1e7, "0 or more seconds")
_epoch = _within(int, 0, 10**14, "milliseconds since 1970")
_seed = _within(int, -(10**18), 10**18, "a whole number")


def _add_network(parser: _Group) -> None:
    parser.add_argument("--port", type=_port, default=8080, help="TCP port; 0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--speed", type=_speed, default=1.0, help="service seconds per second")
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="end when standard input closes"
    )


def _add_centre(parser: _Group) -> None:
    parser.add_argument("--seed", type=_seed, default=1, help="the same seed gives the same day")
    parser.add_argument(
        "--scenario", metavar="NAME|FILE.toml",
        help="a prepared course of the day: calm-morning, monday-peak, agent-shortage,"
        " switch-failure, or a file; other options outrank it; an ordinary day if not said",
    )  # fmt: skip
    parser.add_argument("--agents", type=_count(0, 20_000), help="how many agents; 40 if not said")
    parser.add_argument(
        "--queues", type=_count(1, 500), help="how many voice queues; 6 if not said"
    )
    parser.add_argument(
        "--chat-queues", type=_count(0, 100), default=1, help="how many chat queues"
    )
    parser.add_argument(
        "--email-queues", type=_count(0, 100), default=1, help="how many e-mail queues"
    )
    parser.add_argument(
        "--load", type=_speed, help="times the traffic of an ordinary day; 1 if not said"
    )
    parser.add_argument(
        "--absent", type=_share, help="share of the agents who do not come; 0 if not said"
    )
    parser.add_argument(
        "--start", type=time_of_day, metavar="HH:MM",
        help="hour of the contact centre's day at the start, 10:00 if not said;"
        " the service's clock shows the real time all the same",
    )  # fmt: skip
    parser.add_argument(
        "--time-zone", type=_zone, default="UTC", metavar="ZONE",
        help="where the contact centre is, such as Europe/Berlin: when growing intervals reset",
    )  # fmt: skip
    parser.add_argument(
        "--warm-up", type=_seconds, metavar="SECONDS",
        help="how long the contact centre has been at work before the start; 7200 if not said,"
        " less with more than 400 agents, so that the start does not take long",
    )  # fmt: skip
    parser.add_argument(
        "--now", type=_epoch, default=None, metavar="EPOCH_MS",
        help="the service's clock at the start; the real time if not said",
    )  # fmt: skip
    parser.add_argument(
        "--watched", type=Path, action="append", default=[], metavar="FILE.statmon",
        help="a workspace that another desktop has had open since the contact centre went to work,"
        " so that its definitions count since then; repeatable",
    )  # fmt: skip


def _add_service(parser: _Group) -> None:
    parser.add_argument(
        "--outage", type=_outage, action="append", default=[], metavar="AT:FOR",
        help="make the service UNAVAILABLE from second AT for FOR seconds (real ones); repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--fault", type=_fault, action="append", default=[], metavar="KIND[=VALUE[/PATH]]@AT[:FOR]",
        help="let something go wrong, repeatable: "
        + "; ".join(f"{kind}: {text}" for kind, text in KINDS.items()),
    )  # fmt: skip
    parser.add_argument(
        "--websocket", action="store_true",
        help="offer CometD over websocket, too (the real service is known to offer long-polling)",
    )  # fmt: skip
    parser.add_argument(
        "--poll-timeout", type=_seconds, default=20.0, help="seconds a connect is held"
    )
    parser.add_argument(
        "--max-interval", type=_seconds, default=10.0,
        help="seconds a CometD session lives without a connect",
    )  # fmt: skip
    parser.add_argument(
        "--session-lifetime", type=_seconds, default=1800.0,
        help="seconds that subscriptions outlive the last use of their HTTP session",
    )  # fmt: skip
    parser.add_argument(
        "--time-tick", type=_count(0, 3600), default=10, metavar="SECONDS",
        help="how often Immediate statistics that grow with time are looked at; 0: at events only",
    )  # fmt: skip


def _add_sign_in(parser: _Group) -> None:
    parser.add_argument(
        "--token-lifetime", type=_seconds, default=1800.0, help="seconds an access token is good"
    )
    parser.add_argument(
        "--refresh-lifetime", type=_seconds, default=0.0,
        help="seconds a refresh token is good; 0: for good",
    )  # fmt: skip
    parser.add_argument(
        "--refresh-tokens", choices=("rotate", "keep"), default="rotate",
        help="whether renewing an access token renews the refresh token, too",
    )  # fmt: skip
    parser.add_argument(
        "--pkce", choices=("accept", "require", "ignore"), default="accept",
        help="what becomes of an authorization code's code_challenge",
    )  # fmt: skip
    parser.add_argument(
        "--redirect-uri", action="append", default=[], metavar="URI",
        help="a registered redirect URI, repeatable; without any, every http:// loopback address",
    )  # fmt: skip
    parser.add_argument(
        "--confidential-client", action="store_true",
        help="refuse a client that gives no secret",
    )  # fmt: skip
    parser.add_argument(
        "--bad-credentials", choices=("oauth", "empty-403"), default="oauth",
        help="answer to a refused grant: OAuth's JSON, or 403 with no body",
    )  # fmt: skip


def _add_unknowns(parser: _Group) -> None:
    parser.add_argument(
        "--unauthorized", type=int, choices=(401, 403), default=403,
        help="HTTP status of a missing or wrong key or token",
    )  # fmt: skip
    parser.add_argument(
        "--at-session-end", choices=("keep", "drop", "new-cookie", "orphan"), default="keep",
        help="what becomes of subscriptions when the last CometD session of their cookie ends:"
        " kept for the next one; closed; closed, and the next handshake sets a new cookie;"
        " left open, but their updates reach nobody",
    )  # fmt: skip
    parser.add_argument(
        "--max-statistics", type=_count(1, 500_000), default=20_000,
        help="statistics in one request; more is a 413",
    )  # fmt: skip
    parser.add_argument(
        "--reused-operation", choices=("replace", "refuse"), default="replace",
        help="what opening does with an operationId that is open already",
    )  # fmt: skip
    parser.add_argument(
        "--partial-code", type=_count(0, 99_999), default=0, metavar="CODE",
        help="status code of an answer in which some statistics failed",
    )  # fmt: skip
    parser.add_argument(
        "--unavailable-status", type=_count(400, 599), default=503, metavar="HTTP",
        help="HTTP status of REST calls (but DELETE) while the service is UNAVAILABLE",
    )  # fmt: skip
    parser.add_argument(
        "--superseded-connect", type=int, choices=(500, 408), default=500,
        help="HTTP status of a held connect when a newer one comes",
    )  # fmt: skip
    parser.add_argument(
        "--unknown-session", default="402::Unknown client", metavar="ERROR",
        help="error of a message of an unknown CometD session",
    )  # fmt: skip
    parser.add_argument(
        "--quirk", action="append", default=[], choices=QUIRKS, metavar="NAME",
        help="behave in another way, repeatable: "
        + "; ".join(f"{name}: {text}" for name, text in QUIRKS.items()),
    )  # fmt: skip


def _zone(text: str) -> str:
    try:
        return zone_of(text).key
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def time_of_day(text: str) -> int:
    """Read HH:MM as seconds of the day."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise argparse.ArgumentTypeError("must be a time of the day such as 08:00")
    return int(hours) * 3600 + int(minutes) * 60


def _outage(text: str) -> Fault:
    at, _, length = text.partition(":")
    try:
        return checked(Fault("outage", None, float(at), float(length)))
    except ValueError:
        raise argparse.ArgumentTypeError("must be AT:FOR in seconds, such as 20:10") from None


def _fault(text: str) -> Fault:
    try:
        return parse_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
