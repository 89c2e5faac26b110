"""The way to a site: proxy, authorities, certificate, proof key, redirect, transport. No I/O.

A workspace file names a site; it never chooses the way there, since whoever stands on it hears the
secrets. The way comes from options, environment, policy and the user's own list of sites; what a
file wishes beyond that counts after a yes of the user's (decision 25).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, get_args

from statmon.service.access import (
    Access,
    BrowserSignIn,
    Origin,
    Part,
    Transport,
    without_secret,
)

PARTS: Final[tuple[Part, ...]] = get_args(Part)
_TRANSPORTS: Final[tuple[Transport, ...]] = get_args(Transport)
_FIELDS: Final[Mapping[Part, str]] = {
    "proxy": "proxy",
    "caBundle": "ca_bundle",
    "clientCertificate": "client_certificate",
    "transport": "transport",
}
"""The parts that are one field of an ``Access`` each; they have options, too."""
_REDIRECT: Final = ("ports", "host", "path", "pasted")
_LAST_PORT: Final = 65_535
_LONGEST: Final = 80
"""Letters of a value that are shown: more would hide what comes after it."""

Parts = Mapping[Part, Any]
"""What differs from the usual, as JSON: a proxy without its password, a redirect as a dict."""
Source = tuple[Origin, Parts]


@dataclass(frozen=True, slots=True)
class Way:
    """A way that was chosen, where each part of it comes from, and what a file wished in vain."""

    parts: Parts = field(default_factory=dict)
    origins: Mapping[Part, Origin] = field(default_factory=dict)
    wishes: Parts = field(default_factory=dict)


def decide(
    sources: Iterable[Source], wished: Parts, agreed: Callable[[Parts], bool] = lambda _: False
) -> Way:
    """Choose the way to a site. This is the one place where that is done.

    Args:
        sources: what was said on purpose, the nearest to the user first.
        wished: what a workspace file says.
        agreed: whether the user has said yes to these wishes at this site. Asked only if a file
            wishes what is not so anyway and what nobody nearer to the user has decided.
    """
    parts: dict[Part, Any] = {}
    origins: dict[Part, Origin] = {}
    for origin, said in sources:
        for part, value in said.items():
            if part not in parts:
                parts[part], origins[part] = value, origin
    beyond: Parts = {
        part: value
        for part, value in wished.items()
        if origins.get(part, "list") == "list" and parts.get(part) != value
    }
    if not beyond or not agreed(beyond):
        return Way(parts, origins, beyond)
    yes: dict[Part, Origin] = dict.fromkeys(beyond, "file")
    return Way({**parts, **beyond}, {**origins, **yes})


def foreign(access: Access, bound: Parts) -> Parts:
    """Return what of an access's way stands between it and a secret, kept for another way.

    A secret goes with what it was kept for, with what is as usual (the system's authorities, the
    system's proxy), and with what was said for this run, by an administrator, or yes to.
    """
    return {
        part: value
        for part, value in parts_of(access).items()
        if bound.get(part) != value and dict(access.origins).get(part, "list") == "list"
    }


def passing(access: Access) -> frozenset[Part]:
    """Return the parts of the way that somebody else than the user's list says, now as ever.

    An option and the environment are for this run, a policy is the administrator's, a file's wish
    goes with the file: none of them becomes the user's own by being used.
    """
    return frozenset(part for part, origin in access.origins if origin != "list")


def lasting(access: Access, listed: Parts) -> Parts:
    """Return the way that goes into the user's list of sites when this access has been entered.

    Args:
        access: what was entered; what was not typed names where it comes from.
        listed: what the list has said of the site so far.
    """
    theirs = passing(access)
    typed = {part: value for part, value in parts_of(access).items() if part not in theirs}
    return typed | {part: value for part, value in listed.items() if part in theirs}


def as_typed(entered: Access, shown: Access) -> Access:
    """Return an access as it was entered over another: what was left as it was keeps its origin."""
    now, before = parts_of(entered), parts_of(shown)
    same = (named for named in shown.origins if now.get(named[0]) == before.get(named[0]))
    return replace(entered, origins=tuple(same))


def parts_of(access: Access) -> dict[Part, Any]:
    """Return what an access says of the way."""
    browser, usual = access.browser, BrowserSignIn()
    redirect = {
        name: list(value) if isinstance(value, tuple) else value
        for name in _REDIRECT
        if (value := getattr(browser, name)) != getattr(usual, name)
    }
    found: dict[Part, Any] = {
        "proxy": without_secret(access.proxy),
        "caBundle": access.ca_bundle,
        "clientCertificate": access.client_certificate,
        "transport": "" if access.transport == "auto" else access.transport,
        "redirect": redirect,
    }
    given = {part: value for part, value in found.items() if value}
    return given if browser.pkce else {**given, "pkce": False}


def follow(access: Access, way: Way) -> Access:
    """Return the access by this way; a proxy's password stays if the proxy does."""
    parts = way.parts
    fields = {name: parts.get(part, "") for part, name in _FIELDS.items()}
    if fields["proxy"] == without_secret(access.proxy):
        fields["proxy"] = access.proxy
    browser = BrowserSignIn(pkce=parts.get("pkce", True))
    redirect = dict(parts.get("redirect", {}))
    if "ports" in redirect:
        redirect["ports"] = tuple(redirect["ports"])
    return replace(
        access,
        **{**fields, "transport": fields["transport"] or "auto"},
        browser=replace(browser, **redirect),
        origins=tuple(way.origins.items()),
    )


def written(settings: Mapping[str, Any]) -> dict[Part, Any]:
    """Return what a site in a file says of the way; what cannot be understood counts as absent."""
    proxy, transport = settings.get("proxy"), settings.get("transport")
    access = Access(
        "",
        proxy=without_secret(proxy) if isinstance(proxy, str) else "",
        ca_bundle=_text(settings, "caBundle"),
        client_certificate=_text(settings, "clientCertificate"),
        transport=next((one for one in _TRANSPORTS if one == transport), "auto"),
        browser=_browser(settings.get("browser")),
    )
    return parts_of(access)


def as_settings(parts: Parts) -> dict[str, Any]:
    """Return the parts as files write them, the opposite of ``written``."""
    browser = dict(parts.get("redirect", {}))
    if "pkce" in parts:
        browser["pkce"] = parts["pkce"]
    plain: dict[str, Any] = {part: parts[part] for part in _FIELDS if part in parts}
    return {**plain, "browser": browser} if browser else plain


def in_words(part: Part, value: Any, longest: int = _LONGEST) -> str:
    """Return a part for people, so that somebody else's text hides nothing."""
    if part == "pkce":
        return "no proof key (PKCE)"
    if part == "redirect":
        where = value.get("pasted") or "".join(
            (
                value.get("host", "127.0.0.1"),
                ":" + ",".join(map(str, value["ports"])) if "ports" in value else "",
                value.get("path", ""),
            )
        )
        return f"redirect to {_shown(where, longest)}"
    return f"{_NAMES[part]} {_shown(str(value), longest)}"


_NAMES: Final[Mapping[Part, str]] = {
    "proxy": "proxy",
    "caBundle": "CA file",
    "clientCertificate": "client certificate",
    "transport": "transport",
}
KEYS: Final[Mapping[Part, str]] = {"pkce": "browser.pkce", "redirect": "browser"}
"""What a file calls a part, where that is not the part's own name."""
OPTIONS: Final[Mapping[Part, str]] = {
    "proxy": "--proxy",
    "caBundle": "--ca-bundle",
    "clientCertificate": "--client-certificate",
    "transport": "--transport",
}
"""The options that say the same; what has none is set where one signs in."""


def _shown(text: str, longest: int) -> str:
    plain = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)
    half = longest // 2
    return plain if len(plain) <= longest else f"{plain[:half]}…{plain[-half:]}"


def ports_in(text: str) -> tuple[int, ...] | None:
    """Read a list of ports as people write it, or return None; empty means any free port."""
    parts = text.replace(",", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in parts):
        return None
    ports = tuple(int(part) for part in parts) or (0,)
    return ports if max(ports) <= _LAST_PORT else None


def _browser(raw: Any) -> BrowserSignIn:
    if not isinstance(raw, Mapping):
        return BrowserSignIn()
    ports = raw.get("ports")
    given = ports_in(" ".join(map(str, ports))) if isinstance(ports, list) else None
    path = _text(raw, "path") or BrowserSignIn().path
    return BrowserSignIn(
        ports=given or BrowserSignIn().ports,
        host="localhost" if _text(raw, "host") == "localhost" else BrowserSignIn().host,
        path=path if path.startswith("/") else f"/{path}",
        pkce=raw.get("pkce") is not False,
        pasted=_text(raw, "pasted"),
    )


def _text(settings: Mapping[str, Any], key: str) -> str:
    value = settings.get(key)
    return value if isinstance(value, str) else ""
