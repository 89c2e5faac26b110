"""How to reach a service and as whom."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Transport = Literal["auto", "long-polling", "websocket"]


@dataclass(frozen=True, slots=True)
class Access:
    """The connection options of design §7. Secrets are kept out of ``repr()``."""

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
    proxy: str = field(default="", repr=False)

    @property
    def base(self) -> str:
        """The base URL without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def loopback(self) -> bool:
        """Whether the service is on this computer, where no proxy stands in between."""
        host = (
            (urlsplit(self.url).hostname or "") if _is_address(self.url, {"http", "https"}) else ""
        )
        return host in {"localhost", "::1"} or host.startswith("127.")

    def problem(self) -> str | None:
        """Return what is wrong with these options in one sentence, or None."""
        if not self.url:
            return "no service is named: give --url URL, or a workspace whose site has a url"
        if not _is_address(self.url, {"http", "https"}):
            return f"«{self.url}» is not a service's address: write it as https://host"
        if self.proxy and not _is_address(self.proxy, {"http", "https"}):
            return "the proxy's address cannot be used: write it as http://host:port"
        if not f"{self.api_key}{self.token}".isascii():
            return "the API key and the token consist of ASCII characters: check what was pasted"
        if not (self.token or (self.username and self.password) or self.client_secret):
            return (
                "no way to sign in: give --token, or --username and --password, "
                "or --client-id and --client-secret"
            )
        return None


def _is_address(url: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets without an address, a port that is none
        return False
