"""The list of sites that the user has signed in to; in the settings, without any secret."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from statmon.service.access import Access
from statmon.service.sign_in.site import access_of, settings_of
from statmon.service.sign_in.way import Parts, Way, follow, lasting, parts_of
from statmon.storage.machine import policy
from statmon.storage.machine.policy_keys import allows
from statmon.storage.user import settings

_KEY: Final = "sites"


@dataclass(frozen=True, slots=True)
class SavedSite:
    """A site by the user's name for it."""

    name: str
    access: Access
    """Everything but the secrets."""

    @property
    def title(self) -> str:
        """What to show of it."""
        return self.name or self.access.base


def load() -> list[SavedSite]:
    """Return the sites in the user's order; entries that make no sense are passed over."""
    return _sites_in(settings.load().get(_KEY))


def _sites_in(raw: Any) -> list[SavedSite]:
    found = [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []
    return [
        SavedSite(str(item.get("name") or ""), access_of(item["url"], item))
        for item in found
        if isinstance(item.get("url"), str) and item["url"]
    ]


def save(sites: Iterable[SavedSite]) -> None:
    """Keep the list, whatever was in it."""
    listed = list(sites)
    change(lambda _: listed)


def change(make: Callable[[list[SavedSite]], Iterable[SavedSite]]) -> None:
    """Keep what is made of the list; nobody else changes it meanwhile."""

    def made(kept: Any) -> list[dict[str, Any]]:
        return [
            {"name": site.name, "url": site.access.base, **settings_of(site.access)}
            for site in make(_sites_in(kept))
        ]

    settings.revise(_KEY, made)


def enter(site: SavedSite) -> Parts:
    """Keep a site that the user has signed in to; return the way that is kept for it.

    What of its way is for this run alone, laid down or a file's wish stays what it is: the list
    says of that what it said before.
    """
    way: Parts = {}

    def entered(listed: list[SavedSite]) -> list[SavedSite]:
        nonlocal way
        before = next((one.access for one in listed if same(one.access, site.access)), None)
        way = lasting(site.access, {} if before is None else parts_of(before))
        return with_site(listed, replace(site, access=follow(site.access, Way(way))))

    change(entered)
    return way


def with_site(sites: Iterable[SavedSite], site: SavedSite) -> list[SavedSite]:
    """Return the list with a site in its old place, or as the first if it is new."""
    result = list(sites)
    for index, old in enumerate(result):
        if same(old.access, site.access):
            result[index] = site
            return result
    return [site, *result]


def same(one: Access, other: Access) -> bool:
    """Whether two entries are the same site for the same user."""
    return (one.base, one.who) == (other.base, other.who)


def at(url: str) -> Access | None:
    """Return the first site of the user's list at an address, or None."""
    return _first(load(), url)


def laid_down(url: str) -> Access | None:
    """Return what an administrator's policy says of the site at an address, or None."""
    return _first(_sites_in(policy.value(_KEY)), url)


def offered() -> tuple[list[SavedSite], Access | None]:
    """Return the sites to choose from, and the one to begin with where nothing was chosen yet.

    An administrator's are listed below the user's own, unless the user has signed in there.
    """
    own = load()
    known = {site.access.base for site in own}
    others = [one for one in _sites_in(policy.value(_KEY)) if one.access.base not in known]
    return [*own, *others], others[0].access if others and not own else None


def refused(access: Access) -> str:
    """Return why an administrator lets nobody connect to a site; nothing where they do.

    A service on this computer is never refused: nothing is sent elsewhere by that.
    """
    if not access.base or access.loopback:
        return ""
    try:
        said = policy.restrictions("connect")
    except policy.UnreadablePolicy as error:
        return f"{error}; until it can, only a service on this computer is connected to"
    if all(allows(each, "otherSites") for each in said) or laid_down(access.base) is not None:
        return ""
    return (
        f"your administrator allows the sites of the policy only, and {access.base} is none of "
        "them: ask for it to be added there"
    )


def _first(listed: Iterable[SavedSite], url: str) -> Access | None:
    base = Access(url).base
    return next((site.access for site in listed if site.access.base == base), None)
