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
        host = urlsplit(self.url).hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")

    def problem(self) -> str | None:
        """Return what is wrong with these options in one sentence, or None."""
        parts = urlsplit(self.url)
        if not self.url:
            return "no service is named: give --url URL, or a workspace whose site has a url"
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return f"«{self.url}» is not a service's address: write it as https://host"
        if not (self.token or (self.username and self.password) or self.client_secret):
            return (
                "no way to sign in: give --token, or --username and --password, "
                "or --client-id and --client-secret"
            )
        return None
