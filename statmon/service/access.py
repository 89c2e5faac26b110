"""How to reach a service and as whom."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from statmon.domain.outside import visible
from statmon.domain.problem import Problem

Transport = Literal["auto", "long-polling", "websocket"]
Grant = Literal["password", "browser", "client", "token"]
"""The ways to sign in: user name and password, the system's browser, a client's own
credentials, a pasted token."""
Part = Literal["proxy", "caBundle", "clientCertificate", "transport", "pkce", "redirect"]
"""The parts of the way to a site (``way.py``), by the keys under which files hold them."""
Origin = Literal["option", "environment", "policy", "list", "file"]
"""Who says so, the nearest to the user first; of a file only after a yes of the user's."""


_PROXIES: Final = frozenset({"http", "https", "socks", "socks4", "socks4a", "socks5", "socks5h"})
"""What proxies are written with; only the first two can be used, the others are named."""


@dataclass(frozen=True, slots=True)
class BrowserSignIn:
    """How the browser comes back after a sign-in: redirects are registered with the site."""

    ports: tuple[int, ...] = (0,)
    """Ports on this computer that may be redirected to, tried in turn; 0 is any free one."""
    host: str = "127.0.0.1"
    """This computer as the redirect names it; some sites have registered ``localhost``."""
    path: str = "/callback"
    pkce: bool = True
    """Send a proof key (RFC 7636); off only for sites that refuse it."""
    pasted: str = ""
    """A registered redirect address elsewhere: the user pastes the code that it shows."""


@dataclass(frozen=True, slots=True)
class Access:
    """The connection options. Secrets are kept out of ``repr()``.

    See docs/reference/command-line.md §2.
    """

    url: str
    """The service's base; ``/statistics/v3`` and ``/auth/v3`` are appended."""
    api_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    transport: Transport = "auto"
    ca_bundle: str = ""
    client_certificate: str = ""
    """A PEM file with the certificate, and the key, by which this computer is known."""
    proxy: str = field(default="", repr=False)
    grant: Grant | None = None
    """How the user wants to sign in; None: as what is given allows."""
    browser: BrowserSignIn = BrowserSignIn()
    refresh_token: str = field(default="", repr=False)
    """Of an earlier sign-in: continues it without asking anybody."""
    client_key_password: str = field(default="", repr=False)
    """Of the key in ``client_certificate``, where it has one; it never leaves this computer."""
    origins: tuple[tuple[Part, Origin], ...] = field(default=(), compare=False, repr=False)
    """Where each part of the way comes from; what is not named is in the user's list of sites, or
    was just typed for it."""

    @property
    def base(self) -> str:
        """The base URL without a slash, and without the API's own path, at its end."""
        return self.url.rstrip("/").removesuffix("/statistics/v3").rstrip("/")

    @property
    def loopback(self) -> bool:
        """Whether the service is on this computer, where no proxy stands in between."""
        host = (
            (urlsplit(self.url).hostname or "") if is_address(self.url, {"http", "https"}) else ""
        )
        return host == "localhost" or _is_loopback(host)

    @property
    def grant_used(self) -> Grant | None:
        """The grant that is wanted, or the one for which there is what it needs."""
        if self.grant is not None:
            return self.grant
        if self.token:
            return "token"
        if self.username and self.password:
            return "password"
        return "client" if self.client_secret else None

    @property
    def who(self) -> str:
        """Whose password and refresh token these are: the user, else the client."""
        return self.username or self.client_id

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written anywhere, in every form in which it travels."""
        password = urlsplit(self.proxy).password or "" if is_address(self.proxy) else self.proxy
        plain = (
            self.api_key,
            self.token,
            self.password,
            self.client_secret,
            self.refresh_token,
            self.client_key_password,
        )
        found = {secret for secret in (*plain, password) if secret}
        return tuple(found | {quote(secret, safe="") for secret in found})

    def place_problem(self) -> Problem | None:
        """Return what is wrong with where the service is said to be, or None."""
        if not self.url:
            return Problem(
                "no service is named", "give --url URL, or a workspace whose site has a url"
            )
        if "@" in self.url:
            return Problem(
                "the service's address is written without user name and password: https://host",
                "give them where you sign in",
            )
        if not is_address(self.url, {"http", "https"}):
            return Problem(
                f"«{visible(self.url)}» is not a service's address", "write it as https://host"
            )
        if urlsplit(self.url).query or urlsplit(self.url).fragment:
            return Problem(
                "the service's address ends with its path", "leave out what follows ? or #"
            )
        if self.proxy and not is_address(self.proxy):
            shown = without_secret(self.proxy)
            which = f"the proxy {shown}" if shown else "the proxy's address"
            cure = "write it as http://host:port or https://host:port"
            return Problem(f"{which} cannot be used", cure)
        if not (can_travel(self.api_key) and can_travel(self.token)):
            return Problem(
                "the API key and the token are ASCII characters on one line, without blanks around",
                "check what was pasted",
            )
        return None

    def problem(self) -> Problem | None:
        """Return why nobody can be signed in without being asked, or None."""
        place = self.place_problem()
        if place or self.refresh_token:
            return place
        enough = {
            "token": bool(self.token),
            "password": bool(self.username and self.password),
            "client": bool(self.client_id and self.client_secret),
            "browser": False,
            None: False,
        }
        if enough[self.grant_used]:
            return None
        if self.grant_used == "client" and self.client_secret:
            return Problem("a client secret needs its client", "give --client-id")
        if self.grant_used == "browser":
            return Problem(
                "nobody is signed in at this site yet", "sign in in statmon's window first"
            )
        return Problem(
            "no way to sign in",
            "give --token, or --username and --password, or --client-id and --client-secret",
        )


def _is_loopback(host: str) -> bool:
    """Whether it is an address of this computer; a name that begins like one is none."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def can_travel(secret: str) -> bool:
    """Whether a key or token can be sent in a header as it is."""
    return secret.isascii() and secret.isprintable() and secret == secret.strip()


UNREADABLE: Final = "an address that cannot be read"
"""What is shown of one from which nothing can be taken out."""


def without_secret(proxy: str) -> str:
    """Return a proxy's address without user name and password; nothing where it is none."""
    if not is_address(proxy, _PROXIES):
        return ""
    parts = urlsplit(proxy)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def is_address(url: str, schemes: frozenset[str] | set[str] = frozenset({"http", "https"})) -> bool:
    """Whether a text is a usable address of one of these schemes."""
    try:
        parts = urlsplit(url)
        written = not any(letter.isspace() for letter in url)
        return written and parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets without an address, a port that is none
        return False
