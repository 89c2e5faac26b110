"""The connection options: arguments, else environment, else what the user set up.

See docs/reference/command-line.md §2. A workspace names a site; the way there is
chosen in ``storage/user/ways.py``.
"""

import argparse
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, get_args

from statmon.commands.errors import CommandError, UnreadableFile, UsageError
from statmon.domain.workspace import Site, WorkspaceError
from statmon.service.access import Access, Origin, Part, Transport
from statmon.service.sign_in.way import KEYS, OPTIONS, Parts, in_words, parts_of
from statmon.storage.user import first_workspace, sites, ways, workspace_file

_log = logging.getLogger(__name__)

KEYRING_WITHIN: Final = 60.0
"""Seconds that a keyring has to answer; the user may have to type its password."""
_TEXTS: Final = {
    "url": "the service's base URL, without /statistics/v3",
    "api_key": "the API key, sent as x-api-key",
    "token": "an access token; skips the sign-in",
    "username": r"user name for the sign-in, as tenant\user where the site asks for it",
    "password": "password for the sign-in",
    "client_id": "OAuth client id",
    "client_secret": "OAuth client secret",
    "ca_bundle": "file with the certificates of extra authorities (PEM)",
    "client_certificate": "file with this computer's certificate and its key (PEM), where the "
    "service asks for one",
    "client_key_password": "password of that key, where it has one",
    "proxy": "proxy URL, for instance http://proxy:3128",
}
_SECRETS: Final = ("api_key", "token", "password", "client_secret", "client_key_password", "proxy")
"""What others on this computer can see among the arguments, and standard input keeps private."""
_FOR_THE_SITE: Final = ("api_key", "token", "password", "client_secret")
"""The secrets that are sent to the site."""
_FILES: Final = ("ca_bundle", "client_certificate")
_TRANSPORT_TEXT: Final = "how notifications come (default: auto)"
_TRANSPORTS: Final[tuple[Transport, ...]] = get_args(Transport)


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Add the connection options to a command."""
    group = parser.add_argument_group(
        "connection",
        "each also as an environment variable: STATMON_URL, STATMON_API_KEY, …; others on this "
        "computer can see arguments, --…-stdin keeps a secret private",
    )
    for name, text in _TEXTS.items():
        metavar = "FILE" if name in _FILES else name.upper()
        group.add_argument(_flag(name), metavar=metavar, help=text)
    for name in _SECRETS:
        group.add_argument(
            f"{_flag(name)}-stdin",
            dest="from_stdin",
            action="append_const",
            const=name,
            help="read it from standard input; of several, a line each in the order of the options",
        )
    group.add_argument("--transport", choices=_TRANSPORTS, help=_TRANSPORT_TEXT)


def variables() -> dict[str, str]:
    """Return the environment variables that say the same as options, and what each is."""
    texts = {**_TEXTS, "transport": _TRANSPORT_TEXT}
    return {_variable(name): text for name, text in texts.items()}


def options_given(args: argparse.Namespace) -> bool:
    """Tell whether an option or the environment says how to connect."""
    return any(_option(args, name) for name in (*_TEXTS, "transport")) or bool(args.from_stdin)


def access_from(args: argparse.Namespace, site: Site | None = None) -> Access:
    """Return how to reach the service.

    Raises:
        CommandError: a secret of the environment's is not meant for the site that a file names.
        UsageError: the options do not suffice or contradict each other.
    """
    access, withheld = _filled(without_keyring(args, site))
    problem = access.problem()
    if problem and withheld:
        raise CommandError(_withheld(access, withheld))
    if problem:
        raise UsageError(str(problem))
    return access


def access_given(args: argparse.Namespace, site: Site | None = None) -> Access:
    """Return what options, environment, policy, list of sites and keyring say, sufficient or not.

    Raises:
        CommandError: a secret of the environment's is not meant for the site that a file names.
        UsageError: an option cannot be understood.
    """
    access, withheld = _filled(without_keyring(args, site))
    if withheld:
        sys.stderr.write(f"statmon: {_withheld(access, withheld)}\n")
    return access


def _filled(access: Access) -> tuple[Access, Parts]:
    """Return the access with what the keyring has for it, and what keeps the rest of that back."""
    if access.place_problem() or (access.api_key and not access.problem()):
        return access, {}  # asking the keyring may ask the user
    from statmon.storage.user.secrets import Vault, background

    try:
        found = background(lambda: Vault().find(access)).result(KEYRING_WITHIN)
    except TimeoutError:
        _log.warning("the keyring does not answer: give the secrets yourself, or restart it")
        return access, {}
    return found.access, found.foreign


def _withheld(access: Access, parts: Parts) -> str:
    return (
        f"what the keyring has for {access.base} was not kept for this way to it "
        f"({_listed(parts)}) and is not sent: sign in once in statmon's window, or "
        f"{_how_to_say(parts)}"
    )


def without_keyring(args: argparse.Namespace, site: Site | None = None) -> Access:
    """Return the same, with only the secrets that are in the options; tell what a file wished.

    Raises:
        CommandError: a secret of the environment's is not meant for the site that a file names.
        UsageError: an option cannot be understood.
    """
    chosen = _chosen(args, site)
    if wishes := chosen.wishes:
        named = ", ".join(
            f"{KEYS.get(part, part)} ({in_words(part, wishes[part])})" for part in wishes
        )
        sys.stderr.write(
            f"statmon: what the workspace says of the way to {chosen.access.base} is not followed: "
            f"{named}; {_how_to_say(wishes)}\n"
        )
    return chosen.access


def for_window(args: argparse.Namespace, site: Site | None = None) -> Access:
    """Return the same for a window, which asks about what a file wished.

    Raises:
        CommandError: a secret of the environment's is not meant for the site that a file names.
        UsageError: an option cannot be used.
    """
    access = _chosen(args, site).access
    if access.url and (problem := access.place_problem()):
        raise UsageError(str(problem))
    return access


def _chosen(args: argparse.Namespace, site: Site | None) -> ways.Chosen:
    _read_stdin(args)
    options: dict[str, Any] = {name: _option(args, name) for name in _TEXTS}
    for name in ("url", "api_key", "token"):  # a file's last line end comes along easily
        options[name] = options[name].strip()
    only_a_file_says = not options["url"]
    options["url"] = options["url"] or (site.url if site is not None else "")
    transport = _transport(_option(args, "transport") or "auto")
    given = Access(**options, transport=transport)
    origins = tuple((part, _origin(args, part)) for part in parts_of(given))
    chosen = ways.choose(replace(given, origins=origins), site)
    if why := sites.refused(given):
        raise UnreadableFile(why)
    if given.url and only_a_file_says and not chosen.listed:
        _check_environment(args, given)
    return chosen


def _check_environment(args: argparse.Namespace, access: Access) -> None:
    """Refuse to hand secrets of the environment's to whatever site a file names.

    Raises:
        UnreadableFile: there are some.
    """
    ours = (name for name in _FOR_THE_SITE if getattr(args, name) is None)
    found = [_variable(name) for name in ours if os.environ.get(_variable(name))]
    if found:
        if problem := access.place_problem():
            raise UnreadableFile(str(problem))
        raise UnreadableFile(
            f"{' and '.join(found)} {'are' if len(found) > 1 else 'is'} not sent to {access.base}, "
            f"which only the workspace names: give --url {access.base} if that is meant"
        )


def _read_stdin(args: argparse.Namespace) -> None:
    """Put what standard input says in the place of the options for it, once."""
    for name in dict.fromkeys(args.from_stdin or ()):
        line = sys.stdin.buffer.readline()
        setattr(args, name, line.decode("utf-8", "replace").rstrip("\r\n"))
    args.from_stdin = None


def _origin(args: argparse.Namespace, part: Part) -> Origin:
    name = OPTIONS[part][2:].replace("-", "_")
    return "environment" if getattr(args, name) is None else "option"


def _listed(parts: Parts) -> str:
    return ", ".join(in_words(part, value) for part, value in parts.items())


def _how_to_say(parts: Parts) -> str:
    """Say what to do so that these parts of a way count."""
    options = " and ".join(OPTIONS[part] for part in parts if part in OPTIONS)
    return f"give {options} if it shall be" if options else "set it in the sign-in dialog"


def site_of(named: Path | None) -> Site | None:
    """Return the site of the workspace that is named, else of the one that a window opens.

    Raises:
        CommandError: the workspace that is named cannot be read.
    """
    path = named or first_workspace.find()
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


def _variable(name: str) -> str:
    return f"STATMON_{name.upper()}"


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _option(args: argparse.Namespace, name: str) -> str:
    value = getattr(args, name)
    return os.environ.get(_variable(name), "") if value is None else str(value)
