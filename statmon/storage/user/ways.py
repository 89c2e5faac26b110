"""Which way to a site is taken, and what the user has said to a file's wishes; in the settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from statmon.domain.workspace import Site
from statmon.service.access import Access
from statmon.service.sign_in.site import over, who_in
from statmon.service.sign_in.way import (
    Parts,
    Source,
    as_settings,
    decide,
    follow,
    parts_of,
    written,
)
from statmon.storage.user import settings, sites

_KEY: Final = "ways"
_MOST: Final = 200
"""Answers that are kept, the newest."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A site by the way that was chosen."""

    access: Access
    wishes: Parts
    """What the workspace wishes of the way and is not followed."""
    asked: bool
    """Whether the user has said no to them already."""
    listed: bool
    """Whether the user or an administrator has named the site: not only a file does."""


def choose(access: Access, site: Site | None) -> Chosen:
    """Choose the way to the access's site; the same for window, commands and doctor.

    What options and environment said (``Access.origins``) stays; policy, list of sites and a
    wish that the user has said yes to are read anew. Who signs in may also be named by a file.

    Args:
        access: what is known so far.
        site: of the workspace; one at another address says nothing of this one.
    """
    base = access.base
    from_file = bool(base) and site is not None and Access(site.url).base == base
    policy, listed = sites.laid_down(base), sites.at(base)
    sources: list[Source] = [*_for_this_run(access)]
    if policy is not None:
        sources.append(("policy", parts_of(policy)))
    sources.append(("list", _typed(access) if listed is None else parts_of(listed)))
    wished = written(site.settings) if site is not None and from_file else {}
    way = decide(sources, wished, lambda wishes: answer(base, wishes) is True)
    known = follow(access, way)
    if site is not None and from_file:
        known = over(known, who_in(site.url, site.settings))
    for other in (policy, listed):
        known = over(known, other) if other is not None else known
    asked = bool(way.wishes) and answer(base, way.wishes) is not None
    return Chosen(known, way.wishes, asked, policy is not None or listed is not None)


def _for_this_run(access: Access) -> list[Source]:
    parts, origins = parts_of(access), dict(access.origins)
    return [
        (origin, {part: parts[part] for part in parts if origins.get(part) == origin})
        for origin in ("option", "environment")
    ]


def _typed(access: Access) -> Parts:
    """Return what was typed where one signs in; the list may not be writable."""
    named = dict(access.origins)
    return {part: value for part, value in parts_of(access).items() if part not in named}


def answer(base: str, wishes: Parts) -> bool | None:
    """Return what the user has said to these wishes at this site, or None."""
    found = (item for item in _answers() if _is_about(item, base, wishes))
    return next((item["answer"] for item in found), None)


def remember(base: str, wishes: Parts, *, yes: bool) -> None:
    """Keep the user's answer."""
    mine = {"url": base, "wishes": as_settings(wishes), "answer": yes}

    def put(kept: object) -> list[dict[str, Any]]:
        others = [item for item in _answers_in(kept) if not _is_about(item, base, wishes)]
        return [*others, mine][-_MOST:]

    settings.revise(_KEY, put)


def forget(base: str) -> None:
    """Forget all answers about a site."""
    if any(item["url"] == base for item in _answers()):
        settings.revise(
            _KEY, lambda kept: [item for item in _answers_in(kept) if item["url"] != base]
        )


def _is_about(item: Mapping[str, Any], base: str, wishes: Parts) -> bool:
    return bool(item["url"] == base and item["wishes"] == as_settings(wishes))


def _answers() -> list[dict[str, Any]]:
    return _answers_in(settings.load().get(_KEY))


def _answers_in(raw: object) -> list[dict[str, Any]]:
    kinds = {"url": str, "wishes": dict, "answer": bool}
    return [
        item
        for item in (raw if isinstance(raw, list) else [])
        if isinstance(item, dict)
        and all(isinstance(item.get(key), kind) for key, kind in kinds.items())
    ]
