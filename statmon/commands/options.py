"""The connection options of design §7: arguments, else environment, else the workspace."""

import argparse
import os
import sys
from typing import Final, get_args

from statmon.commands.errors import UsageError
from statmon.service.access import Access, Transport

_TEXTS: Final = {
    "url": "the service's base URL, without /statistics/v3",
    "api_key": "the API key, sent as x-api-key",
    "token": "an access token; skips the sign-in",
    "username": r"user name for the sign-in, as tenant\user where the site asks for it",
    "password": "password for the sign-in; others on this computer can see it, "
    "--password-stdin keeps it private",
    "client_id": "OAuth client id",
    "client_secret": "OAuth client secret; better as STATMON_CLIENT_SECRET",
    "ca_bundle": "file with the certificates of extra authorities (PEM)",
    "proxy": "proxy URL, for instance http://proxy:3128",
}
_TRANSPORTS: Final[tuple[Transport, ...]] = get_args(Transport)


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Add the connection options to a command."""
    group = parser.add_argument_group(
        "connection", "each also as an environment variable: STATMON_URL, STATMON_API_KEY, …"
    )
    for name, text in _TEXTS.items():
        group.add_argument(f"--{name.replace('_', '-')}", metavar=name.upper(), help=text)
    group.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    group.add_argument(
        "--transport", choices=_TRANSPORTS, help="how notifications come (default: auto)"
    )


def access_from(args: argparse.Namespace, site_url: str = "") -> Access:
    """Return how to reach the service.

    Raises:
        UsageError: the options do not suffice or contradict each other.
    """
    access = access_given(args, site_url)
    problem = access.problem()
    if problem:
        raise UsageError(problem)
    return access


def access_given(args: argparse.Namespace, site_url: str = "") -> Access:
    """Return what the options say, whether it suffices or not.

    Raises:
        UsageError: an option cannot be understood.
    """
    options = {name: _option(args, name) for name in _TEXTS}
    if args.password_stdin:
        line = sys.stdin.buffer.readline()
        options["password"] = line.decode("utf-8", "replace").rstrip("\r\n")
    options["url"] = options["url"] or site_url
    return Access(**options, transport=_transport(_option(args, "transport") or "auto"))


def secrets_of(access: Access) -> list[str]:
    """Return what must never be written anywhere."""
    secrets = (access.api_key, access.token, access.password, access.client_secret)
    return [secret for secret in secrets if secret]


def _transport(name: str) -> Transport:
    for transport in _TRANSPORTS:
        if name == transport:
            return transport
    raise UsageError(f"STATMON_TRANSPORT is «{name}»: write {' or '.join(_TRANSPORTS)}")


def _option(args: argparse.Namespace, name: str) -> str:
    value = getattr(args, name)
    return os.environ.get(f"STATMON_{name.upper()}", "") if value is None else str(value)
