"""The connection options of design §7: arguments, else environment, else the workspace."""

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Any, Final, get_args

from statmon.commands.errors import CommandError, UsageError
from statmon.domain.workspace import Site, WorkspaceError
from statmon.service.access import Access, Transport
from statmon.service.site import access_of, over
from statmon.storage import settings, sites, workspace_file

_log = logging.getLogger(__name__)

KEYRING_WITHIN: Final = 60.0
"""Seconds that a keyring has to answer; the user may have to type its password."""
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
    "client_certificate": "file with this computer's certificate and its key (PEM), where the "
    "service asks for one",
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


def options_given(args: argparse.Namespace) -> bool:
    """Tell whether an option or the environment says how to connect."""
    return any(_option(args, name) for name in (*_TEXTS, "transport")) or args.password_stdin


def access_from(args: argparse.Namespace, site: Site | None = None) -> Access:
    """Return how to reach the service.

    Raises:
        UsageError: the options do not suffice or contradict each other.
    """
    access = access_given(args, site)
    problem = access.problem()
    if problem:
        raise UsageError(problem)
    return access


def access_given(args: argparse.Namespace, site: Site | None = None) -> Access:
    """Return what options, workspace, list of sites and keyring say, sufficient or not.

    What is nearer to the user counts: an option, else the environment, else the workspace's
    site, else what the window's list knows of a site at this address.

    Raises:
        UsageError: an option cannot be understood.
    """
    access = without_keyring(args, site)
    if access.place_problem() or (access.api_key and not access.problem()):
        return access  # asking the keyring may ask the user
    from statmon.storage.secrets import Vault, background

    try:
        return background(lambda: Vault().fill(access)).result(KEYRING_WITHIN)
    except TimeoutError:
        _log.warning("the keyring does not answer: give the secrets yourself, or restart it")
        return access


def without_keyring(args: argparse.Namespace, site: Site | None = None) -> Access:
    """Return the same, with only the secrets that are in the options.

    Raises:
        UsageError: an option cannot be understood.
    """
    options: dict[str, Any] = {name: _option(args, name) for name in _TEXTS}
    for name in ("url", "api_key", "token"):  # a file's last line end comes along easily
        options[name] = options[name].strip()
    if args.password_stdin:
        line = sys.stdin.buffer.readline()
        options["password"] = line.decode("utf-8", "replace").rstrip("\r\n")
    options["url"] = options["url"] or (site.url if site is not None else "")
    transport = _transport(_option(args, "transport") or "auto")
    given = Access(**options, transport=transport)
    if site is not None and site.url.rstrip("/") == given.base:
        given = over(given, access_of(site.url, site.settings))
    listed = sites.at(given.base)
    return over(given, listed) if listed is not None else given


def site_of(named: Path | None) -> Site | None:
    """Return the site of the workspace that is named, else of the last one.

    Raises:
        CommandError: the workspace that is named cannot be read.
    """
    path = named or settings.last_workspace()
    if path is None:
        return None
    try:
        return workspace_file.read(path).site
    except WorkspaceError as error:
        if named is None:
            return None  # the user did not speak of it
        raise CommandError(str(error)) from None


def secrets_of(access: Access) -> list[str]:
    """Return what must never be written anywhere."""
    return list(access.secrets)


def _transport(name: str) -> Transport:
    for transport in _TRANSPORTS:
        if name == transport:
            return transport
    raise UsageError(f"STATMON_TRANSPORT is «{name}»: write {' or '.join(_TRANSPORTS)}")


def _option(args: argparse.Namespace, name: str) -> str:
    value = getattr(args, name)
    return os.environ.get(f"STATMON_{name.upper()}", "") if value is None else str(value)
