"""A site as files hold it, in the workspace and in the list of sites: everything but secrets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar, get_args

from statmon.service.access import Access, BrowserSignIn, Grant, Transport, without_secret

_T = TypeVar("_T")
_GRANTS: Final[tuple[Grant, ...]] = get_args(Grant)
_TRANSPORTS: Final[tuple[Transport, ...]] = get_args(Transport)
_LAST_PORT: Final = 65_535


def access_of(url: str, settings: Mapping[str, Any]) -> Access:
    """Return how a site is reached, its secrets still missing.

    The keys are those that ``settings_of`` writes; what cannot be understood counts as absent,
    since the file may come from a newer statmon.
    """
    return Access(
        url=url,
        username=_text(settings, "username"),
        client_id=_text(settings, "clientId"),
        transport=_one_of(_TRANSPORTS, settings.get("transport")) or "auto",
        ca_bundle=_text(settings, "caBundle"),
        client_certificate=_text(settings, "clientCertificate"),
        proxy=_text(settings, "proxy"),
        grant=_one_of(_GRANTS, settings.get("signIn")),
        browser=_browser(settings.get("browser")),
    )


def settings_of(access: Access) -> dict[str, Any]:
    """Return what a file keeps of a site besides its URL; what is as usual is left out."""
    browser, usual = access.browser, BrowserSignIn()
    kept = {
        "signIn": access.grant,
        "username": access.username,
        "clientId": access.client_id,
        "transport": access.transport if access.transport != "auto" else None,
        "caBundle": access.ca_bundle,
        "clientCertificate": access.client_certificate,
        "proxy": without_secret(access.proxy),
        "browser": {
            **({"ports": list(browser.ports)} if browser.ports != usual.ports else {}),
            **({"host": browser.host} if browser.host != usual.host else {}),
            **({"path": browser.path} if browser.path != usual.path else {}),
            **({"pkce": False} if not browser.pkce else {}),
            **({"pasted": browser.pasted} if browser.pasted else {}),
        },
    }
    return {key: value for key, value in kept.items() if value}


def over(first: Access, second: Access) -> Access:
    """Return the first access with what it leaves open taken from the second."""
    fallback = {
        name: getattr(second, name)
        for name in ("username", "client_id", "ca_bundle", "client_certificate", "proxy", "grant")
        if not getattr(first, name)
    }
    if first.transport == "auto":
        fallback["transport"] = second.transport
    if first.browser == BrowserSignIn():
        fallback["browser"] = second.browser
    return replace(first, **fallback)


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


def _one_of(words: tuple[_T, ...], raw: object) -> _T | None:
    return next((word for word in words if word == raw), None)
