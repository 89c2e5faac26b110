"""A site as files hold it, in the workspace and in the list of sites: everything but secrets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, get_args

from statmon.service.access import Access, Grant
from statmon.service.sign_in.way import Way, as_settings, follow, parts_of, written

_GRANTS: Final[tuple[Grant, ...]] = get_args(Grant)
_WHO: Final = ("username", "client_id", "grant")


def access_of(url: str, settings: Mapping[str, Any]) -> Access:
    """Return how a site of the user's list is reached, its secrets still missing.

    The keys are those that ``settings_of`` writes; what cannot be understood counts as absent,
    since the file may come from a newer statmon.
    """
    return follow(who_in(url, settings), Way(written(settings)))


def who_in(url: str, settings: Mapping[str, Any]) -> Access:
    """Return a site and who signs in there, and how, without the way."""
    named = {key: settings.get(key) for key in ("username", "clientId")}
    username, client_id = (value if isinstance(value, str) else "" for value in named.values())
    wanted = settings.get("signIn")
    grant = next((one for one in _GRANTS if one == wanted), None)
    return Access(url, username=username, client_id=client_id, grant=grant)


def settings_of(access: Access) -> dict[str, Any]:
    """Return what the user's list keeps of a site besides its URL; what is as usual is left out."""
    return {**who_settings(access), **as_settings(parts_of(access))}


def who_settings(access: Access) -> dict[str, Any]:
    """Return what a workspace file keeps of a site besides its URL: never the way there."""
    kept = {"signIn": access.grant, "username": access.username, "clientId": access.client_id}
    return {key: value for key, value in kept.items() if value}


def over(first: Access, second: Access) -> Access:
    """Return the first access with what it leaves open of who signs in taken from the second."""
    open_ = {name: getattr(second, name) for name in _WHO if not getattr(first, name)}
    return replace(first, **open_)
