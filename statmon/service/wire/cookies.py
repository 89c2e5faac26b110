"""The cookie jar that REST calls and notifications share, as browsers keep theirs (RFC 6265).

Python's own rules are those of 1997: an empty ``Domain=`` or a host name without a dot loses the
session's cookie, and so does an ``Expires`` while this computer's clock is ahead. Then every
connect is told that its session is unknown.
"""

import ipaddress
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.cookiejar import Cookie, CookieJar
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx2

MOST: Final = 100
"""Cookies that are kept; the oldest makes room."""
_BYTES: Final = "iso-8859-1"
"""A cookie goes back with the bytes with which it came, whatever letters they are."""
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
"""Nobody listens on the way there: browsers send what is for TLS only."""
LONGEST: Final = 4096
"""Bytes of one, as browsers allow."""


class SiteCookies(CookieJar):
    """A jar for one site, in which a cookie without a path belongs to the whole host.

    The service binds its subscriptions to a cookie that it sets on a CometD answer. Browsers
    would take a cookie without a path for one of ``/statistics/v3/notifications`` alone and
    never show it to the REST calls; the official clients send it everywhere. A path that the
    service does write is obeyed, by them and here (docs/reference/statistics-api.md §5).
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        """Make an empty jar.

        Args:
            now: this computer's clock, epoch seconds.
        """
        super().__init__()
        self._now = now

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Keep what an answer of the HTTP library's sets."""
        headers: httpx2.Headers = response.response.headers
        ahead = self._now() - (_epoch(headers.get("Date", "")) or self._now())
        for name, said in headers.raw:
            if name.lower() != b"set-cookie":
                continue
            cookie = _cookie(said.decode(_BYTES), str(request.full_url), self._now(), ahead)
            if cookie is None:
                continue
            if cookie.is_expired(int(self._now())):  # that is how a cookie is taken back
                self._discard(cookie.domain, cookie.path, cookie.name)
                continue
            self.set_cookie(cookie)
        for old in [*self][:-MOST]:
            self._discard(old.domain, old.path, old.name)

    def add_cookie_header(self, request: Any) -> None:
        """Give a request of the HTTP library's the cookies that belong to its address."""
        self.clear_expired_cookies()
        pairs = [f"{cookie.name}={cookie.value}" for cookie in self._for(str(request.full_url))]
        if pairs and not request.has_header("Cookie"):
            headers: httpx2.Headers = request.request.headers
            headers.encoding = _BYTES
            headers["Cookie"] = "; ".join(pairs)

    def clear_expired_cookies(self) -> None:
        """Forget what has expired by this computer's clock."""
        for cookie in [*self]:
            if cookie.is_expired(int(self._now())):
                self._discard(cookie.domain, cookie.path, cookie.name)

    def _for(self, url: str) -> Iterator[Cookie]:
        parts = urlsplit(url)
        host, path = (parts.hostname or "").lower(), parts.path or "/"
        private = parts.scheme == "https" or host in _HERE
        for cookie in sorted(self, key=lambda one: len(one.path), reverse=True):
            wide = cookie.domain_specified
            there = _within(host, cookie.domain) if wide else host == cookie.domain
            if there and _below(path, cookie.path) and (private or not cookie.secure):
                yield cookie

    def _discard(self, domain: str, path: str, name: str) -> None:
        try:
            self.clear(domain, path, name)
        except KeyError:
            return  # it was not there


def _cookie(text: str, url: str, now: float, ahead: float) -> Cookie | None:
    """Read a ``Set-Cookie`` (RFC 6265 §5.2, §5.3), or return None if a browser would not take it.

    Args:
        text: the header's value.
        url: what was asked.
        now: this computer's clock, epoch seconds.
        ahead: seconds by which it is ahead of the answer's own ``Date``.
    """
    pair, *attributes = text[:LONGEST].split(";")
    name, equals, value = pair.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name or not _sendable(name + value):
        return None
    said = dict(_attributes(attributes))
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    domain = said.get("domain", "").lstrip(".").lower()
    if domain and not _within(host, domain):
        return None
    path = said.get("path", "")
    secure = "secure" in said
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        domain=domain or host,
        domain_specified=bool(domain) and domain != host,
        domain_initial_dot=False,
        path=path if path.startswith("/") else "/",
        path_specified=path.startswith("/"),
        secure=secure,
        expires=_expires(said, now, ahead),
        discard=False,
        comment=None,
        comment_url=None,
        rest={"HttpOnly": ""} if "httponly" in said else {},
    )


def _attributes(parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        name, _, value = part.partition("=")
        yield name.strip().lower(), value.strip().strip('"')


def _expires(said: dict[str, str], now: float, ahead: float) -> int | None:
    """Return when a cookie ends by this computer's clock, epoch seconds; None: with the jar."""
    life = said.get("max-age", "")
    digits = life.removeprefix("-")
    if digits.isascii() and digits.isdigit():
        return int(now) - 1 if life.startswith("-") else int(now + int(digits[:12]))
    end = _epoch(said.get("expires", ""))
    return None if end is None else int(end + ahead)


def _epoch(text: str) -> float | None:
    """Read a time as headers write it; what cannot be read counts as not said."""
    try:
        then = parsedate_to_datetime(text) if text else None
        if then is None:
            return None
        return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _sendable(text: str) -> bool:
    return not any(sign < " " or sign == "\x7f" for sign in text)


def _within(host: str, domain: str) -> bool:
    """Whether a host is the domain, or one of its hosts; a number has none, nor has ``com``."""
    if host == domain:
        return True
    return host.endswith(f".{domain}") and "." in domain and not _is_number(host)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _below(path: str, top: str) -> bool:
    return path == top or (path.startswith(top) and (top.endswith("/") or path[len(top)] == "/"))
